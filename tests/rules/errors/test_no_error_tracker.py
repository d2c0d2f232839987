from __future__ import annotations

import pytest

from tests.projects import REQUIREMENTS, SETTINGS, WSGI, inspect_files

RULE = "no-error-tracker"
NO_ADMINS = "ADMINS = []\n"
DSN = "https://0123456789abcdef@errors.example.com/1"
LINE = len(SETTINGS.splitlines()) + 1
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}


def logging(handler: str, more: str = "") -> str:
    return f'LOGGING = {{"version": 1, {more}"handlers": {{"one": {{"class": "{handler}"}}}}}}\n'


REDEFINED = '"loggers": {"django": {"handlers": ["one"]}}, '
KEPT = '"disable_existing_loggers": False, '


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="mail"),
        pytest.param({}, 'ADMINS = __import__("json").loads("[]")\n', id="addresses from where nobody can tell"),
        pytest.param({}, logging("logging.StreamHandler", KEPT), id="Django's own handler is kept"),
        pytest.param({}, logging("django.utils.log.AdminEmailHandler"), id="a handler that mails"),
        pytest.param({}, "LOGGING_CONFIG = None\n" + logging("logging.StreamHandler"), id="logging is set up by hand"),
        pytest.param(
            {}, 'ADMINS = [a for a in [os.environ.get("ADMIN_ADDRESS")] if a]\n', id="addresses are unset here"
        ),
        pytest.param(
            {},
            'EMAIL_BACKEND = os.environ.get("BACKEND", "django.core.mail.backends.console.EmailBackend")\n',
            id="the backend is unset here",
        ),
        pytest.param({}, NO_ADMINS + logging("slack_alerts.Handler"), id="a handler of another package"),
        pytest.param({}, NO_ADMINS + logging("logging.handlers.SMTPHandler"), id="a handler that mails by itself"),
        pytest.param(
            {},
            NO_ADMINS + f"import sentry_sdk\nsentry_sdk.init(dsn={DSN!r}, default_integrations=False)\n",
            id="Sentry",
        ),
        pytest.param(
            {},
            NO_ADMINS
            + 'import sentry_sdk\nsentry_sdk.init(dsn=os.environ.get("SENTRY_DSN"), default_integrations=False)\n',
            id="its DSN is unset here",
        ),
        pytest.param(
            {"bookstore/asgi.py": WSGI.replace("wsgi", "asgi") + "import sentry_sdk\nsentry_sdk.init()\n"},
            NO_ADMINS,
            id="Sentry in asgi.py",
        ),
        pytest.param(
            {"gunicorn.conf.py": "def post_fork(server, worker):\n    import bugsnag\n    bugsnag.configure()\n"},
            NO_ADMINS,
            id="in gunicorn's hooks",
        ),
        pytest.param({"Procfile": "web: ddtrace-run gunicorn bookstore.wsgi\n"}, NO_ADMINS, id="around the server"),
        pytest.param(
            {"requirements.txt": REQUIREMENTS + "pybrake\n"}, NO_ADMINS, id="one that is not known well is required"
        ),
        pytest.param({}, NO_ADMINS + 'HONEYBADGER = {"API_KEY": "x"}\n', id="one whose middleware is missing"),
        pytest.param(
            {"requirements.txt": REQUIREMENTS + "logfire\n"},
            NO_ADMINS + "try:\n    import logfire\n    logfire.configure()\nexcept ImportError:\n    pass\n",
            id="one that settings start",
        ),
        pytest.param({}, NO_ADMINS + 'AIRBRAKE = {"project_id": "x"}\n', id="one that is not known well is configured"),
        pytest.param({}, NO_ADMINS + 'INSTALLED_APPS += ["elasticapm.contrib.django"]\n', id="an app of one"),
        pytest.param({"Procfile": "web: sh /opt/start.sh\n"}, NO_ADMINS, id="a web process that was not understood"),
        pytest.param(
            {
                "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n"
                "      DJANGO_SETTINGS_MODULE: bookstore.other\n",
                "bookstore/other.py": "from bookstore.settings import *\n",
            },
            NO_ADMINS,
            id="production loads other settings",
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_in_a_partial_tree(tmp_path):
    assert inspect_files(tmp_path, PROCFILE, settings=NO_ADMINS, complete=False).places(RULE) == []


def test_silent_where_mailers_send(tmp_path):
    backend = "django.core.mail.backends.smtp.EmailBackend"
    assert inspect_files(tmp_path, values={"MAILERS": {"default": {"BACKEND": backend}}}).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "reason"),
    [
        pytest.param(PROCFILE, NO_ADMINS, "'ADMINS' is empty", id="no addresses"),
        pytest.param({}, NO_ADMINS, "'ADMINS' is empty", id="no addresses, and nothing is known of production"),
        pytest.param(
            {},
            'EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"\n',
            "mail goes to the console",
            id="the console",
        ),
        pytest.param(
            {}, 'EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"\n', "mail is thrown away", id="a dummy"
        ),
        pytest.param(
            {},
            logging("logging.StreamHandler"),
            "'LOGGING' has no handler that mails to ADMINS",
            id="Django's handler is disabled",
        ),
        pytest.param(
            {},
            logging("logging.StreamHandler", KEPT + REDEFINED),
            "'LOGGING' has no handler that mails to ADMINS",
            id="Django's logger is redefined",
        ),
        pytest.param(
            {"requirements.txt": REQUIREMENTS + "sentry-sdk\n"},
            NO_ADMINS,
            "'ADMINS' is empty",
            id="a tracker that nothing starts",
        ),
        pytest.param(
            {},
            NO_ADMINS + logging("logging.handlers.RotatingFileHandler"),
            "'ADMINS' is empty",
            id="a file that nobody reads",
        ),
    ],
)
def test_fires(tmp_path, files, settings, reason):
    (finding,) = inspect_files(tmp_path, files, settings=settings).findings(RULE)
    assert finding.message == f"Nobody would be told of an error: no error tracker is active, and {reason}."
    line = LINE if settings.startswith("ADMINS") else LINE - 1
    assert str(finding.location) == f"bookstore/settings.py:{line}"


def test_fires_where_mailers_send_nothing(tmp_path):
    backend = "django.core.mail.backends.console.EmailBackend"
    found = inspect_files(tmp_path, values={"MAILERS": {"default": {"BACKEND": backend}}})
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE - 1}"]


def test_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, settings=NO_ADMINS).findings(RULE)
    assert finding.hint == (
        "Add 'sentry-sdk' to requirements.txt and 'sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"])' to "
        "bookstore/settings.py, "
        'or set ADMINS = [("Errors", "you@example.com")] and a mail backend that sends.'
    )
