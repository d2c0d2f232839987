"""Rule 616."""

from __future__ import annotations

import pytest

from tests.projects import SETTINGS, SETTINGS_PATH, inspect_files

RULE = "in-memory-channel-layer"
LINE = len(SETTINGS.splitlines()) + 1
LAYERS = 'CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}\n'
UNIT = "[Service]\nExecStart=/srv/venv/bin/daphne bookstore.asgi:application\nRestart=always\n"
ALONE = (
    "services:\n  web:\n    image: shop\n    container_name: shop\n    command: uvicorn bookstore.asgi:application\n"
)


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="no channel layer"),
        pytest.param(
            {},
            LAYERS.replace("channels.layers.InMemoryChannelLayer", "channels_redis.core.RedisChannelLayer"),
            id="Redis",
        ),
        pytest.param({}, f"DEBUG = True\n{LAYERS}", id="settings for development"),
        pytest.param({"deploy/site.service": UNIT}, LAYERS, id="one process on a host"),
        pytest.param({"compose.prod.yml": ALONE}, LAYERS, id="one container by its name"),
        pytest.param(
            {},
            "CHANNEL_LAYERS = {'default': {'BACKEND': os.environ.get('LAYER', 'channels.layers.InMemoryChannelLayer')}}\n",
            id="it is unset here",
        ),
        pytest.param({}, "CHANNEL_LAYERS = None\n", id="a setting that is no dictionary"),
        pytest.param({}, "CHANNEL_LAYERS = {'default': None}\n", id="a layer that is none"),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "level"),
    [
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.asgi -k uvicorn_worker.UvicornWorker -w 3\n"},
            None,
            id="three workers",
        ),
        pytest.param(
            {"Procfile": "web: daphne bookstore.asgi:application\nworker: python manage.py runworker mail\n"},
            None,
            id="a worker that sends messages",
        ),
        pytest.param({"Procfile": "web: daphne bookstore.asgi:application\n"}, "I", id="a number that nothing says"),
        pytest.param({"Procfile": "web: ./absent.sh\n"}, "I", id="an unknown server"),
        pytest.param({}, "I", id="no process"),
    ],
)
def test_fires(tmp_path, files, level):
    (finding,) = inspect_files(tmp_path, files, settings=LAYERS).findings(RULE)
    assert (str(finding.location), finding.level) == (f"{SETTINGS_PATH}:{LINE}", level)
    assert (
        finding.message
        == "CHANNEL_LAYERS['default'] is 'channels.layers.InMemoryChannelLayer', so messages do not reach other processes."
    )
    assert (
        finding.hint == "Install channels-redis and write 'BACKEND': 'channels_redis.core.RedisChannelLayer', "
        "'CONFIG': {'hosts': [('HOST', 6379)]} in bookstore/settings.py."
    )
