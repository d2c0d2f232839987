from .base import *

SECRET_KEY = "django-insecure-this-one-never-leaves-my-machine"
DEBUG = True
