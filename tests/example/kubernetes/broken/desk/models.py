from django.db import models


class Ticket(models.Model):
    subject = models.CharField(max_length=200)
    opened_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return self.subject
