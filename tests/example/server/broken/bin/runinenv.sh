#!/bin/bash
# Runs a command in the site's environment.
SITE=/srv/gallery
cd ${SITE}
source .server.envrc
source env/bin/activate
exec "$@"
