"""What of a file a report may quote."""

from __future__ import annotations

import pytest

from django_deploycheck import rules
from django_deploycheck.model import Finding, Location
from django_deploycheck.quoting import MAX_WIDTH, quotes
from django_deploycheck.silencing import Result
from django_deploycheck.source import Source
from tests.projects import inspect_files

KEY = "Kd83jf7s"


def quoted(line, rule="runserver-in-production", number=1):
    """The quote of a finding at the first line of a file."""
    (known,) = [known for known in rules.load() if known.name == rule]
    source = Source("start.sh", f"{line}\n")
    location = Location("start.sh", number)
    return quotes([Result(known, Finding("m", "h", location))], {"start.sh": source}, None).get(location)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"SECRET_KEY = '{KEY}'", id="an assignment"),
        pytest.param(f"'PASSWORD': '{KEY}',", id="a key in quotes"),
        pytest.param(f"ENV API_TOKEN {KEY}", id="a name and a value"),
        pytest.param(f"DB=postgres://u:{KEY}@h/db", id="a URL"),
        pytest.param(f'Environment="DB_PASS={KEY}"', id="a unit's variable"),
        pytest.param("dsn='https://abc@o1.ingest.sentry.io/1'", id="a DSN"),
        pytest.param("X=abcdef0123456789abcdef", id="letters and digits"),
        pytest.param("curl -u admin:kdjfkdjf https://example.com", id="a user and a word"),
        pytest.param("ghp_abcdefghijklmnopqrstuvwxyzabcdefghijkl", id="a vendor's form"),
        pytest.param("x" * 2001, id="a line as long as a file"),
        pytest.param("   ", id="an empty line"),
    ],
)
def test_lines_that_are_not_quoted(line):
    """They may hold a secret, or nothing."""
    assert quoted(line) is None


@pytest.mark.parametrize(
    "rule",
    [
        "secret-in-deployment-file",
        "secret-key-in-source",
        "literal-password-in-settings",
        "committed-dotenv",
        "test-credentials",
        "unreadable-file",
        "crashed-rule",
    ],
)
def test_findings_about_secrets_are_not_quoted(rule):
    """However harmless the line looks."""
    assert quoted("value: harmless", rule) is None


@pytest.mark.parametrize("number", [0, 2, None])
def test_places_that_have_no_line(number):
    """A file that changed, or a finding about a whole file."""
    assert quoted("web: gunicorn", number=number) is None


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        pytest.param(["run --password \\", "swordfish"], None, id="behind a backslash"),
        pytest.param(["SECRETS = (", "    'a',", "    'swordfish'"], None, id="in a list"),
        pytest.param(["token:", "  a:", "    b: swordfish"], None, id="below a key of a key"),
        pytest.param([f"a: {'x' * 3000}", "  b"], None, id="below a line as long as a file"),
        pytest.param(["password:", "  swordfish"], None, id="below a key"),
        pytest.param(["token: >-", "  swordfish"], None, id="a text of YAML"),
        pytest.param(["token: |", "", "  swordfish"], None, id="an empty line between"),
        pytest.param(["a:", "  token: x", "  b: runserver"], "b: runserver", id="beside a key"),
        pytest.param(["web:", "  command: >-", "    runserver"], "runserver", id="nothing that speaks of secrets"),
        pytest.param(["run --password x \\", "a \\", "b"], None, id="two lines below"),
        pytest.param(["PASSWORD=x", "runserver"], "runserver", id="another statement"),
    ],
)
def test_a_line_that_continues_another(lines, shown):
    (known,) = [known for known in rules.load() if known.number == 101]
    source = Source("start.sh", "\n".join(lines))
    location = Location("start.sh", len(lines))
    assert quotes([Result(known, Finding("m", "h", location))], {"start.sh": source}, None).get(location) == shown


def test_lines_are_cut():
    """Without the white space around them."""
    assert quoted("    web: python manage.py runserver  ") == "web: python manage.py runserver"
    assert quoted("web: " + "a" * MAX_WIDTH) == "web: " + "a" * (MAX_WIDTH - 7) + " …"


def test_a_place_where_a_secret_was_read_is_not_quoted(tmp_path):
    """A manifest writes a secret's name on another line than its value."""
    manifest = """\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          template:
            spec:
              containers:
                - name: web
                  image: shop
                  command: [python, manage.py, runserver]
                  env:
                    - name: SECRET_KEY
                      value: Kd83jf7s-und
        """
    report = inspect_files(tmp_path, {"k8s/web.yaml": manifest}).report
    (known,) = [known for known in rules.load() if known.number == 101]
    every = [Result(known, Finding("m", "h", Location("k8s/web.yaml", line))) for line in range(1, 14)]
    source = Source("k8s/web.yaml", (tmp_path / "k8s/web.yaml").read_text(encoding="utf-8"))
    found = quotes(every, {source.path: source}, report.deployment)
    assert found[Location("k8s/web.yaml", 10)] == "command: [python, manage.py, runserver]"
    assert not [line for line in found.values() if "Kd83" in line]
