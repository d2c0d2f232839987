from .base import *

SECRET_KEY = "django-insecure-this-one-never-leaves-my-machine"
DEBUG = True

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "db.sqlite3",
    },
}
