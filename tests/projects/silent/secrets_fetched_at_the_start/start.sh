#!/bin/sh
export SECRET_KEY=$(gcloud secrets versions access latest --secret=SHELF_KEY)
export DATABASE_URL=$(gcloud secrets versions access latest --secret=SHELF_DATABASE)
python manage.py migrate --noinput
exec "$@"
