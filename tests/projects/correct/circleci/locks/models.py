from django.db import models


class Lock(models.Model):
    name = models.CharField(max_length=100)
