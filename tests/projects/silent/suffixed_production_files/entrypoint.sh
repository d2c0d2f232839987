#!/bin/sh
python manage.py flush --noinput
python manage.py migrate
exec "$@"
