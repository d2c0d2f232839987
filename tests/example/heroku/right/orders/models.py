from catalogue.models import Book
from django.db import models


class Order(models.Model):
    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    email = models.EmailField()
    ordered_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.book} for {self.email}"
