"""The bookstore with the usual mistakes and the one done right: what the demo shows, asserted in every detail."""

from __future__ import annotations

import importlib.util
import json
import re
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.running import EXAMPLES, copy_of, manage, run

ROOT = Path(__file__).parent.parent
EXPECTED = EXAMPLES / "broken.txt"

DEVELOPMENT = ("--settings", "bookstore.settings.dev")

# The id of every mistake, its place, and a word that stands there.
MISTAKES = [
    pytest.param("W101", "Procfile", 1, "runserver", id="runserver in the Procfile"),
    pytest.param("W101", "Dockerfile", 12, "runserver", id="runserver in the image"),
    pytest.param("W106", "Dockerfile", 12, "0.0.0.0:8000", id="a port that the platform does not route to"),
    pytest.param("W106", "start.sh", 5, "127.0.0.1", id="a server that listens to its own container"),
    pytest.param("W103", "start.sh", 5, "gunicorn", id="a server that nothing installs"),
    pytest.param("W104", "start.sh", 5, "bookstore.wsgi:app", id="an application that does not exist"),
    pytest.param("W105", "start.sh", 5, "--reload", id="reloading in production"),
    pytest.param("I107", "start.sh", 5, "gunicorn", id="a single worker"),
    pytest.param("W201", "Procfile", 1, "web", id="no release migrates"),
    pytest.param("W202", "start.sh", 4, "makemigrations", id="migrations made on the server"),
    pytest.param("W204", ".dockerignore", 5, "migrations", id="migrations left out of the image"),
    pytest.param("W301", "bookstore/settings/base.py", 55, "STATIC_URL", id="no STATIC_ROOT"),
    pytest.param("W303", "heroku.yml", 10, "collectstatic", id="collectstatic in the release phase"),
    pytest.param("W305", "bookstore/settings/base.py", 17, "MIDDLEWARE", id="WhiteNoise in the wrong place"),
    pytest.param("I306", "bookstore/settings/base.py", 5, "INSTALLED_APPS", id="runserver without WhiteNoise"),
    pytest.param("I308", "bookstore/settings/base.py", 55, "STATIC_URL", id="static files without hashes"),
    pytest.param("W401", "bookstore/settings/base.py", 47, "sqlite3", id="SQLite on a disk that does not last"),
    pytest.param("W402", "docker-compose-prod.yml", 7, "DATABASE_URL", id="a DATABASE_URL that nothing reads"),
    pytest.param("W501", None, None, "", id="nobody told of errors"),
    pytest.param("W502", "bookstore/settings/production.py", 23, "sentry_sdk.init", id="a tracker without a key"),
    pytest.param("W601", "bookstore/wsgi.py", 5, "bookstore.settings.dev", id="dev settings in wsgi.py"),
    pytest.param("I618", "bookstore/settings/production.py", 20, "PARCEL", id="a variable that nothing declares"),
    pytest.param("W608", "docker-compose-prod.yml", 8, "DEBUG", id="DEBUG on in production"),
    pytest.param("W609", "docker-compose-prod.yml", 9, "SECRET_KEY", id="a secret in a compose file"),
    pytest.param("W701", "Dockerfile", 12, "CMD", id="root in the container"),
]


def test_the_right_site_is_silent_about_everything(tmp_path: Path) -> None:
    site = copy_of("right", tmp_path)

    done = manage(site, "check", "--deploy", "--fail-level", "INFO")

    assert done.stderr == ""
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert done.returncode == 0


def test_the_right_site_has_no_findings_silenced_or_not_and_no_blind_spots(tmp_path: Path) -> None:
    site = copy_of("right", tmp_path)

    done = manage(site, "deploycheck", "--format", "json", "--fail-level", "INFO")
    data = json.loads(done.stdout)

    assert (data["findings"], data["blind_spots"]) == ([], [])
    assert done.returncode == 0


def test_the_right_site_works(tmp_path: Path) -> None:
    site = copy_of("right", tmp_path)
    manage(site, "makemigrations", "--check", "--dry-run", check=True)
    manage(site, "migrate", check=True)
    manage(site, "collectstatic", "--noinput", check=True)

    done = run(site, "-c", REQUESTS, check=True)

    page, style = done.stdout.splitlines()
    assert page == "200 Sold out."
    assert re.fullmatch(r"200 max-age=\d{8,}, public, immutable", style)


# A page, then its style sheet as WhiteNoise serves it, through the WSGI application that production runs.
REQUESTS = """
import re
from bookstore.wsgi import application
from django.test import Client

client = Client(HTTP_HOST="books.example.com")
page = client.get("/", secure=True)
text = page.content.decode()
print(page.status_code, *re.findall("Sold out[.]", text))
style = client.get(re.search(r'href="([^"]+)"', text)[1], secure=True)
print(style.status_code, style.headers["Cache-Control"])
style.close()
"""


