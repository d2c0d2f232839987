from django.db import models


class Concert(models.Model):
    title = models.CharField(max_length=200)
    begins_at = models.DateTimeField()
    venue = models.CharField(max_length=200, default="")

    def __str__(self):
        return self.title
