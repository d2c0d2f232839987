"""
Private Python environments for the scripts beside this file.

They need nothing but a Python and pip's package index: no pip for the whole system (Debian refuses that), no activation.
An environment is kept in the clone, ignored by git, and made anew when pyproject.toml or the interpreter changes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_PYTHON = (3, 10)
STAMP = "made-from"

NO_PIP = f"""\
This Python ({sys.executable}) can make no virtual environment with pip in it: ensurepip is missing.
Install one of these and run the command again:
    Debian, Ubuntu:   apt install python3-venv
    anywhere else:    virtualenv or uv, from your system's packages
"""


def private_environment(name: str, group: str) -> Path:
    """
    The interpreter of the environment ``.venv-<name>``, made if need be, with this package (as it stands in the clone)
    and a dependency group of pyproject.toml installed.

    Exits with a message when it cannot be made.
    """
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("Python {}.{} or later is needed, this is {}.".format(*OLDEST_PYTHON, sys.version.split()[0]))
    folder = ROOT / f".venv-{name}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / STAMP
    made_from = _made_from(group)
    if python.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == made_from:
        return python
    print(f"Making {folder.name} (once; it is made anew when pyproject.toml changes) …", flush=True)
    if folder.exists():
        shutil.rmtree(folder)
    _make(folder, python)
    # Dependency groups need a newer pip than Python 3.10 to 3.13 bring along.
    _run_quietly([str(python), "-m", "pip", "install", "--upgrade", "pip>=25.1"])
    _run_quietly([str(python), "-m", "pip", "install", "--editable", ".", "--group", group])
    stamp.write_text(made_from, encoding="utf-8")
    return python


def clean_environ() -> Mapping[str, str]:
    """The environment variables without those that would lead a private environment's Python or pip elsewhere."""
    misleading = {"PYTHONPATH", "PYTHONHOME", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX"}
    return {**{name: value for name, value in os.environ.items() if name not in misleading}, "PIP_USER": "0"}


def _made_from(group: str) -> str:
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return "\n".join([project, group, sys.version, os.path.realpath(sys.executable), str(ROOT)])


def _make(folder: Path, python: Path) -> None:
    if _can_import("venv", "ensurepip"):
        _run_quietly([sys.executable, "-m", "venv", str(folder)])
    elif _can_import("virtualenv"):
        _run_quietly([sys.executable, "-m", "virtualenv", "--python", sys.executable, str(folder)])
    elif shutil.which("virtualenv"):
        _run_quietly(["virtualenv", "--python", sys.executable, str(folder)])
    elif shutil.which("uv"):
        _run_quietly(["uv", "venv", "--seed", "--python", sys.executable, str(folder)])
    elif _can_import("venv", "pip"):
        # Debian's python3-pip without python3-venv: its pip may fill an environment of ours, if not the system.
        _run_quietly([sys.executable, "-m", "venv", "--without-pip", str(folder)])
        _run_quietly([sys.executable, "-m", "pip", "--python", str(python), "install", "pip"])
    else:
        sys.exit(NO_PIP)


def _can_import(*modules: str) -> bool:
    specs = [importlib.util.find_spec(module) for module in modules]
    # A folder that an uninstalled package left behind can be found, but holds no file to import.
    return all(spec is not None and spec.origin is not None for spec in specs)


def _run_quietly(command: Sequence[str]) -> None:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=clean_environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nThis command failed with status {done.returncode}:\n    {' '.join(command)}")
