"""
Secrets of every shape in every place of every format: not eight characters of one are in a fact or in an output.

``tests/planted.py`` holds the shapes and the files; a reader without a file there fails here.
"""

from __future__ import annotations

import logging
import pickle
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import UserSettingsHolder, global_settings
from django.core.management import call_command
from django.core.management.color import color_style

from django_deploycheck import engine, readers, rules
from django_deploycheck.discovery import Root
from django_deploycheck.reading import read_all
from django_deploycheck.records import replace
from django_deploycheck.reports import as_json, github, gitlab, ignores, sarif, text
from django_deploycheck.settings_view import SettingsView
from django_deploycheck.source import Repository, Unreadable
from tests import planted
from tests.planted import FORMATS, LEADING, SHAPES, Planter, Shape
from tests.running import manage, write_site

if TYPE_CHECKING:
    from pytest_django import Settings

EVERY_SHAPE = pytest.mark.parametrize("shape", SHAPES, ids=[shape.__name__ for shape in SHAPES])


# --- planting -----------------------------------------------------------------------------------------------------------


def plant(folder: Path, planter: Planter) -> dict[str, str]:
    """Write every file with its secrets; returns the kind of reader of each."""
    kinds = {}
    for kind, files in FORMATS.items():
        for name, template in files.items():
            write(folder / name, planter.filled(template, name))
            kinds[name] = kind
    write(folder / ".git" / "config", planter.filled(GIT_CONFIG, ".git/config"))
    for name, content in LEADING.items():
        write(folder / name, content)
    return kinds


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


GIT_CONFIG = """\
[remote "origin"]
    url = https://deploy:«url»@github.com/example/shop.git
[http]
    extraheader = AUTHORIZATION: basic «bare»
"""

# The settings as they are live: whatever the sources say.
LIVE = """{
    "SECRET_KEY": «py»,
    "SECRET_KEY_FALLBACKS": [«py»],
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop", "HOST": "db", "PASSWORD": «py»}},
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://:«url»@cache/1"}},
    "EMAIL_HOST_PASSWORD": «py»,
    "EMAIL_HOST": "smtp.example.com",
    "ADMINS": [("«bare?»", "admin@example.com")],
    "ALLOWED_HOSTS": ["https://deploy:«url»@www.example.com", "«bare?»/x"],
    "CSRF_TRUSTED_ORIGINS": ["https://deploy:«url»@www.example.com"],
    "CELERY_BROKER_URL": "amqp://shop:«url»@queue//",
    "ROLLBAR": {"access_token": «py», "environment": "development"},
    "BUGSNAG": {"api_key": «py»},
    "HONEYBADGER": {"API_KEY": «py»},
    "ELASTIC_APM": {"SECRET_TOKEN": «py», "SERVICE_NAME": "shop"},
    "RAVEN_CONFIG": {"dsn": "https://«bare»@sentry.example.com/1"},
    "AIRBRAKE": {"API_KEY": «py»},
    "SCOUT_KEY": «py»,
    "LOGGING": {"version": 1, "handlers": {"x": {"class": "logging.NullHandler", "token": «py»}}},
    "API_TOKEN": «py»,
    "TITLE": "«bare?»",
    "STATIC_URL": "https://deploy:«url»@cdn.example.com/static/",
    "DEPLOYCHECK": {
        "COMMANDS": {
            "web": "SECRET_KEY=«sh-in-json» gunicorn shop.wsgi --password «bare» --env DATABASE_URL=postgres://shop:«url»@db/shop",
            "relese": "python manage.py migrate --token «bare»",
            "«bare?»": "curl -u deploy:«bare» https://example.com",
            "empty «bare?»": "",
        },
        "TOKEN": «py»,
        "«bare?»": 1,
        "PLATFORM": "«bare?»",
        "PRODUCTION": ["«bare?».yml"],
        "EXCLUDE": ["https://deploy:«url»@example.com/*"],
        "IGNORE": {"«bare?»": "known", "no-error-tracker": "the token is token=«bare»", "root-container:«bare?»": "x"},
    },
}
"""


def live_values(planter: Planter) -> dict[str, Any]:
    return dict(eval(planter.filled(LIVE, "settings")))


