"""Results: kept in results.json, shown in docs/performance.md and drawn beside it."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.benchmarks.drawing import Scale, drawn
from tests.benchmarks.rows import Row

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = Path(__file__).with_name("results.json")
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: python -m tests.benchmarks writes what follows -->", "<!-- end of what was measured -->"


def kept() -> dict[str, Any]:
    """What results.json holds."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def keep(rows: Iterable[Row], charts: Iterable[Scale]) -> None:
    """Write the results and what shows them; rows and charts that were not measured now stay as they are."""
    before = kept() if RESULTS.exists() else {"rows": [], "charts": []}
    by_name = {row["name"]: row for row in before["rows"]} | {row.name: asdict(row) for row in rows}
    by_chart = {chart["name"]: chart for chart in before["charts"]} | {chart.name: asdict(chart) for chart in charts}
    results = {"machine": machine(), "rows": list(by_name.values()), "charts": list(by_chart.values())}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for path, text in shown(kept(), PAGE.read_text(encoding="utf-8")).items():
        path.write_text(text, encoding="utf-8")


def shown(results: Mapping[str, Any], page: str) -> dict[Path, str]:
    """The files in docs/ that show these results, with their text."""
    charts = [Scale(**chart) for chart in results["charts"]]
    pictures = {PAGE.with_name(f"scale-{chart.name}.svg"): drawn(chart) for chart in charts}
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    middle = f"\n{_machine(results['machine'])}\n\n{table([Row(**row) for row in results['rows']])}\n"
    return {PAGE: f"{before}{BEGIN}{middle}{END}{after}", **pictures}


def table(rows: Iterable[Row]) -> str:
    lines = ["| | Measured | Target | Met | How |", "|---|---:|---:|---|---|"]
    lines += [
        f"| {row.name} | {number(row.measured, row.unit)} | {number(row.target, row.unit)} | {row.verdict} | {row.how} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def number(value: float | None, unit: str) -> str:
    """A ratio with as many digits as tell it from its target, other figures with two decimals."""
    if value is None:
        return ""
    text = re.sub(r"(?<=\d)0+$", "", f"{value:.4f}").removesuffix(".") if not unit else f"{value:.4g}"
    return f"{text} {unit}".strip()


def machine() -> dict[str, str]:
    """What was measured on, in words that fit any machine of its kind."""
    kibibytes = _first(r"MemTotal:\s*(\d+)", Path("/proc/meminfo")) or "0"
    return {
        "processor": _first(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo")) or platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{int(kibibytes) / 2**20:.0f} GiB",
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.machine()}",
        "python": platform.python_version(),
        "django": metadata.version("Django"),
        "date": date.today().isoformat(),
    }


def _machine(facts: Mapping[str, str]) -> str:
    return (
        f"Measured on {facts['date']} with Python {facts['python']} and Django {facts['django']}: {facts['processor']}, "
        f"{facts['cores']} cores, {facts['memory']}, {facts['system']}."
    )


def _first(pattern: str, path: Path) -> str | None:
    found = re.search(pattern, path.read_text(encoding="utf-8"))
    return found[1].strip() if found else None
