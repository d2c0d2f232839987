#!/bin/sh
chown -R site /app/media
gosu site python manage.py migrate
exec gosu site gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3
