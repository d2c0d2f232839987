"""Trackers that start around the server, or with the application, where settings say nothing of them."""

from __future__ import annotations

import pytest

from tests.projects import MANAGE, WSGI
from tests.trackers.sites import NOWHERE, PROCFILE, Package, make_site

NOBODY = (
    "deploycheck.W501",
    "bookstore/settings.py: ADMINS = []",
    "Nobody would be told of an error: no error tracker is active, and 'ADMINS' is empty.",
)

NEW_RELIC = Package(
    "newrelic",
    "newrelic.config._configuration_done and found.monitor_mode and found.license_key",
    "import newrelic.config, newrelic.core.config\nfound = newrelic.core.config.global_settings()",
    wrapper=("newrelic-admin", "run-program"),
    env={"NEW_RELIC_LICENSE_KEY": "x" * 40, "NEW_RELIC_HOST": "127.0.0.1", "NEW_RELIC_PORT": "9"},
)
DATADOG = Package(
    "ddtrace",
    "tracer.enabled and getattr(django, '_datadog_patch', False)",
    "from ddtrace.trace import tracer",
    wrapper=("ddtrace-run",),
    env={
        "DD_TRACE_AGENT_URL": NOWHERE,
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
        "DD_TRACE_STARTUP_LOGS": "false",
    },
)
OPENTELEMETRY = Package(
    "opentelemetry-distro",
    "'opentelemetry' in ' '.join(settings.MIDDLEWARE) and provider.__class__.__module__ == 'opentelemetry.sdk.trace' "
    "and provider.get_tracer('x').__class__.__name__ == 'Tracer'",
    "from django.conf import settings\nfrom opentelemetry import trace\nprovider = trace.get_tracer_provider()",
    wrapper=("opentelemetry-instrument",),
    env={"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"},
)
ELASTIC = Package(
    "elastic-apm",
    "client and client.config.is_recording",
    "import elasticapm\nclient = elasticapm.get_client()",
    wrapper=("elasticapm-run",),
    env={
        "ELASTIC_APM_SERVER_URL": NOWHERE,
        "ELASTIC_APM_CENTRAL_CONFIG": "false",
        "ELASTIC_APM_CLOUD_PROVIDER": "none",
        "ELASTIC_APM_METRICS_INTERVAL": "0s",
    },
)
# Its client is made and asked, and never started: that would start an agent of its own.
APPSIGNAL = Package(
    "appsignal",
    "client.is_active and client._config.option('push_api_key')",
    "import runpy\nclient = runpy.run_path('__appsignal__.py')['appsignal']",
    env={"APPSIGNAL_ENABLE_MINUTELY_PROBES": "false"},
)
SENTRY = Package("sentry-sdk", "")

CLIENT = (
    'from appsignal import Appsignal\n\nappsignal = Appsignal(active={active}, name="bookstore", push_api_key="x")\n'
)
STARTED = "import appsignal\n\nappsignal.start()\n"
BY_HAND = "import newrelic.agent\n\nnewrelic.agent.initialize()\n"


def started_by_manage(lines: str) -> str:
    return MANAGE.replace("    from django", f"{lines}\n    from django")


@pytest.mark.parametrize(
    ("package", "command"),
    [
        pytest.param(NEW_RELIC, "newrelic-admin run-program gunicorn bookstore.wsgi", id="New Relic"),
        pytest.param(DATADOG, "ddtrace-run gunicorn bookstore.wsgi", id="Datadog"),
        pytest.param(OPENTELEMETRY, "opentelemetry-instrument gunicorn bookstore.wsgi", id="OpenTelemetry"),
        pytest.param(ELASTIC, "elasticapm-run gunicorn bookstore.wsgi", id="Elastic APM"),
    ],
)
def test_on_around_the_server(tmp_path, package, command):
    site = make_site(tmp_path, package, files={"Procfile": f"web: {command}\n"})
    assert site.findings() == []
    assert package is ELASTIC or site.sends()  # a site without its app has no client of Elastic APM's for Django


@pytest.mark.parametrize(
    ("package", "title", "wrapper"),
    [
        pytest.param(NEW_RELIC, "New Relic", "newrelic-admin", id="New Relic"),
        pytest.param(DATADOG, "Datadog", "ddtrace-run", id="Datadog"),
        pytest.param(OPENTELEMETRY, "OpenTelemetry", "opentelemetry-instrument", id="OpenTelemetry"),
    ],
)
def test_off_where_nothing_wraps_the_server(tmp_path, package, title, wrapper):
    assert sorted(make_site(tmp_path, package).findings()) == [
        NOBODY,
        (
            "deploycheck.W502",
            f"requirements.txt: {package.distribution}",
            (
                f"{title} would report nothing: '{package.distribution}' is required and no web process is started by "
                f"'{wrapper}'."
            ),
        ),
    ]


