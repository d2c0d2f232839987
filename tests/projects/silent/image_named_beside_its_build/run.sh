#!/bin/sh
if [ "$1" = release ]; then
  exec python manage.py migrate
fi
exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3
