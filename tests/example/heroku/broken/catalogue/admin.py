from catalogue.models import Book
from django.contrib import admin

admin.site.register(Book)
