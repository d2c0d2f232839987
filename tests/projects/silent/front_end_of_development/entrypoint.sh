#!/bin/sh
case "$1" in
  watch) exec npm run watch ;;
  serve) exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000 ;;
esac
