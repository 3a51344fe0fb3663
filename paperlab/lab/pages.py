"""Pages of the queue: one file each, without a script, that opens from disk in light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from paperlab import litter
from paperlab.errors import LabUnusable
from paperlab.lab.weeks import Stats, Week
from paperlab.records.accents import accents

_STYLE = """
:root { color-scheme: light dark; --text: #1b1b1f; --back: #fff; --faint: #5d5d66; --line: #d5d5dc; --in: #8a5a00;
  --out: #0a5fb4; }
@media (prefers-color-scheme: dark) { :root { --text: #ececf1; --back: #16161a; --faint: #a6a6b0; --line: #3a3a42;
  --in: #f0b44c; --out: #6fb5ff; } }
body { color: var(--text); background: var(--back); font: 16px/1.5 system-ui, sans-serif; max-width: 46rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
a { color: var(--out); } small, .faint { color: var(--faint); } li { margin: .4rem 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .2rem 1rem .2rem 0;
  border-bottom: 1px solid var(--line); } td.n, th.n { text-align: right; }
svg { width: 100%; height: auto; } svg text { fill: var(--faint); font: 11px system-ui, sans-serif; }
.in { fill: var(--in); } .out { fill: var(--out); } .axis { stroke: var(--line); }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(title: str, body: str) -> str:
    """Give a whole page around a body that is safe already."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def keep(path: Path, text: str) -> None:
    """Write a file whole or not at all, over what stood there.

    Raises:
        LabUnusable: it cannot be written there.
    """
    try:
        with litter.in_place_of(path) as place:
            place.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise LabUnusable(f"{path}: expected a file that can be written, got: {error.strerror or error}") from error


def stats_page(stats: Stats) -> str:
    """Give the numbers of the queue as a page: a picture of the weeks, and all of it as tables."""
    rows = [(week.name, week.added, week.finished) for week in stats.weeks]
    oldest = [(days, paper.state, paper.id, accents(paper.title)) for paper, days in stats.oldest]
    body = (
        f"{_picture(stats.weeks)}\n<p>Weeks are ISO weeks in local time; the last one is not over yet.</p>\n"
        f"<h2>In short</h2>\n{_table(('', ''), summary(stats))}\n"
        f"<h2>Waiting longest</h2>\n{_table(('days', 'state', 'id', 'title'), oldest)}\n"
        f"<h2>Week by week</h2>\n{_table(('week', 'added', 'finished'), rows)}\n"
        f'<p class="faint">Counted {escape(stats.at)}</p>\n'
    )
    return page("The queue in numbers", body)


def summary(stats: Stats) -> list[tuple[str, str]]:
    """Give the numbers that are no week's, each with its unit."""
    reached = stats.reached
    return [
        ("waiting", f"{stats.waiting} papers queued, skimmed or being read"),
        ("median age", "-" if stats.median_age is None else f"{stats.median_age:g} days"),
        ("minutes a finished paper", _minutes(stats)),
        ("papers ever", " : ".join(f"{count} {name}" for name, count in reached.items())),
        ("streak", f"{_weeks(stats.streak)} with a finished paper, the longest {_weeks(stats.longest_streak)}"),
    ]


def _minutes(stats: Stats) -> str:
    if stats.median_minutes is None or stats.mean_minutes is None:
        return "- (of no finished paper were minutes told)"
    return f"{stats.median_minutes:g} median, {stats.mean_minutes:.0f} mean, of {stats.timed} with minutes"


def _weeks(count: int) -> str:
    return f"{count} week{'s' * (count != 1)}"


_CELL = "td"


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    def cells(tag: str, row: Sequence[object], like: Sequence[object]) -> str:
        kinds = [' class="n"' if isinstance(value, int) else "" for value in like]
        return "".join(f"<{tag}{kind}>{escape(str(value))}</{tag}>" for kind, value in zip(kinds, row, strict=True))

    head = f"<tr>{cells('th', heads, rows[0] if rows else heads)}</tr>" if any(heads) else ""
    return f"<table>{head}{''.join(f'<tr>{cells(_CELL, row, row)}</tr>' for row in rows)}</table>"


_WIDE, _HIGH, _LEFT, _BELOW, _ABOVE = 720, 240, 34, 26, 26


def _picture(weeks: Sequence[Week]) -> str:
    """Draw two bars a week, and the scale that they share; a reader who sees none is told the numbers."""
    most = max([1, *(max(week.added, week.finished) for week in weeks)])
    step = (_WIDE - _LEFT) / len(weeks)
    told = "; ".join(f"{week.name}: {week.added} added, {week.finished} finished" for week in weeks)
    marks = [
        f'<svg viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-labelledby="t d">',
        f'<title id="t">Papers added and finished a week</title><desc id="d">{escape(told)}</desc>',
        f'<rect class="in" x="{_LEFT}" y="4" width="10" height="10"/><text x="{_LEFT + 15}" y="13">added</text>',
        f'<rect class="out" x="{_LEFT + 70}" y="4" width="10" height="10"/><text x="{_LEFT + 85}" y="13">finished</text>',
    ]
    for value in sorted({0, most // 2, most}):
        y = _y(value, most)
        marks.append(f'<line class="axis" x1="{_LEFT}" x2="{_WIDE}" y1="{y:.1f}" y2="{y:.1f}"/>')
        marks.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    every = -(-len(weeks) // 12)
    for number, week in enumerate(weeks):
        left = _LEFT + number * step
        marks += [_bar("in", left + step * 0.12, step * 0.36, week.added, most)]
        marks += [_bar("out", left + step * 0.52, step * 0.36, week.finished, most)]
        if (len(weeks) - 1 - number) % every == 0:
            marks.append(f'<text x="{left + step / 2:.1f}" y="{_HIGH - 8}" text-anchor="middle">{week.name[5:]}</text>')
    return "\n".join([*marks, "</svg>"])


def _y(value: int, most: int) -> float:
    return _HIGH - _BELOW - value / most * (_HIGH - _BELOW - _ABOVE)


def _bar(kind: str, x: float, wide: float, value: int, most: int) -> str:
    top = _y(value, most)
    return f'<rect class="{kind}" x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{_y(0, most) - top:.1f}"/>'
