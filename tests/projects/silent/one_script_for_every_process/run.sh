#!/bin/sh
case "$1" in
  web) exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3 ;;
  release) exec python manage.py migrate ;;
  dev) exec python manage.py runserver 0.0.0.0:8000 ;;
esac
