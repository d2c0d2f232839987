from django.db import models


class Tower(models.Model):
    name = models.CharField(max_length=100)