def live(planter: Planter) -> UserSettingsHolder:
    settings = UserSettingsHolder(global_settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the mail settings, which Django 6.1 deprecates
        for name, value in live_values(planter).items():
            setattr(settings, name, value)
    settings.INSTALLED_APPS = ["django.contrib.staticfiles", "django_deploycheck"]
    return settings


# --- searching ----------------------------------------------------------------------------------------------------------


def texts(value: object) -> Iterator[str]:
    """Every text that can be reached from a value: in its attributes, kept properties too, keys and items."""
    stack, seen = [value], set()
    while stack:
        item = stack.pop()
        if isinstance(item, (str, bytes)):
            yield item if isinstance(item, str) else item.decode("utf-8", "replace")
            continue
        if item is None or isinstance(item, (int, float)) or id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, SettingsView):
            stack.append(item.sources)  # it shows rules the live settings, and is no fact
        elif isinstance(item, Mapping):
            stack += [*item.keys(), *item.values()]
        elif isinstance(item, (tuple, list, set, frozenset)):
            stack += item
        elif hasattr(item, "__dict__") and not isinstance(item, type):
            stack += vars(item).values()


def outputs(report: engine.Report) -> Iterator[str]:
    """Everything that is made of a report."""
    style = color_style(force_color=True)
    yield text.render(report, width=80)
    yield text.render(report, lambda role, line: getattr(style, role)(line))
    yield as_json.render(report)
    yield sarif.render(report)
    yield github.render(report)
    yield gitlab.render(report)
    yield ignores.render(report)
    for result in report.results:
        message = engine.message(result, report)
        yield f"{message}\n{message!r}\n{message.obj!r}\n{result!r}"
    yield from report.quotes.values()


def inspected(folder: Path, planter: Planter, **given: Any) -> engine.Report:
    return engine.inspect(
        given.get("settings") or live(planter), root=Root(str(folder), "", True), module="shop.settings"
    )


# --- facts and outputs --------------------------------------------------------------------------------------------------


def test_every_reader_has_files_with_secrets_in_them() -> None:
    assert set(FORMATS) == set(readers.load())
    assert all(re.search("«", template) for files in FORMATS.values() for template in files.values())


