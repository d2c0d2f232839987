#!/bin/sh
# Run on the server: brings the site up to date.
set -e

cd /srv/gallery
git pull --ff-only
. env/bin/activate
pip install -r requirements.txt
python manage.py migrate --noinput
python manage.py collectstatic --noinput
supervisorctl restart all
sudo systemctl restart curators
