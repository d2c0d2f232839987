"""Which names the project goes by, and where its settings come from."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from django_deploycheck.model import Project
from django_deploycheck.project import import_folders, project_of, settings_of, sources_of
from django_deploycheck.source import Repository


def repository(path: Path, *files: str) -> Repository:
    for name in files:
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("DEBUG = False\n", encoding="utf-8")
    return Repository(str(path))


def settings(**values: object) -> types.SimpleNamespace:
    return types.SimpleNamespace(**values)


def test_a_project_is_named_by_its_settings(tmp_path: Path) -> None:
    found = project_of(
        repository(tmp_path, "backend/manage.py", "backend/shop/wsgi.py"),
        "backend",
        settings(WSGI_APPLICATION="other.wsgi.application", ASGI_APPLICATION="other.asgi.application"),
        "other.settings",
    )

    assert found == Project(
        directory="backend",
        manage="backend/manage.py",
        settings_module="other.settings",
        wsgi_module="other.wsgi",
        asgi_module="other.asgi",
    )


@pytest.mark.parametrize(
    ("files", "wsgi", "asgi"),
    [
        pytest.param([], None, None, id="nothing"),
        pytest.param(["shop/views.py"], None, None, id="no such module"),
        pytest.param(["a/wsgi.py", "b/wsgi.py"], None, None, id="two packages"),
        pytest.param(["no-package/wsgi.py"], None, None, id="a folder that is no package"),
        pytest.param(["shop/deep/wsgi.py"], None, None, id="a module two folders deep"),
        pytest.param(["shop/wsgi.py", "shop/asgi.py"], "shop.wsgi", "shop.asgi", id="one package"),
        pytest.param(["wsgi.py"], "wsgi", None, id="beside manage.py"),
        pytest.param(["shop/asgi.py", "wsgi.py"], "wsgi", "shop.asgi", id="one here and one there"),
    ],
)
def test_without_settings_the_only_module_of_the_usual_name_counts(
    tmp_path: Path, files: list[str], wsgi: str | None, asgi: str | None
) -> None:
    found = project_of(repository(tmp_path, *files), "", settings(), None)

    assert found == Project(wsgi_module=wsgi, asgi_module=asgi)


@pytest.mark.parametrize("value", [None, "", "application", 1, ["shop.wsgi.application"]])
def test_settings_that_name_no_module_say_nothing(tmp_path: Path, value: object) -> None:
    found = project_of(repository(tmp_path, "shop/wsgi.py"), "", settings(WSGI_APPLICATION=value), None)

    assert found.wsgi_module == "shop.wsgi"


def test_the_folders_that_modules_are_imported_from(tmp_path: Path) -> None:
    files = ("backend/manage.py", "backend/shop/x", "backend/.git/x", "src/x", "venv/x", "media/x", "README.md")

    assert import_folders(repository(tmp_path, *files), "backend") == [
        "backend",
        "",
        "backend/shop",
        "src",
    ]


def test_no_more_than_some_folders_are_looked_into(tmp_path: Path) -> None:
    found = import_folders(repository(tmp_path, *(f"d{number:03}/x" for number in range(130))), "")

    assert len(found) == 101


# --- where the settings come from ---------------------------------------------------------------------------------------


def test_settings_without_a_module_have_no_sources(tmp_path: Path) -> None:
    view = settings_of(repository(tmp_path, "shop/settings.py"), "", settings(DEBUG=True), None)

    assert view.get("DEBUG") is True
    assert view.sources.path is None


def test_settings_are_found_by_their_name(tmp_path: Path) -> None:
    view = settings_of(repository(tmp_path, "backend/shop/settings.py"), "backend", settings(), "shop.settings")

    assert view.sources.path == "backend/shop/settings.py"


def loaded(monkeypatch: pytest.MonkeyPatch, file: object) -> str:
    """The name of a module that Python has loaded from this file."""
    module = types.ModuleType("deploycheck_test_settings")
    if file is not None:
        module.__file__ = file  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module.__name__


def test_a_loaded_module_is_found_by_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that the path does not tell: a folder was put on sys.path."""
    tree = repository(tmp_path, "conf/deep/production.py")
    name = loaded(monkeypatch, str(tmp_path / "conf/deep/production.py"))

    assert sources_of(tree, "", name).path == "conf/deep/production.py"


@pytest.mark.parametrize("file", [None, 1, "{outside}/settings.py"], ids=["no file", "no path", "a file outside"])
def test_a_loaded_module_that_is_not_in_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: object
) -> None:
    tree = repository(tmp_path / "repository", "x")
    name = loaded(monkeypatch, file.format(outside=tmp_path) if isinstance(file, str) else file)

    assert sources_of(tree, "", name).path is None
