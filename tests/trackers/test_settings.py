"""Trackers that settings start: on, they are left alone; off, the finding stands where it is decided."""

from __future__ import annotations

import pytest

from tests.trackers.sites import NOWHERE, Package, make_site

DSN = "http://0123456789abcdef0123456789abcdef@127.0.0.1:9/1"
NOBODY = "Nobody would be told of an error: no error tracker is active, and 'ADMINS' is empty."
REQUIREMENT = "requirements.txt: {}"

SENTRY = Package(
    "sentry-sdk",
    "getattr(client, 'dsn', None) and client.options.get('sample_rate') != 0",
    "import sentry_sdk\n"
    "client = sentry_sdk.get_client() if hasattr(sentry_sdk, 'get_client') else sentry_sdk.Hub.current.client",
)
ROLLBAR = Package(
    "rollbar",
    "rollbar._initialized and rollbar.SETTINGS['access_token'] and rollbar.SETTINGS['enabled']",
    "import rollbar",
)
BUGSNAG = Package(
    "bugsnag",
    "bugsnag.configuration.api_key and bugsnag.configuration.should_notify() and getattr(django.core.signals, "
    "'got_request_exception').receivers",
    "import bugsnag, django.core.signals",
)
HONEYBADGER = Package(
    "honeybadger",
    "honeybadger.config.api_key and honeybadger._connection().__name__ == 'honeybadger.connection' and hooks",
    "from honeybadger import honeybadger\nhooks = handler._exception_middleware",
)
RAYGUN = Package(
    "raygun4py",
    "any(hook.__self__.sender.api_key for hook in handler._exception_middleware if hasattr(hook, '__self__'))",
)
ELASTIC = Package(
    "elastic-apm",
    "client and client.config.is_recording and client.config.server_url and not client.config.disable_send",
    "import elasticapm\nclient = elasticapm.get_client()",
    env={
        "ELASTIC_APM_SERVER_URL": NOWHERE,
        "ELASTIC_APM_CENTRAL_CONFIG": "false",
        "ELASTIC_APM_CLOUD_PROVIDER": "none",
        "ELASTIC_APM_METRICS_INTERVAL": "0s",
        "ELASTIC_APM_LOG_LEVEL": "off",
    },
)
SCOUT = Package(
    "scout-apm",
    "scout_config.value('monitor') and scout_config.value('key') and scout_config.value('errors_enabled') and "
    "any(receiver for receiver in got_request_exception.receivers)",
    "from scout_apm.core.config import scout_config\nfrom django.core.signals import got_request_exception",
    env={
        "SCOUT_CORE_AGENT_DOWNLOAD": "false",
        "SCOUT_CORE_AGENT_LAUNCH": "false",
        "SCOUT_CORE_AGENT_SOCKET_PATH": "tcp://127.0.0.1:9",
        "SCOUT_ERRORS_HOST": NOWHERE,
        "SCOUT_SHUTDOWN_TIMEOUT_SECONDS": "0",
        "SCOUT_SHUTDOWN_MESSAGE_ENABLED": "false",
    },
)
LOGFIRE = Package(
    "logfire",
    "GLOBAL_CONFIG._initialized and GLOBAL_CONFIG.send_to_logfire and GLOBAL_CONFIG.token and "
    "any('opentelemetry' in name for name in settings.MIDDLEWARE)",
    "from logfire._internal.config import GLOBAL_CONFIG\nfrom django.conf import settings",
    env={"LOGFIRE_BASE_URL": NOWHERE},
)

ROLLBAR_NAME = "rollbar.contrib.django.middleware.RollbarNotifierMiddleware"
BUGSNAG_NAME = "bugsnag.django.middleware.BugsnagMiddleware"
HONEYBADGER_NAME = "honeybadger.contrib.DjangoHoneybadgerMiddleware"
RAYGUN_NAME = "raygun4py.middleware.django.Provider"
ROLLBAR_LAST = f'MIDDLEWARE = [*MIDDLEWARE, "{ROLLBAR_NAME}"]\n'
BUGSNAG_FIRST = f'MIDDLEWARE = ["{BUGSNAG_NAME}", *MIDDLEWARE]\n'
HONEYBADGER_FIRST = f'MIDDLEWARE = ["{HONEYBADGER_NAME}", *MIDDLEWARE]\n'
RAYGUN_FIRST = f'MIDDLEWARE = ["{RAYGUN_NAME}", *MIDDLEWARE]\n'
ELASTIC_APP = 'INSTALLED_APPS = ["elasticapm.contrib.django", *INSTALLED_APPS]\n'
SCOUT_APP = 'INSTALLED_APPS = ["scout_apm.django", *INSTALLED_APPS]\n'
INSTRUMENTED = "logfire.instrument_django()\n"


