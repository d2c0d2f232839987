from django.db import models


class Grape(models.Model):
    name = models.CharField(max_length=100)
