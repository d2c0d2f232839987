"""Charts as SVG, readable on light and on dark ground."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Scale:
    """A chart: a line of (how many, how much) for each name."""

    name: str
    title: str
    across: str
    up: str
    lines: dict[str, list[tuple[int, float]]]


WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 40, 44, 56

_STYLE = """\
  <style>
    .back { fill: #ffffff; stroke: #d0d7de; }
    .grid { stroke: #d0d7de; stroke-width: 1; }
    .line { fill: none; stroke: #0a6c74; stroke-width: 2; }
    .point { fill: #0a6c74; }
    .other { stroke: #b3261e; stroke-dasharray: 6 4; }
    .other-point { fill: #b3261e; }
    text { font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
    .title { font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      .back { fill: #0d1117; stroke: #3d444d; }
      .grid { stroke: #3d444d; }
      .line { stroke: #76e3ea; }
      .point { fill: #76e3ea; }
      .other { stroke: #ff8f87; }
      .other-point { fill: #ff8f87; }
      text { fill: #e6edf3; }
    }
  </style>
"""


def drawn(chart: Scale) -> str:
    """The chart as SVG, readable on light and on dark ground; both axes start at 0 and are linear."""
    most = max(x for line in chart.lines.values() for x, _ in line)
    top = _rounded_up(max(y for line in chart.lines.values() for _, y in line))
    head = (
        "<!-- Written by python -m tests.benchmarks. -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img">\n  <title>{escape(chart.title)}: {chart.up}, by {chart.across}</title>\n{_STYLE}'
        f'  <rect class="back" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="8"/>\n'
        f'  <text class="title" x="{LEFT}" y="26">{chart.up}</text>\n'
        f'  <text x="{WIDTH - RIGHT}" y="{HEIGHT - 12}" text-anchor="end">{chart.across}</text>\n'
    )
    parts = [head]
    for step in range(5):
        value = top * step / 4
        y = _y(value, top)
        parts.append(f'  <path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>\n')
        parts.append(f'  <text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,.4g}</text>\n')
        x = _x(most * step / 4, most)
        parts.append(f'  <text x="{x}" y="{HEIGHT - 34}" text-anchor="middle">{most * step / 4:,.0f}</text>\n')
    for index, (name, line) in enumerate(chart.lines.items()):
        other = " other" if index else ""
        path = " ".join(f"{_x(x, most)},{_y(y, top)}" for x, y in line)
        parts.append(f'  <polyline class="line{other}" points="{path}"/>\n')
        parts += [
            f'  <circle class="{"other-" if index else ""}point" cx="{_x(x, most)}" cy="{_y(y, top)}" r="4"/>\n'
            for x, y in line
        ]
        y_of_name = TOP + 18 + 20 * index
        parts.append(f'  <path class="line{other}" d="M{LEFT + 14} {y_of_name - 4}h28"/>\n')
        parts.append(f'  <text x="{LEFT + 50}" y="{y_of_name}">{name}</text>\n')
    return "".join([*parts, "</svg>\n"])


def _x(value: float, most: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * value / most, 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top, 1)


def _rounded_up(value: float) -> float:
    """The next 1, 2, 4 or 8 times a power of ten."""
    power = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.1
    while power > value:
        power /= 10
    return next(power * factor for factor in (1, 2, 4, 8, 10, 20) if power * factor >= value)
