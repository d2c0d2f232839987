#!/bin/bash
# Run on the server: brings the site up to date.
cd /srv/gallery
git pull
source env/bin/activate
pip install -r requirements.txt
python manage.py makemigrations --noinput
python manage.py migrate --fake
supervisorctl restart all
sudo systemctl restart curators
