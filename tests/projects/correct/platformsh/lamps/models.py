from django.db import models


class Lamp(models.Model):
    name = models.CharField(max_length=100)
