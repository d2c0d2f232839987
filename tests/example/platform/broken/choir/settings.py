import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "y6Hd2LpWx9QzTm4RkVb8NcSj3GfUa7EoKi5XtZrMvBqJn1CwDs0Ae"
DEBUG = False
ALLOWED_HOSTS = ["https://choir.example.com/"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_deploycheck",
    "concerts",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "rollbar.contrib.django.middleware.RollbarNotifierMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "choir.urls"
WSGI_APPLICATION = "choir.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "db.sqlite3",
    },
}

STATIC_URL = "/static/"

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

EMAIL_HOST = "smtp.example.com"
EMAIL_HOST_USER = "choir"
EMAIL_HOST_PASSWORD = "Bz7kWq2Lm9xTp4vR"
DEFAULT_FROM_EMAIL = "choir@example.com"

STRIPE_SECRET_KEY = "sk_test_made_up"

ROLLBAR = {
    "enabled": os.environ.get("ROLLBAR_ENABLED", "True"),
    "access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN"),
    "environment": "development",
    "root": str(BASE_DIR),
}

DEPLOYCHECK = {
    # This site lies in a folder of a larger repository.
    "ROOT": BASE_DIR,
    # What no file of the repository says.
    "PLATFORM": "pythonanywhere",
    "COMMANDS": {
        "web": "python manage.py runserver 0.0.0.0:8000",
        "release": "python manage.py makemigrations --noinput",
    },
}
