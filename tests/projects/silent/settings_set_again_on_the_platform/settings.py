
import socket

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "shelf.sqlite3"}}
STATIC_ROOT = None
if socket.gethostname().endswith(".shelf.example"):
    STATIC_ROOT = BASE_DIR / "staticfiles"
    DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "database.internal", "NAME": "shelf"}}
