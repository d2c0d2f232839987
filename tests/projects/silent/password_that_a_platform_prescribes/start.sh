#!/bin/sh
python manage.py migrate --noinput
exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3