@EVERY_SHAPE
def test_no_fact_and_no_output_holds_a_secret(
    shape: Shape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each file is read, and says something; what it says is searched through and through."""
    planter = Planter(shape)
    kinds = plant(tmp_path, planter)
    for name in ("DATABASE_URL", "API_TOKEN", "DB_X", "SENTRY", "TITLE"):
        monkeypatch.setenv(name, planter.filled("postgres://shop:«url»@db/shop", "environ"))
    caplog.set_level(logging.DEBUG)

    report = inspected(tmp_path, planter)
    facts = {name: facts_of(tmp_path, name, kind) for name, kind in kinds.items()}

    deployment = report.deployment
    assert deployment is not None
    read = dict.fromkeys((*deployment.modules, *deployment.settings.sources.modules), "python-module") | {
        file.path: file.kind for file in deployment.files if file.status == "read"
    }
    assert {name: read.get(name) for name in kinds} == kinds
    assert [name for name, found in facts.items() if not found] == []
    assert (deployment.unreadable, deployment.crashes) == ((), ())
    assert deployment.mistakes
    assert planter.found(texts(facts)) == {}
    assert planter.found(texts(report)) == {}
    assert planter.found(map(repr, facts.values())) == {}
    assert planter.found(outputs(report)) == {}
    assert planter.found([caplog.text]) == {}


def facts_of(folder: Path, name: str, kind: str) -> tuple[object, ...]:
    source = Repository(str(folder)).read(name)
    assert source is not None
    return tuple(readers.load()[kind].read(source))


# --- what cannot be read, what crashes ----------------------------------------------------------------------------------

# What breaks a file on the very line of a secret.
BREAKING = {
    "bytes that are no text": lambda before, after: before.encode() + b"\xff\xfe" + after.encode(),
    "the end of the file": lambda before, after: before.encode(),
    "signs of every grammar": lambda before, after: f"{before}\"'[{{(<: ]}}`%>=\t{after}".encode(),
    "a quote": lambda before, after: f'{before}"{after}'.encode(),
    "the end of the line": lambda before, after: f"{before}\n{after}".encode(),
}


BROKEN_SHAPES = (planted.words, planted.token, planted.private_key, planted.words, planted.token)


@pytest.mark.parametrize(
    ("shape", "broken"),
    [*zip(BROKEN_SHAPES, BREAKING.values(), strict=True)],
    ids=BREAKING,
)
def test_a_file_broken_at_its_secret_shows_none_of_it(shape: Shape, broken: Any, tmp_path: Path) -> None:
    planter = Planter(shape)
    for files in FORMATS.values():
        for name, template in files.items():
            place = template.index("»") + 1
            before = planter.filled(template[:place], name)
            after = planter.filled(template[place:], name)
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(broken(before, after))

    report = inspected(tmp_path, planter)
    facts = [what_is_read(tmp_path, name, kind) for kind, files in FORMATS.items() for name in files]

    assert report.deployment is not None
    assert report.deployment.unreadable
    assert [result for result in report.results if result.rule.name == "unreadable-file"]
    assert planter.found(texts(facts)) == {}
    assert planter.found(texts(report)) == {}
    assert planter.found(outputs(report)) == {}


def what_is_read(folder: Path, name: str, kind: str) -> object:
    try:
        return facts_of(folder, name, kind)
    except Unreadable as error:
        return error.reason, error.args


class Leaking(Exception):
    """An exception that says what was read, as those of parsers and of databases do."""


def test_a_crash_shows_nothing_of_the_exception(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every reader and every rule raises one that holds a secret, with others that led to it."""
    planter = Planter(planted.phrase)
    kinds = plant(tmp_path, planter)
    message = "; ".join((tmp_path / name).read_text(encoding="utf-8") for name in kinds)

    def leak(*_: object) -> Iterator[Any]:
        try:
            raise ValueError(message)
        except ValueError as error:
            raise Leaking(message, error) from error

    class LeakingReader:
        FALLBACK = False
        read = staticmethod(leak)

        def __init__(self, reader: readers.Reader) -> None:
            self.KIND, self.NAMES, self.NATURE = reader.KIND, reader.NAMES, reader.NATURE

    class LeakingClaim(LeakingReader):
        claims = staticmethod(leak)

    known = readers.load()
    deployment = inspected(tmp_path, planter).deployment
    assert deployment is not None
    readings = [
        read_all(Repository(str(tmp_path)), "", {kind: make(reader) for kind, reader in known.items()})
        for make in (LeakingReader, LeakingClaim)
    ]
    judged = [rule if rule.name == "crashed-rule" else replace(rule, check=leak) for rule in rules.load()]
    crashes = tuple(crash for reading in readings for crash in reading.crashes)
    results = tuple(engine.judge(replace(deployment, crashes=crashes), judged))
    report = engine.Report(Root(str(tmp_path), "", True), replace(deployment, crashes=crashes), results)

    assert len(results) == len(crashes) + len(rules.load()) - 1
    assert min(len(reading.crashes) for reading in readings) > 60
    assert planter.found(texts(crashes)) == {}
    assert planter.found(outputs(report)) == {}


# --- what holds texts while it works ------------------------------------------------------------------------------------


@dataclass
class Watch:
    """Notes what this package's objects show of themselves when a function returns."""

    shown: set[str] = field(default_factory=set)
    seen: Counter[type] = field(default_factory=Counter)

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event != "return" or not module.startswith("django_deploycheck") or module.endswith(".records"):
            return
        for value in (*frame.f_locals.values(), argument):
            kind = type(value)
            # What is a tuple itself is a value like any other.
            is_value = issubclass(kind, tuple) and "__repr__" not in vars(kind)
            is_own = kind.__module__.startswith("django_deploycheck") and not is_value
            if is_own and self.seen[kind] < ENOUGH:
                self.seen[kind] += 1
                self.shown.add(repr(value))


ENOUGH = 150
"""How many objects of a class are looked at for each file."""


def test_no_object_between_text_and_facts_shows_a_secret(tmp_path: Path) -> None:
    """A debugger, and what reports errors, shows the objects of every frame."""
    planter = Planter(planted.words)
    kinds = plant(tmp_path, planter)
    watch = Watch()
    for name, kind in kinds.items():
        facts_of(tmp_path, name, kind)  # what is imported, and compiled, is no matter here
        watch.seen.clear()
        sys.setprofile(watch)
        try:
            facts_of(tmp_path, name, kind)
        finally:
            sys.setprofile(None)

    assert planter.found(watch.shown) == {}


def test_a_kept_report_holds_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is pickled, for another process say, are the facts."""
    planter = Planter(planted.words)
    plant(tmp_path, planter)
    monkeypatch.setenv("API_TOKEN", planter.filled("«raw»", "environ"))
    report = inspected(tmp_path, planter)
    assert report.deployment is not None

    kept = pickle.dumps(report)

    assert pickle.loads(kept).deployment.settings.get("SECRET_KEY", "none") == "none"
    assert planter.found([kept.decode("latin-1")]) == {}
    assert planter.found([repr(report), str(report.deployment.settings)]) == {}


# --- the real commands --------------------------------------------------------------------------------------------------

SITE = """
STATIC_ROOT = BASE_DIR / "static"
EMAIL_HOST_PASSWORD = «py»
API_TOKEN = os.environ.get("API_TOKEN", «py»)
ROLLBAR = {"access_token": «py», "environment": "development"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://:«url»@cache/1"}}
DATABASES["other"] = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/no/such/folder/«bare»", "PASSWORD": «py»}
DEPLOYCHECK = {"TOKEN": «py», "PLATFORM": ["«bare»"], "COMMANDS": {"web": "DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"}}
"""
# Each format into a file, and what is printed, loud and quiet.
FILES = {
    "json": "found.json",
    "sarif": "found.sarif",
    "github": "found.github",
    "gitlab": "found.gitlab",
    "text": "found.txt",
}
COMMANDS = {
    "the check": ("check", "--deploy", "--traceback", "--verbosity", "3", "--force-color"),
    "the check of a database": ("check", "--deploy", "--database", "other", "--traceback", "--verbosity", "0"),
    "the command": ("deploycheck", "--database", "other", "--traceback", "--verbosity", "3", "--force-color"),
    "every format": (
        "deploycheck",
        *(word for pair in FILES.items() for word in ("--format", pair[0], "--output", pair[1])),
    ),
    "what to ignore": ("deploycheck", "--suggest-ignores", "--verbosity", "2"),
}


def test_no_command_prints_a_secret(tmp_path: Path) -> None:
    planter = Planter(planted.words)
    files = {name: planter.filled(template, name) for kind in COMMON for name, template in FORMATS[kind].items()}
    folder = write_site(tmp_path, files, planter.filled(SITE, "settings.py"))
    environ = {"API_TOKEN": planter.filled("«raw»", "environ"), "DATABASE_URL": planter.filled(URL, "environ")}

    printed = {name: manage(folder, *arguments, env=environ) for name, arguments in COMMANDS.items()}

    written = {name: (folder / name).read_text(encoding="utf-8") for name in FILES.values()}
    assert "W609" in printed["the check"].stderr
    assert "OperationalError" in printed["the command"].stdout
    assert all(len(content) > 500 for content in written.values())
    found = {name: planter.found([done.stdout, done.stderr]) for name, done in printed.items()}
    assert found == {name: {} for name in COMMANDS}
    assert planter.found(written.values()) == {}


@pytest.mark.parametrize("options", [{"list_rules": True}, {"explain": "secret-in-deployment-file"}], ids=str)
def test_what_reads_no_file_prints_no_secret(options: Mapping[str, Any], settings: Settings) -> None:
    planter = Planter(planted.words)
    for name, value in live_values(planter).items():
        if name in ("API_TOKEN", "DEPLOYCHECK", "ROLLBAR", "SECRET_KEY", "TITLE"):
            setattr(settings, name, value)
    printed = StringIO()
    call_command("deploycheck", stdout=printed, **options)
    assert planter.found([printed.getvalue()]) == {}


COMMON = ("procfile", "dockerfile", "compose", "dotenv", "github-workflow", "deploy-script", "requirements", "nginx")
URL = "postgres://shop:«url»@db/shop"


# --- the test itself ----------------------------------------------------------------------------------------------------


def test_a_leak_would_be_noticed() -> None:
    planter = Planter(planted.words)
    text = planter.filled("PASSWORD=«raw»", "x")
    secret = text.removeprefix("PASSWORD=")
    assert planter.found([f"- {secret[5:13]} -"]) == {"x:1 PASSWORD=«raw»": f"- {secret[5:13]} -"}
    assert planter.found([f"- {secret[5:12]} -"]) == {}
    assert planter.found([repr([secret.encode()])])


def test_every_place_is_filled_with_a_secret_of_its_own() -> None:
    planter = Planter(planted.words)
    filled = [planter.filled(template, name) for files in FORMATS.values() for name, template in files.items()]
    assert not re.search("[«»]", "".join(filled))
    assert planter.count == len(set(planter.planted)) > 1200
