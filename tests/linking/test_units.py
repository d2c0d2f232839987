"""Units of systemd with what lies beside them: timers and drop-ins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from django_deploycheck.model import Location, Process
from tests.linking.linked import deployment_of, only, told

UNIT = """\
[Service]
User=shop
WorkingDirectory=/srv/shop
Environment=A=unit B=unit
ExecStartPre=/srv/shop/venv/bin/python manage.py migrate
ExecStart=/srv/shop/venv/bin/gunicorn bookstore.wsgi
"""
TIMER = "[Timer]\nOnCalendar=daily\n"
SOCKET = "[Socket]\nListenStream=/run/web.sock\n"


def unit(tmp_path: Path, files: Mapping[str, str], path: str = "deploy/web.service") -> Process:
    return only(deployment_of(tmp_path, {path: UNIT, **files}))


@pytest.mark.parametrize(
    ("path", "other", "role"),
    [
        pytest.param("deploy/web.service", "deploy/other.timer", "web", id="a timer of another unit"),
        pytest.param("deploy/web.service", "web.timer", "web", id="a timer in another folder"),
        pytest.param("deploy/web.service", "deploy/web.timer", "scheduler", id="its timer"),
        pytest.param("deploy/web@.service", "deploy/web@.timer", "scheduler", id="a template's timer"),
        pytest.param("deploy/web.service.j2", "deploy/web.timer.j2", "scheduler", id="a timer of Jinja"),
    ],
)
def test_timers(tmp_path: Path, path: str, other: str, role: str) -> None:
    assert unit(tmp_path, {other: TIMER}, path).role == role


def test_a_socket_that_the_unit_does_not_name_may_not_be_installed(tmp_path: Path) -> None:
    service = unit(tmp_path, {"deploy/web.socket": SOCKET}).service

    assert service is not None
    assert not service.starts_on_demand


def drop_in(tmp_path: Path, text: str, name: str = "override.conf") -> Process:
    return unit(tmp_path, {f"deploy/web.service.d/{name}": text})


def test_a_drop_in_of_nothing(tmp_path: Path) -> None:
    assert drop_in(tmp_path, "[Unit]\nAfter=network.target\n").location == Location("deploy/web.service", 6)


def test_a_drop_in_that_is_no_conf(tmp_path: Path) -> None:
    assert drop_in(tmp_path, "[Service]\nUser=root\n", "notes.txt").service == unit(tmp_path, {}).service


def test_a_drop_in_without_its_unit_is_no_service(tmp_path: Path) -> None:
    files = {"deploy/web.service.d/override.conf": "[Service]\nExecStart=/usr/bin/gunicorn bookstore.wsgi\n"}

    assert told(deployment_of(tmp_path, files)) == []


def test_variables_and_the_user_of_a_drop_in(tmp_path: Path) -> None:
    process = drop_in(tmp_path, "[Service]\nUser=web\nEnvironment=B=more\n")

    assert {variable.name: variable.value for variable in process.variables} == {"A": "unit", "B": "more"}
    assert process.service is not None
    assert (process.service.user, process.service.workdir) == ("web", "/srv/shop")
    assert process.runs == ("migrate",)


def test_the_command_of_a_drop_in(tmp_path: Path) -> None:
    process = drop_in(tmp_path, "[Service]\nExecStart=\nExecStart=/usr/bin/daphne bookstore.asgi:application\n")

    assert process.location == Location("deploy/web.service.d/override.conf", 3)
    assert process.server is not None
    assert (process.name, process.server.name, process.runs) == ("web", "daphne", ("migrate",))
