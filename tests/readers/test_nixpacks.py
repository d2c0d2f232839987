from __future__ import annotations

import textwrap
from typing import Any

import pytest

from django_deploycheck.model import CommandLine, EnvVar, Location, PlatformUse, Service
from django_deploycheck.readers import nixpacks
from django_deploycheck.source import Source, Unreadable


def facts(text, path="nixpacks.toml"):
    return list(nixpacks.read(Source(path, textwrap.dedent(text))))


def at(line, path="nixpacks.toml"):
    return Location(path, line)


def service(name, line, text, **fields):
    return Service(
        name=name,
        kind="nixpacks",
        location=at(line),
        platform="railway",
        command=CommandLine(at(line), text=text),
        **fields,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param('providers = ["python"]\n', id="a provider"),
        pytest.param("[providers]\npython = true\n", id="a provider, misspelt"),
        pytest.param('[phases.setup]\nnixPkgs = ["...", "glib"]\n', id="packages"),
        pytest.param('[phases.build]\ncmds = ["..."]\n', id="what would run anyway"),
        pytest.param("[phases]\nbuild = 1\n", id="a phase that is none"),
        pytest.param("[start]\ncmd = ''\n", id="an empty start"),
    ],
)
def test_nothing_of_its_own(text):
    assert facts(text) == [PlatformUse("railway", at(1))]


def test_a_whole_file():
    text = """\
        [variables]
        DEBUG = "0"

        [phases.install]
        cmds = ["...", "pip install gunicorn"]

        [phases.build]
        cmds = [
            "python manage.py collectstatic --noinput",
            '''
        python manage.py compilemessages
        ''',
        ]

        [start]
        cmd = "gunicorn shop.wsgi"
        """
    variable = EnvVar("DEBUG", "0", at(2))
    build: dict[str, Any] = {"role": "build", "keeps_files": True, "variables": (variable,)}

    assert facts(text) == [
        PlatformUse("railway", at(1), starts=True),
        variable,
        service("build", 5, "pip install gunicorn", **build),
        service("build", 9, "python manage.py collectstatic --noinput", **build),
        Service(
            name="build",
            kind="nixpacks",
            location=at(10),
            platform="railway",
            command=CommandLine(at(11), text="python manage.py compilemessages"),
            **build,
        ),
        service("web", 16, "gunicorn shop.wsgi", variables=(variable,)),
    ]


def test_a_file_in_json_and_in_a_folder():
    [_, found] = facts('{"start": {"cmd": "gunicorn shop.wsgi"}}', "backend/nixpacks.json")

    assert found.command == CommandLine(at(1, "backend/nixpacks.json"), text="gunicorn shop.wsgi")
    assert found.workdir == "backend"


def test_what_is_no_toml():
    with pytest.raises(Unreadable):
        facts("[start")
