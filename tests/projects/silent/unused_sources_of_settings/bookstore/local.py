from bookstore.settings import *

DEBUG = True
SECRET_KEY = "only-4-the-desk-9931"
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
