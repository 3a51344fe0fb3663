"""The file that `triage apply` reads: decisions as a JSON array or as one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from paperlab.errors import UsageError
from paperlab.records.changes import Decision
from paperlab.records.queue import Entry

STATES = {"accept": "queued", "drop": "dropped", "snooze": "snoozed", "skip": None}
"""What is decided -> the state that the paper moves to."""
_TEXTS = ("id", "decision", "why", "reason", "until")
KEYS = (*_TEXTS, "priority", "tags")
_SHOWN = {*Entry._fields} | {"score", "terms", "cost", "depth", "skipped", "explore"}
"""What `triage --json` prints: it may stay in the file, and decides nothing."""


def parsed(text: str, *, until: Callable[[str], str | None]) -> list[tuple[int, Decision]]:
    """Read decisions, each with the number of its line.

    Args:
        text: of the file.
        until: reads a time as a person writes it; see `paperlab.lab.when.moment`.

    Raises:
        UsageError: no JSON, or a decision that cannot be read; the message names the line.
    """
    return [(line, _decision(line, row, until)) for line, row in _rows(text.removeprefix("\ufeff"))]


def _rows(text: str) -> Iterator[tuple[int, Any]]:
    """Give each object with its line, from an array or from objects one after the other."""
    decoder, place = json.JSONDecoder(), _after(text, 0)
    array = text[place : place + 1] == "["
    place = _after(text, place + array)
    first = True
    while place < len(text) and not (array and text[place] == "]"):
        if array and not first:
            place = _comma(text, place)
        line = text.count("\n", 0, place) + 1
        try:
            row, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            told = getattr(error, "msg", "it is nested too deep")
            raise UsageError(
                f"line {getattr(error, 'lineno', line)}: expected a decision in JSON, got: {told}"
            ) from error
        yield line, row
        place, first = _after(text, place), False
    more = _after(text, place + 1)
    if array and more < len(text):
        raise UsageError(f"line {text.count(chr(10), 0, more) + 1}: expected the end after ], got more")
    if array and place >= len(text):
        raise UsageError(f"line {text.count(chr(10)) + 1}: expected ] at the end of the array, got the end of the file")


def _after(text: str, place: int) -> int:
    """Give the place of the first sign that is no white space."""
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _comma(text: str, place: int) -> int:
    if text[place] != ",":
        raise UsageError(
            f"line {text.count(chr(10), 0, place) + 1}: expected a comma between decisions, got {text[place]!r}"
        )
    return _after(text, place + 1)


def _decision(line: int, row: Any, until: Callable[[str], str | None]) -> Decision:
    if not isinstance(row, dict):
        raise UsageError(
            f'line {line}: expected an object like {{"id": "1706.03762", "decision": "accept"}}, got {row!r:.60}'
        )
    if strange := sorted(set(row) - set(KEYS) - _SHOWN):
        raise UsageError(f"line {line}: expected only {', '.join(KEYS)}; got {strange[0][:40]!r}")
    for key in _TEXTS:
        if not isinstance(row.get(key), str | None):
            raise UsageError(f"line {line}: expected {key} to be a text, got {row[key]!r:.60}")
    word = row.get("decision")
    if word not in STATES:
        raise UsageError(f"line {line}: expected a decision, one of {', '.join(STATES)}; got {word!r:.60}")
    if not (row.get("id") or "").strip():
        raise UsageError(f"line {line}: expected an id, got {row.get('id')!r}")
    try:
        when = until("1w" if row.get("until") is None else row["until"]) if word == "snooze" else None
    except UsageError as error:
        raise UsageError(f"line {line}: {error.message}") from error
    return Decision(
        id=row["id"], state=STATES[word], skip=word == "skip", why=row.get("why"), reason=row.get("reason"),
        until=when, priority=_priority(line, row), tags=_tags(line, row),
    )  # fmt: skip


def _priority(line: int, row: Mapping[str, Any]) -> int | None:
    value = row.get("priority")
    if value is None or (type(value) is int and 0 <= value <= 9):
        return value
    raise UsageError(f"line {line}: expected a priority from 0 (none) to 9 (first), got {value!r:.60}")


def _tags(line: int, row: Mapping[str, Any]) -> tuple[str, ...]:
    value = row.get("tags") or ()
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    if not isinstance(value, list | tuple) or not all(isinstance(tag, str) for tag in value):
        raise UsageError(f"line {line}: expected tags to be an array of texts, got {value!r:.60}")
    return tuple(value)
