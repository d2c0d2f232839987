from catalogue.models import Book
from django.views.generic import ListView


class BookList(ListView):
    model = Book
