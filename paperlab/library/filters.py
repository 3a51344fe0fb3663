"""The filters of `find`: name, and the condition on `entries e JOIN papers p` that a value stands for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from paperlab.errors import UsageError
from paperlab.library.listing import canonical, known_state
from paperlab.records.times import beginning

Condition = tuple[str, *tuple[object, ...]]
"""SQL with one `?` for each value behind it; the first is the SQL."""


def _any_of(value: str) -> list[str]:
    return [part for part in (one.strip().lower() for one in value.split(",")) if part]


def _state(value: str, _now: str) -> Condition:
    states = [known_state(state) for state in _any_of(value) or [value]]
    return f"e.state IN ({', '.join('?' * len(states))})", *states


def _tag(value: str, _now: str) -> Condition:
    tags = _any_of(value)
    return f"e.paper IN (SELECT paper FROM tags WHERE tag IN ({', '.join('?' * len(tags))}))", *tags


def _time(name: str, column: str, sign: str, *, local: bool = False) -> Callable[[str, str], Condition]:
    def condition(value: str, now: str) -> Condition:
        return f"{column} {sign} ?", beginning(value, now, name=f"{name}:", local=local)

    return condition


_COMPARED = re.compile(r"(<=|>=|<|>|=?)(\d{1,9})|(\d{1,9})(?:-|\.\.)(\d{1,9})", re.ASCII)


def _number(name: str, column: str) -> Callable[[str, str], Condition]:
    def condition(value: str, _now: str) -> Condition:
        found = _COMPARED.fullmatch(value.replace(" ", ""))
        if not found:
            raise UsageError(f"expected {name}: with 5, <5, >=5 or 3-5; got {value[:60]!r}")
        if found[3]:
            return f"{column} BETWEEN ? AND ?", int(found[3]), int(found[4])
        return f"{column} {found[1] or '='} ?", int(found[2])

    return condition


_HAS = {
    "note": "e.paper IN (SELECT paper FROM notes)",
    "idea": "e.paper IN (SELECT paper FROM ideas WHERE main_idea IS NOT NULL)",
    "tag": "e.paper IN (SELECT paper FROM tags)",
    "refs": "e.paper IN (SELECT paper FROM refs)",
    "why": "e.why IS NOT NULL",
    "parent": "e.parent IS NOT NULL",
    "minutes": "e.minutes IS NOT NULL",
}


def _has(value: str, _now: str) -> Condition:
    name = value.lower()
    condition = _HAS.get(name) or _HAS.get(name.removesuffix("s"))
    if condition is None:
        raise UsageError(f"expected has: with one of {', '.join(_HAS)}; got {value[:60]!r}")
    return (condition,)


def _category(value: str, _now: str) -> Condition:
    name = value.lower()
    columns = "lower(p.categories)"
    return f"(instr({columns}, ?) OR instr({columns}, ?))", f'"{name}"', f'"{name}.'


FILTERS: Mapping[str, Callable[[str, str], Condition]] = {
    "state": _state,
    "tag": _tag,
    "since": _time("since", "coalesce(p.published, e.added_at)", ">="),
    "before": _time("before", "coalesce(p.published, e.added_at)", "<"),
    "added": _time("added", "e.added_at", ">=", local=True),
    "priority": _number("priority", "e.priority"),
    "minutes": _number("minutes", "e.minutes"),
    "pages": _number("pages", "e.pages"),
    "has": _has,
    "cat": _category,
    "from": lambda value, _now: ("e.parent = ?", canonical(value)),
    "cites": lambda value, _now: ("e.paper IN (SELECT paper FROM refs WHERE cited = ?)", canonical(value)),
}
"""Name of a filter -> its condition, from a value and the time now (ISO 8601 UTC); UsageError for a value it cannot read."""
