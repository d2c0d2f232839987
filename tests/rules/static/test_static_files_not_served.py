"""static-files-not-served: a site whose stylesheets answer 404."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import (
    Command,
    Deployment,
    Location,
    Port,
    Process,
    Project,
    PythonModule,
    Server,
    Service,
    StaticMapping,
    Target,
)
from django_deploycheck.records import replace
from django_deploycheck.rules.static.static_files_not_served import check
from django_deploycheck.settings_view import SettingsView
from tests.projects import REQUIREMENTS, SETTINGS, inspect_files

RULE = "static-files-not-served"
PROCFILE = {"Procfile": "release: python manage.py migrate\nweb: gunicorn bookstore.wsgi\n"}
BARE = "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n"
IMAGE = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nRUN python manage.py collectstatic --noinput\n"


def compose(web: str, more: str = "") -> dict[str, str]:
    text = f"services:\n  web:\n    build: .\n    restart: always\n    command: gunicorn bookstore.wsgi -b 0.0.0.0:8000\n{web}{more}"
    return {"compose.prod.yaml": text, "Dockerfile": IMAGE}


def nginx(*locations: str, before: str = "") -> dict[str, str]:
    """nginx in compose that gives everything but these locations to the site."""
    services = (
        "  nginx:\n    image: nginx:1.29\n    ports: ['80:80']\n    volumes: ['./nginx.conf:/etc/nginx/nginx.conf']\n"
    )
    lines = "".join(f"  {location}\n" for location in locations)
    text = f"{before}server {{\n{lines}  location / {{\n    proxy_pass http://web:8000;\n  }}\n}}\n"
    return {**compose("", services), "nginx.conf": text}


SILENT_FILES = {
    "no deployment files": {},
    "no web process": {"Procfile": "worker: celery -A bookstore worker\n"},
    "only the development server": {"Procfile": "web: python manage.py runserver 0.0.0.0:$PORT\n"},
    "a view serves files": {
        **PROCFILE,
        "bookstore/urls.py": "from django.views.static import serve\nfrom django.urls import path\nurlpatterns = [path('static/<path:path>', serve)]\n",
    },
    "URL patterns that are not known": {**PROCFILE, "bookstore/urls.py": "from shop.urls import *\n"},
    "WhiteNoise around the application": {
        **PROCFILE,
        "bookstore/wsgi.py": "from django.core.wsgi import get_wsgi_application\nfrom whitenoise import WhiteNoise\napplication = WhiteNoise(get_wsgi_application())\n",
    },
    "dj-static around the application": {
        **PROCFILE,
        "bookstore/wsgi.py": "from dj_static import Cling\nfrom django.core.wsgi import get_wsgi_application\napplication = Cling(get_wsgi_application())\n",
    },
    "an application that is not in the repository": {"Procfile": "web: gunicorn shop.wsgi\n"},
    "a socket": {"Procfile": "web: gunicorn bookstore.wsgi --bind unix:/run/site.sock\n"},
    "loopback": {"Procfile": "web: gunicorn bookstore.wsgi -b 127.0.0.1:8000\n"},
    "uwsgi speaks to a web server": {"Procfile": "web: uwsgi --module bookstore.wsgi --socket :8000\n"},
    "the server's own option": {
        "Procfile": "web: granian bookstore.wsgi:application --interface wsgi --static-path-mount ./staticfiles\n"
    },
    "nginx in compose": compose("", "  nginx:\n    image: nginx:1.27\n    ports:\n      - 80:80\n"),
    "a Caddy of one's own": compose(
        "", "  front:\n    build:\n      context: .\n      dockerfile: docker/caddy/Dockerfile\n"
    ),
    "nginx that serves them": nginx("location /static/ { alias /srv/static/; }"),
    "nginx that serves some of them": nginx("location /static/admin/ { alias /srv/static/admin/; }"),
    "nginx that serves them by a pattern": nginx("location ~ ^/static/ { root /srv; }"),
    "nginx that serves what has such an ending": nginx("location ~* [.](css|js)$ { root /srv; }"),
    "nginx that looks for a file of any path first": {
        **nginx(),
        "nginx.conf": "server {\n  root /srv/public;\n  location / {\n    try_files $uri @app;\n  }\n"
        "  location @app {\n    proxy_pass http://web:8000;\n  }\n}\n",
    },
    "nginx that serves more by a file that is not there": nginx("include snippets/files.conf;"),
    "nginx for another port": {
        **nginx(),
        "nginx.conf": "server {\n  location / {\n    proxy_pass http://web:9000;\n  }\n}\n",
    },
    "nginx that hands over a part": {
        **nginx(),
        "nginx.conf": "server {\n  location /api/ {\n    proxy_pass http://web:8000;\n  }\n}\n",
    },
    "a fragment of nginx": {**nginx(), "nginx.conf": "location / {\n  proxy_pass http://web:8000;\n}\n"},
    "nginx whose file may be an example": {
        **nginx(),
        "nginx.conf": None,
        "nginx.conf.example": nginx()["nginx.conf"],
    },
    "uwsgi, which may serve files itself": {
        "deploy/web.service": "[Service]\nExecStart=/srv/bin/uwsgi --module bookstore.wsgi --http-socket :8000\n",
        "deploy/nginx.conf": "server {\n  location / {\n    proxy_pass http://127.0.0.1:8000;\n  }\n}\n",
    },
    "no published port": compose("    expose:\n      - 8000\n"),
    "a port for a proxy on the same machine": compose("    ports:\n      - 127.0.0.1:8000:8000\n"),
    "routed by labels": compose("    labels:\n      traefik.enable: 'true'\n"),
    "nginx inside the image": {
        "Dockerfile": IMAGE + 'CMD ["./start.sh"]\n',
        "start.sh": "#!/bin/sh\nnginx\nexec gunicorn bookstore.wsgi -b 0.0.0.0:8000\n",
    },
}

SILENT_SETTINGS = {
    "WhiteNoise": "",
    "a middleware made of WhiteNoise": "MIDDLEWARE = ['tests.rules.static.middleware.OwnWhiteNoise']\n",
    "a middleware that cannot be imported": "MIDDLEWARE = ['gone.Middleware']\n",
    "servestatic": "MIDDLEWARE = ['servestatic.middleware.ServeStaticMiddleware']\n",
    "middleware under a condition": BARE
    + "if not DEBUG:\n    MIDDLEWARE.append('django.middleware.common.CommonMiddleware')\n",
    "middleware from a variable": "MIDDLEWARE = os.environ.get('BOOKSTORE_MIDDLEWARE', 'django.middleware.common.CommonMiddleware').split()\n",
    "another host": BARE + "STATIC_URL = 'https://cdn.example.com/'\n",
    "staticfiles is not installed": BARE + "INSTALLED_APPS = []\n",
    "a storage elsewhere": BARE + "STORAGES = {'staticfiles': {'BACKEND': 'tests.rules.static.middleware.Bucket'}}\n",
    "URL patterns outside the repository": BARE + "ROOT_URLCONF = 'shop.urls'\n",
}

FIRING = {
    "a Procfile": PROCFILE,
    "uvicorn": {"Procfile": "web: uvicorn bookstore.asgi:application --host 0.0.0.0 --port $PORT\n"},
    "compose with a port for everyone": compose("    ports:\n      - 80:8000\n"),
    "compose with a router in front": compose("    ports:\n      - 8000:8000\n", "  traefik:\n    image: traefik:3\n"),
    "nginx that hands everything over": nginx(),
    "nginx that serves other files": nginx("location /media/ { alias /srv/media/; }"),
    "nginx that serves one file": nginx("location = /static/robots.txt { alias /srv/robots.txt; }"),
    "nginx that serves what only the site sends": nginx("location /static/ { internal; alias /srv/static/; }"),
    "Caddy that hands everything over": {
        **compose("", "  caddy:\n    image: caddy:2\n    volumes: ['./Caddyfile:/etc/caddy/Caddyfile']\n"),
        "Caddyfile": "www.example.com\nreverse_proxy web:8000\n",
    },
    "nginx on the machine that hands everything over": {
        "deploy/web.service": "[Service]\nExecStart=/srv/bin/gunicorn bookstore.wsgi -w 3 -b unix:/run/a.sock\n",
        "deploy/nginx.conf": "server {\n  location / {\n    proxy_pass http://unix:/run/a.sock;\n  }\n}\n",
    },
    "nginx for development": {**PROCFILE, "compose.dev.yaml": "services:\n  nginx:\n    image: nginx\n"},
}


@pytest.mark.parametrize("files", SILENT_FILES.values(), ids=SILENT_FILES)
def test_silent(files: dict[str, str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, files, settings=BARE).findings(RULE) == []


@pytest.mark.parametrize("settings", SILENT_SETTINGS.values(), ids=SILENT_SETTINGS)
def test_silent_by_settings(settings: str, tmp_path: Path) -> None:
    assert inspect_files(tmp_path, PROCFILE, settings=settings).findings(RULE) == []


def test_silent_in_a_partial_tree(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, PROCFILE, settings=BARE, complete=False).findings(RULE) == []


@pytest.mark.parametrize("files", FIRING.values(), ids=FIRING)
def test_firing_at_the_middleware(files: dict[str, str], tmp_path: Path) -> None:
    places = [f"bookstore/settings.py:{len(SETTINGS.splitlines()) + 1}"]
    assert inspect_files(tmp_path, files, settings=BARE).places(RULE) == places


def test_stands_at_the_web_process_where_no_line_sets_the_middleware(tmp_path: Path) -> None:
    settings = (
        "ROOT_URLCONF = 'bookstore.urls'\nSTATIC_URL = '/static/'\nINSTALLED_APPS = ['django.contrib.staticfiles']\n"
    )
    assert inspect_files(tmp_path, {**PROCFILE, "bookstore/settings.py": settings}).places(RULE) == ["Procfile:2"]


def test_an_image_alone_is_only_worth_advice(tmp_path: Path) -> None:
    files = {"Dockerfile": IMAGE + 'CMD ["gunicorn", "bookstore.wsgi", "-b", "0.0.0.0:8000"]\n'}
    assert [finding.level for finding in inspect_files(tmp_path, files, settings=BARE).findings(RULE)] == ["I"]


def test_message_and_hint(tmp_path: Path) -> None:
    files = {**PROCFILE, "requirements.txt": "django\ngunicorn\n"}
    (finding,) = inspect_files(tmp_path, files, settings=BARE).findings(RULE)
    assert finding.message == "Nothing serves '/static/': gunicorn answers for 'web' and delivers no static files."
    assert finding.hint == (
        "Add 'whitenoise.middleware.WhiteNoiseMiddleware' to MIDDLEWARE, right below 'django.middleware.security.SecurityMiddleware', "
        "and whitenoise to the requirements."
    )
    assert finding.level is None
    assert finding.related == (Location("Procfile", 2),)


def test_message_and_hint_where_whitenoise_is_declared(tmp_path: Path) -> None:
    assert "whitenoise" in REQUIREMENTS
    (finding,) = inspect_files(tmp_path, PROCFILE, settings=BARE).findings(RULE)
    assert finding.message.startswith(
        "WhiteNoise is declared but not in MIDDLEWARE, and nothing else serves '/static/': "
    )
    assert finding.hint.endswith("right below 'django.middleware.security.SecurityMiddleware'.")


# --- platforms whose files have no reader here ----------------------------------------------------------------------------


class Live:
    INSTALLED_APPS = ("django.contrib.staticfiles",)
    MIDDLEWARE = ("django.middleware.security.SecurityMiddleware",)
    STATIC_URL = "/static/"
    STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: RUF012


PLACE = Location("service.txt", 3)
OPEN = Service(name="web", kind="render", location=PLACE, platform="render")
SOURCE = PythonModule(path="shop/wsgi.py", names=frozenset({"application"}))
MAPPING = StaticMapping("nginx", "/static/", "/srv/static", Location("nginx.conf", 4))


def levels(
    service: Service | None,
    server: Server | None = None,
    mappings: tuple[StaticMapping, ...] = (),
    middleware: object = None,
) -> list[str | None]:
    server = server or Server("gunicorn")
    command = Command("serve", (server.name, "shop.wsgi"), server.name, PLACE, server=server)
    process = Process(
        role="web",
        name="web",
        environment="production",
        reason="",
        location=PLACE,
        command=command,
        commands=(command,),
        platform=service.platform if service else None,
        kind=service.kind if service else "",
        service=service,
        target=Target("shop.wsgi", None, "shop/wsgi.py", SOURCE),
    )
    live = Live()
    if middleware is not None:
        live.MIDDLEWARE = middleware  # type: ignore[assignment]
    deployment = Deployment(
        root="/site",
        complete=True,
        project=Project(),
        settings=SettingsView(live),
        processes=(process,),
        services=(service,) if service else (),
        static_mappings=mappings,
        urlconf=PythonModule(path="shop/urls.py", names=frozenset({"urlpatterns"})),
    )
    return [finding.level for finding in check(deployment)]


def test_a_platform_that_only_routes() -> None:
    assert levels(OPEN) == [None]


@pytest.mark.parametrize(
    "service",
    [
        pytest.param(replace(OPEN, platform="pythonanywhere"), id="a platform with a server of its own"),
        pytest.param(replace(OPEN, platform="piku"), id="a platform with nginx in front"),
        pytest.param(Service(name="web", kind="systemd", location=PLACE, runs_on_host=True), id="a machine"),
        pytest.param(Service(name="web", kind="kubernetes", location=PLACE), id="a cluster with an ingress"),
        pytest.param(
            Service(name="web", kind="compose", location=PLACE, ports=(Port("8000", "8000", "localhost", PLACE),)),
            id="a port on loopback",
        ),
    ],
)
def test_silent_by_platform(service: Service) -> None:
    assert levels(service) == []


def test_silent_where_a_file_maps_a_folder() -> None:
    assert levels(OPEN, mappings=(MAPPING,)) == []


@pytest.mark.parametrize("name", ["runserver", "platform", "mod_wsgi", "uwsgi"])
def test_silent_by_server(name: str) -> None:
    assert levels(OPEN, Server(name)) == []


def test_silent_where_a_middleware_is_no_name() -> None:
    assert levels(OPEN, middleware=[object]) == []
