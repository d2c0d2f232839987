from __future__ import annotations

from pathlib import Path

import pytest

from tests.projects import inspect_files


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="nothing set"),
        pytest.param("DEPLOYCHECK = {}\n", id="an empty dict"),
        pytest.param("DEPLOYCHECK = None\n", id="None"),
        pytest.param("DEPLOYCHECK = {'ROOT': BASE_DIR, 'PLATFORM': 'heroku'}\n", id="right values"),
        pytest.param("DEPLOYCHECK = {'IGNORE': {'invalid-configuration': 'x'}, 'PLATFROM': 'heroku'}\n", id="silenced"),
    ],
)
def test_silent(settings: str, tmp_path: Path) -> None:
    assert inspect_files(tmp_path, settings=settings).places("invalid-configuration") == []


def test_stands_at_the_setting_once_for_each_mistake(tmp_path: Path) -> None:
    inspected = inspect_files(
        tmp_path, settings="\nDEPLOYCHECK = {\n    'PLATFROM': 'heroku',\n    'EXCLUDE': 'legacy/*',\n}\n"
    )
    line = (tmp_path / "bookstore/settings.py").read_text().splitlines().index("DEPLOYCHECK = {") + 1
    assert inspected.places("invalid-configuration") == [f"bookstore/settings.py:{line}"] * 2


def test_says_what_is_wrong_and_what_to_paste(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, settings="DEPLOYCHECK = {'PLATFORM': 'herokku'}\n").findings(
        "invalid-configuration"
    )
    assert finding.message == "DEPLOYCHECK[\"PLATFORM\"] names an unknown platform 'herokku' (did you mean 'heroku'?)."
    assert finding.hint.startswith("Use one of heroku, ")


def test_a_setting_that_no_source_assigns_has_no_place(tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path, values={"DEPLOYCHECK": 3}).findings("invalid-configuration")
    assert finding.location is None
    assert finding.message == "DEPLOYCHECK must be a dict, not int."


def test_the_rest_still_runs(tmp_path: Path) -> None:
    files = {"Procfile": "web: python manage.py runserver\n"}
    inspected = inspect_files(tmp_path, files, settings="DEPLOYCHECK = {'PLATFORM': 3, 'EXCLUDE': ['old/*']}\n")
    assert inspected.places("runserver-in-production") == ["Procfile:1"]
