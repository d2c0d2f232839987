"""Rule 612."""

from __future__ import annotations

import pytest

from tests.projects import SETTINGS, SETTINGS_PATH, inspect_files

RULE = "per-process-cache"
LINE = len(SETTINGS.splitlines()) + 1
SEVERAL = {"Procfile": "web: gunicorn bookstore.wsgi --workers 3\n"}
SESSIONS = 'SESSION_ENGINE = "django.contrib.sessions.backends.cache"\n'
REDIS = (
    'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache"}}\n'
)
DUMMY = 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}\n'
LOCAL = 'CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}\n'


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param(SEVERAL, REDIS + SESSIONS, id="one cache for all"),
        pytest.param(SEVERAL, LOCAL, id="nothing that needs it"),
        pytest.param({}, LOCAL + SESSIONS, id="nothing says how many processes"),
        pytest.param({"Procfile": "web: gunicorn bookstore.wsgi -w 1\n"}, SESSIONS, id="one worker"),
        pytest.param({"Procfile": "web: ./absent.sh\n"}, SESSIONS, id="an unknown server"),
        pytest.param(SEVERAL, f"DEBUG = True\n{SESSIONS}", id="settings for development"),
        pytest.param(SEVERAL, f'{SESSIONS}SESSION_CACHE_ALIAS = "sessions"\n', id="a cache of another name"),
        pytest.param(
            SEVERAL, 'SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"\n', id="sessions in cookies"
        ),
        pytest.param(
            SEVERAL,
            f"{SESSIONS}CACHES = {{'default': {{'BACKEND': os.environ.get('BOOKSTORE_CACHE', "
            "'django.core.cache.backends.locmem.LocMemCache')}}\n",
            id="it is unset here",
        ),
        pytest.param(
            SEVERAL,
            'MIDDLEWARE += ["django.middleware.cache.UpdateCacheMiddleware"]\nCACHE_MIDDLEWARE_ALIAS = "pages"\n',
            id="pages in a cache of another name",
        ),
        pytest.param(SEVERAL, 'INSTALLED_APPS += ["axes"]\n', id="axes, which counts in the database"),
        pytest.param(SEVERAL, 'REST_FRAMEWORK = {"DEFAULT_THROTTLE_CLASSES": []}\n', id="no limits"),
        pytest.param(SEVERAL, f"CACHES = {{'default': None}}\n{SESSIONS}", id="a setting that is no dictionary"),
        pytest.param(SEVERAL, 'REST_FRAMEWORK = "no dictionary"\n', id="another that is none"),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "user"),
    [
        pytest.param(SESSIONS, "SESSION_ENGINE = 'django.contrib.sessions.backends.cache'", id="sessions"),
        pytest.param(
            'MIDDLEWARE += ["django.middleware.cache.UpdateCacheMiddleware"]\n',
            "'django.middleware.cache.UpdateCacheMiddleware'",
            id="pages",
        ),
        pytest.param(
            'REST_FRAMEWORK = {"DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"]}\n',
            "REST_FRAMEWORK['DEFAULT_THROTTLE_CLASSES']",
            id="Django REST framework",
        ),
        pytest.param('INSTALLED_APPS += ["django_ratelimit"]\n', "'django_ratelimit'", id="django-ratelimit"),
        pytest.param(
            'INSTALLED_APPS += ["axes"]\nAXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"\n',
            "'axes'",
            id="axes in the cache",
        ),
    ],
)
def test_fires(tmp_path, settings, user):
    (finding,) = inspect_files(tmp_path, SEVERAL, settings=LOCAL + settings).findings(RULE)
    assert str(finding.location) == f"{SETTINGS_PATH}:{LINE}"
    assert (
        finding.message
        == f"{user} needs a cache that all processes share, and 'LocMemCache' has a cache of its own in every process."
    )
    assert (
        finding.hint
        == "Write CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache', 'LOCATION': "
        "'redis://HOST:6379'}} in bookstore/settings.py."
    )


def test_a_cache_that_keeps_nothing_needs_no_second_process(tmp_path):
    (finding,) = inspect_files(tmp_path, settings=DUMMY + SESSIONS).findings(RULE)
    assert finding.message.endswith("and 'DummyCache' keeps nothing.")


def test_djangos_default_cache_stands_at_no_line(tmp_path):
    (finding,) = inspect_files(tmp_path, SEVERAL, settings=SESSIONS).findings(RULE)
    assert finding.location is None


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.wsgi\n", "app.json": '{"formation": {"web": {"quantity": 2}}}'},
            id="two dynos",
        ),
        pytest.param({"Procfile": "web: gunicorn bookstore.wsgi\n"}, id="a platform that sets the number"),
        pytest.param(
            {
                "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn -w 1 bookstore.wsgi\n"
                "    deploy:\n      replicas: 3\n"
            },
            id="replicas",
        ),
        pytest.param(
            {
                "gunicorn.conf.py": "import multiprocessing\nworkers = multiprocessing.cpu_count() * 2 + 1\n",
                "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nCMD gunicorn bookstore.wsgi\n",
            },
            id="a number for each core",
        ),
        pytest.param(
            {"Procfile": "web: gunicorn -w 1 bookstore.wsgi\nworker: celery -A bookstore worker\n"},
            id="a worker beside the site",
        ),
    ],
)
def test_several_processes(tmp_path, files):
    assert len(inspect_files(tmp_path, files, settings=SESSIONS).findings(RULE)) == 1
