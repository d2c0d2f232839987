"""
Secrets of every shape in every place of every format: not eight characters of one are in a fact or in an output.

``tests/planted.py`` holds the shapes and the files; a reader without a file there fails here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import UserSettingsHolder, global_settings
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


def live(planter: Planter) -> UserSettingsHolder:
    settings = UserSettingsHolder(global_settings)
    for name, value in eval(planter.filled(LIVE, "settings")).items():
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


@pytest.mark.parametrize("shape", [planted.words, planted.token, planted.private_key], ids=lambda shape: shape.__name__)
@pytest.mark.parametrize("broken", BREAKING.values(), ids=BREAKING)
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