def test_the_broken_site_works_on_its_developers_machine(tmp_path: Path) -> None:
    site = copy_of("broken", tmp_path)
    manage(site, "makemigrations", "--check", "--dry-run", *DEVELOPMENT, check=True)
    manage(site, "migrate", *DEVELOPMENT, check=True)

    done = manage(site, "check", *DEVELOPMENT, check=True)

    assert done.stdout == "System check identified no issues (0 silenced).\n"


def test_djangos_own_checks_find_nothing_wrong_with_the_broken_site(tmp_path: Path) -> None:
    site = copy_of("broken", tmp_path)

    done = manage(site, "check", "--deploy", "--fail-level", "WARNING", "--tag", "security")

    assert (done.stdout, done.stderr) == ("System check identified no issues (0 silenced).\n", "")


def test_the_check_of_the_broken_site_says_what_is_committed(tmp_path: Path) -> None:
    """A change of wording shows in a diff of that file; ``python docs/samples.py`` writes it."""
    site = copy_of("broken", tmp_path)

    done = manage(site, "check", "--deploy", "--fail-level", "WARNING")

    assert done.stderr == EXPECTED.read_text(encoding="utf-8")
    assert (done.returncode, done.stdout) == (1, "")


def test_the_broken_site_can_be_tolerated(tmp_path: Path) -> None:
    site = copy_of("broken", tmp_path)

    done = manage(site, "check", "--deploy", "--fail-level", "CRITICAL")

    assert done.returncode == 0


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Any]:
    """The exit status and the JSON report of the broken site."""
    site = copy_of("broken", tmp_path_factory.mktemp("example"))
    done = manage(site, "deploycheck", "--format", "json")
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def places(data: Any) -> list[tuple[str, str | None, int | None]]:
    """The id, path and line of every finding of a JSON report."""
    locations = ((item["id"], item["location"] or {}) for item in data["findings"])
    return [(identifier, location.get("path"), location.get("line")) for identifier, location in locations]


def test_the_command_fails_for_the_broken_site(broken: tuple[int, Any]) -> None:
    assert broken[0] == 1


@pytest.mark.parametrize(("code", "path", "line", "word"), MISTAKES)
def test_the_broken_site_is_told_of(
    broken: tuple[int, Any], code: str, path: str | None, line: int | None, word: str
) -> None:
    assert (f"deploycheck.{code}", path, line) in places(broken[1])
    if path is not None and line is not None:
        assert word in (EXAMPLES / "broken" / path).read_text(encoding="utf-8").splitlines()[line - 1]


def test_the_broken_site_is_told_of_nothing_else(broken: tuple[int, Any]) -> None:
    wanted = [(f"deploycheck.{code}", path, line) for code, path, line, _ in (case.values for case in MISTAKES)]

    assert Counter(places(broken[1])) == Counter(wanted)


def test_the_broken_sites_readme_lists_its_mistakes(broken: tuple[int, Any]) -> None:
    readme = (EXAMPLES / "broken" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| .+ \| ([\w-]+) \|$", readme, re.MULTILINE)

    names = Counter(item["name"] for item in broken[1]["findings"])
    located = {f"{path}:{line}" for _, path, line in places(broken[1]) if path}
    assert Counter(name for _, name in rows) == names
    assert {place for place, _ in rows if ":" in place} == located


def test_the_secret_of_the_broken_site_is_shown_nowhere(broken: tuple[int, Any], tmp_path: Path) -> None:
    compose = (EXAMPLES / "broken" / "docker-compose-prod.yml").read_text(encoding="utf-8")
    match = re.search(r"SECRET_KEY: (\S{40,})", compose)
    assert match is not None
    site = copy_of("broken", tmp_path)
    text = manage(site, "deploycheck").stdout

    outputs = json.dumps(broken[1]) + EXPECTED.read_text(encoding="utf-8") + text
    parts = {match[1][start : start + 8] for start in range(len(match[1]) - 7)}
    assert [part for part in parts if part in outputs] == []


@pytest.fixture
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_samples", ROOT / "docs" / "samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_samples_in_the_documentation_are_what_the_broken_site_is_told(samples: ModuleType) -> None:
    """``python docs/samples.py`` writes them."""
    texts = samples.expected(EXPECTED.read_text(encoding="utf-8"))

    stale = [path.name for path, text in texts.items() if path.read_text(encoding="utf-8") != text]
    assert stale == []
    assert all("(deploycheck." in text for text in texts.values())


def test_a_sample_that_no_longer_is_said_is_said_anew(samples: ModuleType) -> None:
    now = (
        "Procfile:1: (deploycheck.W101) It runs. [a-name]\n\tHINT: Walk.\nDockerfile:2: (deploycheck.W701) Root. [b]\n"
    )
    document = "Text\n\n   Procfile:1: (deploycheck.W101) It ran. [a-name]\n           HINT: Stand.\n\nDockerfile:2\n"

    findings = {(match["place"], match["id"]): match[0] for match in samples.FINDING.finditer(now)}

    assert samples.refreshed(document, findings) == document.replace("ran", "runs").replace("Stand", "Walk")
