from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "undeliverable-error-mail"
LINE = len(SETTINGS.splitlines()) + 1
CONSOLE = 'EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"\n'
MAIL = '{"class": "django.utils.log.AdminEmailHandler"%s}'


def logging(handlers: str, loggers: str = "", more: str = '"disable_existing_loggers": False, ') -> str:
    return f'LOGGING = {{"version": 1, {more}"handlers": {{{handlers}}}, "loggers": {{{loggers}}}}}\n'


ONE = '"one": {"class": "logging.StreamHandler"}'
TO_ONE = '"django": {"handlers": ["one"]}'


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="mail that arrives"),
        pytest.param("ADMINS = []\n" + CONSOLE, id="nobody is to be told"),
        pytest.param("DEBUG = True\n" + CONSOLE, id="settings for development"),
        pytest.param(
            f'EMAIL_BACKEND = os.environ.get("BACKEND", {CONSOLE.split(" = ")[1].strip()})\n',
            id="the backend is unset here",
        ),
        pytest.param(
            'SERVER_EMAIL = os.environ.get("ADMIN_ADDRESS", "root@localhost")\n', id="the sender is unset here"
        ),
        pytest.param('EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"\n', id="another package's backend"),
        pytest.param(logging(ONE), id="Django's own handler is kept"),
        pytest.param(
            logging(ONE, '"django.request": {"handlers": ["one"]}'), id="the logger of requests passes errors on"
        ),
        pytest.param(
            logging(ONE + ', "mail": ' + MAIL % "", '"django": {"handlers": ["one", "mail"]}'), id="one that mails"
        ),
        pytest.param(
            logging(ONE + ', "far": {"class": "slack_alerts.Handler"}', TO_ONE), id="another package's handler"
        ),
        pytest.param("LOGGING_CONFIG = None\n" + logging(ONE, TO_ONE), id="logging is set up by hand"),
        pytest.param('LOGGING = {"version": 1, "loggers": ["django"]}\n', id="a LOGGING that nobody can read"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "line", "reason"),
    [
        pytest.param(CONSOLE, LINE, "mail goes to the console", id="the console"),
        pytest.param(CONSOLE.replace("console", "locmem"), LINE, "mail goes to memory", id="memory"),
        pytest.param(CONSOLE.replace("console", "dummy"), LINE, "mail is thrown away", id="nowhere"),
        pytest.param(CONSOLE.replace("console", "filebased"), LINE, "mail goes to a folder", id="a folder"),
        pytest.param(
            'SERVER_EMAIL = "root@localhost"\n',
            LINE,
            "it would come from 'root@localhost', which mail servers refuse",
            id="a sender that does not exist",
        ),
        pytest.param(
            logging(ONE, TO_ONE),
            LINE,
            "'LOGGING' leads errors of 'django.request' to no handler that mails",
            id="Django's own logger is redefined",
        ),
        pytest.param(
            logging(ONE + ', "mail": ' + MAIL % "", TO_ONE),
            LINE,
            "'LOGGING' leads errors of 'django.request' to no handler that mails",
            id="the handler is used by no logger",
        ),
        pytest.param(
            logging('"mail": ' + MAIL % ', "level": "CRITICAL"', '"django": {"handlers": ["mail"]}'),
            LINE,
            "'LOGGING' leads errors of 'django.request' to no handler that mails",
            id="a handler for worse than errors",
        ),
        pytest.param(
            logging("", more=""),
            LINE,
            "'LOGGING' leads errors of 'django.request' to no handler that mails",
            id="the logger is disabled",
        ),
    ],
)
def test_fires(tmp_path, settings, line, reason):
    found = inspect_files(tmp_path, settings=settings)
    assert found.places(RULE) == [f"bookstore/settings.py:{line}"]
    assert [item.message for item in found.findings(RULE)] == [f"'ADMINS' is set and is told of no error: {reason}."]


def test_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, settings=CONSOLE).findings(RULE)
    assert finding.hint == (
        "Write EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend' and EMAIL_HOST in bookstore/settings.py."
    )


def test_mailers(tmp_path):
    settings = 'MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}\n'
    (finding,) = inspect_files(tmp_path, settings=settings).findings(RULE)
    assert str(finding.location) == f"bookstore/settings.py:{LINE}"
    assert finding.hint == (
        "Let the 'default' of MAILERS in bookstore/settings.py use 'django.core.mail.backends.smtp.EmailBackend'."
    )
