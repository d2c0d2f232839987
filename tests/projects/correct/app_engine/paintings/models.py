from django.db import models


class Painting(models.Model):
    name = models.CharField(max_length=100)
