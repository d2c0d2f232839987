"""wrong-application: targets that the project does not have, or that speak another protocol."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "wrong-application"
WSGI = "from django.core.wsgi import get_wsgi_application\n\napplication = get_wsgi_application()\n"
ASGI = "from django.core.asgi import get_asgi_application\n\napplication = get_asgi_application()\n"
ASGI_WORKER = "-k uvicorn_worker.UvicornWorker"


def web(command: str, **files: str) -> dict[str, str]:
    return {"Procfile": f"web: {command}\n", **{name.replace("__", "/"): text for name, text in files.items()}}


SILENT = {
    "a template of projects": {"Procfile": "web: daphne {{ project_name }}.asgi:application\n"},
    "a template whose configuration names the target": {
        "Procfile": "web: gunicorn\n",
        "gunicorn.conf.py": 'wsgi_app = "{{ project_name }}.wsgi:application"\n',
    },
    "the project's own": web("gunicorn bookstore.wsgi"),
    "with its name": web("gunicorn bookstore.wsgi:application"),
    "a name that is bound by an import": {
        **web("gunicorn bookstore.served:app"),
        "bookstore/served.py": "from bookstore.wsgi import application as app\n",
    },
    "names that cannot be known": {
        **web("gunicorn bookstore.served:anything"),
        "bookstore/served.py": "from bookstore.wsgi import *\n",
    },
    "an alias beside the usual name": {
        **web("gunicorn bookstore.wsgi:app"),
        "bookstore/wsgi.py": WSGI + "app = application\n",
    },
    "a package": {
        **web("uvicorn bookstore.asgi:application --host 0.0.0.0"),
        "bookstore/asgi.py": None,
        "bookstore/asgi/__init__.py": ASGI,
    },
    "the name that Vercel looks for": {
        "vercel.json": '{"builds": [{"src": "bookstore/wsgi.py", "use": "@vercel/python"}]}',
        "bookstore/wsgi.py": WSGI.replace("application =", "app ="),
    },
    "an ASGI application on Vercel": {
        "vercel.json": '{"rewrites": [{"source": "/(.*)", "destination": "/bookstore/asgi.py"}]}',
    },
    "a variable": web("gunicorn $WSGI_MODULE"),
    "a placeholder": {"deploy/supervisord.conf": "[program:web]\ncommand=gunicorn <PROJECT>.wsgi\n"},
    "a module of an installed package": {
        **web("gunicorn posthog.wsgi"),
        "requirements.txt": "django\ngunicorn\nposthog\nwhitenoise\npsycopg\n",
    },
    "Django's own": web("gunicorn django.core.wsgi:get_wsgi_application()"),
    "another framework's module that is not in the tree": web("uvicorn api.main:app --host 0.0.0.0"),
    "another framework's module": {
        **web("gunicorn api.main:app"),
        "api/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    },
    "a folder that --chdir names": {
        **web("gunicorn --chdir backend/src shop.wsgi"),
        "backend/src/shop/wsgi.py": WSGI,
    },
    "a folder outside the repository": web("gunicorn --chdir /srv/elsewhere shop.wsgi"),
    "a configuration that is not in the tree and may change the folder": web("gunicorn shop.wsgi -c /etc/gunicorn.py"),
    "a folder in a variable": web("gunicorn --chdir $HOME/src shop.wsgi"),
    "a folder that PYTHONPATH names": {
        "compose.prod.yaml": "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi -b :8000\n    environment:\n      PYTHONPATH: /opt/lib\n",
        "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER www-data\n",
    },
    "a folder one level down": {**web("gunicorn shop.wsgi"), "backend/shop/wsgi.py": WSGI},
    "an ASGI application with a worker for it": web(f"gunicorn bookstore.asgi:application {ASGI_WORKER}"),
    "a worker of the project's own": web("gunicorn bookstore.asgi:application -k bookstore.workers.Worker"),
    "a worker in the configuration file": {
        **web("gunicorn bookstore.asgi:application"),
        "gunicorn.conf.py": "worker_class = 'uvicorn.workers.UvicornWorker'\n",
    },
    "uvicorn told to speak WSGI": web("uvicorn bookstore.wsgi:application --interface wsgi --host 0.0.0.0"),
    "hypercorn tells them apart": web("hypercorn bookstore.wsgi:application --bind 0.0.0.0:$PORT"),
    "an adapter": {
        **web("uvicorn bookstore.served:application --host 0.0.0.0"),
        "bookstore/served.py": "from a2wsgi import WSGIMiddleware\n"
        + WSGI
        + "application = WSGIMiddleware(application)\n",
    },
    "the kind of another name is not known": {
        **web("gunicorn bookstore.both:wsgi"),
        "bookstore/both.py": "from django.core.asgi import get_asgi_application\nfrom bookstore.wsgi import application as wsgi\n\napplication = get_asgi_application()\n",
    },
    "an alias of the module that the settings name": {
        **web("cd bookstore && gunicorn wsgi:application"),
    },
    "a module that was not read": {**web("gunicorn bookstore.wsgi:app"), "bookstore/wsgi.py": "# " + "x" * 600_000},
    "a file for development": {"Procfile.dev": "web: gunicorn bookshop.wsgi\n"},
}

FIRING = {
    "a package that was renamed": (web("gunicorn bookshop.wsgi"), ["W104 Procfile:1"]),
    "a module that is gone": (web("gunicorn bookstore.server:application"), ["W104 Procfile:1"]),
    "a name that is not defined": (web("gunicorn bookstore.wsgi:app"), ["W104 Procfile:1"]),
    "the usual name is not defined": (
        {**web("gunicorn bookstore.wsgi"), "bookstore/wsgi.py": WSGI.replace("application =", "app =")},
        ["W104 Procfile:1"],
    ),
    "an ASGI application under gunicorn's own worker": (
        web("gunicorn bookstore.asgi:application"),
        ["W104 Procfile:1"],
    ),
    "a WSGI application under uvicorn": (
        web("uvicorn bookstore.wsgi:application --host 0.0.0.0 --port $PORT"),
        ["W104 Procfile:1"],
    ),
    "a WSGI application under daphne, in a script": (
        {**web("./start.sh"), "start.sh": "#!/bin/sh\nexec daphne -b 0.0.0.0 -p $PORT bookstore.wsgi:application\n"},
        ["W104 start.sh:2"],
    ),
    "none of the names that Vercel looks for": (
        {
            "vercel.json": '{"builds":\n [{"src": "bookstore/wsgi.py", "use": "@vercel/python"}]}',
            "bookstore/wsgi.py": WSGI.replace("application =", "site ="),
        },
        ["W104 vercel.json:2"],
    ),
    "another module than WSGI_APPLICATION": (
        {**web("gunicorn bookstore.served"), "bookstore/served.py": WSGI},
        ["I104 Procfile:1"],
    ),
}


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_silent(files: dict[str, str | None], tmp_path: Path) -> None:
    values = {"WSGI_APPLICATION": None}
    inspected = inspect_files(tmp_path, files, values=values)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


SILENT_BESIDE_THE_SETTING = {
    "a module that hands on what the setting names": {
        "app.yaml": "runtime: python313\n",
        "main.py": "from bookstore.wsgi import application\n\napp = application\n",
    },
    "the same module, seen from its own folder": web("cd bookstore && gunicorn wsgi:application"),
    "another name of the same module": {
        **web("gunicorn bookstore.wsgi:app"),
        "bookstore/wsgi.py": WSGI + "app = application\n",
    },
    "a worker class that can speak either": {
        **web("gunicorn bookstore.served -k bookstore.workers.Worker"),
        "bookstore/served.py": WSGI,
    },
    "the module is longer by the folder it lies in": {
        **web("gunicorn backend.shop.wsgi"),
        "backend/__init__.py": "",
        "backend/shop/wsgi.py": WSGI,
    },
    "the same module, by the path of its file": {
        "deploy/apache.conf": "WSGIScriptAlias / /srv/bookstore/bookstore/wsgi.py\n",
    },
    "the same module, by the path of its file in the project": web("uwsgi --http :$PORT --wsgi-file bookstore/wsgi.py"),
    "a package, by the path of its file": {
        "deploy/apache.conf": "WSGIScriptAlias / /srv/bookstore/bookstore/wsgi/__init__.py\n",
        "bookstore/wsgi.py": None,
        "bookstore/wsgi/__init__.py": WSGI,
    },
    "a file that no setting can name": {
        "deploy/apache.conf": "WSGIScriptAlias / /srv/bookstore/deploy/site.wsgi\n",
        "deploy/site.wsgi": WSGI,
    },
    "the process loads other settings": {
        **web("gunicorn bookstore.served"),
        "bookstore/served.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'bookstore.production')\n"
        + WSGI,
        "bookstore/production.py": "from bookstore.settings import *\nWSGI_APPLICATION = 'bookstore.served.application'\n",
    },
}


@pytest.mark.parametrize("files", SILENT_BESIDE_THE_SETTING.values(), ids=SILENT_BESIDE_THE_SETTING.keys())
def test_silent_beside_the_setting(files: dict[str, str | None], tmp_path: Path) -> None:
    values = {"WSGI_APPLICATION": "shop.wsgi.application"} if "backend/shop/wsgi.py" in files else None
    inspected = inspect_files(tmp_path, files, values=values)
    assert inspected.places(RULE) + inspected.places("crashed-rule") == []


def test_silent_in_a_partial_tree_that_lacks_the_module(tmp_path: Path) -> None:
    assert inspect_files(tmp_path, web("gunicorn bookshop.wsgi"), complete=False).places(RULE) == []


@pytest.mark.parametrize(("files", "found"), FIRING.values(), ids=FIRING.keys())
def test_firing(files: dict[str, str], found: list[str], tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, files)
    assert [text for text in inspected.ids() if text[1:4] == "104"] == found


MESSAGES = {
    "a module": (
        web("gunicorn bookshop.wsgi"),
        "The 'web' process serves 'bookshop.wsgi', and the repository holds no such module.",
        "Write 'bookstore.wsgi' in Procfile:1.",
    ),
    "a name that stands under another": (
        web("gunicorn bookstore.wsgi:app"),
        "The 'web' process serves 'app' of 'bookstore.wsgi', and bookstore/wsgi.py defines no such name.",
        "Write 'bookstore.wsgi:application' in Procfile:1.",
    ),
    "a name that nothing stands for": (
        {**web("gunicorn bookstore.urls:app")},
        "The 'web' process serves 'app' of 'bookstore.urls', and bookstore/urls.py defines no such name.",
        "Define 'app' in bookstore/urls.py.",
    ),
    "gunicorn's worker": (
        web("gunicorn bookstore.asgi:application"),
        "The 'web' process serves the ASGI application 'bookstore.asgi' with gunicorn, which speaks WSGI here.",
        (
            "Add '-k uvicorn_worker.UvicornWorker' to the command in Procfile:1 and declare 'uvicorn-worker', or serve "
            "'bookstore.wsgi:application'."
        ),
    ),
    "uvicorn": (
        web("uvicorn bookstore.wsgi:application --host 0.0.0.0 --port $PORT"),
        "The 'web' process serves the WSGI application 'bookstore.wsgi' with uvicorn, which speaks ASGI here.",
        "Write 'bookstore.asgi:application' in Procfile:1.",
    ),
    "the setting": (
        {**web("gunicorn bookstore.served"), "bookstore/served.py": WSGI},
        "The 'web' process serves 'bookstore.served', while WSGI_APPLICATION names 'bookstore.wsgi.application'.",
        "Set WSGI_APPLICATION = 'bookstore.served.application', or serve 'bookstore.wsgi' in Procfile:1; runserver uses the setting.",
    ),
    "the setting, beside a file": (
        {"apache.conf": "WSGIScriptAlias / /srv/site/bookstore/served.py\n", "bookstore/served.py": WSGI},
        "The 'apache' service serves '/srv/site/bookstore/served.py', while WSGI_APPLICATION names 'bookstore.wsgi.application'.",
        (
            "Set WSGI_APPLICATION = 'bookstore.served.application', or serve '/srv/site/bookstore/wsgi.py' in apache.conf:1; "
            "runserver uses the setting."
        ),
    ),
}


@pytest.mark.parametrize(("files", "message", "hint"), MESSAGES.values(), ids=MESSAGES.keys())
def test_message_and_hint(files: dict[str, str], message: str, hint: str, tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (finding.message, finding.hint) == (message, hint)
