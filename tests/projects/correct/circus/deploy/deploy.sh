#!/bin/sh
set -e
cd /srv/harbours/site
git pull --ff-only
/srv/harbours/venv/bin/pip install -r requirements.txt
/srv/harbours/venv/bin/python manage.py migrate --noinput
/srv/harbours/venv/bin/python manage.py collectstatic --noinput
circusctl restart site
