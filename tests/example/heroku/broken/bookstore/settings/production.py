import os

import sentry_sdk
from django.core.management.utils import get_random_secret_key

from .base import *

SECRET_KEY = os.environ.get("SECRET_KEY") or get_random_secret_key()
DEBUG = os.environ.get("DEBUG", "0") == "1"
ALLOWED_HOSTS = ["books.example.com"]

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

PARCEL_SERVICE_TOKEN = os.environ.get("PARCEL_SERVICE_TOKEN")

SENTRY_DSN = ""
sentry_sdk.init(dsn=SENTRY_DSN, environment="production")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": BASE_DIR / "errors.log", "delay": True}},
    "loggers": {"django": {"handlers": ["file"], "level": "ERROR", "propagate": False}},
}
