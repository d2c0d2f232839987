from __future__ import annotations

import textwrap

import pytest

from django_deploycheck.model import CommandLine, EnvVar, Location, PlatformUse, Service
from django_deploycheck.readers import railpack
from django_deploycheck.source import Source, Unreadable


def facts(text, path="railpack.json"):
    return list(railpack.read(Source(path, textwrap.dedent(text))))


def at(line):
    return Location("railpack.json", line)


def service(name, line, text, **fields):
    return Service(
        name=name,
        kind="railpack",
        location=at(line),
        platform="railway",
        command=CommandLine(at(line), text=text),
        **fields,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="nothing"),
        pytest.param('{"provider": "python", "packages": {"python": "3.13"}}', id="a provider"),
        pytest.param('{"steps": {"build": {"commands": ["..."]}}}', id="what would run anyway"),
        pytest.param('{"steps": {"build": {"commands": [{"src": ".", "dest": "."}]}}}', id="a copy"),
        pytest.param('{"steps": {"build": {"inputs": [{"step": "install"}]}}}', id="no commands"),
        pytest.param('{"deploy": {"startCommand": null}}', id="no start command"),
    ],
)
def test_nothing_of_its_own(text):
    assert facts(text) == [PlatformUse("railway", at(1))]


def test_a_whole_file():
    text = """\
        {
          "steps": {
            "build": {"commands": ["...", "python manage.py collectstatic"]},
            "other": {"commands": [{"cmd": "npm run build", "customName": "assets"}]}
          },
          "deploy": {
            "variables": {"DEBUG": "0"},
            "startCommand": "gunicorn shop.wsgi"
          }
        }
        """
    variable = EnvVar("DEBUG", "0", at(7))
    build = {"role": "build", "keeps_files": True, "variables": (variable,)}

    assert facts(text) == [
        PlatformUse("railway", at(1), starts=True),
        variable,
        service("build", 3, "python manage.py collectstatic", **build),
        service("build", 4, "npm run build", **build),
        service("web", 8, "gunicorn shop.wsgi", variables=(variable,)),
    ]


def test_a_file_in_a_folder():
    [_, found] = facts('{"deploy": {"startCommand": "gunicorn shop.wsgi"}}', "backend/railpack.json")

    assert found.workdir == "backend"


def test_what_is_no_json():
    with pytest.raises(Unreadable):
        facts("{")