@pytest.mark.parametrize(
    ("package", "settings", "env"),
    [
        pytest.param(SENTRY, f"import sentry_sdk\nsentry_sdk.init(dsn={DSN!r})\n", {}, id="Sentry"),
        pytest.param(
            SENTRY,
            'import sentry_sdk\nsentry_sdk.init(dsn=os.environ["GLITCHTIP_DSN"])\n',
            {"GLITCHTIP_DSN": DSN},
            id="GlitchTip, by Sentry's package",
        ),
        pytest.param(
            SENTRY, "import sentry_sdk\nsentry_sdk.init()\n", {"SENTRY_DSN": DSN}, id="Sentry, by its own variable"
        ),
        pytest.param(ROLLBAR, ROLLBAR_LAST + 'ROLLBAR = {"access_token": "x" * 32}\n', {}, id="Rollbar"),
        pytest.param(ROLLBAR, 'import rollbar\nrollbar.init("x" * 32, "production")\n', {}, id="Rollbar by hand"),
        pytest.param(BUGSNAG, BUGSNAG_FIRST + 'BUGSNAG = {"api_key": "x" * 32}\n', {}, id="Bugsnag"),
        pytest.param(BUGSNAG, BUGSNAG_FIRST, {"BUGSNAG_API_KEY": "x" * 32}, id="Bugsnag, by its own variable"),
        pytest.param(HONEYBADGER, HONEYBADGER_FIRST + 'HONEYBADGER = {"API_KEY": "x" * 32}\n', {}, id="Honeybadger"),
        pytest.param(
            HONEYBADGER,
            HONEYBADGER_FIRST + 'HONEYBADGER = {"API_KEY": ""}\n',
            {"HONEYBADGER_API_KEY": "x" * 32},
            id="Honeybadger, whose variable overrides its setting",
        ),
        pytest.param(RAYGUN, RAYGUN_FIRST + 'RAYGUN4PY_CONFIG = {"api_key": "x" * 22}\n', {}, id="Raygun"),
        pytest.param(RAYGUN, RAYGUN_FIRST + 'RAYGUN4PY_API_KEY = "x" * 22\n', {}, id="Raygun by its other setting"),
        pytest.param(ELASTIC, ELASTIC_APP + 'ELASTIC_APM = {"SERVICE_NAME": "bookstore"}\n', {}, id="Elastic APM"),
        pytest.param(SCOUT, SCOUT_APP + 'SCOUT_MONITOR = True\nSCOUT_KEY = "x" * 16\n', {}, id="Scout"),
        pytest.param(
            SCOUT, SCOUT_APP, {"SCOUT_MONITOR": "true", "SCOUT_KEY": "x" * 16}, id="Scout, by its own variables"
        ),
        pytest.param(
            LOGFIRE,
            'import logfire\nlogfire.configure(token="x" * 32, console=False)\n' + INSTRUMENTED,
            {},
            id="Logfire",
        ),
    ],
)
def test_on(tmp_path, package, settings, env):
    site = make_site(tmp_path, package, settings, env=env)
    assert site.sends()
    assert site.findings() == []


