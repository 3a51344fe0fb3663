"""Pictures of a report as inline SVG: pure functions from numbers to text, 340 units wide, coloured by sheet.css.

Each is `role="img"` with a title; what it shows stands in a table of the page as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT, LINE = 340, 116, 48, 20
"""Width, space for names, space for numbers, height of a row."""
COLOURS = 6
"""Colours of sheet.css, given out in turn."""
WIDE = 30.0
"""A range of positive numbers is shown by decades when its ends differ by more than this factor."""
LONGEST = 256
"""Points of a learning curve that are kept."""


PREFIXES: Mapping[str, float] = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}


@dataclass(frozen=True, slots=True)
class Dot:
    """A row of a dot plot: a name, a value, its interval where there is one."""

    name: str
    value: float
    interval: Sequence[float] | None = None
    css: str = "rung"
    says: str = ""
    """What stands at the right."""


@dataclass(frozen=True, slots=True)
class Axis:
    """From numbers to places."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, x: float) -> float:
        """Give the place of a number, kept on the axis."""
        low, high, at = ((math.log10(v) if self.log else v) for v in (self.low, self.high, self._kept(x)))
        share = (at - low) / (high - low) if high > low else 0.5
        return round(self.start + share * (self.end - self.start), 1)

    def _kept(self, x: float) -> float:
        return min(max(x, self.low), self.high)


