from django.db import models


class Herb(models.Model):
    name = models.CharField(max_length=100)
