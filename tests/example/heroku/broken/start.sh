#!/bin/sh
set -e

python manage.py makemigrations --noinput
exec gunicorn bookstore.wsgi:app --bind 127.0.0.1:8000 --reload
