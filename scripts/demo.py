"""
Show what the package finds: in a small bookstore site whose deployment has the usual mistakes, then in the same site
done right. Does all its own set-up; ends with status 0 when the first has findings and the second has none.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from environment import ROOT, private_environment

EXAMPLES = ROOT / "tests" / "example" / "heroku"
# The sites read their settings from the environment; whose machine this is must not matter.
KEPT = {"HOME", "LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"}
COMMAND = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]


def main() -> int:
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show every character must not end the demo.
        sys.stdout.reconfigure(errors="replace")
    python = private_environment("demo", "example")
    broken_status, broken_output = checked(python, EXAMPLES / "broken", "A site with the usual mistakes")
    right_status, right_output = checked(python, EXAMPLES / "right", "The same site done right")
    # A traceback ends with status 1 too; only a finding of ours shows that the check ran.
    if broken_status and "(deploycheck." in broken_output and not right_status and "no issues" in right_output:
        headline("The first site fails its check, the second passes. That is the demo.")
        return 0
    headline("This is not what the demo should show: the first site must fail its check, the second must pass.")
    return 1


def checked(python: Path, site: Path, title: str) -> tuple[int, str]:
    """The exit status and the output of the site's deployment check, which is shown as well."""
    headline(title)
    print(f"$ cd {site.relative_to(ROOT).as_posix()}\n$ python {' '.join(COMMAND)}\n", flush=True)
    colour = ["--force-color"] if sys.stdout.isatty() and "NO_COLOR" not in os.environ else []
    done = subprocess.run(
        [str(python), "-B", *COMMAND, *colour],
        cwd=site,
        env={**{name: value for name, value in os.environ.items() if name in KEPT}, "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    print(done.stdout, flush=True)
    return done.returncode, done.stdout


def headline(text: str) -> None:
    print(f"\n{text}\n{'=' * len(text)}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
