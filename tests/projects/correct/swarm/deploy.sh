#!/bin/sh
set -e
docker build --tag registry.example.com/reservoirs/site .
docker push registry.example.com/reservoirs/site
docker --host ssh://deploy@www.reservoirs.example run --rm --env-file /srv/reservoirs/.env.production registry.example.com/reservoirs/site python manage.py migrate --noinput
docker --host ssh://deploy@www.reservoirs.example stack deploy --compose-file docker-compose.production.yml reservoirs
