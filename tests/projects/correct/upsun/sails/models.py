from django.db import models


class Sail(models.Model):
    name = models.CharField(max_length=100)
