#!/bin/sh
set -e

exec gunicorn bookstore.wsgi --bind "0.0.0.0:${PORT:-8000}" --workers "${WEB_CONCURRENCY:-3}"
