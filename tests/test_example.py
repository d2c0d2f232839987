"""One site for each way to deploy with the usual mistakes, and one done right: asserted in every detail."""

from __future__ import annotations

import importlib.util
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.mistakes import MISTAKES, WAYS
from tests.running import EXAMPLES, copy_of, manage, run

ROOT = Path(__file__).parent.parent

DEVELOPMENT = ("--settings", "bookstore.settings.dev")


CASES = [
    pytest.param(way, code, place, word, id=f"{way}: {what}")
    for way, mistakes in MISTAKES.items()
    for code, place, word, what in mistakes
]

# The secrets of the broken sites that stand there in full: the file, and what comes before one.
SECRETS = [
    pytest.param("heroku", "docker-compose-prod.yml", "SECRET_KEY: ", id="heroku: a compose file"),
    pytest.param("compose", "compose.prod.yml", "SECRET_KEY: ", id="compose: a compose file"),
    pytest.param("compose", ".env", "DATABASE_PASSWORD=", id="compose: .env"),
    pytest.param("kubernetes", "k8s/web.yaml", "name: SECRET_KEY\n              value: ", id="kubernetes: a manifest"),
    pytest.param("server", ".server.envrc", "SECRET_KEY=", id="server: variables"),
    pytest.param("platform", "choir/settings.py", 'SECRET_KEY = "', id="platform: the secret key"),
    pytest.param("platform", "choir/settings.py", 'EMAIL_HOST_PASSWORD = "', id="platform: a password"),
]


