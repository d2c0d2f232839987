from __future__ import annotations

import pytest

from tests.projects import REQUIREMENTS, SETTINGS, inspect_files

RULE = "error-mail-only"
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
ADMINS = next(number for number, line in enumerate(SETTINGS.splitlines(), 1) if line.startswith("ADMINS"))
ROLLBAR = "rollbar.contrib.django.middleware.RollbarNotifierMiddleware"


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="nothing is known of production"),
        pytest.param(PROCFILE, "ADMINS = []\n", id="nobody is told"),
        pytest.param(PROCFILE, "DEBUG = True\n", id="settings for development"),
        pytest.param(
            PROCFILE, 'ADMINS = [os.environ.get("ADMIN_ADDRESS", "me@example.com")]\n', id="addresses are unset here"
        ),
        pytest.param(
            PROCFILE,
            'EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"\n',
            id="mail that does not arrive has a rule of its own",
        ),
        pytest.param(
            PROCFILE,
            'LOGGING = {"version": 1, "handlers": {"far": {"class": "slack_alerts.Handler"}}}\n',
            id="another package's handler",
        ),
        pytest.param(
            PROCFILE, f'ROLLBAR = {{"access_token": "x"}}\nMIDDLEWARE += ["{ROLLBAR}"]\n', id="a tracker that is on"
        ),
        pytest.param(PROCFILE, f'MIDDLEWARE += ["{ROLLBAR}"]\n', id="a tracker that is off has a rule of its own"),
        pytest.param(
            {**PROCFILE, "requirements.txt": REQUIREMENTS + "bugsnag\n"}, "", id="a tracker that is not known well"
        ),
        pytest.param({"Procfile": "web: newrelic-admin run-program gunicorn bookstore.wsgi\n"}, "", id="around it"),
        pytest.param({"Procfile": "web: sh /opt/start.sh\n"}, "", id="a process that was not understood"),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_in_a_partial_tree(tmp_path):
    assert inspect_files(tmp_path, PROCFILE, complete=False).places(RULE) == []


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(PROCFILE, id="a Procfile"),
        pytest.param({"Dockerfile": "FROM python:3.12\nCMD gunicorn bookstore.wsgi\n"}, id="an image"),
    ],
)
def test_fires(tmp_path, files):
    found = inspect_files(tmp_path, files)
    assert found.places(RULE) == [f"bookstore/settings.py:{ADMINS}"]
    (finding,) = found.findings(RULE)
    assert finding.message == (
        "Mail to 'ADMINS' is all that tells of errors: one failing page sends a mail for every request."
    )
    assert finding.hint == (
        "Add 'sentry-sdk' to requirements.txt and 'sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"])' to "
        "bookstore/settings.py, or another error tracker."
    )
