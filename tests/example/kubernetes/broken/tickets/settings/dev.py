from .production import *

SECRET_KEY = "django-insecure-this-one-never-leaves-my-machine"
DEBUG = True
ALLOWED_HOSTS = []
SECURE_SSL_REDIRECT = False
