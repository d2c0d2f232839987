#!/bin/sh
python manage.py migrate
if [ "$APP_ENV" = "development" ]; then
  python manage.py makemigrations
  exec python manage.py runserver 0.0.0.0:8000
fi
exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3
