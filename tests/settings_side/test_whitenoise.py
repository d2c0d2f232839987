"""WhiteNoise in every place of MIDDLEWARE: what the rules say, beside what the stack of middleware does with a request."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client, override_settings

from tests.projects import inspect_files

SECURITY = "django.middleware.security.SecurityMiddleware"
WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"
SUBCLASS = "tests.rules.static.middleware.OwnWhiteNoise"
COUNTED = "tests.settings_side.test_whitenoise.CountedSession"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
PLAIN = "django.middleware.gzip.GZipMiddleware"

ORDERS = {
    "-".join(name.rpartition(".")[2] for name in order): order
    for middleware in (WHITENOISE, SUBCLASS)
    for count in (1, 2, 3, 4)
    for order in itertools.permutations([middleware, SECURITY, SESSION, PLAIN], count)
}
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi --workers 2\n"}

urlpatterns: list[object] = []
seen: list[str] = []


def CountedSession(get_response):
    """Stands where the middleware of sessions does, and notes each request."""

    def middleware(request):
        seen.append(request.path)
        return get_response(request)

    return middleware


def answer(tmp_path, order):
    """How a request for a static file ends: the status, the header of SecurityMiddleware, whether sessions saw it."""
    root = tmp_path / "collected"
    root.mkdir()
    (root / "shop.css").write_text("body {}", encoding="utf-8")
    seen.clear()
    stack = [COUNTED if name == SESSION else name for name in order]
    with override_settings(
        MIDDLEWARE=stack, STATIC_ROOT=root, STATIC_URL="/static/", ROOT_URLCONF=__name__, SECURE_SSL_REDIRECT=True
    ):
        plain = Client().get("/static/shop.css")
        plain.close()
        seen.clear()
        secure = Client().get("/static/shop.css", secure=True)
        secure.close()
    return plain.status_code == 301, secure.status_code == 200, bool(seen)


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_every_order(tmp_path, order):
    redirected, served, seen_by_sessions = answer(tmp_path, order)
    found = inspect_files(tmp_path / "site", PROCFILE, settings=f"MIDDLEWARE = {list(order)!r}\n")
    messages = [finding.message for finding in found.findings("whitenoise-order")]
    serves = any(name in (WHITENOISE, SUBCLASS) for name in order)
    assert served is serves
    assert bool(found.findings("static-files-not-served")) is not served
    if not serves:
        assert messages == []
    elif SECURITY in order and not redirected:
        assert len(messages) == 1
        assert "stands above 'django.middleware.security.SecurityMiddleware'" in messages[0]
    elif seen_by_sessions:
        assert len(messages) == 1
        assert "stands below 'django.contrib.sessions.middleware.SessionMiddleware'" in messages[0]
    else:
        assert messages == []


@pytest.mark.parametrize("middleware", [WHITENOISE, SUBCLASS], ids=["its own", "a class made of it"])
@pytest.mark.parametrize(
    ("apps", "told"),
    [
        pytest.param(["whitenoise.runserver_nostatic", "django.contrib.staticfiles"], False, id="above"),
        pytest.param(["django.contrib.staticfiles", "whitenoise.runserver_nostatic"], True, id="below"),
        pytest.param(["django.contrib.staticfiles"], True, id="missing"),
        pytest.param([], False, id="no staticfiles"),
    ],
)
def test_the_runserver_that_django_takes(tmp_path, middleware, apps, told):
    source = f"MIDDLEWARE = {[SECURITY, middleware]!r}\nINSTALLED_APPS = {apps!r}\n"
    found = inspect_files(tmp_path, PROCFILE, settings=source)
    assert bool(found.findings("runserver-nostatic-order")) is told
    if not apps:
        return
    # Of two apps with a command of one name, Django takes that of the first.
    with override_settings(INSTALLED_APPS=apps):
        from django.core.management import get_commands

        get_commands.cache_clear()  # type: ignore[attr-defined]
        try:
            taken = get_commands()["runserver"]
        finally:
            get_commands.cache_clear()  # type: ignore[attr-defined]
    assert (taken != "whitenoise.runserver_nostatic") is told
