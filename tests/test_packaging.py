from __future__ import annotations

import configparser
import itertools
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import django_deploycheck

ROOT = Path(__file__).parent.parent

# From the classifiers that each Django's own archive carries.
PYTHONS = {
    "4.2": ["3.10", "3.11", "3.12"],
    "5.2": ["3.10", "3.11", "3.12", "3.13", "3.14"],
    "6.0": ["3.12", "3.13", "3.14"],
    "6.1": ["3.12", "3.13", "3.14", "3.15"],
}


def classified(prefix: str) -> set[str]:
    """What follows the prefix in the package's classifiers, where it is a version."""
    classifiers = metadata.metadata("django-deploycheck").get_all("Classifier", [])
    return {match[1] for text in classifiers if (match := re.fullmatch(rf"{prefix} :: (\d+\.\d+)", text))}


def test_importing_the_package_imports_nothing_else():
    code = """
import sys
before = set(sys.modules)
import django_deploycheck
print(sorted(set(sys.modules) - before))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "['django_deploycheck']\n"


def test_the_installed_metadata_names_the_packages_own_version():
    assert metadata.version("django-deploycheck") == django_deploycheck.__version__


def test_the_changelog_is_ready_for_the_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(rf"^## (Unreleased|{re.escape(django_deploycheck.__version__)}\b)", changelog, re.MULTILINE)


def test_the_classifiers_name_the_supported_versions():
    assert classified("Framework :: Django") == set(PYTHONS)
    assert classified("Programming Language :: Python") == set(itertools.chain(*PYTHONS.values()))


def test_tox_runs_every_django_on_every_python_it_supports():
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "tox.ini", encoding="utf-8")

    ran = set()
    for line in parser["tox"]["env_list"].split():
        match = re.fullmatch(r"py\{([\d,]+)\}-django(\d)(\d)", line)
        if match:
            ran |= {(f"{match[2]}.{match[3]}", f"3.{python[1:]}") for python in match[1].split(",")}

    assert ran == {(django, python) for django, pythons in PYTHONS.items() for python in pythons}


def test_the_workflow_runs_every_python():
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")

    ran = {(python, factor) for python, factor in re.findall(r'\{ python: "([\d.]+)", factor: (\w+) \}', workflow)}

    assert ran == {(python, "py" + python.replace(".", "")) for python in itertools.chain(*PYTHONS.values())}
