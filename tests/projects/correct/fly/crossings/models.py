from django.db import models


class Crossing(models.Model):
    name = models.CharField(max_length=100)
