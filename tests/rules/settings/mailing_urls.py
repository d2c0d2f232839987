"""URLs with the one that resets passwords, below a namespace."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [path("accounts/", include(([path("reset/", page, name="password_reset")], "accounts")))]
