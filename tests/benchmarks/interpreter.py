"""
An interpreter that can import what a small site has installed and nothing else.

How many packages lie beside Django, and what their ``.pth`` files run at every start, would be part of every figure.
"""

from __future__ import annotations

import re
import sys
import venv
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import django_deploycheck

REQUIREMENTS = ("Django", "dj-database-url", "PyYAML", *(("tomli",) if sys.version_info < (3, 11) else ()))
OF_THE_SITE = ("gunicorn", "whitenoise")


def interpreter(folder: Path) -> Path:
    """A virtual environment in the folder, in which links stand for the packages; returns its Python."""
    venv.create(folder, symlinks=True, with_pip=False)
    (packages,) = folder.glob("lib/python*/site-packages")
    for path in _paths():
        (packages / path.name).symlink_to(path)
    package = Path(django_deploycheck.__file__).parent
    (packages / package.name).symlink_to(package)
    # As pip leaves it: what is installed is found by its metadata.
    _distribution(packages, "django-deploycheck", django_deploycheck.__version__)
    return folder / "bin" / "python"


def environ(folder: Path) -> Mapping[str, str]:
    """All variables that a measured process gets: the fewer, the better its figures repeat."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "DJANGO_SETTINGS_MODULE": "bookstore.settings",
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    }


def _paths() -> Iterator[Path]:
    """The files and folders in site-packages that the requirements and theirs own."""
    seen: set[str] = set()
    waiting = [*REQUIREMENTS, *OF_THE_SITE]
    while waiting:
        name = waiting.pop()
        if name.lower() in seen:
            continue
        seen.add(name.lower())
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            if name in REQUIREMENTS:
                raise
            continue
        tops = {file.parts[0] for file in distribution.files or () if file.parts[0] not in ("..", "__pycache__")}
        yield from sorted(Path(str(distribution.locate_file(top))).absolute() for top in tops)
        for requirement in distribution.requires or ():
            if "extra ==" not in requirement and "sys_platform ==" not in requirement:
                waiting.append(re.split(r"[^\w.\-]", requirement, maxsplit=1)[0])


def _distribution(packages: Path, name: str, version: str) -> None:
    folder = packages / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
