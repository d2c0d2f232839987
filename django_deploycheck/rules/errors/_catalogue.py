"""Every error tracker that is known. One of which only its marks are known is taken to work wherever they show."""

from __future__ import annotations

from django_deploycheck.rules.errors._rollbar import ROLLBAR
from django_deploycheck.rules.errors._sentry import SENTRY
from django_deploycheck.rules.errors._trackers import Tracker

TRACKERS = (
    SENTRY,
    ROLLBAR,
    Tracker("Bugsnag", ("bugsnag",), "bugsnag", ("bugsnag.configure",), "BUGSNAG", ("bugsnag.",)),
    Tracker(
        "Honeybadger", ("honeybadger",), "honeybadger", ("honeybadger.configure",), "HONEYBADGER", ("honeybadger.",)
    ),
    Tracker("Raygun", ("raygun4py",), "raygun4py", (), "RAYGUN4PY_CONFIG", ("raygun4py.",)),
    Tracker("AppSignal", ("appsignal",), "appsignal", ("appsignal.start",), None, ("appsignal.",)),
    Tracker(
        "New Relic",
        ("newrelic",),
        "newrelic",
        ("newrelic.agent.initialize",),
        None,
        ("newrelic.",),
        ("newrelic-admin",),
    ),
    Tracker(
        "Elastic APM",
        ("elastic-apm",),
        "elasticapm",
        ("elasticapm.Client", "elasticapm.instrument"),
        "ELASTIC_APM",
        ("elasticapm.",),
        ("elasticapm-run",),
    ),
    Tracker("Scout", ("scout-apm",), "scout_apm", ("scout_apm.api.install",), "SCOUT_KEY", ("scout_apm.",)),
    Tracker(
        "Datadog", ("ddtrace",), "ddtrace", ("ddtrace.auto", "ddtrace.patch_all"), None, ("ddtrace.",), ("ddtrace-run",)
    ),
    Tracker(
        "OpenTelemetry",
        ("opentelemetry-instrumentation-django", "opentelemetry-distro"),
        "opentelemetry.instrumentation.django",
        (
            "opentelemetry.instrumentation.django.DjangoInstrumentor.instrument",
            "azure.monitor.opentelemetry.configure_azure_monitor",
        ),
        None,
        ("opentelemetry.",),
        ("opentelemetry-instrument",),
    ),
    Tracker(
        "Logfire", ("logfire",), "logfire", ("logfire.configure", "logfire.instrument_django"), None, ("logfire.",)
    ),
    Tracker("Raven", ("raven",), "raven", ("raven.Client",), "RAVEN_CONFIG", ("raven.",)),
    Tracker("Airbrake", ("airbrake", "pybrake"), "pybrake", (), "AIRBRAKE", ("pybrake.", "airbrake.")),
    Tracker(
        "Application Insights",
        ("opencensus-ext-azure", "azure-monitor-opentelemetry"),
        "opencensus.ext.azure",
        (),
        "OPENCENSUS",
        ("opencensus.",),
    ),
    Tracker("Highlight", ("highlight-io",), "highlight_io", (), None, ("highlight_io.",)),
)