@pytest.mark.parametrize(
    ("package", "variable", "value", "command", "message"),
    [
        pytest.param(
            NEW_RELIC,
            "NEW_RELIC_MONITOR_MODE",
            "false",
            "newrelic-admin run-program gunicorn bookstore.wsgi",
            "New Relic would report nothing: 'NEW_RELIC_MONITOR_MODE' switches it off.",
            id="New Relic",
        ),
        pytest.param(
            DATADOG,
            "DD_TRACE_ENABLED",
            "false",
            "ddtrace-run gunicorn bookstore.wsgi",
            "Datadog would report nothing: 'DD_TRACE_ENABLED' switches it off.",
            id="Datadog",
        ),
        pytest.param(
            OPENTELEMETRY,
            "OTEL_SDK_DISABLED",
            "true",
            "opentelemetry-instrument gunicorn bookstore.wsgi",
            "OpenTelemetry would report nothing: 'OTEL_SDK_DISABLED' switches it off.",
            id="OpenTelemetry",
        ),
        pytest.param(
            OPENTELEMETRY,
            "OTEL_PYTHON_DJANGO_INSTRUMENT",
            "False",
            "opentelemetry-instrument gunicorn bookstore.wsgi",
            "OpenTelemetry would report nothing: 'OTEL_PYTHON_DJANGO_INSTRUMENT' switches it off.",
            id="OpenTelemetry's instrumentation of Django",
        ),
    ],
)
def test_off_by_a_variable(tmp_path, package, variable, value, command, message):
    line = f"web: {variable}={value} {command}"
    site = make_site(tmp_path, package, files={"Procfile": f"{line}\n"}, env={variable: value})
    assert not site.sends()
    assert sorted(site.findings()) == [NOBODY, ("deploycheck.W502", f"Procfile: {line}", message)]


@pytest.mark.parametrize(
    ("package", "files"),
    [
        pytest.param(NEW_RELIC, {"bookstore/wsgi.py": BY_HAND + WSGI}, id="New Relic in wsgi.py"),
        pytest.param(DATADOG, {"bookstore/wsgi.py": "import ddtrace.auto\n" + WSGI}, id="Datadog in wsgi.py"),
        pytest.param(
            OPENTELEMETRY,
            {
                "gunicorn.conf.py": "def post_fork(server, worker):\n    from opentelemetry.instrumentation.django import "
                "DjangoInstrumentor\n    DjangoInstrumentor().instrument()\n"
            },
            id="OpenTelemetry in gunicorn's hooks",
        ),
        pytest.param(
            APPSIGNAL,
            {"__appsignal__.py": CLIENT.format(active=True), "bookstore/wsgi.py": STARTED + WSGI},
            id="AppSignal in wsgi.py",
        ),
    ],
)
def test_on_with_the_application(tmp_path, package, files):
    site = make_site(tmp_path, package, files=files)
    assert site.findings() == []
    assert package is not APPSIGNAL or site.sends()


@pytest.mark.parametrize(
    ("files", "line", "reason"),
    [
        pytest.param(
            {"__appsignal__.py": CLIENT.format(active=False), "bookstore/wsgi.py": STARTED + WSGI},
            f"__appsignal__.py: {CLIENT.format(active=False).splitlines()[-1]}",
            "'appsignal.Appsignal' is called with 'active' empty or False",
            id="not active",
        ),
        pytest.param(
            {
                "__appsignal__.py": CLIENT.format(active=True).replace('"x"', '""'),
                "bookstore/wsgi.py": STARTED + WSGI,
            },
            "__appsignal__.py: " + CLIENT.format(active=True).replace('"x"', '""').splitlines()[-1],
            "'appsignal.Appsignal' is called with 'push_api_key' empty or False",
            id="without a key",
        ),
    ],
)
def test_appsignal_off(tmp_path, files, line, reason):
    site = make_site(tmp_path, APPSIGNAL, files=files)
    assert not site.sends()
    assert sorted(site.findings()) == [
        NOBODY,
        ("deploycheck.W502", line, f"AppSignal would report nothing: {reason}."),
    ]


def test_appsignal_that_nothing_starts(tmp_path):
    site = make_site(tmp_path, APPSIGNAL, files={"__appsignal__.py": CLIENT.format(active=True)})
    assert sorted(site.findings()) == [
        NOBODY,
        (
            "deploycheck.W502",
            "requirements.txt: appsignal",
            "AppSignal would report nothing: 'appsignal' is required and 'appsignal.start' is called nowhere.",
        ),
    ]


def test_one_that_manage_py_alone_starts_is_off_under_gunicorn(tmp_path):
    lines = "    import sentry_sdk\n    sentry_sdk.init(dsn='http://0123456789abcdef@127.0.0.1:9/1')\n"
    site = make_site(tmp_path, SENTRY, files={"manage.py": started_by_manage(lines)})
    assert sorted(site.findings()) == [
        NOBODY,
        (
            "deploycheck.W502",
            "manage.py: sentry_sdk.init(dsn='http://0123456789abcdef@127.0.0.1:9/1')",
            (
                "Sentry would report nothing: 'sentry_sdk.init' is called in 'manage.py' alone, which 'gunicorn' does "
                "not run."
            ),
        ),
    ]


def test_one_that_manage_py_starts_is_on_where_manage_py_serves(tmp_path):
    lines = "    import sentry_sdk\n    sentry_sdk.init(dsn='http://0123456789abcdef@127.0.0.1:9/1')\n"
    files = {
        "manage.py": started_by_manage(lines),
        "Procfile": PROCFILE.replace("gunicorn bookstore.wsgi", "python manage.py runserver 0.0.0.0:$PORT"),
    }
    assert make_site(tmp_path, SENTRY, files=files).findings() == []
