"""What settings read from variables says nothing until production's variables are there, whatever library reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.running import manage, reported, write_site
from tests.settings_side.libraries import LIBRARIES, Library
from tests.settings_side.packages import need

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"
PASSWORD = "Yeb4iChoh2ie"
POSTGRES = "django.db.backends.postgresql"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
CONSOLE = "django.core.mail.backends.console.EmailBackend"

RIGHT = {
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "www.example.com",
    "EMAIL_BACKEND": SMTP,
    "PAYMENT_KEY": "sk_live_9a8b7c6d5e4f",
    "CONN_MAX_AGE": "0",
    "SITE": "production",
}
SERVER = {"DATABASE_URL": f"postgres://bookstore:{PASSWORD}@database/bookstore"}
# os.environ knows no URL: its site has a variable for each part.
PARTS = {
    "DATABASE_ENGINE": POSTGRES,
    "DATABASE_NAME": "bookstore",
    "DATABASE_HOST": "database",
    "DATABASE_PASSWORD": PASSWORD,
}
FILE = {"DATABASE_URL": "sqlite:///data/db.sqlite3"}
FILE_PARTS = {**PARTS, "DATABASE_ENGINE": "django.db.backends.sqlite3", "DATABASE_NAME": "data/db.sqlite3"}

PLACEHOLDERS = {
    "nothing at all": {},
    "a key, hosts and a database of the job's own": {
        "SECRET_KEY": "only-for-this-check",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": "postgres://postgres:postgres@localhost:5432/postgres",
        "DATABASE_ENGINE": POSTGRES,
        "DATABASE_NAME": "postgres",
        "DATABASE_HOST": "localhost",
    },
    "empty ones": {"SECRET_KEY": "x", "ALLOWED_HOSTS": "", "EMAIL_BACKEND": "", "DATABASE_HOST": ""},
}


def site_of(folder: Path, library: Library) -> Path:
    need(*library.modules)
    return write_site(folder / "site", library.site())


def variables(name: str, values: Mapping[str, str]) -> dict[str, str]:
    """The environment of the site: one that reads no DATABASE_URL gets none, which W402 would speak of."""
    wanted = {**LIBRARIES[name].environ, **values}
    return {key: value for key, value in wanted.items() if name != "os.environ" or key != "DATABASE_URL"}


def told(folder: Path, env: Mapping[str, str]) -> list[str]:
    return [
        f"{finding['id'].removeprefix('deploycheck.')} {finding['location']['path']}:{finding['location']['line']}"
        for finding in reported(folder, env=env)
    ]


def line_of(folder: Path, words: str) -> str:
    """``path:line`` of the only line of the settings with these words."""
    found = [
        f"{path.relative_to(folder).as_posix()}:{number}"
        for path in sorted((folder / "bookstore").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(words, line)
    ]
    assert len(found) == 1, found
    return found[0]


# Where None is written down as the default, the settings can do without; a class of django-configurations may be one that
# production does not load.
_DOES_WITHOUT = ("django-environ", "environs", "python-decouple", "django-configurations")
HOSTS, MAIL, ADMINS = r"^ *ALLOWED_HOSTS = ", r"^ *EMAIL_BACKEND = ", r"^ *ADMINS = "
PAYMENT = r"payment_key: |^ *PAYMENT_KEY = (?!environment)"
DATABASE = r"DatabaseURLValue|os.environ.get\(\"DATABASE_ENGINE|\"default\": (?:env|config|dj_database_url)"


@pytest.mark.parametrize("placeholders", PLACEHOLDERS.values(), ids=PLACEHOLDERS)
@pytest.mark.parametrize("name", LIBRARIES)
def test_missing_values_and_placeholders_bring_advice_alone(tmp_path, name, placeholders):
    site = site_of(tmp_path, LIBRARIES[name])
    advice = [] if name in _DOES_WITHOUT else [f"I618 {line_of(site, PAYMENT)}"]
    assert told(site, variables(name, placeholders)) == advice


@pytest.mark.parametrize("name", LIBRARIES)
def test_right_values_are_left_alone(tmp_path, name):
    site = site_of(tmp_path, LIBRARIES[name])
    database = PARTS if name == "os.environ" else SERVER
    # Mail is the only thing that tells of errors, which is known now.
    assert told(site, variables(name, {**RIGHT, **database})) == [f"I505 {line_of(site, ADMINS)}"]


@pytest.mark.parametrize("name", LIBRARIES)
def test_wrong_values_are_told_where_they_are_read(tmp_path, name):
    site = site_of(tmp_path, LIBRARIES[name])
    database = FILE_PARTS if name == "os.environ" else FILE
    wrong = {**RIGHT, **database, "ALLOWED_HOSTS": "*", "EMAIL_BACKEND": CONSOLE}
    assert sorted(told(site, variables(name, wrong))) == [
        f"W401 {line_of(site, DATABASE)}",
        f"W501 {line_of(site, ADMINS)}",
        f"W504 {line_of(site, MAIL)}",
        f"W603 {line_of(site, HOSTS)}",
    ]


@pytest.mark.parametrize("name", LIBRARIES)
def test_wrong_values_that_are_written_down_need_no_variable(tmp_path, name):
    site = site_of(tmp_path, LIBRARIES[name])
    place = line_of(site, HOSTS)
    path = site / place.partition(":")[0]
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(ALLOWED_HOSTS) = .*", r"\1 = ['https://www.example.com/']", text), encoding="utf-8")
    assert f"W602 {place}" in told(site, variables(name, {"SITE": "production"}))


@pytest.mark.parametrize("name", LIBRARIES)
def test_keys_and_passwords_are_never_printed(tmp_path, name):
    site = site_of(tmp_path, LIBRARIES[name])
    url = f"postgres://bookstore:{PASSWORD}@elsewhere.example.com:5433/other?sslmode=disable"
    env = {**LIBRARIES[name].environ, **RIGHT, **PARTS, "DATABASE_URL": url, "CONN_MAX_AGE": "600"}
    for arguments in (["deploycheck"], ["check", "--deploy"]):
        done = manage(site, *arguments, env=env)
        printed = done.stdout + done.stderr
        assert "bookstore/settings.py" in printed
        for secret in (PASSWORD, KEY, RIGHT["PAYMENT_KEY"]):
            assert secret not in printed, arguments


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_variables_of_production_are_listed(tmp_path, name):
    site = site_of(tmp_path, LIBRARIES[name])
    done = manage(site, "deploycheck", "--format", "json", env=LIBRARIES[name].environ, check=True)
    listed = {item["name"]: item for item in json.loads(done.stdout)["variables"]}
    provided = {
        key: [f"{place['path']}:{place['line']}" for place in item["provided_by"]] for key, item in listed.items()
    }
    assert provided["SECRET_KEY"] == ["docker-compose.prod.yml:7"]
    assert provided["ALLOWED_HOSTS"] == ["docker-compose.prod.yml:8"]
    assert provided["PAYMENT_KEY"] == provided["EMAIL_BACKEND"] == []
    defaults = {key: item["has_default"] for key, item in listed.items() if key in RIGHT}
    assert defaults == {key: key != "PAYMENT_KEY" for key in defaults}
    console = {item["default"] for key, item in listed.items() if key == "EMAIL_BACKEND"}
    assert console == {"'django.core.mail.backends.console.EmailBackend'"}
    assert set(defaults) >= {"SECRET_KEY", "ALLOWED_HOSTS", "EMAIL_BACKEND", "PAYMENT_KEY"}
    where = listed["ALLOWED_HOSTS"]["read_at"]
    read = (site / where["path"]).read_text(encoding="utf-8").splitlines()[where["line"] - 1]
    assert "allowed_hosts" in read.lower()
    text = manage(site, "deploycheck", env=LIBRARIES[name].environ).stdout
    assert re.search(rf"\n  PAYMENT_KEY +no default .*; read in {re.escape(line_of(site, PAYMENT))}\n", text)
