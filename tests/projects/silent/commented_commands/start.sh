#!/bin/sh
# python manage.py makemigrations
python manage.py migrate
# exec python manage.py runserver 0.0.0.0:8000
exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3
