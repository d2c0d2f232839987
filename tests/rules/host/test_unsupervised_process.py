from __future__ import annotations

import pytest

from tests.projects import inspect_files

RULE = "unsupervised-process"
UNIT = "[Service]\nExecStart=/srv/shop/bin/gunicorn bookstore.wsgi\n"
PROGRAM = "[program:shop]\ncommand=/srv/shop/bin/gunicorn bookstore.wsgi\n"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"Procfile": "web: gunicorn bookstore.wsgi\n"}, id="a platform restarts by itself"),
        pytest.param(
            {
                "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    restart: 'no'\n"
            },
            id="a container",
        ),
        pytest.param({"shop.service": UNIT + "Restart=always\n"}, id="always"),
        pytest.param({"shop.service": UNIT + "Restart=on-failure\n"}, id="on failure"),
        pytest.param({"shop.service": "[Unit]\nRequires=shop.socket\n" + UNIT}, id="a socket starts it"),
        pytest.param({"supervisord.conf": PROGRAM}, id="supervisor's default"),
        pytest.param({"supervisord.conf": PROGRAM + "autorestart=unexpected\n"}, id="supervisor's default, said"),
        pytest.param({"supervisord.conf": PROGRAM + "autorestart=true\n"}, id="supervisor restarts"),
        pytest.param({"shop.service": "[Service]\nType=oneshot\nExecStart=/srv/manage.py migrate\n"}, id="a task"),
        pytest.param({"shop.service": "[Service]\nExecStart=/usr/bin/true\n"}, id="another program"),
        pytest.param(
            {"api.service": "[Service]\nExecStart=/srv/bin/uvicorn api.main:app\n", "api/main.py": "import fastapi\n"},
            id="another framework's server",
        ),
    ],
)
def test_silent(tmp_path, files):
    assert inspect_files(tmp_path, files).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "places"),
    [
        pytest.param({"shop.service": UNIT}, ["shop.service:2"], id="systemd's default"),
        pytest.param({"shop.service": UNIT + "Restart=no\n"}, ["shop.service:2"], id="no"),
        pytest.param({"shop.service": UNIT + "Restart=always\nRestart=\n"}, ["shop.service:2"], id="emptied again"),
        pytest.param({"supervisord.conf": PROGRAM + "autorestart=False\n"}, ["supervisord.conf:1"], id="supervisor"),
        pytest.param(
            {"worker.service": "[Service]\nExecStart=/srv/shop/bin/celery -A bookstore worker\n"},
            ["worker.service:2"],
            id="a worker",
        ),
    ],
)
def test_fires(tmp_path, files, places):
    found = inspect_files(tmp_path, files)
    assert found.places(RULE) == places
    assert found.findings(RULE)[0].level is None


@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        pytest.param(
            {"shop.service": UNIT},
            "The 'shop' unit has no 'Restart=': nothing starts it again when it dies.",
            "Write 'Restart=on-failure' below '[Service]' in shop.service.",
            id="systemd",
        ),
        pytest.param(
            {"supervisord.conf": PROGRAM + "autorestart=false\n"},
            "The 'shop' program has 'false' as its restart policy: nothing starts it again when it dies.",
            "Write 'autorestart=true' below '[program:shop]' in supervisord.conf.",
            id="supervisor",
        ),
    ],
)
def test_message_and_hint(tmp_path, files, message, hint):
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (finding.message, finding.hint) == (message, hint)
