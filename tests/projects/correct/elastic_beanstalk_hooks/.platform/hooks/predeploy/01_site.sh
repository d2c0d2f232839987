#!/bin/bash
set -e
source /var/app/venv/*/bin/activate
python manage.py collectstatic --noinput
if [ "$EB_IS_COMMAND_LEADER" = true ]; then
  python manage.py migrate --noinput
fi
