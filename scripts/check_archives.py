"""
Build the sdist and the wheel, see what they hold, install each in a clean environment and run the sdist's tests there: those
of whole sites, or all of them with ``--every-test``.

Needs the ``build`` package; ``tox run -e package`` brings it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

from environment import ROOT, clean_environ

PACKAGE = "django_deploycheck"
WHOLE_SITES = ("tests/test_check.py", "tests/test_command.py")
IN_SDIST = ["CHANGELOG.md", "LICENSE", "README.md", "docs/conf.py", "docs/generate.py", "tests/settings.py", "tox.ini"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every-test", action="store_true", help="run every test against both archives")
    every_test = parser.parse_args().every_test
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run([sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)], folder)
        (wheel,) = folder.glob("*.whl")
        (sdist,) = folder.glob("*.tar.gz")
        check_wheel(wheel)
        # Both hold the same files, as is seen here: without --every-test the sdist runs fewer.
        for archive, tests in ((wheel, WHOLE_SITES), (sdist, WHOLE_SITES[:1])):
            tree = unpacked(sdist, folder / f"tree-{archive.suffix[1:]}")
            check_sdist(tree)
            check_installed(archive, tree, folder / f"environment-{archive.suffix[1:]}", () if every_test else tests)


def check_wheel(wheel: Path) -> None:
    """The wheel holds every file of the package, and beside it nothing but its own metadata."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = package_files(ROOT)
    if names != expected:
        sys.exit(f"{wheel.name}: lacks {sorted(expected - names)}, should not hold {sorted(names - expected)}")


def check_sdist(tree: Path) -> None:
    """The sdist holds the package, and what its tests and its documentation need."""
    missing = [name for name in IN_SDIST if not (tree / name).is_file()]
    missing += sorted(package_files(ROOT) - package_files(tree))
    if missing:
        sys.exit(f"The sdist lacks {missing}")


def check_installed(archive: Path, tree: Path, folder: Path, tests: tuple[str, ...]) -> None:
    """
    The sdist's tests, all of them where none are named, pass with the archive installed.

    The tree's own copy of the package is taken away first.
    """
    print(f"\n{archive.name}", flush=True)
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    run([python, "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1"], tree)
    run([python, "-m", "pip", "install", "--quiet", str(archive), "--group", "test"], tree)
    shutil.rmtree(tree / PACKAGE)
    run([python, "-W", "error", "-m", "pytest", "-q", "--numprocesses=auto", *tests], tree)


def unpacked(sdist: Path, folder: Path) -> Path:
    with tarfile.open(sdist) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder)
    (tree,) = folder.iterdir()
    return tree


def package_files(root: Path) -> set[str]:
    files = (path for path in (root / PACKAGE).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root).as_posix() for path in files}


def run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, env=clean_environ(), stdin=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    main()
