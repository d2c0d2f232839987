from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "undelivered-mail"
LINE = len(SETTINGS.splitlines()) + 1
CONSOLE = 'EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"\n'
ALLAUTH = 'INSTALLED_APPS += ["allauth", "allauth.account"]\n'
RESET = 'ROOT_URLCONF = "tests.rules.settings.mailing_urls"\n'


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="mail that is sent"),
        pytest.param(ALLAUTH, id="an app that mails, and mail that is sent"),
        pytest.param(CONSOLE, id="nothing mails users"),
        pytest.param("DEBUG = True\n" + CONSOLE + ALLAUTH, id="settings for development"),
        pytest.param(f"if DEBUG:\n    {CONSOLE}{ALLAUTH}", id="under DEBUG"),
        pytest.param(
            f'EMAIL_BACKEND = os.environ.get("BOOKSTORE_MAIL", {CONSOLE.split(" = ")[1].strip()})\n{ALLAUTH}',
            id="it is unset here",
        ),
        pytest.param(CONSOLE + ALLAUTH + 'MAILERS = {"default": {"BACKEND": "x"}}\n', id="Django checks it itself"),
        pytest.param('EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"\n' + ALLAUTH, id="another package's"),
        pytest.param(CONSOLE + 'ROOT_URLCONF = "gone.urls"\n', id="URLs that cannot be imported"),
        pytest.param(CONSOLE + "ROOT_URLCONF = None\n", id="no URLs"),
        pytest.param(CONSOLE + 'ROOT_URLCONF = "django.conf.urls.i18n"\n', id="other URLs"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            CONSOLE + ALLAUTH,
            "'allauth.account' mails users, and with 'django.core.mail.backends.console.EmailBackend' mail goes to the "
            "console.",
            id="allauth",
        ),
        pytest.param(
            CONSOLE.replace("console", "dummy") + 'INSTALLED_APPS += ["djoser"]\n',
            "'djoser' mails users, and with 'django.core.mail.backends.dummy.EmailBackend' mail is thrown away.",
            id="djoser",
        ),
        pytest.param(
            CONSOLE + RESET,
            "The URL 'password_reset' mails users, and with 'django.core.mail.backends.console.EmailBackend' mail goes "
            "to the console.",
            id="a URL below a namespace",
        ),
    ],
)
def test_fires(tmp_path, settings, message):
    found = inspect_files(tmp_path, settings=settings)
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE}"]
    (finding,) = found.findings(RULE)
    assert finding.message == message
    assert finding.hint == (
        "Write EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend' and EMAIL_HOST in bookstore/settings.py."
    )
