#!/bin/sh
set -e

git pull
docker compose -f compose.prod.yml down -v
docker compose -f compose.prod.yml up --detach --build
