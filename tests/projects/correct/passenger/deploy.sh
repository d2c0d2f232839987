#!/bin/sh
set -e
cd ~/castles
git pull --ff-only
pip install -r requirements.txt
python manage.py migrate --noinput
python manage.py collectstatic --noinput
touch tmp/restart.txt
