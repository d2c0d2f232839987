#!/bin/sh
python manage.py migrate
exec supervisord -n -c /app/deploy/supervisord.conf
