"""
The built documentation in a real browser: the front page, a rule's page and the search, on a wide and on a narrow screen.

Needs Sphinx with the documentation's dependencies, and Chromium or Chrome; ``tox run -e browser`` brings the former.
"""

from __future__ import annotations

import functools
import html
import http.server
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = os.environ.get("BROWSER_BINARY") or next(filter(None, map(shutil.which, NAMES)), None)
LACKING = [
    what
    for what, is_there in (
        ("Chromium or Chrome", BROWSER is not None),
        ("Sphinx", importlib.util.find_spec("sphinx") is not None),
        ("Furo", importlib.util.find_spec("furo") is not None),
        ("MyST", importlib.util.find_spec("myst_parser") is not None),
    )
    if not is_there
]

# In continuous integration nothing may be lacking: there the tests fail instead.
IS_NEEDED = "CI" in os.environ and os.environ.get("TOX_ENV_NAME") == "browser"

pytestmark = pytest.mark.skipif(bool(LACKING) and not IS_NEEDED, reason=f"not installed: {', '.join(LACKING)}")

# A page of the same origin that shows another one in a frame of some width, waits until a selector matches in it and its text
# holds some words, and says what it found. The browser prints it once that is done.
PROBE = """<!doctype html><title>probe</title>
<iframe id="frame" src="{page}" style="width: {width}px; height: 900px"></iframe><pre id="told"></pre>
<script>
const frame = document.getElementById("frame"), began = Date.now();
function look() {{
  const page = frame.contentDocument, found = page && page.querySelectorAll({selector});
  const is_done = found && found.length && page.body.innerText.includes({words});
  if (!found || (!is_done && Date.now() - began < 15000)) return setTimeout(look, 50);
  const root = page.documentElement, first = found[0], view = frame.contentWindow;
  document.getElementById("told").textContent = JSON.stringify({{
    title: page.title, texts: [...found].map(one => one.textContent.trim()), links: [...found].map(one => one.href || null),
    overflow: root.scrollWidth - root.clientWidth, height: first ? first.getBoundingClientRect().height : 0,
    loaded: [...page.images].every(image => image.complete && image.naturalWidth > 0),
    background: view.getComputedStyle(page.body).backgroundColor, colour: view.getComputedStyle(page.body).color,
    text: page.body.innerText,
  }});
}}
frame.addEventListener("load", look, {{once: true}});
</script>
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("site") / "html"
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(ROOT / "docs"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are nobody's business."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, with a slash at the end."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


Look = Callable[..., dict[str, Any]]


@pytest.fixture
def look(site: Path, address: str, tmp_path: Path) -> Look:
    """What a browser shows of a page at a width: its title, what a selector matches, whether anything sticks out."""

    def looked(page: str, selector: str, *, words: str = "", width: int = 1280, dark: bool = False) -> dict[str, Any]:
        probe = site / f"probe-{tmp_path.name}.html"
        text = PROBE.format(page=page, width=width, selector=json.dumps(selector), words=json.dumps(words))
        probe.write_text(text, encoding="utf-8")
        assert BROWSER is not None
        done = subprocess.run(
            [
                BROWSER,
                *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
                *(
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-extensions",
                ),
                # 0 is dark, 1 is light.
                f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                f"--user-data-dir={tmp_path / 'profile'}",
                "--window-size=1400,1000",
                "--virtual-time-budget=20000",
                "--dump-dom",
                f"{address}{probe.name}",
            ],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        told = re.search(r'<pre id="told">(.+?)</pre>', done.stdout, re.DOTALL)
        assert told is not None, done.stderr[-2000:]
        found: dict[str, Any] = json.loads(html.unescape(told[1]))
        return found

    return looked


WIDTHS = [pytest.param(1280, id="wide"), pytest.param(390, id="narrow")]
PAGES = [
    "index.html",
    "quickstart.html",
    "production.html",
    "silencing.html",
    "recipes.html",
    "checklist.html",
    "formats.html",
    "rules/index.html",
    "rules/runserver-in-production.html",
]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_front_page_shows_the_picture_and_leads_on(look: Look, width: int) -> None:
    seen = look("index.html", "article .toctree-wrapper a", width=width)

    assert seen["title"].startswith("django-deploycheck")
    assert {"Quick start", "Recipes", "Rules", "Contributing"} <= set(seen["texts"])
    assert (seen["loaded"], seen["overflow"]) == (True, 0)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_rules_page_explains_it(look: Look, width: int) -> None:
    seen = look("rules/runserver-in-production.html", "article h2", width=width)

    assert seen["title"].startswith("W101 runserver-in-production")
    titles = [text.rstrip("¶#") for text in seen["texts"]]
    assert titles[:2] == ["Why it matters", "Bad"]
    assert titles[-1] == "How to silence it"
    assert "web: gunicorn bookstore.wsgi" in seen["text"]
    assert seen["overflow"] == 0


@pytest.mark.parametrize(
    ("words", "page"),
    [
        pytest.param("runserver-in-production", "rules/runserver-in-production.html", id="a rule's name"),
        pytest.param("W305", "rules/whitenoise-order.html", id="a rule's id"),
        pytest.param("collectstatic", "rules/collectstatic-never-run.html", id="a word"),
        pytest.param("suggest-ignores", "command.html", id="an option"),
    ],
)
def test_the_search_finds_the_page(look: Look, words: str, page: str) -> None:
    seen = look(f"search.html?q={words}", "#search-results li a", words="Search finished")

    paths = [re.sub(r"^https?://[^/]+/|[?#].*$", "", link) for link in seen["links"]]
    assert page in paths[:5]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_sticks_out_of_a_narrow_screen(look: Look, page: str) -> None:
    assert look(page, "article h1", width=390)["overflow"] == 0


@pytest.mark.parametrize("page", PAGES)
def test_the_theme_finds_no_fault_with_a_page(look: Look, page: str) -> None:
    """Furo writes what it cannot show well into the page, in red."""
    assert "ERROR: " not in look(page, "article h1")["text"]


def test_the_site_follows_the_readers_colours(look: Look) -> None:
    light, dark = (look("index.html", "article h1", dark=dark) for dark in (False, True))

    def brightness(colour: str) -> float:
        return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3])

    assert brightness(light["background"]) > brightness(light["colour"])
    assert brightness(dark["background"]) < brightness(dark["colour"])


def test_the_schema_has_its_address(site: Path) -> None:
    assert (site / "deploycheck-1.json").is_file()
