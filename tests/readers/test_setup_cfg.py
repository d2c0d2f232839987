from __future__ import annotations

import pytest

from django_deploycheck.model import Fact, Location, PythonVersion, Reference, Requirement
from django_deploycheck.readers import setup_cfg
from django_deploycheck.source import Source


def read(text: str) -> list[Fact]:
    return list(setup_cfg.read(Source("setup.cfg", text)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("[flake8]\nmax-line-length = 120\n  django\n", id="only tools"),
        pytest.param("[metadata]\ninstall_requires = django\n", id="the key in another section"),
        pytest.param("install_requires = django\n", id="the key in no section"),
        pytest.param("[options]\npackages = find:\n", id="another key"),
        pytest.param("[options]\ninstall_requires\n  django\n", id="a key without a sign"),
        pytest.param("[options]\n; install_requires = django\n# install_requires = django\n", id="comments"),
        pytest.param("[options]\ninstall_requires =\n  # django\n\n", id="comments in a list"),
        pytest.param("[options]\ninstall_requires = file: ../r.txt\n", id="a file outside"),
        pytest.param("[options]\ninstall_requires = a\n[tool]\n  django\n"[10:], id="a list that a section ends"),
    ],
)
def test_no_facts(text: str) -> None:
    assert read(text) == []


def test_requirements() -> None:
    text = """\
[options]
python_requires = >=3.11
install_requires =
    Django==4.2.1

    # why
    gunicorn; python_version < "3.12"
setup_requires: setuptools_scm
tests_require = pytest; pytest-django >= 4 ;

[options.extras_require]
s3 =
\tdjango-storages[s3]
docs = sphinx
"""
    assert read(text) == [
        PythonVersion(Location("setup.cfg", 2), specifier=">=3.11", kind="setup-cfg"),
        Requirement("django", "==4.2.1", Location("setup.cfg", 4), pinned=True),
        Requirement("gunicorn", "", Location("setup.cfg", 7)),
        Requirement("setuptools-scm", "", Location("setup.cfg", 8), "build"),
        Requirement("pytest", "", Location("setup.cfg", 9), group="test"),
        Requirement("pytest-django", ">=4", Location("setup.cfg", 9), group="test"),
        Requirement("django-storages", "", Location("setup.cfg", 13), group="s3", extras=("s3",)),
        Requirement("sphinx", "", Location("setup.cfg", 14), group="docs"),
    ]


def test_requirements_in_other_files() -> None:
    assert read("[options]\ninstall_requires = file: requirements.txt, requirements/more.txt\n") == [
        Reference("requirements.txt", "requirements", Location("setup.cfg", 2), required=True),
        Reference("requirements/more.txt", "requirements", Location("setup.cfg", 2), required=True),
    ]
