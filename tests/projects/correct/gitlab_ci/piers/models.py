from django.db import models


class Pier(models.Model):
    name = models.CharField(max_length=100)