@pytest.mark.parametrize(
    ("package", "settings", "line", "message"),
    [
        pytest.param(
            SENTRY,
            'import sentry_sdk\nsentry_sdk.init(dsn="")\n',
            'bookstore/settings.py: sentry_sdk.init(dsn="")',
            "Sentry would report nothing: 'sentry_sdk.init' is called with an empty 'dsn'.",
            id="Sentry without a DSN",
        ),
        pytest.param(
            SENTRY,
            "",
            REQUIREMENT.format("sentry-sdk"),
            "Sentry would report nothing: 'sentry-sdk' is required and 'sentry_sdk.init' is called nowhere.",
            id="Sentry, which nothing starts",
        ),
        pytest.param(
            SENTRY,
            f"import sentry_sdk\nsentry_sdk.init(dsn={DSN!r}, sample_rate=0.0)\n",
            f"bookstore/settings.py: sentry_sdk.init(dsn={DSN!r}, sample_rate=0.0)",
            "Sentry would report nothing: 'sentry_sdk.init' is called with 'sample_rate' 0, which drops every error.",
            id="Sentry with every error left out",
        ),
        pytest.param(
            ROLLBAR,
            ROLLBAR_LAST + 'ROLLBAR = {"environment": "production"}\n',
            'bookstore/settings.py: ROLLBAR = {"environment": "production"}',
            "Rollbar would report nothing: 'ROLLBAR' holds no 'access_token'.",
            id="Rollbar without a token",
        ),
        pytest.param(
            ROLLBAR,
            ROLLBAR_LAST + 'ROLLBAR = {"access_token": "x", "enabled": False}\n',
            'bookstore/settings.py: ROLLBAR = {"access_token": "x", "enabled": False}',
            "Rollbar would report nothing: ROLLBAR['enabled'] is False.",
            id="Rollbar disabled",
        ),
        pytest.param(
            BUGSNAG,
            BUGSNAG_FIRST + 'BUGSNAG = {"api_key": ""}\n',
            'bookstore/settings.py: BUGSNAG = {"api_key": ""}',
            "Bugsnag would report nothing: BUGSNAG['api_key'] is empty.",
            id="Bugsnag without a key",
        ),
        pytest.param(
            BUGSNAG,
            BUGSNAG_FIRST
            + 'BUGSNAG = {"api_key": "x", "release_stage": "live", "notify_release_stages": ["production"]}\n',
            'bookstore/settings.py: BUGSNAG = {"api_key": "x", "release_stage": "live", '
            '"notify_release_stages": ["production"]}',
            "Bugsnag would report nothing: its release stage 'live' is not in BUGSNAG['notify_release_stages'].",
            id="Bugsnag in a stage that it does not notify of",
        ),
        pytest.param(
            HONEYBADGER,
            HONEYBADGER_FIRST + 'HONEYBADGER = {"API_KEY": ""}\n',
            'bookstore/settings.py: HONEYBADGER = {"API_KEY": ""}',
            "Honeybadger would report nothing: HONEYBADGER['API_KEY'] is empty.",
            id="Honeybadger without a key",
        ),
        pytest.param(
            HONEYBADGER,
            HONEYBADGER_FIRST + 'HONEYBADGER = {"api_key": "x", "environment": "dev"}\n',
            'bookstore/settings.py: HONEYBADGER = {"api_key": "x", "environment": "dev"}',
            "Honeybadger would report nothing: it sends nothing from the environment 'dev' in "
            "HONEYBADGER['environment'].",
            id="Honeybadger in an environment for development",
        ),
        pytest.param(
            RAYGUN,
            RAYGUN_FIRST,
            f"bookstore/settings.py: {RAYGUN_FIRST.strip()}",
            "Raygun would report nothing: neither 'RAYGUN4PY_API_KEY' nor RAYGUN4PY_CONFIG['api_key'] is set.",
            id="Raygun without a key",
        ),
        pytest.param(
            ELASTIC,
            ELASTIC_APP + 'ELASTIC_APM = {"SERVICE_NAME": "bookstore", "ENABLED": False}\n',
            'bookstore/settings.py: ELASTIC_APM = {"SERVICE_NAME": "bookstore", "ENABLED": False}',
            "Elastic APM would report nothing: ELASTIC_APM['ENABLED'] is False.",
            id="Elastic APM disabled",
        ),
        pytest.param(
            SCOUT,
            SCOUT_APP + 'SCOUT_MONITOR = False\nSCOUT_KEY = "x"\n',
            "bookstore/settings.py: SCOUT_MONITOR = False",
            "Scout would report nothing: 'SCOUT_MONITOR' is False.",
            id="Scout disabled",
        ),
        pytest.param(
            SCOUT,
            SCOUT_APP + 'SCOUT_KEY = "x"\n',
            'bookstore/settings.py: SCOUT_KEY = "x"',
            "Scout would report nothing: 'SCOUT_KEY' is set and 'SCOUT_MONITOR' is not, which is False by default.",
            id="Scout by its key alone",
        ),
        pytest.param(
            LOGFIRE,
            "import logfire\nlogfire.configure(send_to_logfire=False, console=False)\n" + INSTRUMENTED,
            "bookstore/settings.py: logfire.configure(send_to_logfire=False, console=False)",
            "Logfire would report nothing: 'logfire.configure' is called with 'send_to_logfire' empty or False.",
            id="Logfire that does not send",
        ),
    ],
)
def test_off(tmp_path, package, settings, line, message):
    site = make_site(tmp_path, package, settings)
    assert not site.sends()
    said = sorted(site.findings())
    assert said == [
        ("deploycheck.W501", "bookstore/settings.py: ADMINS = []", NOBODY),
        ("deploycheck.W502", line, message),
    ]


