"""docs/terminal.svg is a picture of a real run, and it is the present one."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "terminal.svg"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def samples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_samples", ROOT / "docs" / "samples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def rows(picture: str) -> list[str]:
    return ["".join(element.itertext()) for element in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_the_picture_is_of_the_present_run(samples):
    """``python docs/samples.py`` draws it."""
    output = samples.checked(ROOT / "tests" / "example" / "heroku" / "broken", "--force-color")

    assert samples.picture(output) == PICTURE.read_text(encoding="utf-8")


def test_the_picture_shows_the_first_lines_as_they_are_printed(samples):
    first, *others = rows(PICTURE.read_text(encoding="utf-8"))
    printed = (ROOT / "tests" / "example" / "heroku" / "broken.txt").read_text(encoding="utf-8").splitlines()

    assert first.startswith("$ python manage.py check --deploy")
    assert "".join(others) == "".join(line.expandtabs(8) for line in printed[: samples.ROWS])


def test_the_picture_needs_nothing_of_others():
    text = PICTURE.read_text(encoding="utf-8")

    assert re.findall(r"https?://[^\s\"']+", text) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|@font-face|<script|<image|<use|url\(", text)


def test_the_picture_has_a_light_and_a_dark_form():
    """Every colour that is used has both."""
    text = PICTURE.read_text(encoding="utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    used = {name for names in re.findall(r'class="([\w ]+)"', text) for name in names.split()} - {"bold"}

    assert [name for name in sorted(used) if f".{name} {{" not in light or f".{name} {{" not in dark] == []


def test_a_long_line_breaks_at_the_last_column(samples):
    pieces = [("abcd", "red"), ("efg", "")]

    assert list(samples.wrapped(pieces, 3)) == [[("abc", "red")], [("d", "red"), ("ef", "")], [("g", "")]]
    assert list(samples.wrapped([], 3)) == [[]]


def test_colours_are_classes_and_the_rest_is_text(samples):
    assert samples.styled("a\x1b[33;1m<b>\x1b[0mc\t\x1b[95m!") == [
        ("a", ""),
        ("<b>", "yellow bold"),
        ("c       ", ""),
        ("!", ""),
    ]
    assert "&lt;b&gt;" in samples.picture("\x1b[33;1m<b>\x1b[0m")
