from __future__ import annotations

import json

import pytest

from django_deploycheck.model import CommandLine, EnvVar, Location, PlatformUse, Service
from django_deploycheck.readers import vercel
from django_deploycheck.source import Source, Unreadable

USED = PlatformUse("vercel", Location("vercel.json", 1))


def facts(text, path="vercel.json"):
    return list(vercel.read(Source(path, text if isinstance(text, str) else json.dumps(text))))


def at(line):
    return Location("vercel.json", line)


def service(name, line, **fields):
    return Service(name=name, kind="vercel", location=at(line), platform="vercel", **fields)


def build(line, text):
    return service("build", line, role="build", command=CommandLine(at(line), text=text), keeps_files=True)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"rewrites": [{"source": "/(.*)", "destination": "/index.html"}]}, id="a single page"),
        pytest.param({"framework": "nextjs", "buildCommand": "npm run build"}, id="another framework"),
        pytest.param({"buildCommand": None, "framework": None}, id="nulls"),
        pytest.param({"builds": [{"src": "package.json", "use": "@vercel/node"}]}, id="a build in JavaScript"),
        pytest.param({"functions": {"api/*.ts": {"memory": 1}}}, id="functions in TypeScript"),
        pytest.param({"routes": [{"src": "/x", "dest": "/y.pyc"}]}, id="a path that looks alike"),
    ],
)
def test_a_site_without_python(document):
    assert facts(document) == []


def test_the_older_way():
    text = """\
{
  "builds": [
    {"src": "shop/wsgi.py", "use": "@vercel/python"},
    {"src": "build_files.sh", "use": "@vercel/static-build"},
    {"src": "assets/**", "use": "@vercel/static"}
  ],
  "routes": [{"src": "/(.*)", "dest": "shop/wsgi.py"}],
  "env": {"DEBUG": "0"}
}
"""

    assert facts(text) == [
        USED,
        build(4, "sh build_files.sh"),
        service("web", 3, role="web", application="shop/wsgi.py", variables=(EnvVar("DEBUG", "0", at(8)),)),
    ]


@pytest.mark.parametrize(
    ("document", "application"),
    [
        pytest.param({"framework": "django"}, None, id="the framework alone"),
        pytest.param({"functions": {"api/index.py": {}}}, None, id="functions"),
        pytest.param({"installCommand": "pip install -r requirements.txt"}, None, id="a command"),
        pytest.param({"rewrites": [{"source": "/(.*)", "destination": "/shop/wsgi.py"}]}, "shop/wsgi.py", id="a rewrite"),
        pytest.param(
            {"routes": [{"src": "/api", "dest": "api.py"}, {"src": "/(.*)", "dest": "shop/asgi.py"}]},
            "shop/asgi.py",
            id="the route for all the rest",
        ),
        pytest.param(
            {
                "builds": [{"src": "index.py", "use": "@vercel/python@4"}, {"src": "b.py", "use": "@vercel/python"}],
                "routes": [{"src": "/(.*)", "dest": "c.py"}],
            },
            "index.py",
            id="the first module that is built",
        ),
    ],
)  # fmt: skip
def test_what_is_served(document, application):
    found = facts(document)

    assert found[0] == USED
    assert [fact.application for fact in found if isinstance(fact, Service) and fact.role == "web"] == (
        [application] if application else []
    )


def test_commands_of_the_build():
    text = '{"framework": null, "installCommand": "uv sync",\n"buildCommand": "python manage.py collectstatic"}'

    assert facts(text) == [USED, build(1, "uv sync"), build(2, "python manage.py collectstatic")]


def test_an_empty_command():
    assert facts({"framework": "django", "buildCommand": " "}) == [USED]


def test_a_file_in_a_folder():
    [_, found] = facts({"builds": [{"src": "shop/wsgi.py", "use": "@vercel/python"}]}, "backend/vercel.json")

    assert found.workdir == "backend"


def test_what_is_no_json():
    with pytest.raises(Unreadable):
        facts("{")
