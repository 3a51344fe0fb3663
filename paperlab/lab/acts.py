"""What one key of the screen does to one paper: each is one command, which `undo` takes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from paperlab.errors import UsageError
from paperlab.records.queue import STATES

if TYPE_CHECKING:
    from paperlab.lab import Lab


def _accept(lab: Lab, id: str, _text: str) -> str:
    return f"{lab.decide('accept', id).state} {id}"


def _drop(lab: Lab, id: str, text: str) -> str:
    lab.drop(id, reason=text.strip() or None)
    return f"dropped {id}"


def _snooze(lab: Lab, id: str, _text: str) -> str:
    entry = lab.snooze(id)[0]
    return f"snoozed {id} until {(entry.until or '')[:10]}"


def _start(lab: Lab, id: str, _text: str) -> str:
    return f"reading {lab.start(id).id}"


def _done(lab: Lab, id: str, text: str) -> str:
    entry = lab.done(id, idea={"main_idea": text} if text.strip() else None)
    return f"{entry.state} {id}{'' if text.strip() else '; its main idea is still open'}"


def _priority(step: int) -> Callable[[Lab, str, str], str]:
    return lambda lab, id, _text: f"priority {lab.bump(id, by=step)[0].priority}: {id}"


def _tag(lab: Lab, id: str, text: str) -> str:
    words = text.replace(",", " ").split()
    if not words:
        raise UsageError("expected tags, like nlp vision -old; got nothing")
    add = [word.removeprefix("+") for word in words if not word.startswith("-")]
    entry = lab.tag(id, add=add, remove=[word[1:] for word in words if word.startswith("-")])[0]
    return f"tags of {id}: {' '.join(entry.tags) or 'none'}"


ACTS: Mapping[str, Callable[[Lab, str, str], str]] = {
    "accept": _accept,
    "drop": _drop,
    "snooze": _snooze,
    "start": _start,
    "done": _done,
    "raise": _priority(1),
    "lower": _priority(-1),
    "tag": _tag,
}
"""Name of an act -> what it does to a paper on the list (by canonical id), given a line of text; gives a line about it.

Each raises what the lab's verbs raise: Refused for a step that is not on the ladder or a fourth paper in reading.
"""

VIEWS: Mapping[str, tuple[str, ...] | None] = {
    "0": None,
    **{str(number): (state,) for number, state in enumerate(STATES[:8], start=1)},
    "9": ("snoozed", "dropped"),
}
"""Key -> the states that it shows; None is all."""