def test_every_way_has_both_sites() -> None:
    sites = {path.parent.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*/manage.py")}

    assert sites == {f"{way}/{kind}" for way in WAYS for kind in ("broken", "right")}


@pytest.mark.parametrize("way", WAYS)
def test_the_right_site_is_silent_about_everything(way: str, tmp_path: Path) -> None:
    site = copy_of(f"{way}/right", tmp_path)

    done = manage(site, "check", "--deploy", "--fail-level", "INFO")

    assert done.stderr == ""
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    assert done.returncode == 0


@pytest.mark.parametrize("way", WAYS)
def test_the_right_site_silences_and_hides_no_more_than_is_said_here(way: str, tmp_path: Path) -> None:
    site = copy_of(f"{way}/right", tmp_path)

    done = manage(site, "deploycheck", "--format", "json", "--fail-level", "INFO")
    data = json.loads(done.stdout)

    assert tuple(item["name"] for item in data["findings"]) == WAYS[way].accepted
    assert tuple(place(item["location"]) for item in data["blind_spots"]) == WAYS[way].unseen
    assert done.returncode == 0


@pytest.mark.parametrize("way", WAYS)
def test_the_right_site_works(way: str, tmp_path: Path) -> None:
    site = copy_of(f"{way}/right", tmp_path)

    done = run(site, "-c", RELEASE, WAYS[way].server, WAYS[way].host, check=True)

    assert done.stdout == "200 True\n"


# What a release runs, then the form to log in with, whose style sheet lies where it was collected.
RELEASE = """
import importlib, re, sys
from pathlib import Path
server, host = sys.argv[1:]
importlib.import_module(server).application
from django.conf import settings
from django.core.management import call_command
from django.test import Client

call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
page = Client(HTTP_HOST=host).get("/admin/login/", secure=True)
style = re.search(r'href="/static/([^"]+[.]css)"', page.content.decode())[1]
print(page.status_code, (Path(settings.STATIC_ROOT) / style).is_file())
"""


def test_the_right_site_on_heroku_serves_its_pages_and_its_static_files(tmp_path: Path) -> None:
    site = copy_of("heroku/right", tmp_path)
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


def test_the_broken_site_on_heroku_works_on_its_developers_machine(tmp_path: Path) -> None:
    site = copy_of("heroku/broken", tmp_path)
    manage(site, "makemigrations", "--check", "--dry-run", *DEVELOPMENT, check=True)
    manage(site, "migrate", *DEVELOPMENT, check=True)

    done = manage(site, "check", *DEVELOPMENT, check=True)

    assert done.stdout == "System check identified no issues (0 silenced).\n"


def test_a_broken_site_can_be_tolerated(tmp_path: Path) -> None:
    site = copy_of("heroku/broken", tmp_path)

    done = manage(site, "check", "--deploy", "--fail-level", "CRITICAL")

    assert done.returncode == 0


@dataclass(frozen=True)
class Told:
    """What a broken site is told: the output of the check, the exit status of the command and its JSON report."""

    checked: str
    status: int
    report: Any


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """What the broken site of a way is told; each site is checked once."""

    @cache
    def ask(way: str) -> Told:
        site = copy_of(f"{way}/broken", tmp_path_factory.mktemp("example"))
        checked = manage(site, "check", "--deploy", "--fail-level", "WARNING")
        assert (checked.returncode, checked.stdout) == (1, "")
        done = manage(site, "deploycheck", "--format", "json")
        assert done.stderr == ""
        return Told(checked.stderr, done.returncode, json.loads(done.stdout))

    return ask


def place(location: Any, otherwise: str = "") -> str:
    """``path:line`` of a location in a JSON report, as Django prints it."""
    if location is None:
        return otherwise
    return f"{location['path']}:{location['line']}" if location["line"] else str(location["path"])


def places(report: Any) -> list[str]:
    """The place of every finding of a JSON report: where there is none, the settings module."""
    return [place(item["location"], report["settings_module"]) for item in report["findings"]]


def identified(report: Any) -> list[tuple[str, str]]:
    return [(item["id"], where) for item, where in zip(report["findings"], places(report), strict=True)]


@pytest.mark.parametrize("way", WAYS)
def test_the_check_of_the_broken_site_says_what_is_committed(way: str, told: Callable[[str], Told]) -> None:
    """A change of wording shows in a diff of that file; ``python docs/samples.py`` writes it."""
    assert told(way).checked == (EXAMPLES / way / "broken.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("way", WAYS)
def test_djangos_own_checks_find_nothing_wrong_with_the_broken_site(way: str, told: Callable[[str], Told]) -> None:
    identifiers = re.findall(r"^\S+: \(([\w.]+)\) ", told(way).checked, re.MULTILINE)

    assert Counter(identifiers) == Counter(f"deploycheck.{code}" for code, *_ in MISTAKES[way])


@pytest.mark.parametrize("way", WAYS)
def test_the_check_and_the_command_say_the_same(way: str, told: Callable[[str], Told]) -> None:
    """The same ids, places, words and hints: only what is printed around them differs."""
    report = told(way).report
    lines = [line for line in told(way).checked.splitlines() if "(deploycheck." in line or "\tHINT: " in line]
    findings = zip(report["findings"], places(report), strict=True)
    expected = [
        f"{where}: ({item['id']}) {item['message']} [{item['name']}]\n\tHINT: {item['hint']}"
        for item, where in findings
    ]

    assert sorted("\n".join(pair) for pair in zip(lines[::2], lines[1::2], strict=True)) == sorted(expected)


SILENCED = """
SILENCED_SYSTEM_CHECKS = ["deploycheck.W101"]
DEPLOYCHECK["IGNORE"] = {"root-container": "rootless podman", "W609": "rotated", "single-worker:start.sh": "a small site"}
"""


def test_the_check_and_the_command_silence_the_same(tmp_path: Path) -> None:
    """By id, by name, by number and by name and path; Django counts only what its own setting silences."""
    site = copy_of("heroku/broken", tmp_path)
    with (site / "bookstore" / "settings" / "production.py").open("a", encoding="utf-8") as settings:
        settings.write(SILENCED)
    (site / "Procfile").write_text(
        "# deploycheck: ignore[no-release-migrate] by hand\nweb: python manage.py runserver\n"
    )

    checked = manage(site, "check", "--deploy").stderr
    findings = json.loads(manage(site, "deploycheck", "--format", "json").stdout)["findings"]
    spoken = re.findall(r"^\S+: \((deploycheck\.\w+)\) ", checked, re.MULTILINE)

    assert Counter(spoken) == Counter(item["id"] for item in findings if item["silenced"] is None)
    silenced = {item["name"]: item["silenced"]["by"] for item in findings if item["silenced"] is not None}
    assert silenced == {
        "runserver-in-production": "setting",
        "root-container": "ignore",
        "secret-in-deployment-file": "ignore",
        "single-worker": "ignore",
        "no-release-migrate": "comment",
    }
    assert f"({sum(item['id'] == 'deploycheck.W101' for item in findings)} silenced)" in checked


@pytest.mark.parametrize("way", WAYS)
def test_the_command_fails_for_the_broken_site(way: str, told: Callable[[str], Told]) -> None:
    assert told(way).status == 1


@pytest.mark.parametrize(("way", "code", "where", "word"), CASES)
def test_the_broken_site_is_told_of(way: str, code: str, where: str, word: str, told: Callable[[str], Told]) -> None:
    path, _, line = where.rpartition(":")

    assert (f"deploycheck.{code}", where) in identified(told(way).report)
    if path:
        assert word in (EXAMPLES / way / "broken" / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]


@pytest.mark.parametrize("way", WAYS)
def test_the_broken_site_is_told_of_nothing_else(way: str, told: Callable[[str], Told]) -> None:
    wanted = [(f"deploycheck.{code}", where) for code, where, *_ in MISTAKES[way]]

    assert Counter(identified(told(way).report)) == Counter(wanted)


@pytest.mark.parametrize("way", WAYS)
def test_the_broken_sites_readme_lists_its_mistakes(way: str, told: Callable[[str], Told]) -> None:
    readme = (EXAMPLES / way / "broken" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| .+ \| ([\w-]+) \|$", readme, re.MULTILINE)

    report = told(way).report
    names = [item["name"] for item in report["findings"]]
    assert Counter(rows) == Counter(zip(places(report), names, strict=True))


@pytest.mark.parametrize(("way", "path", "before"), SECRETS)
def test_the_secrets_of_the_broken_site_are_shown_nowhere(
    way: str, path: str, before: str, told: Callable[[str], Told], tmp_path: Path
) -> None:
    text = (EXAMPLES / way / "broken" / path).read_text(encoding="utf-8")
    match = re.search(re.escape(before) + r"([\w-]{16,})", text)
    assert match is not None
    site = copy_of(f"{way}/broken", tmp_path)

    outputs = json.dumps(told(way).report) + told(way).checked + manage(site, "deploycheck").stdout
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
    texts = samples.expected({way: (EXAMPLES / way / "broken.txt").read_text(encoding="utf-8") for way in WAYS})

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
