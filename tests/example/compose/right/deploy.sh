#!/bin/sh
set -e

git pull --ff-only
docker compose -f compose.prod.yml up --detach --build
