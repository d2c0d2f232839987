#!/bin/bash
cd /home/site/shop
source /home/site/venv/bin/activate
exec gunicorn shop.wsgi:application --reload --bind 0.0.0.0:8000 --log-level debug