@pytest.mark.parametrize(
    ("package", "message"),
    [
        pytest.param(BUGSNAG, f"'bugsnag' is required and '{BUGSNAG_NAME}' is not in MIDDLEWARE", id="Bugsnag"),
        pytest.param(
            HONEYBADGER, f"'honeybadger' is required and '{HONEYBADGER_NAME}' is not in MIDDLEWARE", id="Honeybadger"
        ),
        pytest.param(RAYGUN, f"'raygun4py' is required and '{RAYGUN_NAME}' is not in MIDDLEWARE", id="Raygun"),
        pytest.param(
            ELASTIC,
            "'elastic-apm' is required and 'elasticapm.contrib.django' is not in INSTALLED_APPS",
            id="Elastic APM",
        ),
        pytest.param(SCOUT, "'scout-apm' is required and 'scout_apm.django' is not in INSTALLED_APPS", id="Scout"),
        pytest.param(LOGFIRE, "'logfire' is required and 'logfire.configure' is called nowhere", id="Logfire"),
        pytest.param(ROLLBAR, "'rollbar' is required and 'rollbar.init' is called nowhere", id="Rollbar"),
    ],
)
def test_required_and_never_started(tmp_path, package, message):
    title = "Elastic APM" if package is ELASTIC else None
    (first, second) = sorted(make_site(tmp_path, package).findings())
    assert first[0] == "deploycheck.W501"
    assert second[:2] == ("deploycheck.W502", REQUIREMENT.format(package.distribution))
    assert second[2].endswith(f" would report nothing: {message}.")
    assert title is None or second[2].startswith(title)


@pytest.mark.parametrize(
    ("package", "settings", "line", "message"),
    [
        pytest.param(
            ROLLBAR,
            f'MIDDLEWARE = ["{ROLLBAR_NAME}", *MIDDLEWARE]\nROLLBAR = {{"access_token": "x"}}\n',
            f'MIDDLEWARE = ["{ROLLBAR_NAME}", *MIDDLEWARE]',
            f"'{ROLLBAR_NAME}' stands above 'django.middleware.security.SecurityMiddleware', which can hide errors "
            "from it.",
            id="Rollbar's middleware in first place",
        ),
        pytest.param(
            BUGSNAG,
            'BUGSNAG = {"api_key": "x"}\n',
            'BUGSNAG = {"api_key": "x"}',
            f"'BUGSNAG' is set for Bugsnag, and '{BUGSNAG_NAME}' is missing in MIDDLEWARE.",
            id="Bugsnag without its middleware",
        ),
        pytest.param(
            HONEYBADGER,
            'HONEYBADGER = {"API_KEY": "x"}\n',
            'HONEYBADGER = {"API_KEY": "x"}',
            f"'HONEYBADGER' is set for Honeybadger, and '{HONEYBADGER_NAME}' is missing in MIDDLEWARE.",
            id="Honeybadger without its middleware",
        ),
        pytest.param(
            RAYGUN,
            'RAYGUN4PY_API_KEY = "x"\n',
            'RAYGUN4PY_API_KEY = "x"',
            f"'RAYGUN4PY_API_KEY' is set for Raygun, and '{RAYGUN_NAME}' is missing in MIDDLEWARE.",
            id="Raygun without its middleware",
        ),
        pytest.param(
            ELASTIC,
            'ELASTIC_APM = {"SERVICE_NAME": "bookstore"}\n',
            'ELASTIC_APM = {"SERVICE_NAME": "bookstore"}',
            "'ELASTIC_APM' is set for Elastic APM, and 'elasticapm.contrib.django' is missing in INSTALLED_APPS.",
            id="Elastic APM without its app",
        ),
        pytest.param(
            SCOUT,
            'SCOUT_MONITOR = True\nSCOUT_KEY = "x"\n',
            'SCOUT_KEY = "x"',
            "'SCOUT_KEY' is set for Scout, and 'scout_apm.django' is missing in INSTALLED_APPS.",
            id="Scout without its app",
        ),
    ],
)
def test_misplaced(tmp_path, package, settings, line, message):
    site = make_site(tmp_path, package, settings)
    assert site.findings() == [("deploycheck.W503", f"bookstore/settings.py: {line}", message)]
    if package is not ROLLBAR:
        assert not site.sends()


