from django.db import models


class Crevasse(models.Model):
    name = models.CharField(max_length=100)
