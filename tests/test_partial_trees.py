"""
What is said where files are missing: in an image, a slug, a release's folder, a package that pip has installed.

Nothing is called missing there, and what is taken away beside brings nothing new up.
"""

from __future__ import annotations

import sys
import types
import warnings
from pathlib import Path

import pytest
from django.conf import UserSettingsHolder, global_settings
from django.conf import settings as live

from django_deploycheck import engine, rules
from django_deploycheck.rules import Rule
from tests.projects import SETTINGS, SKELETON, Example, Inspected, examples, inspect_files

# They say that nothing does something, that something is nowhere, or judge a file by what is not in another one.
OF_ABSENCE = frozenset(
    "asgi-needed checks-not-in-ci collectstatic-in-release-phase collectstatic-never-run committed-dotenv error-mail-only "
    "missing-database-driver missing-environment-variables missing-production-server missing-worker no-error-tracker "
    "no-release-migrate secrets-copied-into-image single-worker stale-silence static-files-not-served "
    "static-path-mismatch uncommitted-migrations undeclared-server unpinned-dependencies".split()
)
# The examples of other rules that say so too.
ALSO = {
    ("inactive-error-tracker", "Bad: nothing starts it"),
    ("misplaced-error-tracker", "Bad: the middleware is missing"),
    ("root-container", "Bad"),
    ("wrong-application", "Bad"),
}
# What another rule tells as long as it sees who is concerned.
INSTEAD = {"persistent-connections-under-asgi": {"no-connection-health-checks"}}

BAD = [
    pytest.param(rule, example, id=f"{rule.name}: {example.title}")
    for rule in rules.load()
    for example in examples(rules.page(rule))
    if example.is_bad
]


def names(inspected: Inspected) -> set[str]:
    return {result.rule.name for result in inspected.report.unsilenced}


def inspect_part(path: Path, example: Example, *missing: str) -> Inspected:
    """Inspect an example without its .git folder, nor these files."""
    files: dict[str, str | None] = {**example.files, **dict.fromkeys(missing)}
    settings = files.pop("settings.py", None) or ""
    return inspect_files(path, files, settings=settings, complete=False)


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_nothing_is_called_missing(tmp_path: Path, rule: Rule, example: Example) -> None:
    """Nor does what is missing beside bring anything up: the example's own files, then all but the project's package."""
    every = {*SKELETON, *example.files} - {"settings.py"}
    outside = {path for path in every if not path.startswith("bookstore/")}

    whole = names(inspect_part(tmp_path / "whole", example))
    if rule.name in OF_ABSENCE or (rule.name, example.title) in ALSO:
        assert rule.name not in whole
    assert whole.isdisjoint(OF_ABSENCE)

    for index, missing in enumerate(({*example.files} & outside, outside)):
        part = names(inspect_part(tmp_path / str(index), example, *missing))
        assert part <= whole | INSTEAD.get(rule.name, set())


@pytest.mark.parametrize("name", sorted(OF_ABSENCE))
def test_the_rule_exists(name: str) -> None:
    assert name in {rule.name for rule in rules.load()}


def test_a_package_that_pip_has_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is there but the project's own modules, among those of others."""
    folder = tmp_path / "lib" / "python3.13" / "site-packages"
    (folder / "bookstore").mkdir(parents=True)
    (folder / "gunicorn").mkdir()
    (folder / "gunicorn" / "__init__.py").touch()
    for path, text in {**SKELETON, "bookstore/settings.py": SETTINGS}.items():
        if path.startswith("bookstore/"):
            (folder / path).write_text(text, encoding="utf-8")
    module = types.ModuleType("bookstore.settings")
    module.__file__ = str(folder / "bookstore" / "settings.py")
    exec(compile(SETTINGS, module.__file__, "exec"), vars(module))  # noqa: S102 - the test wrote it
    holder = UserSettingsHolder(global_settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the mail settings, which Django 6.1 deprecates
        for name in dir(module):
            if name.isupper():
                setattr(holder, name, getattr(module, name))
    holder.SETTINGS_MODULE = "bookstore.settings"  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "bookstore.settings", module)
    monkeypatch.setattr(live, "_wrapped", holder)

    report = engine.inspect(live)

    assert report.root is not None
    assert not report.root.complete
    assert report.results == ()
