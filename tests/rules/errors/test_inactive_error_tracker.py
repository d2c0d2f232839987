from __future__ import annotations

import pytest
import sentry_sdk

from tests.projects import MANAGE, REQUIREMENTS, SETTINGS, WSGI, inspect_files

RULE = "inactive-error-tracker"
DSN = "https://0123456789abcdef@errors.example.com/1"
LINE = len(SETTINGS.splitlines()) + 1
SENTRY = {"requirements.txt": REQUIREMENTS + "sentry-sdk==2.44.0\n"}
ROLLBAR = {"requirements.txt": REQUIREMENTS + "rollbar==1.3.0\n"}
NOTIFIER = 'MIDDLEWARE += ["rollbar.contrib.django.middleware.RollbarNotifierMiddleware"]\n'
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
BUGSNAG = 'MIDDLEWARE += ["bugsnag.django.middleware.BugsnagMiddleware"]\n'
HONEYBADGER = 'MIDDLEWARE += ["honeybadger.contrib.DjangoHoneybadgerMiddleware"]\n'
RAYGUN = 'MIDDLEWARE += ["raygun4py.middleware.django.Provider"]\n'
# Integrations would stay behind in the process that runs the tests.
INIT = "import sentry_sdk\nsentry_sdk.init({dsn}, default_integrations=False)\n"


def wsgi(line: str) -> dict[str, str]:
    return {"bookstore/wsgi.py": WSGI + line}


def required(name: str) -> dict[str, str]:
    return {"requirements.txt": f"{REQUIREMENTS}{name}\n"}


