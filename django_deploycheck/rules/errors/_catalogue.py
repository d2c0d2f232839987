"""
Every error tracker that is known, as its package was read.

New Relic 14.1.0, Datadog 4.16.0, AppSignal 1.9.4, Logfire 5.2.0, OpenTelemetry's instrumentation of Django 0.66b1; the
others are described where their settings are judged. Of the last few only the marks are known: they are taken to work
wherever these show.
"""

from __future__ import annotations

from django_deploycheck.rules.errors._by_setting import bugsnag, elastic_apm, honeybadger, opentelemetry, raygun, scout
from django_deploycheck.rules.errors._rollbar import ROLLBAR
from django_deploycheck.rules.errors._sentry import SENTRY
from django_deploycheck.rules.errors._trackers import Tracker

_FALSE = ("false", "False", "FALSE", "0")
_TRUE = ("true", "True", "TRUE")

TRACKERS = (
    SENTRY,
    ROLLBAR,
    Tracker(
        title="Bugsnag",
        distributions=("bugsnag",),
        package="bugsnag",
        starts=("bugsnag.configure",),
        settings=("BUGSNAG",),
        marks=("bugsnag.",),
        needs=("MIDDLEWARE", "bugsnag.django.middleware.BugsnagMiddleware"),
        remedy=(
            "Set BUGSNAG = {{'api_key': os.environ['BUGSNAG_API_KEY'], 'release_stage': 'production'}} in {settings}, "
            "with 'bugsnag.django.middleware.BugsnagMiddleware' as the first entry of MIDDLEWARE"
        ),
        configured=bugsnag,
    ),
    Tracker(
        title="Honeybadger",
        distributions=("honeybadger",),
        package="honeybadger",
        starts=("honeybadger.configure",),
        settings=("HONEYBADGER",),
        marks=("honeybadger.",),
        needs=("MIDDLEWARE", "honeybadger.contrib.DjangoHoneybadgerMiddleware"),
        remedy=(
            "Set HONEYBADGER = {{'API_KEY': os.environ['HONEYBADGER_API_KEY'], 'ENVIRONMENT': 'production'}} in "
            "{settings}, with 'honeybadger.contrib.DjangoHoneybadgerMiddleware' as the first entry of MIDDLEWARE"
        ),
        configured=honeybadger,
    ),
    Tracker(
        title="Raygun",
        distributions=("raygun4py",),
        package="raygun4py",
        settings=("RAYGUN4PY_CONFIG", "RAYGUN4PY_API_KEY"),
        marks=("raygun4py.",),
        needs=("MIDDLEWARE", "raygun4py.middleware.django.Provider"),
        remedy=(
            "Set RAYGUN4PY_CONFIG = {{'api_key': os.environ['RAYGUN_API_KEY']}} in {settings}, with "
            "'raygun4py.middleware.django.Provider' in MIDDLEWARE"
        ),
        configured=raygun,
    ),
    Tracker(
        title="AppSignal",
        distributions=("appsignal",),
        package="appsignal",
        starts=("appsignal.start",),
        marks=("appsignal.",),
        remedy="Call 'appsignal.start()' in wsgi.py and asgi.py, with the client that it starts in '__appsignal__.py'",
        decisive=(("appsignal.Appsignal", ("active", "push_api_key")),),
    ),
    Tracker(
        title="New Relic",
        distributions=("newrelic",),
        package="newrelic",
        starts=("newrelic.agent.initialize",),
        marks=("newrelic.",),
        wrappers=("newrelic-admin",),
        remedy="Write 'newrelic-admin run-program' in front of the web process's command",
        switches=(("NEW_RELIC_MONITOR_MODE", _FALSE),),
        overrides=("NEW_RELIC_CONFIG_FILE",),
    ),
    Tracker(
        title="Elastic APM",
        distributions=("elastic-apm",),
        package="elasticapm",
        starts=("elasticapm.Client", "elasticapm.instrument"),
        settings=("ELASTIC_APM",),
        marks=("elasticapm.",),
        wrappers=("elasticapm-run",),
        needs=("INSTALLED_APPS", "elasticapm.contrib.django"),
        remedy=(
            "Set ELASTIC_APM = {{'SERVICE_NAME': 'site', 'SERVER_URL': os.environ['ELASTIC_APM_SERVER_URL']}} in "
            "{settings}, with 'elasticapm.contrib.django' in INSTALLED_APPS"
        ),
        configured=elastic_apm,
        switches=(("ELASTIC_APM_ENABLED", ("false", "False", "FALSE")),),
    ),
    Tracker(
        title="Scout",
        distributions=("scout-apm",),
        package="scout_apm",
        starts=("scout_apm.api.install",),
        settings=("SCOUT_KEY",),
        marks=("scout_apm.",),
        needs=("INSTALLED_APPS", "scout_apm.django"),
        remedy=(
            "Set SCOUT_MONITOR = True and SCOUT_KEY = os.environ['SCOUT_KEY'] in {settings}, with 'scout_apm.django' "
            "as the first entry of INSTALLED_APPS"
        ),
        configured=scout,
        switches=(("SCOUT_MONITOR", _FALSE),),
    ),
    Tracker(
        title="Datadog",
        distributions=("ddtrace",),
        package="ddtrace",
        starts=("ddtrace.auto", "ddtrace.patch_all"),
        marks=("ddtrace.",),
        wrappers=("ddtrace-run",),
        remedy="Write 'ddtrace-run' in front of the web process's command",
        switches=(("DD_TRACE_ENABLED", _FALSE),),
    ),
    Tracker(
        title="OpenTelemetry",
        distributions=("opentelemetry-instrumentation-django", "opentelemetry-distro"),
        package="opentelemetry.instrumentation.django",
        starts=(
            "opentelemetry.instrumentation.django.DjangoInstrumentor.instrument",
            "azure.monitor.opentelemetry.configure_azure_monitor",
        ),
        marks=("opentelemetry.sdk.",),
        wrappers=("opentelemetry-instrument",),
        remedy="Write 'opentelemetry-instrument' in front of the web process's command",
        configured=opentelemetry,
        switches=(("OTEL_SDK_DISABLED", _TRUE), ("OTEL_PYTHON_DJANGO_INSTRUMENT", ("False",))),
    ),
    Tracker(
        title="Logfire",
        distributions=("logfire",),
        package="logfire",
        starts=("logfire.configure", "logfire.instrument_django"),
        marks=("logfire.",),
        remedy="Call 'logfire.configure()' and 'logfire.instrument_django()' at the end of {settings}",
        decisive=(("logfire.configure", ("send_to_logfire",)),),
        overrides=(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        ),
    ),
    Tracker("Raven", ("raven",), "raven", ("raven.Client",), ("RAVEN_CONFIG",), ("raven.",)),
    Tracker("Airbrake", ("airbrake", "pybrake"), "pybrake", (), ("AIRBRAKE",), ("pybrake.", "airbrake.")),
    Tracker(
        "Application Insights",
        ("opencensus-ext-azure", "azure-monitor-opentelemetry"),
        "opencensus.ext.azure",
        (),
        ("OPENCENSUS",),
        ("opencensus.",),
    ),
    Tracker("Highlight", ("highlight-io",), "highlight_io", (), (), ("highlight_io.",)),
)
