"""What one key of the screen does to one paper: each is one command, which `undo` takes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from paperlab.errors import UsageError
from paperlab.records.queue import STATES

if TYPE_CHECKING:
    from paperlab.lab import Lab

SNOOZE_DAYS = 14


def _accept(lab: Lab, id: str, _text: str) -> str:
    with lab.library(write=True) as library:
        entry = library.move(id, "queued", command=f"accept {id}")
    return f"{entry.state} {id}"


def _drop(lab: Lab, id: str, text: str) -> str:
    with lab.library(write=True) as library:
        library.move(id, "dropped", reason=text.strip() or None, command=f"drop {id}")
    return f"dropped {id}"


def _snooze(lab: Lab, id: str, _text: str) -> str:
    from datetime import datetime, timedelta

    with lab.library(write=True) as library:
        until = datetime.fromisoformat(library.now()) + timedelta(days=SNOOZE_DAYS)
        library.move(id, "snoozed", until=until.strftime("%Y-%m-%dT%H:%M:%SZ"), command=f"snooze {id}")
    return f"snoozed {id} until {until.date()}"


def _start(lab: Lab, id: str, _text: str) -> str:
    return f"reading {lab.start(id).id}"


def _done(lab: Lab, id: str, text: str) -> str:
    entry = lab.done(id, idea={"main_idea": text} if text.strip() else None)
    return f"{entry.state} {id}{'' if text.strip() else '; its main idea is still open'}"


def _priority(step: int) -> Callable[[Lab, str, str], str]:
    def change(lab: Lab, id: str, _text: str) -> str:
        with lab.library(write=True) as library:
            wanted = min(max(library.entry(id).priority + step, 0), 9)
            library.change(id, priority=wanted, command=f"priority {id} {wanted}")
        return f"priority {wanted}: {id}"

    return change


def _tag(lab: Lab, id: str, text: str) -> str:
    words = text.replace(",", " ").split()
    add = [word.removeprefix("+") for word in words if not word.startswith("-")]
    remove = [word[1:] for word in words if word.startswith("-")]
    if not words:
        raise UsageError("expected tags, like nlp vision -old; got nothing")
    with lab.library(write=True) as library:
        entry = library.tag(id, add=add, remove=remove, command=f"tag {id} {' '.join(words)}")
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
