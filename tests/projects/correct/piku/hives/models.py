from django.db import models


class Hive(models.Model):
    name = models.CharField(max_length=100)