def manage(call: str) -> str:
    return MANAGE.replace("    from django", f"    import sentry_sdk\n    {call}\n    from django")


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="no tracker at all"),
        pytest.param(SENTRY, INIT.format(dsn=f"dsn={DSN!r}"), id="Sentry with a DSN"),
        pytest.param(SENTRY, INIT.format(dsn='dsn=os.environ.get("SENTRY_DSN")'), id="its DSN is unset here"),
        pytest.param(
            SENTRY,
            INIT.format(dsn='dsn=os.environ.get("SENTRY_DSN", "")'),
            id="its DSN is unset here, and has a default",
        ),
        pytest.param(
            SENTRY,
            'DSN = os.environ.get("SENTRY_DSN", "")\n' + INIT.format(dsn="dsn=DSN"),
            id="its DSN's variable has a name",
        ),
        pytest.param(SENTRY, INIT.replace("{dsn}, ", ""), id="its DSN is left to the environment"),
        pytest.param(
            SENTRY,
            'if "SENTRY_DSN" in os.environ:\n    import sentry_sdk\n    '
            'sentry_sdk.init(dsn=os.environ["SENTRY_DSN"])\n',
            id="started where its variable is set",
        ),
        pytest.param(
            SENTRY,
            'if DEBUG:\n    import sentry_sdk\n    sentry_sdk.init(dsn="")\n',
            id="an empty one under a condition",
        ),
        pytest.param(
            {**SENTRY, **wsgi("import sentry_sdk\nsentry_sdk.init(dsn=os.environ['SENTRY_DSN'])\n")},
            "",
            id="started in wsgi.py",
        ),
        pytest.param(
            {
                **SENTRY,
                "gunicorn.conf.py": "import sentry_sdk\ndef post_fork(server, worker):\n    sentry_sdk.init()\n",
            },
            "",
            id="started in gunicorn's hooks",
        ),
        pytest.param(
            {
                **SENTRY,
                "shop/__init__.py": "",
                "shop/apps.py": "class ShopConfig:\n    def ready(self):\n        from shop import errors\n",
                "shop/errors.py": "import sentry_sdk\nsentry_sdk.init(dsn='x')\n",
            },
            'INSTALLED_APPS += ["shop.apps.ShopConfig"]\n',
            id="started in what an app imports",
        ),
        pytest.param(
            {
                **SENTRY,
                **wsgi("from bookstore.errors import start\nstart()\n"),
                "bookstore/errors.py": "from sentry_sdk.integrations.wsgi import x\n",
            },
            "",
            id="used in a way that is not known",
        ),
        pytest.param({**SENTRY, "requirements.txt": REQUIREMENTS}, "", id="not required"),
        pytest.param(
            {"requirements.txt": None, "pyproject.toml": '[dependency-groups]\ndev = ["sentry-sdk"]\n'},
            "",
            id="for development alone",
        ),
        pytest.param(SENTRY, "from missing_package import *\n", id="a settings source that was not read"),
        pytest.param(ROLLBAR, NOTIFIER + 'ROLLBAR = {"access_token": "x"}\n', id="Rollbar with a token"),
        pytest.param(
            ROLLBAR,
            NOTIFIER.replace('Middleware"]', 'MiddlewareExcluding404"]') + 'ROLLBAR = {"access_token": "x"}\n',
            id="its other middleware",
        ),
        pytest.param(
            ROLLBAR,
            NOTIFIER + 'ROLLBAR = {"access_token": os.environ.get("ROLLBAR_ACCESS_TOKEN")}\n',
            id="its token is unset here",
        ),
        pytest.param(
            ROLLBAR,
            NOTIFIER + 'ROLLBAR = {"access_token": "x", "enabled": os.environ.get("ENABLE_ROLLBAR") == "1"}\n',
            id="whether it is enabled is unset here",
        ),
        pytest.param(
            {
                **ROLLBAR,
                "shop/__init__.py": "",
                "shop/middleware.py": "from rollbar.contrib.django.middleware import RollbarNotifierMiddleware\n",
            },
            'MIDDLEWARE += ["shop.middleware.Notifier"]\nROLLBAR = {"access_token": "x"}\n',
            id="a middleware of the project's own",
        ),
        pytest.param(
            ROLLBAR,
            'ROLLBAR = {"access_token": "x"}\nimport rollbar\nrollbar.init(**ROLLBAR)\n',
            id="Rollbar started by hand",
        ),
        pytest.param(
            {**ROLLBAR, **wsgi("import rollbar\nrollbar.init('x')\n")},
            'ROLLBAR = {"access_token": "x"}\n',
            id="Rollbar started in wsgi.py",
        ),
        pytest.param(
            ROLLBAR,
            'ROLLBAR = {"access_token": "x"}\nLOGGING = {"version": 1, "handlers": {"r": {"class": '
            '"rollbar.logger.RollbarHandler"}}}\n',
            id="Rollbar's handler",
        ),
        pytest.param(
            ROLLBAR,
            'import rollbar\nrollbar.init(os.environ.get("ROLLBAR_ACCESS_TOKEN"))\n',
            id="its token by hand is unset here",
        ),
        pytest.param(
            {**SENTRY, "Procfile": "web: newrelic-admin run-program gunicorn bookstore.wsgi\n"},
            "",
            id="another one around the server",
        ),
        pytest.param(
            {**SENTRY}, 'MIDDLEWARE += ["bugsnag.django.middleware.BugsnagMiddleware"]\n', id="another one's middleware"
        ),
        pytest.param(
            {"requirements.txt": SENTRY["requirements.txt"] + "pybrake\n"},
            "",
            id="another one is required, that is not known well",
        ),
        pytest.param(
            ROLLBAR,
            NOTIFIER + 'ROLLBAR = {"access_token": __import__("json").loads("\\"\\"")}\n',
            id="its token comes from nobody knows where",
        ),
        pytest.param(
            required("appsignal"), "from missing_package import *\n", id="one that a settings source not read may start"
        ),
        pytest.param(
            {**required("appsignal"), **wsgi("from appsignal import monitor\n")},
            "",
            id="one that is imported somewhere",
        ),
        pytest.param(required("newrelic"), "", id="one around a server that is not known"),
        pytest.param(
            {**required("ddtrace"), "Procfile": "web: sh /opt/start.sh\n"}, "", id="one around what was not understood"
        ),
        pytest.param(
            {
                **PROCFILE,
                **required("logfire"),
                **wsgi("import logfire\nlogfire.configure(send_to_logfire=False, **KEYS)\n"),
            },
            "",
            id="arguments that are not known",
        ),
        pytest.param(
            {
                **required("logfire"),
                **wsgi("import logfire\nif SILENT:\n    logfire.configure(send_to_logfire=False)\n"),
            },
            "",
            id="arguments under a condition",
        ),
        pytest.param(
            {
                **required("logfire"),
                **wsgi("import logfire\nlogfire.configure(send_to_logfire=False)\n"),
                "Procfile": "web: OTEL_EXPORTER_OTLP_ENDPOINT=https://otel.example.com gunicorn bookstore.wsgi\n",
            },
            "",
            id="Logfire that sends elsewhere",
        ),
        pytest.param(
            {
                **required("newrelic"),
                "Procfile": "web: NEW_RELIC_CONFIG_FILE=newrelic.ini NEW_RELIC_MONITOR_MODE=false newrelic-admin run-program "
                "gunicorn bookstore.wsgi\n",
            },
            "",
            id="New Relic with a file of options",
        ),
        pytest.param(
            {
                **required("newrelic"),
                **wsgi("import newrelic.agent\nnewrelic.agent.initialize('newrelic.ini')\n"),
                "Procfile": "web: NEW_RELIC_MONITOR_MODE=false gunicorn bookstore.wsgi\n",
            },
            "",
            id="New Relic started with a file of options",
        ),
        pytest.param(
            {
                **required("ddtrace"),
                "Procfile": "web: ddtrace-run gunicorn bookstore.wsgi\nweb2: gunicorn bookstore.wsgi\n",
                "Dockerfile": "FROM python:3.12\nENV DD_TRACE_ENABLED=false\nCMD ddtrace-run gunicorn bookstore.wsgi\n",
            },
            "",
            id="Datadog that is switched off in one of two ways",
        ),
        pytest.param(
            {**PROCFILE, **required("opentelemetry-distro")},
            'MIDDLEWARE = ["opentelemetry.instrumentation.django.middleware.x", *MIDDLEWARE]\n',
            id="OpenTelemetry in this process",
        ),
        pytest.param(
            {
                **PROCFILE,
                **SENTRY,
                "manage.py": manage("sentry_sdk.init()"),
                **wsgi("import sentry_sdk\nsentry_sdk.init()\n"),
            },
            "",
            id="started by manage.py and by wsgi.py",
        ),
        pytest.param(
            {**SENTRY, "manage.py": manage("sentry_sdk.init()"), "Procfile": "web: python manage.py runserver\n"},
            "",
            id="started by manage.py, which serves",
        ),
        pytest.param(
            {**SENTRY, "manage.py": manage("sentry_sdk.init()")}, "", id="started by manage.py, and no server known"
        ),
        pytest.param(
            {
                **PROCFILE,
                **required("bugsnag"),
                "manage.py": manage("bugsnag.configure()").replace("sentry_sdk", "bugsnag"),
            },
            'MIDDLEWARE += ["bugsnag.django.middleware.BugsnagMiddleware"]\n',
            id="started by manage.py and its middleware",
        ),
        pytest.param({}, 'BUGSNAG = {"api_key": None}\n' + BUGSNAG, id="Bugsnag's key is left to its variable"),
        pytest.param(
            {},
            'STAGES = os.environ.get("BACKEND", "a").split()\nBUGSNAG = {"release_stage": "b", "notify_release_stages": STAGES}\n'
            + BUGSNAG,
            id="Bugsnag's stages are unset here",
        ),
        pytest.param(
            {},
            'BUGSNAG = {"release_stage": "a", "notify_release_stages": ["a"]}\n' + BUGSNAG,
            id="Bugsnag's stage is one of them",
        ),
        pytest.param(
            {},
            'HONEYBADGER = {"API_KEY": "x", "ENVIRONMENT": "dev", "FORCE_REPORT_DATA": True}\n' + HONEYBADGER,
            id="Honeybadger reports whatever its environment",
        ),
        pytest.param(
            {"Procfile": "web: HONEYBADGER_API_KEY=$KEY gunicorn bookstore.wsgi\n"},
            'HONEYBADGER = {"API_KEY": ""}\n' + HONEYBADGER,
            id="Honeybadger's key is given by a file",
        ),
        pytest.param(
            {},
            'HONEYBADGER = {"API_KEY": os.environ.get("BACKEND")}\n' + HONEYBADGER,
            id="Honeybadger's key is unset here",
        ),
        pytest.param({}, 'RAYGUN4PY_API_KEY = "x"\n' + RAYGUN, id="Raygun with a key"),
        pytest.param({}, 'RAYGUN4PY_CONFIG = {"api_key": "x"}\n' + RAYGUN, id="Raygun with a key in its options"),
        pytest.param(
            {},
            'if "BACKEND" in os.environ:\n    RAYGUN4PY_API_KEY = os.environ["BACKEND"]\n' + RAYGUN,
            id="Raygun's key is set where a variable is",
        ),
        pytest.param(
            {},
            'if "BACKEND" in os.environ:\n    RAYGUN4PY_CONFIG = {"api_key": os.environ["BACKEND"]}\n' + RAYGUN,
            id="Raygun's options are set where a variable is",
        ),
        pytest.param(
            {"Procfile": "web: ELASTIC_APM_ENABLED=true gunicorn bookstore.wsgi\n"},
            'ELASTIC_APM = {"ENABLED": False}\nINSTALLED_APPS += ["elasticapm.contrib.django"]\n',
            id="Elastic APM is enabled by a file",
        ),
        pytest.param(
            {"Procfile": "web: SCOUT_MONITOR=true gunicorn bookstore.wsgi\n"},
            'SCOUT_KEY = "x"\nINSTALLED_APPS += ["scout_apm.django"]\n',
            id="Scout monitors by a file's word",
        ),
        pytest.param(
            {},
            'SCOUT_KEY = "x"\nif "BACKEND" in os.environ:\n    SCOUT_MONITOR = True\nINSTALLED_APPS += ["scout_apm.django"]\n',
            id="Scout monitors where a variable is set",
        ),
        pytest.param(
            SENTRY,
            INIT.format(dsn=f'dsn={DSN!r}, sample_rate=float(os.environ.get("BACKEND", "0"))'),
            id="how many errors Sentry keeps is unset here",
        ),
        pytest.param(
            {
                **SENTRY,
                "compose.prod.yml": "services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    environment:\n"
                "      DJANGO_SETTINGS_MODULE: bookstore.other\n",
                "bookstore/other.py": "from bookstore.settings import *\n",
            },
            "",
            id="production loads other settings",
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    if "missing_package" in settings:
        settings = f"try:\n    {settings}except ImportError:\n    pass\n"
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


def test_silent_in_a_partial_tree(tmp_path):
    assert inspect_files(tmp_path, SENTRY, complete=False).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "settings", "place", "message"),
    [
        pytest.param(
            SENTRY,
            "",
            "requirements.txt:5",
            "Sentry would report nothing: 'sentry-sdk' is required and 'sentry_sdk.init' is called nowhere.",
            id="never started",
        ),
        pytest.param(
            SENTRY,
            INIT.format(dsn='dsn=""'),
            f"bookstore/settings.py:{LINE + 1}",
            "Sentry would report nothing: 'sentry_sdk.init' is called with an empty 'dsn'.",
            id="an empty DSN",
        ),
        pytest.param(
            {},
            'DSN = ""\n' + INIT.format(dsn="DSN"),
            f"bookstore/settings.py:{LINE + 2}",
            "Sentry would report nothing: 'sentry_sdk.init' is called with an empty 'dsn'.",
            id="an empty DSN with a name, in first place",
        ),
        pytest.param(
            ROLLBAR,
            "",
            "requirements.txt:5",
            "Rollbar would report nothing: 'rollbar' is required and 'rollbar.init' is called nowhere.",
            id="Rollbar never started",
        ),
        pytest.param(
            {},
            NOTIFIER + 'ROLLBAR = {"environment": "production"}\n',
            f"bookstore/settings.py:{LINE + 1}",
            "Rollbar would report nothing: 'ROLLBAR' holds no 'access_token'.",
            id="no token",
        ),
        pytest.param(
            {},
            NOTIFIER + 'ROLLBAR = {\n    "enabled": False,\n    "access_token": "x",\n}\n',
            f"bookstore/settings.py:{LINE + 2}",
            "Rollbar would report nothing: ROLLBAR['enabled'] is False.",
            id="disabled",
        ),
        pytest.param(
            {},
            NOTIFIER,
            f"bookstore/settings.py:{LINE}",
            "Rollbar would report nothing: its middleware switches itself off, because 'ROLLBAR' is not set.",
            id="a middleware without settings",
        ),
        pytest.param(
            {},
            'ROLLBAR = {"access_token": "x"}\n',
            f"bookstore/settings.py:{1 + SETTINGS.splitlines().index('MIDDLEWARE = [')}",
            "Rollbar would report nothing: 'ROLLBAR' is set and MIDDLEWARE lacks 'RollbarNotifierMiddleware'.",
            id="settings without a middleware",
        ),
        pytest.param(
            {},
            'ROLLBAR = {"access_token": "x"}\n' + NOTIFIER.replace('Middleware"', 'MiddlewareOnly404"'),
            f"bookstore/settings.py:{LINE + 1}",
            "Rollbar would report nothing: 'ROLLBAR' is set and MIDDLEWARE lacks 'RollbarNotifierMiddleware'.",
            id="the middleware for 404 alone",
        ),
        pytest.param(
            {},
            'import rollbar\nrollbar.init("", "production")\n',
            f"bookstore/settings.py:{LINE + 1}",
            "Rollbar would report nothing: 'rollbar.init' is called with an empty 'access_token'.",
            id="an empty token by hand",
        ),
        pytest.param(
            {},
            INIT.format(dsn=f"dsn={DSN!r}, sample_rate=0.0"),
            f"bookstore/settings.py:{LINE + 1}",
            "Sentry would report nothing: 'sentry_sdk.init' is called with 'sample_rate' 0, which drops every error.",
            id="every error is dropped",
        ),
        pytest.param(
            {**SENTRY, **wsgi("import sentry_sdk\nsentry_sdk.init(dsn='')\n")},
            "",
            f"bookstore/wsgi.py:{len(WSGI.splitlines()) + 2}",
            "Sentry would report nothing: 'sentry_sdk.init' is called with 'dsn' empty or False.",
            id="an empty DSN in wsgi.py",
        ),
        pytest.param(
            {**PROCFILE, **SENTRY, "manage.py": manage(f"sentry_sdk.init(dsn={DSN!r})")},
            "",
            "manage.py:7",
            "Sentry would report nothing: 'sentry_sdk.init' is called in 'manage.py' alone, which 'gunicorn' does not run.",
            id="started by manage.py alone",
        ),
        pytest.param(
            {**PROCFILE, **required("newrelic")},
            "",
            "requirements.txt:5",
            "New Relic would report nothing: 'newrelic' is required and no web process is started by 'newrelic-admin'.",
            id="nothing wraps the server",
        ),
        pytest.param(
            required("honeybadger"),
            "",
            "requirements.txt:5",
            "Honeybadger would report nothing: 'honeybadger' is required and "
            "'honeybadger.contrib.DjangoHoneybadgerMiddleware' is not in MIDDLEWARE.",
            id="its middleware is nowhere",
        ),
        pytest.param(
            {"Procfile": "web: DD_TRACE_ENABLED=false ddtrace-run gunicorn bookstore.wsgi\n"},
            "",
            "Procfile:1",
            "Datadog would report nothing: 'DD_TRACE_ENABLED' switches it off.",
            id="a variable switches it off",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python:3.12\nENV OTEL_SDK_DISABLED=true\nCMD opentelemetry-instrument gunicorn bookstore.wsgi\n"
            },
            "",
            "Dockerfile:2",
            "OpenTelemetry would report nothing: 'OTEL_SDK_DISABLED' switches it off.",
            id="a variable of the image switches it off",
        ),
        pytest.param(
            {"__appsignal__.py": "from appsignal import Appsignal\nappsignal = Appsignal(active=False)\n"},
            "",
            "__appsignal__.py:2",
            "AppSignal would report nothing: 'appsignal.Appsignal' is called with 'active' empty or False.",
            id="AppSignal's client is not active",
        ),
        pytest.param(
            {
                **required("appsignal"),
                "__appsignal__.py": "from appsignal import Appsignal\nappsignal = Appsignal(active=True)\n",
            },
            "",
            "requirements.txt:5",
            "AppSignal would report nothing: 'appsignal' is required and 'appsignal.start' is called nowhere.",
            id="AppSignal's client is not started",
        ),
        pytest.param(
            {},
            'BUGSNAG = {\n    "api_key": "",\n}\n' + BUGSNAG,
            f"bookstore/settings.py:{LINE + 1}",
            "Bugsnag would report nothing: BUGSNAG['api_key'] is empty.",
            id="Bugsnag without a key",
        ),
        pytest.param(
            {},
            'BUGSNAG = {"api_key": "x", "release_stage": "b", "notify_release_stages": ["a"]}\n' + BUGSNAG,
            f"bookstore/settings.py:{LINE}",
            "Bugsnag would report nothing: its release stage 'b' is not in BUGSNAG['notify_release_stages'].",
            id="Bugsnag does not notify of the stage",
        ),
        pytest.param(
            {},
            'HONEYBADGER = {"api_key": ""}\n' + HONEYBADGER,
            f"bookstore/settings.py:{LINE}",
            "Honeybadger would report nothing: HONEYBADGER['api_key'] is empty.",
            id="Honeybadger without a key",
        ),
        pytest.param(
            {},
            'HONEYBADGER = {"API_KEY": "x", "ENVIRONMENT": "test"}\n' + HONEYBADGER,
            f"bookstore/settings.py:{LINE}",
            "Honeybadger would report nothing: it sends nothing from the environment 'test' in HONEYBADGER['ENVIRONMENT'].",
            id="Honeybadger in an environment for tests",
        ),
        pytest.param(
            {},
            'RAYGUN4PY_API_KEY = ""\n' + RAYGUN,
            f"bookstore/settings.py:{LINE}",
            "Raygun would report nothing: 'RAYGUN4PY_API_KEY' is empty.",
            id="Raygun's key is empty",
        ),
        pytest.param(
            {},
            "RAYGUN4PY_CONFIG = {}\n" + RAYGUN,
            f"bookstore/settings.py:{LINE}",
            "Raygun would report nothing: neither 'RAYGUN4PY_API_KEY' nor RAYGUN4PY_CONFIG['api_key'] is set.",
            id="Raygun's options hold no key",
        ),
        pytest.param(
            {},
            RAYGUN,
            f"bookstore/settings.py:{LINE}",
            "Raygun would report nothing: neither 'RAYGUN4PY_API_KEY' nor RAYGUN4PY_CONFIG['api_key'] is set.",
            id="Raygun's middleware alone",
        ),
        pytest.param(
            {},
            'ELASTIC_APM = {"RECORDING": "false"}\nINSTALLED_APPS += ["elasticapm.contrib.django"]\n',
            f"bookstore/settings.py:{LINE}",
            "Elastic APM would report nothing: ELASTIC_APM['RECORDING'] is 'false'.",
            id="Elastic APM does not record",
        ),
        pytest.param(
            {},
            'ELASTIC_APM = {"SERVER_URL": ""}\nINSTALLED_APPS += ["elasticapm.contrib.django"]\n',
            f"bookstore/settings.py:{LINE}",
            "Elastic APM would report nothing: ELASTIC_APM['SERVER_URL'] is empty.",
            id="Elastic APM has no server",
        ),
        pytest.param(
            {},
            'SCOUT_MONITOR = "off"\nSCOUT_KEY = "x"\nINSTALLED_APPS += ["scout_apm.django"]\n',
            f"bookstore/settings.py:{LINE}",
            "Scout would report nothing: 'SCOUT_MONITOR' is 'off'.",
            id="Scout does not monitor",
        ),
        pytest.param(
            {},
            'SCOUT_MONITOR = True\nSCOUT_KEY = ""\nINSTALLED_APPS += ["scout_apm.django"]\n',
            f"bookstore/settings.py:{LINE + 1}",
            "Scout would report nothing: 'SCOUT_KEY' is empty.",
            id="Scout has no key",
        ),
        pytest.param(
            {},
            'SCOUT_KEY = "x"\nINSTALLED_APPS += ["scout_apm.django"]\n',
            f"bookstore/settings.py:{LINE}",
            "Scout would report nothing: 'SCOUT_KEY' is set and 'SCOUT_MONITOR' is not, which is False by default.",
            id="Scout's key alone",
        ),
    ],
)
def test_fires(tmp_path, files, settings, place, message):
    found = inspect_files(tmp_path, files, settings=settings)
    assert found.places(RULE) == [place]
    assert [finding.message for finding in found.findings(RULE)] == [message]


