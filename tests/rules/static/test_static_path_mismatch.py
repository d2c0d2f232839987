"""static-path-mismatch: the folder that is served, and the one that collectstatic fills."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import SETTINGS, SETTINGS_PATH, inspect_files

RULE = "static-path-mismatch"
IMAGE = "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n"


def nginx(
    directory: str = "/srv/bookstore/static/", *, path: str = "deploy/nginx.conf", url: str = "/static/"
) -> dict[str, str]:
    return {path: f"server {{\n  listen 80;\n  location {url} {{\n    alias {directory};\n  }}\n}}\n"}


def unit(folder: str = "/srv/bookstore", command: str = "gunicorn bookstore.wsgi -w 3") -> dict[str, str]:
    return {
        "deploy/web.service": f"[Service]\nWorkingDirectory={folder}\nExecStart=/srv/bin/{command}\nRestart=always\n"
    }


def compose(
    *, web: str = "static:/app/static", served: str = "static:/static", more: str = "", image: str = IMAGE
) -> dict[str, str]:
    """A web service and nginx, which mounts its configuration and the static files."""
    return {
        "compose.prod.yaml": f"""\
services:
  web:
    build: .
    command: gunicorn bookstore.wsgi -w 3 -b 0.0.0.0:8000
    volumes: ["{web}"]
  nginx:
    image: nginx:1.29
    volumes: ["./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro", "{served}"]
{more}""",
        "Dockerfile": image,
    }


SILENT: dict[str, tuple[dict[str, str], str]] = {
    "the same folder": ({**unit(), **nginx("/srv/bookstore/staticfiles/")}, ""),
    "the same folder, without a slash": ({**unit(), **nginx("/srv/bookstore/staticfiles")}, ""),
    "the same folder by a root": (
        {
            **unit(),
            "deploy/nginx.conf": "server {\n  location /staticfiles/ {\n    root /srv/bookstore;\n  }\n}\n",
        },
        'STATIC_URL = "/staticfiles/"\n',
    ),
    "the same folder outside of the repository": (
        {**unit(), **nginx("/var/www/static/")},
        'STATIC_ROOT = "/var/www/static/"\n',
    ),
    "a folder that a variable names": (
        {**unit(), **nginx()},
        'STATIC_ROOT = os.environ.get("WHERE_STATIC_FILES_ARE", "/srv/bookstore/staticfiles")\n',
    ),
    "a folder that the web server's variable names": ({**unit(), **nginx("$static/")}, ""),
    "a folder relative to the web server": ({**unit(), **nginx("html/static/")}, ""),
    "a placeholder": ({**unit(), **nginx("<PATH_TO_SITE>/static/"), **nginx("/srv/<site>/static/")}, ""),
    "a template's folder": ({**unit(), **nginx("/srv/{{ project }}/static/")}, ""),
    "other files": ({**unit(), **nginx(url="/media/")}, ""),
    "a pattern": ({**unit(), **nginx(url="~ ^/static/")}, ""),
    "files that only the application sends": (
        {
            **unit(),
            "deploy/nginx.conf": "server {\n  location /static/ {\n    internal;\n    alias /srv/x/;\n  }\n}\n",
        },
        "",
    ),
    "a second configuration that is right": (
        {**unit(), **nginx(), **nginx("/srv/bookstore/staticfiles/", path="deploy/second/nginx.conf")},
        "",
    ),
    "nobody says where the site lies": ({**unit("%h/bookstore"), **nginx()}, ""),
    "a machine, and nothing says where the site lies": (
        {
            "deploy/web.service": "[Service]\nExecStart=/srv/bin/gunicorn bookstore.wsgi -w 3\nRestart=always\n",
            **nginx(),
        },
        "",
    ),
    "a folder that is no part of the repository": (
        {**unit("/srv/elsewhere", "gunicorn shop.wsgi -w 3"), **nginx(), "src/shop/wsgi.py": "application = None\n"},
        "",
    ),
    "a relative STATIC_ROOT": ({**unit(), **nginx()}, 'STATIC_ROOT = "staticfiles"\n'),
    "a target that is not in the repository": ({**unit(command="gunicorn other.wsgi -w 3"), **nginx()}, ""),
    "a server that is not read": ({**unit(command="passenger start"), **nginx()}, ""),
    "a command that fills the folder": (
        {
            **unit(),
            **nginx(),
            "deploy/deploy.service": "[Service]\nType=oneshot\nExecStart=rsync -a staticfiles/ /srv/bookstore/static/\n",
        },
        "",
    ),
    "storage elsewhere": (
        {**unit(), **nginx()},
        'STORAGES = {"staticfiles": {"BACKEND": "storages.backends.s3.S3Storage"}}\n',
    ),
    "another host": ({**unit(), **nginx()}, 'STATIC_URL = "https://cdn.example.com/static/"\n'),
    "a storage with a folder of its own": (
        {**unit(), **nginx()},
        (
            'STORAGES = {"staticfiles": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": '
            '"/srv/bookstore/static"}}}\n'
        ),
    ),
    "settings of development": ({**unit(), **nginx()}, "DEBUG = True\n"),
    "no static files": ({**unit(), **nginx()}, "INSTALLED_APPS = []\n"),
    "no STATIC_ROOT": ({**unit(), **nginx()}, "STATIC_ROOT = None\n"),
    "supervisor that may run in the image": (
        {
            "deploy/supervisord.conf": "[program:web]\ncommand=gunicorn bookstore.wsgi -w 3\ndirectory=/srv/bookstore\n",
            **nginx(),
            "Dockerfile": IMAGE,
        },
        "",
    ),
    # containers
    "a volume over STATIC_ROOT": ({**compose(web="static:/app/staticfiles"), **nginx("/static/")}, ""),
    "a part of a volume": ({**compose(web="files:/app", served="files:/files"), **nginx("/files/staticfiles/")}, ""),
    "a folder of the host": ({**compose(web="./s:/app/staticfiles", served="./s:/static"), **nginx("/static/")}, ""),
    "the repository in both": ({**compose(web=".:/app", served=".:/code:ro"), **nginx("/code/staticfiles/")}, ""),
    "the repository in one, a folder of it in the other": (
        {**compose(web=".:/code", served="./staticfiles:/static"), **nginx("/static/")},
        "",
    ),
    "a volume that the application lacks": ({**compose(web="data:/app/static"), **nginx("/static/")}, ""),
    "a folder of the machine and a volume": ({**compose(web="/srv/s:/app/static"), **nginx("/static/")}, ""),
    "an anonymous volume of the application": ({**compose(web="/app/static"), **nginx("/static/")}, ""),
    "files of the web server's own image": ({**compose(), **nginx("/usr/share/nginx/html/static/")}, ""),
    "an anonymous volume": ({**compose(served="/static"), **nginx("/static/")}, ""),
    "two containers that disagree": (
        {
            **compose(
                more='  second:\n    image: nginx:1.29\n    volumes: ["./deploy:/etc/nginx/conf.d:ro", "other:/static"]\n'
            ),
            **nginx("/static/"),
        },
        "",
    ),
    "another project's volume of the same name": (
        {
            **compose(),
            "proxy/compose.prod.yaml": "services:\n  nginx:\n    image: nginx:1.29\n    volumes: "
            '["./nginx.conf:/etc/nginx/nginx.conf", "static:/static"]\n',
            **nginx("/static/", path="proxy/nginx.conf"),
        },
        "",
    ),
    "nobody starts a container with this file": (
        {
            "compose.prod.yaml": "services:\n  web:\n    build: .\n    command: gunicorn bookstore.wsgi -w 3\n",
            "Dockerfile": IMAGE,
            **nginx(),
        },
        "",
    ),
    "settings that the image does not hold": (
        {**compose(image="FROM python:3.13-slim\nWORKDIR /app\nCOPY other other\n"), **nginx("/static/")},
        "",
    ),
    "settings outside of the build's context": (
        {
            **compose(),
            "compose.prod.yaml": compose()["compose.prod.yaml"].replace("build: .", "build: ./web"),
            "web/Dockerfile": IMAGE,
            **nginx("/static/"),
        },
        "",
    ),
    "settings at a place that a variable names": (
        {**compose(image="FROM python:3.13-slim\nCOPY . $APP_HOME\n"), **nginx("/static/")},
        "",
    ),
    "settings of an image from a registry": (
        {
            **compose(),
            "compose.prod.yaml": compose()["compose.prod.yaml"].replace("build: .", "image: example/bookstore"),
            **nginx("/static/"),
        },
        "",
    ),
}


@pytest.mark.parametrize(("files", "settings"), [pytest.param(*case, id=name) for name, case in SILENT.items()])
def test_silent(tmp_path: Path, files: dict[str, str], settings: str) -> None:
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_a_part_of_a_repository_says_nothing(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, {**unit(), **nginx()}, complete=False).places(RULE) == []


def test_a_setting_that_no_source_names_says_nothing(tmp_path: Path) -> None:
    source = SETTINGS.replace('STATIC_ROOT = BASE_DIR / "staticfiles"\n', "")
    files = {SETTINGS_PATH: source, **unit(), **nginx()}
    found = inspect_files(tmp_path, files, values={"STATIC_ROOT": str(tmp_path / "staticfiles")})
    assert found.places(RULE) == []


HOST = "deploy/nginx.conf:4"
FIRING: dict[str, tuple[dict[str, str], str, str]] = {
    "another folder of the site": ({**unit(), **nginx()}, "", HOST),
    "the folder of the sources": ({**unit(), **nginx("/srv/bookstore/bookstore/static")}, "", HOST),
    "a machine where nothing else runs": (
        {
            "deploy/supervisord.conf": "[program:web]\ncommand=gunicorn bookstore.wsgi -w 3\ndirectory=/srv/bookstore\n",
            **nginx(),
        },
        "",
        HOST,
    ),
    "a unit beside an image": ({**unit(), **nginx(), "Dockerfile": IMAGE}, "", HOST),
    "the repository as STATIC_ROOT": ({**unit(), **nginx()}, "STATIC_ROOT = BASE_DIR\n", HOST),
    "another folder of the machine": ({**unit(), **nginx("/var/www/static/")}, 'STATIC_ROOT = "/var/static/"\n', HOST),
    "a site that the server is told by its option": (
        {**unit("/", "gunicorn --chdir /srv/bookstore bookstore.wsgi -w 3"), **nginx()},
        "",
        HOST,
    ),
    "a site that mod_wsgi loads a file of": (
        {
            "deploy/apache.conf": "WSGIScriptAlias / /srv/bookstore/bookstore/wsgi.py\nAlias /static/ /srv/bookstore/static/\n"
        },
        "",
        "deploy/apache.conf:2",
    ),
    "Caddy": (
        {
            **unit(),
            "Caddyfile": "www.example.com {\n  handle_path /static/* {\n    root * /srv/x\n    file_server\n  }\n}\n",
        },
        "",
        "Caddyfile:3",
    ),
    "a volume elsewhere": ({**compose(), **nginx("/static/")}, "", HOST),
    "a folder of the host elsewhere": (
        {**compose(web="./s:/app/static", served="./s:/static"), **nginx("/static/")},
        "",
        HOST,
    ),
    "another folder of the repository": (
        {**compose(web=".:/code", served=".:/code"), **nginx("/code/static/")},
        "",
        HOST,
    ),
    "the repository in both, a folder deeper": (
        {**compose(web=".:/code", served="./public:/static"), **nginx("/static/")},
        "",
        HOST,
    ),
    "a web server built with the file": (
        {
            **compose(),
            "compose.prod.yaml": compose()["compose.prod.yaml"]
            .replace("image: nginx:1.29", "build: ./proxy")
            .replace('"./deploy/nginx.conf:/etc/nginx/conf.d/default.conf:ro", ', ""),
            "proxy/Dockerfile": "FROM nginx:1.29\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\n",
            **nginx("/static/", path="proxy/nginx.conf"),
        },
        "",
        "proxy/nginx.conf:4",
    ),
    "both in one container": (
        {
            "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD ./start.sh\n",
            "start.sh": "#!/bin/sh\nnginx\nexec gunicorn bookstore.wsgi -w 3 -b 127.0.0.1:8000\n",
            **nginx("/app/static/"),
        },
        "",
        HOST,
    ),
}


@pytest.mark.parametrize(
    ("files", "settings", "place"), [pytest.param(*case, id=name) for name, case in FIRING.items()]
)
def test_firing(tmp_path: Path, files: dict[str, str], settings: str, place: str) -> None:
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == [place]


def test_message_on_a_machine(tmp_path: Path) -> None:
    [finding] = inspect_files(tmp_path, {**unit(), **nginx()}).findings(RULE)
    assert finding.message == (
        "nginx serves '/static/' from '/srv/bookstore/static/', while collectstatic fills '/srv/bookstore/staticfiles'."
    )
    assert finding.hint == "Write 'alias /srv/bookstore/staticfiles/;' in deploy/nginx.conf:4."
    assert [str(place) for place in finding.related] == ["bookstore/settings.py:36", "deploy/web.service:3"]


def test_message_between_containers(tmp_path: Path) -> None:
    [finding] = inspect_files(tmp_path, {**compose(), **nginx("/static/")}).findings(RULE)
    assert finding.message == (
        "nginx serves '/static/' from '/static/', which is '/app/static' in 'web', while collectstatic fills "
        "'/app/staticfiles' there."
    )
    assert finding.hint == (
        "Mount at '/app/staticfiles' in 'web' what is mounted at '/app/static' now, or set STATIC_ROOT = '/app/static'."
    )


def test_hint_for_apache(tmp_path: Path) -> None:
    files = {"deploy/apache.conf": "WSGIScriptAlias / /srv/b/bookstore/wsgi.py\nAlias /static/ /srv/b/static/\n"}
    [finding] = inspect_files(tmp_path, files).findings(RULE)
    assert finding.hint == "Write 'Alias /static/ /srv/b/staticfiles/' in deploy/apache.conf:2."
