from django.db import models


class Kiln(models.Model):
    name = models.CharField(max_length=100)
