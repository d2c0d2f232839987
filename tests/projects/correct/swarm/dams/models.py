from django.db import models


class Dam(models.Model):
    name = models.CharField(max_length=100)