@pytest.mark.parametrize(
    ("package", "settings", "line", "message"),
    [
        pytest.param(
            SENTRY,
            f"import sentry_sdk\nsentry_sdk.init(dsn={DSN!r}, environment='local')\n",
            f"sentry_sdk.init(dsn={DSN!r}, environment='local')",
            "Sentry reports what happens with these settings as errors of 'local'.",
            id="Sentry",
        ),
        pytest.param(
            BUGSNAG,
            BUGSNAG_FIRST + 'BUGSNAG = {"api_key": "x", "release_stage": "development"}\n',
            'BUGSNAG = {"api_key": "x", "release_stage": "development"}',
            "Bugsnag reports what happens with these settings as errors of 'development'.",
            id="Bugsnag",
        ),
        pytest.param(
            HONEYBADGER,
            HONEYBADGER_FIRST + 'HONEYBADGER = {"API_KEY": "x", "ENVIRONMENT": "local"}\n',
            'HONEYBADGER = {"API_KEY": "x", "ENVIRONMENT": "local"}',
            "Honeybadger reports what happens with these settings as errors of 'local'.",
            id="Honeybadger",
        ),
    ],
)
def test_named_as_for_development(tmp_path, package, settings, line, message):
    site = make_site(tmp_path, package, settings)
    assert site.sends()
    assert site.findings() == [("deploycheck.I507", f"bookstore/settings.py: {line}", message)]


@pytest.mark.parametrize(
    ("package", "settings"),
    [
        pytest.param(
            SENTRY, 'import sentry_sdk\nsentry_sdk.init(dsn=os.environ.get("TRACKER_KEY"))\n', id="Sentry's DSN"
        ),
        pytest.param(
            ROLLBAR, ROLLBAR_LAST + 'ROLLBAR = {"access_token": os.environ.get("TRACKER_KEY")}\n', id="Rollbar's token"
        ),
        pytest.param(
            BUGSNAG, BUGSNAG_FIRST + 'BUGSNAG = {"api_key": os.environ.get("TRACKER_KEY", "")}\n', id="Bugsnag's key"
        ),
        pytest.param(
            HONEYBADGER,
            HONEYBADGER_FIRST + 'HONEYBADGER = {"API_KEY": os.environ.get("TRACKER_KEY")}\n',
            id="Honeybadger's key",
        ),
        pytest.param(RAYGUN, RAYGUN_FIRST + 'RAYGUN4PY_API_KEY = os.environ.get("TRACKER_KEY")\n', id="Raygun's key"),
        pytest.param(
            ELASTIC,
            ELASTIC_APP + 'ELASTIC_APM = {"ENABLED": os.environ.get("TRACKER_KEY") == "on"}\n',
            id="whether Elastic APM is enabled",
        ),
        pytest.param(
            SCOUT,
            SCOUT_APP + 'SCOUT_KEY = "x"\nSCOUT_MONITOR = os.environ.get("TRACKER_KEY") == "on"\n',
            id="whether Scout monitors",
        ),
        pytest.param(
            LOGFIRE,
            "import logfire\nlogfire.configure(send_to_logfire='TRACKER_KEY' in os.environ, console=False)\n"
            + INSTRUMENTED,
            id="whether Logfire sends",
        ),
    ],
)
def test_a_variable_that_is_unset_here_decides(tmp_path, package, settings):
    site = make_site(tmp_path, package, settings)
    assert not site.sends()
    assert site.findings() == []
