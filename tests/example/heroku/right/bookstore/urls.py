from catalogue.views import BookList
from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("", BookList.as_view(), name="books"),
    path("admin/", admin.site.urls),
]
