from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "discarded-logs"
LINE = len(SETTINGS.splitlines()) + 1
OUT = '"one": {"class": "logging.StreamHandler"}'
FILE = '"one": {"class": "logging.FileHandler", "filename": "/var/log/shop/errors.log"}'
KEEP = '"disable_existing_loggers": False, '
ROOT = '"root": {"handlers": ["one"]}'
DJANGO = '"loggers": {"django": {"handlers": ["one"], "propagate": False}}'
COMPOSE = "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n"
IN_A_CONTAINER = {"compose.prod.yml": COMPOSE}
UNIT = "[Service]\nExecStart=/srv/venv/bin/gunicorn bookstore.wsgi\n"


def logging(handlers: str, loggers: str, more: str = "") -> str:
    return f'LOGGING = {{"version": 1, {more}"handlers": {{{handlers}}}, {loggers}}}\n'


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="Django's own"),
        pytest.param({}, "LOGGING = {}\n", id="empty"),
        pytest.param({}, logging(OUT, ROOT, KEEP), id="the console"),
        pytest.param({}, logging(OUT, DJANGO), id="the loggers that are named stay"),
        pytest.param({}, "DEBUG = True\n" + logging(OUT, ROOT), id="settings for development"),
        pytest.param({}, "LOGGING_CONFIG = None\n" + logging(OUT, ROOT), id="logging is set up by hand"),
        pytest.param(
            {},
            logging(OUT, ROOT, '"disable_existing_loggers": "BACKEND" not in os.environ, '),
            id="a variable that is unset here decides",
        ),
        pytest.param({}, logging(FILE, DJANGO), id="nothing is known of production"),
        pytest.param({"deploy/web.service": UNIT}, logging(FILE, DJANGO), id="a file on a host's own disk"),
        pytest.param(
            {"compose.prod.yml": COMPOSE + "    volumes:\n      - logs:/var/log/shop\nvolumes:\n  logs:\n"},
            logging(FILE, DJANGO),
            id="a file on a volume",
        ),
        pytest.param(
            IN_A_CONTAINER,
            logging(FILE, DJANGO).replace("/var/log/shop/errors.log", "/dev/stderr"),
            id="a file that is the console",
        ),
        pytest.param(
            IN_A_CONTAINER,
            logging(FILE + ', "two": {"class": "logging.StreamHandler"}', DJANGO.replace('"one"', '"one", "two"')),
            id="a file and the console",
        ),
        pytest.param(
            IN_A_CONTAINER,
            logging(FILE, '"loggers": {"django": {"handlers": ["one"]}}, "root": {"handlers": ["two"]}').replace(
                '"handlers": {"one"', '"handlers": {"two": {"class": "logging.StreamHandler"}, "one"', 1
            ),
            id="a file, and the console of the root",
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "message"),
    [
        pytest.param(
            {},
            logging(OUT, ROOT),
            "'LOGGING' disables the logger 'django.request', so errors of requests are logged nowhere.",
            id="disabled",
        ),
        pytest.param(
            {},
            logging('"one": {"class": "logging.NullHandler"}', DJANGO),
            "'LOGGING' leads errors of 'django.request' to no handler that works with DEBUG off.",
            id="a handler that does nothing",
        ),
        pytest.param(
            {},
            logging(
                '"one": {"class": "logging.StreamHandler", "filters": ["dev"]}',
                DJANGO,
                '"filters": {"dev": {"()": "django.utils.log.RequireDebugTrue"}}, ',
            ),
            "'LOGGING' leads errors of 'django.request' to no handler that works with DEBUG off.",
            id="a handler for development",
        ),
        pytest.param(
            IN_A_CONTAINER,
            logging(FILE, DJANGO),
            "'LOGGING' writes errors to '/var/log/shop/errors.log' alone, and the container of 'web' has no volume "
            "for it.",
            id="a file in a container",
        ),
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.wsgi\n", "app.json": "{}"},
            logging(FILE, DJANGO).replace('"/var/log/shop/errors.log"', 'BASE_DIR / "errors.log"'),
            None,
            id="a file on a platform's disk",
        ),
    ],
)
def test_fires(tmp_path, files, settings, message):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE}"]
    (finding,) = found.findings(RULE)
    if message is not None:
        assert finding.message == message


def test_hints(tmp_path):
    (finding,) = inspect_files(tmp_path / "disabled", settings=logging(OUT, ROOT)).findings(RULE)
    assert finding.hint == "Add 'disable_existing_loggers': False to LOGGING in bookstore/settings.py."
    (finding,) = inspect_files(tmp_path / "file", IN_A_CONTAINER, settings=logging(FILE, DJANGO)).findings(RULE)
    assert finding.hint == (
        "Write {'class': 'logging.StreamHandler'} for this handler in bookstore/settings.py, so that what runs the "
        "site keeps the log."
    )
