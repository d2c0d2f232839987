"""The example sites below tests/example: the ways to deploy, and every deliberate mistake of their broken halves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Way:
    """
    A way to deploy, for which there are two sites.

    ``server`` is the module that production's server loads, ``host`` a name that the right site is reached by. ``accepted``
    are the rules that the right site has silenced, ``unseen`` the places in it that cannot be followed.
    """

    server: str
    host: str
    accepted: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()


WAYS = {
    "heroku": Way("bookstore.wsgi", "books.example.com"),
    "compose": Way("cookbook.wsgi", "recipes.example.com"),
    "kubernetes": Way("tickets.asgi", "tickets.example.com"),
    "server": Way("gallery.wsgi", "gallery.example.com", unseen=("deploy/curators.service:8",)),
    "platform": Way("choir.wsgi", "choir.example.com", accepted=("sqlite-in-production",)),
}

# The mistakes of each way: the id, the place, a word that stands there, and what is wrong.
MISTAKES = {
    "heroku": [
        ("W101", "Procfile:1", "runserver", "runserver in the Procfile"),
        ("W101", "Dockerfile:12", "runserver", "runserver in the image"),
        ("W106", "Dockerfile:12", "0.0.0.0:8000", "a port that the platform does not route to"),
        ("W106", "start.sh:5", "127.0.0.1", "a server that listens to its own container"),
        ("W103", "start.sh:5", "gunicorn", "a server that nothing installs"),
        ("W104", "start.sh:5", "bookstore.wsgi:app", "an application that does not exist"),
        ("W105", "start.sh:5", "--reload", "reloading in production"),
        ("I107", "start.sh:5", "gunicorn", "a single worker"),
        ("W201", "Procfile:1", "web", "no release migrates"),
        ("W202", "start.sh:4", "makemigrations", "migrations made on the server"),
        ("W204", ".dockerignore:5", "migrations", "migrations left out of the image"),
        ("W301", "bookstore/settings/base.py:55", "STATIC_URL", "no STATIC_ROOT"),
        ("W303", "heroku.yml:10", "collectstatic", "collectstatic in the release phase"),
        ("W305", "bookstore/settings/base.py:17", "MIDDLEWARE", "WhiteNoise in the wrong place"),
        ("I306", "bookstore/settings/base.py:5", "INSTALLED_APPS", "runserver without WhiteNoise"),
        ("I308", "bookstore/settings/base.py:55", "STATIC_URL", "static files without hashes"),
        ("W401", "bookstore/settings/base.py:47", "sqlite3", "SQLite on a disk that does not last"),
        ("W402", "docker-compose-prod.yml:7", "DATABASE_URL", "a DATABASE_URL that nothing reads"),
        ("W501", "bookstore.settings.production", "", "nobody told of errors"),
        ("W502", "bookstore/settings/production.py:23", "sentry_sdk.init", "a tracker without a key"),
        ("W506", "bookstore/settings/production.py:25", "LOGGING", "a log on a disk that does not last"),
        ("W601", "bookstore/wsgi.py:5", "bookstore.settings.dev", "dev settings in wsgi.py"),
        ("I618", "bookstore/settings/production.py:20", "PARCEL", "a variable that nothing declares"),
        ("W608", "docker-compose-prod.yml:8", "DEBUG", "DEBUG on in production"),
        ("W609", "docker-compose-prod.yml:9", "SECRET_KEY", "a secret in a compose file"),
        ("W701", "Dockerfile:12", "CMD", "root in the container"),
    ],
    "compose": [
        ("W105", "uwsgi.ini:6", "py-autoreload", "reloading in production"),
        ("W109", "nginx.conf:15", "proxy_pass", "HTTP for a server that speaks another protocol"),
        ("W203", "compose.prod.yml:4", "migrate", "replicas that migrate side by side"),
        ("W210", "deploy.sh:5", "down -v", "volumes deleted on every deploy"),
        ("W302", "compose.prod.yml:4", "uwsgi", "nothing collects static files"),
        ("I308", "cookbook/settings.py:58", "STATIC_URL", "static files without hashes"),
        ("W309", "cookbook/settings.py:61", "MEDIA_ROOT", "uploads kept in a container"),
        ("W310", "nginx.conf:7", "alias", "a volume where nothing collects static files"),
        ("W312", "nginx.conf:11", "alias", "an alias that leads out of its folder"),
        ("W407", "compose.prod.yml:30", "postgres:17", "a database without a volume"),
        ("I505", "cookbook/settings.py:72", "ADMINS", "mail as the only word of errors"),
        ("W603", "cookbook/settings.py:11", "*", "every host allowed"),
        ("W608", "compose.prod.yml:8", "DEBUG", "DEBUG on in production"),
        ("W609", "compose.prod.yml:9", "SECRET_KEY", "a secret in a compose file"),
        ("W613", ".env:2", "DATABASE_PASSWORD", "a committed .env"),
        ("W701", "Dockerfile:13", "CMD", "root in the container"),
        ("W702", "Dockerfile:11", "COPY . .", "a password copied into the image"),
        ("W706", "nginx.conf:15", "proxy_pass", "a proxy that hides the host"),
        ("W703", "Dockerfile:1", "python:3.8", "a Python without security fixes"),
        ("W705", "Dockerfile:1", "python:3.8", "a Python that Django does not support"),
    ],
    "kubernetes": [
        ("W103", "k8s/web.yaml:22", "uvicorn", "a server that nothing installs"),
        ("W104", "k8s/web.yaml:22", "tickets.wsgi", "a WSGI application below an ASGI server"),
        ("W105", "k8s/web.yaml:23", "--reload", "reloading in production"),
        ("W106", "k8s/web.yaml:22", "uvicorn", "a server that listens to its own pod"),
        ("I111", "k8s/web.yaml:23", "debug", "messages meant for debugging"),
        ("W201", "k8s/web.yaml:22", "uvicorn", "nothing migrates"),
        ("W303", "k8s/web.yaml:18", "collectstatic", "collectstatic in an init container"),
        ("W601", "k8s/configmap.yaml:7", "tickets.settings.dev", "dev settings in a ConfigMap"),
        ("W608", "k8s/configmap.yaml:6", "DEBUG", "DEBUG on in production"),
        ("W609", "k8s/web.yaml:30", "SECRET_KEY", "a secret in a manifest"),
        ("I614", ".github/workflows/ci.yml:13", "test", "CI without the checks"),
        ("W701", "Dockerfile:12", "CMD", "root in the pod"),
        ("I704", "requirements.txt:2", "dj-database-url", "dependencies without versions"),
    ],
    "server": [
        ("W101", "bin/curators_start:8", "runserver", "runserver in a script of systemd"),
        ("W105", "deploy/supervisord.conf:5", "--reload", "reloading in production"),
        ("I107", "deploy/supervisord.conf:5", "gunicorn", "a single worker"),
        ("W110", "deploy/supervisord.conf:5", "0.0.0.0", "a port beside the proxy"),
        ("I111", "deploy/supervisord.conf:5", "debug", "messages meant for debugging"),
        ("W202", "deploy/deploy.sh:7", "makemigrations", "migrations made on the server"),
        ("W204", ".gitignore:4", "migrations/", "migrations that git ignores"),
        ("W209", "deploy/deploy.sh:8", "--fake", "migrations only recorded"),
        ("W302", "deploy/supervisord.conf:5", "gunicorn", "nothing collects static files"),
        ("I308", "gallery/settings.py:60", "STATIC_URL", "static files without hashes"),
        ("W310", "deploy/nginx.conf:8", "alias", "static files that nobody collects there"),
        ("W312", "deploy/nginx.conf:12", "alias", "an alias that leads out of its folder"),
        ("I401", "gallery/settings.py:55", "sqlite3", "SQLite on a server"),
        ("W501", "gallery/settings.py:79", "ADMINS", "nobody told of errors"),
        ("W504", "gallery/settings.py:78", "console", "mail to ADMINS that goes nowhere"),
        ("W604", "deploy/nginx.conf:16", "proxy_pass", "a proxy that does not pass on HTTPS"),
        ("W611", "gallery/settings.py:78", "console", "mail to users that goes nowhere"),
        ("W613", ".server.envrc:1", "SECRET_KEY", "committed variables"),
        ("I620", "deploy/supervisord.conf:13", "worker", "scheduled tasks that nothing sends"),
        ("I704", "requirements.txt:2", "celery", "dependencies without versions"),
        ("W706", "deploy/nginx.conf:16", "proxy_pass", "a proxy that hides the host"),
        ("I707", "deploy/curators.service:8", "ExecStart", "a unit that stays down"),
        ("I707", "deploy/supervisord.conf:4", "[program:web]", "a program that stays down"),
    ],
    "platform": [
        ("W101", 'DEPLOYCHECK["COMMANDS"]["web"]', "", "runserver in the dashboard"),
        ("W201", 'DEPLOYCHECK["COMMANDS"]["web"]', "", "nothing migrates"),
        ("W202", 'DEPLOYCHECK["COMMANDS"]["release"]', "", "migrations made on the server"),
        ("W205", "concerts/models.py:4", "class Concert", "a field without a migration"),
        ("W301", "choir/settings.py:61", "STATIC_URL", "no STATIC_ROOT"),
        ("I308", "choir/settings.py:61", "STATIC_URL", "static files without hashes"),
        ("I401", "choir/settings.py:56", "sqlite3", "SQLite on a platform that keeps its disk"),
        ("W503", "choir/settings.py:22", "MIDDLEWARE", "a tracker in the wrong place"),
        ("I507", "choir/settings.py:80", "development", "production's errors filed as development's"),
        ("W602", "choir/settings.py:8", "https://", "an address for a host"),
        ("W606", "choir/settings.py:75", "sk_test_", "a vendor's test key"),
        ("W610", "choir/settings.py:6", "SECRET_KEY", "a secret key in the source"),
        ("W615", "choir/settings.py:78", "enabled", "a boolean that is a text"),
        ("I618", "choir/settings.py:79", "ROLLBAR_ACCESS_TOKEN", "a variable that nothing declares"),
        ("W619", "choir/settings.py:72", "EMAIL_HOST_PASSWORD", "a password in the source"),
        ("W703", "requirements.txt:1", "3.2", "a Django without security fixes"),
    ],
}
