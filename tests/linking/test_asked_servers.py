"""A server's configuration that production's web server hands requests over to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.linking.linked import GUNICORN, deployment_of, told

UWSGI = "[uwsgi]\nmodule = bookstore.wsgi\nprocesses = 4\n"


def inspected(path: Path, configuration: str, **files: str) -> list[str]:
    deployment = deployment_of(
        path,
        {
            "Procfile": GUNICORN,
            "deploy/uwsgi.ini": UWSGI + configuration,
            **{name.replace("__", "/").replace("_conf", ".conf"): text for name, text in files.items()},
        },
    )
    return [line for line in told(deployment) if "uwsgi" in line]


@pytest.mark.parametrize(
    ("configuration", "nginx"),
    [
        pytest.param("socket = /run/a.sock\n", "", id="nobody"),
        pytest.param("socket = /run/a.sock\n", "uwsgi_pass unix:/run/b.sock;", id="another socket"),
        pytest.param("socket = :8001\n", "uwsgi_pass 127.0.0.1:8001;", id="a port, which any process may have"),
        pytest.param("socket = a.sock\n", "uwsgi_pass unix:a.sock;", id="a relative path"),
    ],
)
def test_of_one_that_nobody_asks_nothing_is_known(tmp_path: Path, configuration: str, nginx: str) -> None:
    assert inspected(tmp_path, configuration, nginx_conf=f"server {{ location / {{ {nginx} }} }}") == [
        "unknown web uwsgi deploy/uwsgi.ini:2"
    ]


def test_a_web_server_for_development_says_nothing(tmp_path: Path) -> None:
    text = "server { location / { uwsgi_pass unix:/run/a.sock; } }"
    assert inspected(tmp_path, "socket = /run/a.sock\n", dev__nginx_conf=text) == [
        "unknown web uwsgi deploy/uwsgi.ini:2"
    ]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"nginx_conf": "server { location / { uwsgi_pass unix:/run/a.sock; } }"}, id="by its address"),
        pytest.param(
            {
                "nginx__app_conf": "upstream app { server unix:/run/a.sock; }",
                "nginx__site_conf": "server { location / { uwsgi_pass app; } }",
            },
            id="by a group of another file",
        ),
    ],
)
def test_what_production_asks_is_production(tmp_path: Path, files: dict[str, str]) -> None:
    assert inspected(tmp_path, "socket = /run/a.sock\n", **files) == ["production web uwsgi deploy/uwsgi.ini:2"]
