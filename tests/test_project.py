"""Which names the project goes by, and where its settings come from."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from django_deploycheck.model import Project
from django_deploycheck.project import import_folders, project_of, settings_of, sources_of
from django_deploycheck.settings_view import SettingsSources
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


BASE = """\
import os
SECRET_KEY = os.environ["SECRET_KEY"]
EMAIL_BACKEND = "console"
if os.environ.get("EMAIL_HOST"):
    EMAIL_BACKEND = "smtp"
INSTALLED_APPS = ["shop"]
if os.environ.get("TESTING"):
    INSTALLED_APPS.remove("shop")
"""


def overlaid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, name: str = "over.py") -> Repository:
    """A repository whose settings are loaded through a module that lies beside it."""
    found = repository(tmp_path / "site", "manage.py", "shop/settings/base.py", "shop/settings/live.py")
    (tmp_path / "site/shop/settings/base.py").write_text(BASE, encoding="utf-8")
    (tmp_path / "site/shop/settings/live.py").write_text("from .base import *\nDEBUG = False\n", encoding="utf-8")
    module = types.ModuleType("over")
    module.__file__ = str(tmp_path / name)
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setitem(sys.modules, "over", module)
    return found


OVERLAY = "from shop.settings.live import *\nINSTALLED_APPS = [*INSTALLED_APPS, 'deploycheck']\nSECRET_KEY = 'x'\n"


def test_settings_that_a_module_outside_the_root_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they read and where they stand is known as without it."""
    found = sources_of(overlaid(tmp_path, monkeypatch, OVERLAY), "", "over")

    assert (found.path, found.overlay, sorted(found.modules)) == (
        None,
        "over",
        ["over", "shop/settings/base.py", "shop/settings/live.py"],
    )
    assert found.known()
    backend = found.provenance("EMAIL_BACKEND")
    assert backend is not None
    assert (str(backend.location), [read.name for read in backend.variables]) == (
        "shop/settings/base.py:5",
        ["EMAIL_HOST"],
    )


def test_what_that_module_sets_itself_stands_in_no_file_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = settings(SECRET_KEY="x", DEBUG=False, INSTALLED_APPS=["shop", "deploycheck"])
    view = settings_of(overlaid(tmp_path, monkeypatch, OVERLAY), "", live, "over")

    key = view.provenance("SECRET_KEY")
    assert key is not None
    assert (key.kind, key.literal, key.variables) == ("unknown", None, ())
    assert (view.location("SECRET_KEY"), str(view.location("DEBUG"))) == (None, "shop/settings/live.py:2")
    assert view.sources.file == "shop/settings/live.py"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("INSTALLED_APPS = [*INSTALLED_APPS, 'x']\n", "shop/settings/base.py:6", id="a longer list"),
        pytest.param("INSTALLED_APPS += ['x']\n", "shop/settings/base.py:6", id="a list that grows"),
        pytest.param("INSTALLED_APPS = ['x']\n", "None", id="another list"),
    ],
)
def test_what_that_module_adds_to_stands_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, place: str
) -> None:
    found = overlaid(tmp_path, monkeypatch, f"from shop.settings.live import *\n{text}")
    view = settings_of(found, "", settings(INSTALLED_APPS=["shop", "x"]), "over")

    assert str(view.location("INSTALLED_APPS")) == place


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param(None, "over.py", id="it is gone"),
        pytest.param(OVERLAY, "over.txt", id="it is no source"),
        pytest.param("DEBUG = (", "over.py", id="it is no Python"),
        pytest.param("\udcff", "over.py", id="it is no text"),
        pytest.param("DEBUG = False\n", "over.py", id="it takes over nothing"),
        pytest.param("from elsewhere.settings import *\n", "over.py", id="it takes over what lies elsewhere"),
    ],
)
def test_a_module_outside_that_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, name: str
) -> None:
    found = overlaid(tmp_path, monkeypatch, None if text == "\udcff" else text, name)
    if text == "\udcff":
        (tmp_path / name).write_bytes(b"DEBUG = '\xff'\n")

    assert sources_of(found, "", "over") == SettingsSources("over")


def test_what_a_module_outside_takes_over_from_beside_it_is_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"from .more import *\nfrom secret.values import KEY\n{OVERLAY}from split_settings.tools import include\ninclude('a.py')\n"
    found = sources_of(overlaid(tmp_path, monkeypatch, text), "", "over")

    assert [str(place) for place in found.gaps] == ["over:1", "over:7"]
    assert not found.known()