def test_hint(tmp_path):
    (finding,) = inspect_files(tmp_path, SENTRY).findings(RULE)
    assert finding.hint == (
        "Call 'sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"])' in bookstore/settings.py, after 'import sentry_sdk'."
    )


def test_two_that_are_off_are_two_findings(tmp_path):
    files = {"requirements.txt": SENTRY["requirements.txt"] + "rollbar\n"}
    assert inspect_files(tmp_path, files).places(RULE) == ["requirements.txt:5", "requirements.txt:6"]


def test_a_variable_that_is_set_makes_it_active(tmp_path, monkeypatch):
    monkeypatch.setenv("SENTRY_DSN", DSN)
    settings = INIT.format(dsn='dsn=os.environ["SENTRY_DSN"]')
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


def test_a_variable_that_the_package_reads_by_itself_may_be_set_here(tmp_path, monkeypatch):
    monkeypatch.setenv("HONEYBADGER_API_KEY", "x")
    settings = 'HONEYBADGER = {"API_KEY": ""}\n' + HONEYBADGER
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.skipif(hasattr(sentry_sdk, "get_client"), reason="needs sentry-sdk 1.x, which has no get_client")
def test_the_hub_of_sentry_1_tells(tmp_path):
    assert sentry_sdk.Hub.current.client is None
    assert inspect_files(tmp_path, SENTRY, settings=INIT.format(dsn=f"dsn={DSN!r}")).places(RULE) == []
    assert sentry_sdk.Hub.current.client is not None


@pytest.mark.skipif(
    not hasattr(sentry_sdk, "get_client"), reason="needs sentry-sdk 2 or later, where init without a DSN makes a client"
)
def test_an_active_client_without_a_dsn_is_no_proof(tmp_path):
    found = inspect_files(tmp_path, SENTRY, settings=INIT.format(dsn="dsn=None"))
    assert sentry_sdk.is_initialized()
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE + 1}"]
