from django.db import models


class Poem(models.Model):
    name = models.CharField(max_length=100)
