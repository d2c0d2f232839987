"""whitenoise-order: WhiteNoise above SecurityMiddleware, or below what only pages need."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files

RULE = "whitenoise-order"
SECURITY = "django.middleware.security.SecurityMiddleware"
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
LOCALE = "django.middleware.locale.LocaleMiddleware"
SUBCLASS = "tests.rules.static.middleware.OwnWhiteNoise"

SILENT = {
    "no middleware": [],
    "no WhiteNoise": [SECURITY, SESSION],
    "right below the first": [SECURITY, WHITENOISE, SESSION],
    "alone": [WHITENOISE],
    "above sessions where SecurityMiddleware is missing": [WHITENOISE, SESSION],
    "what concerns every response above": [
        "django_prometheus.middleware.PrometheusBeforeMiddleware",
        SECURITY,
        "corsheaders.middleware.CorsMiddleware",
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django_hosts.middleware.HostsRequestMiddleware",
        WHITENOISE,
        SESSION,
    ],
    "a class made of it": [SECURITY, SUBCLASS, SESSION],
    "another class of the project": [SESSION, "tests.rules.static.middleware.Plain", SECURITY],
    "a middleware that cannot be imported": [SESSION, "gone.Middleware", SECURITY],
}

FIRING = {
    "above SecurityMiddleware": ([WHITENOISE, SECURITY, SESSION], "above", SECURITY),
    "a class made of it above SecurityMiddleware": ([SUBCLASS, SECURITY], "above", SECURITY),
    "below sessions": ([SECURITY, SESSION, WHITENOISE], "below", SESSION),
    "below CSRF": ([SECURITY, CSRF, WHITENOISE, SESSION], "below", CSRF),
    "below languages": ([LOCALE, WHITENOISE], "below", LOCALE),
    "below authentication": (
        [SECURITY, "django.contrib.auth.middleware.AuthenticationMiddleware", WHITENOISE],
        "below",
        "django.contrib.auth",
    ),
    "below messages": (
        [SECURITY, "django.contrib.messages.middleware.MessageMiddleware", WHITENOISE],
        "below",
        "django.contrib.messages",
    ),
}


def settings(names: list[str]) -> str:
    return f"MIDDLEWARE = {names!r}\n"


@pytest.mark.parametrize("names", SILENT.values(), ids=SILENT)
def test_silent(names: list[str], tmp_path: Path) -> None:
    assert inspect_files(tmp_path, settings=settings(names)).findings(RULE) == []


def test_silent_where_a_variable_that_is_unset_here_decides(tmp_path: Path) -> None:
    text = f"if os.environ.get('BOOKSTORE_STATIC') != 'cdn':\n    MIDDLEWARE = {[WHITENOISE, SECURITY]!r}\n"
    assert inspect_files(tmp_path, settings=text).findings(RULE) == []


@pytest.mark.parametrize(("names", "where", "other"), FIRING.values(), ids=FIRING)
def test_firing(names: list[str], where: str, other: str, tmp_path: Path) -> None:
    inspected = inspect_files(tmp_path, settings=settings(names))
    (finding,) = inspected.findings(RULE)
    assert f" stands {where} '{other}" in finding.message
    line = inspected.path.joinpath("bookstore/settings.py").read_text().splitlines().index(settings(names).strip()) + 1
    assert str(finding.location) == f"bookstore/settings.py:{line}"


def test_message_and_hint(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, settings=settings([WHITENOISE, SECURITY])).findings(RULE)
    assert (
        finding.message
        == f"'{WHITENOISE}' stands above '{SECURITY}', so static files skip the redirect to HTTPS and its headers."
    )
    assert finding.hint == f"Move '{WHITENOISE}' right below '{SECURITY}'."


def test_hint_without_security_middleware(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, settings=settings([SESSION, WHITENOISE])).findings(RULE)
    assert finding.message == f"'{WHITENOISE}' stands below '{SESSION}', so static files pay for what only pages need."
    assert finding.hint == f"Move '{WHITENOISE}' to the top of MIDDLEWARE."
