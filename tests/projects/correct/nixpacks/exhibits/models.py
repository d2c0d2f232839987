from django.db import models


class Exhibit(models.Model):
    name = models.CharField(max_length=100)
