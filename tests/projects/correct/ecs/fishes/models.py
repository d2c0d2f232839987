from django.db import models


class Fish(models.Model):
    name = models.CharField(max_length=100)