def axis(values: Sequence[float], start: float, end: float, *, log: bool | None = None) -> Axis:
    """Give an axis that holds all values; by decades where they are positive and far apart, unless told otherwise."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    by_decades = low > 0 and (high > WIDE * low if log is None else log)
    if low == high:
        low, high = (low / 2, high * 2) if by_decades else (low - 0.5, high + 0.5)
    return Axis(low, high, start, end, by_decades)


def number(x: float | None) -> str:
    """Give a number in a few characters, large ones in thousands (k), millions (M), and so on.

    >>> number(1234567.0), number(0.25), number(9999), number(5.36e10), number(None)
    ('1.23 M', '0.25', '9999', '53.6 G', '–')
    """
    if x is None:
        return "–"
    if abs(x) >= 1e4:
        prefix, size = [(prefix, size) for prefix, size in PREFIXES.items() if abs(x) >= size][-1]
        return f"{x / size:.3g} {prefix}"
    return f"{x:.4g}" if x == int(x) else f"{x:.3g}"


def dots(
    title: str,
    rows: Sequence[Dot],
    *,
    marks: Mapping[float, str] | None = None,
    words: tuple[str, str] | None = None,
) -> str:
    """Draw values under each other on one scale, each with its interval.

    Args:
        title: of the picture.
        rows: from top to bottom.
        marks: lines across, each with what stands above it; the scale is then no one by decades.
        words: at the ends of the axis; without them, its numbers.
    """
    marks = marks or {}
    ends = [x for r in rows for x in (r.value, *(r.interval or ()))]
    place = axis([*ends, *marks], LEFT + 6, WIDTH - RIGHT - 6, log=False if marks else None)
    top = 18 if marks else 4
    height = top + LINE * len(rows) + 20
    parts = [_mark(place(at), top, height - 18, above) for at, above in marks.items()]
    parts += [_dot(r, top + LINE * i + LINE / 2, place) for i, r in enumerate(rows)]
    return svg(title, height, [*parts, *_ends(place, height - 4, words)])


def _mark(x: float, top: float, bottom: float, words: str) -> str:
    return f'<path class="mark" d="M{x} {top}V{bottom}"/><text class="small" x="{x}" y="{top - 5}" text-anchor="middle">{escape(words)}</text>'


def _dot(row: Dot, y: float, place: Axis) -> str:
    bar = ""
    if row.interval:
        low, high = (place(x) for x in row.interval)
        bar = f'<path class="bar {row.css}" d="M{low} {y}H{high}"/>'
    name = row.name if len(row.name) <= 16 else f"{row.name[:15]}…"
    return (
        f'<text x="{LEFT - 4}" y="{y + 4}" text-anchor="end">{escape(name)}</text>{bar}'
        f'<circle class="{row.css}" cx="{place(row.value)}" cy="{y}" r="4"/>'
        f'<text x="{WIDTH - RIGHT + 4}" y="{y + 4}">{escape(row.says or number(row.value))}</text>'
    )


def _ends(place: Axis, y: float, words: tuple[str, str] | None = None) -> list[str]:
    """Write the ends of a horizontal axis."""
    low, high = words or (number(place.low), f"{number(place.high)}{' (by decades)' if place.log else ''}")
    return [
        f'<text class="small" x="{place.start}" y="{y}">{low}</text>',
        f'<text class="small" x="{place.end}" y="{y}" text-anchor="end">{high}</text>',
    ]


def curves(title: str, arms: Mapping[str, Sequence[Sequence[float | None]]]) -> str:
    """Draw the learning curves of each arm, a thin line a seed; what is no number leaves a gap."""
    known = [y for seeds in arms.values() for curve in seeds for y in curve if y is not None]
    height, legend = 190 + 16 * len(arms), 180
    place = axis(known, 160, 8)
    parts = [
        f'<path class="thin c{i % COLOURS}" d="{_line(curve, place)}"/>'
        for i, seeds in enumerate(arms.values())
        for curve in seeds
    ]
    parts += [_key(name, i, legend + 16 * i + 12) for i, name in enumerate(arms)]
    return svg(title, height, [_frame(place), *parts])


def _line(curve: Sequence[float | None], place: Axis) -> str:
    step = (WIDTH - 60) / max(1, len(curve) - 1)
    words, pen = [], "M"
    for i, y in enumerate(curve):
        if y is None:
            pen = "M"
            continue
        words.append(f"{pen}{round(52 + i * step, 1)} {place(y)}")
        pen = "L"
    return "".join(words)


def _key(name: str, i: int, y: float) -> str:
    return f'<path class="key c{i % COLOURS}" d="M52 {y}H76"/><text x="82" y="{y + 4}">{escape(name)}</text>'


def _frame(place: Axis, x_words: str = "training, from first step to last") -> str:
    decades = "by decades" if place.log else ""
    return (
        f'<path class="frame" d="M52 8V160H{WIDTH - 8}"/>'
        f'<text class="small" x="48" y="14" text-anchor="end">{number(place.high)}</text>'
        f'<text class="small" x="48" y="160" text-anchor="end">{number(place.low)}</text>'
        f'<text class="small" x="56" y="14">{decades}</text>'
        f'<text class="small" x="{WIDTH - 8}" y="173" text-anchor="end">{escape(x_words)}</text>'
    )


def roofline(title: str, flops: float, moved: float, points: Mapping[str, tuple[float, float]]) -> str:
    """Draw what this machine can reach at most, and where each side stands.

    Args:
        title: of the picture.
        flops: the machine's FLOP/s.
        moved: the machine's bytes/s.
        points: name -> (FLOPs a byte, FLOP/s).
    """
    ridge = flops / moved
    xs = [ridge / 30, ridge * 30, *(x for x, _ in points.values())]
    right = axis(xs, 52, WIDTH - 8, log=True)
    up = axis([flops, min(min(xs) * moved, *(y for _, y in points.values()))], 160, 8, log=True)
    roof = f"M{right(min(xs))} {up(min(xs) * moved)}L{right(ridge)} {up(flops)}H{WIDTH - 8}"
    dots = [
        f'<circle class="c{i % COLOURS}" cx="{right(x)}" cy="{up(y)}" r="5"/>{_key(name, i, 192 + 16 * i)}'
        for i, (name, (x, y)) in enumerate(points.items())
    ]
    words = f"FLOPs a byte, {number(min(xs))} to {number(max(xs))}"
    return svg(title, 190 + 16 * len(points), [_frame(up, words), f'<path class="mark" d="{roof}"/>', *dots])


def svg(title: str, height: float, parts: Sequence[str]) -> str:
    """Wrap a picture: a title for who cannot see it, and a box that scales."""
    head = f'<svg role="img" viewBox="0 0 {WIDTH} {height:g}" xmlns="http://www.w3.org/2000/svg">'
    return f"{head}<title>{escape(title)}</title>{''.join(parts)}</svg>"


def thinned(curve: list[float]) -> list[float]:
    """Give a curve of at most `LONGEST` points in even steps, its first and its last among them.

    >>> len(thinned([0.0] * 100_000))
    256
    """
    if len(curve) <= LONGEST:
        return curve
    return [curve[round(i * (len(curve) - 1) / (LONGEST - 1))] for i in range(LONGEST)]
