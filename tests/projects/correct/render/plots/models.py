from django.db import models


class Plot(models.Model):
    name = models.CharField(max_length=100)
