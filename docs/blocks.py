"""What the README and the guide generate from the code; `make docs` writes it, `cog --check` compares."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import typer

from paperlab.cli import app
from paperlab.cli.verbs import GROUPS, load
from paperlab.lab.folders import read_card
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord
from paperlab.settings import SETTINGS

ROOT = Path(__file__).parents[1]


def help_of(*verbs: str) -> str:
    """Give the help of paperlab, or of one verb, as a block 80 columns wide."""
    command: click.Command = typer.main.get_command(app)
    wide: dict[str, Any] = {"terminal_width": 80, "max_content_width": 80}
    context = click.Context(command, info_name="paperlab", **wide, **command.context_settings)
    for verb in verbs:
        command = load(verb) if context.parent is None else command.commands[verb]  # type: ignore[attr-defined]  # a group
        context = click.Context(command, info_name=verb, parent=context, **wide, **command.context_settings)
    return f"```text\n{command.get_help(context)}\n```"


def reference() -> str:
    """Give the help of every verb, in the order of the help."""
    parts = []
    for heading, verbs in GROUPS.items():
        parts.append(f"## {heading}\n")
        for verb in verbs:
            parts.append(f"### paperlab {verb}\n\n{help_of(verb)}\n")
            for name in getattr(load(verb), "commands", {}):
                parts.append(f"#### paperlab {verb} {name}\n\n{help_of(verb, name)}\n")
    return "\n".join(parts)


def shelf_table() -> str:
    """Give the implementations with their verdicts, from each folder's results.json."""
    lines = ["| paper | folder | verdicts | run |", "| --- | --- | --- | --- |"]
    for path in sorted((ROOT / "implementations").glob("*/paper.toml")):
        card = read_card(path.parent)
        results = path.with_name("results.json")
        data = json.loads(results.read_text(encoding="utf-8")) if results.is_file() else {"verdicts": []}
        run = f"{data['run']}, {data['at'][:10]}" if data["verdicts"] else "not yet"
        link = f"[{card.title}](https://arxiv.org/abs/{card.id})"
        lines.append(f"| {link} | [{card.slug}](implementations/{card.slug}) | {_verdicts(data['verdicts'])} | {run} |")
    return "\n".join(lines)


def _verdicts(verdicts: list[dict[str, str]]) -> str:
    words = [v["verdict"] for v in verdicts]
    return ", ".join(f"{words.count(w)} {w}" for w in dict.fromkeys(words)) or "not tested"


def settings_table() -> str:
    """Give every setting with its default, its variable and its meaning."""
    lines = ["| setting | default | variable | meaning |", "| --- | --- | --- | --- |"]
    lines += [f"| `{n}` | `{s.default!r}` | `{s.variable}` | {s.help} |" for n, s in SETTINGS.items()]
    return "\n".join(lines)


def ladder_table() -> str:
    """Give what each verb makes of a paper in each state: found by doing it, on a list of its own."""
    import tempfile

    from paperlab.lab import Lab
    from paperlab.records.queue import STATES

    with tempfile.TemporaryDirectory() as folder:
        lab = Lab.create(Path(folder))
        rows = [f"| {state} | " + " | ".join(_outcome(lab, state, verb) for verb in _STEPS) + " |" for state in STATES]
    heads = " | ".join(f"`{verb}`" for verb in _STEPS)
    return "\n".join([f"| state | {heads} |", f"| --- {'| --- ' * len(_STEPS)}|", *rows])


_ID = "2001.00001"


def _follows(act: str, state: str) -> Callable[[Any], None]:
    from paperlab.lab.following import follow

    return lambda lab: follow(lab, _ID, state, act=act, through=("implementing",))


_STEPS: dict[str, Callable[[Any], object]] = {
    "add": lambda lab: lab.add_entries([NewEntry(id=_ID)], command="add"),
    "open": lambda lab: lab.open_paper(_ID),
    "start": lambda lab: lab.start(_ID),
    "skim": lambda lab: lab.skim(_ID),
    "done": lambda lab: lab.done(_ID),
    "implement": _follows("implement", "implementing"),
    "bench": _follows("bench", "reproduced"),
    "publish": _follows("publish", "explained"),
    "explain": lambda lab: lab.explain(_ID, "a paragraph"),
    "snooze": lambda lab: lab.snooze(_ID),
    "drop": lambda lab: lab.drop(_ID),
}
"""Verb -> what it does, where nothing stands in its way: room in reading, a passing verdict, a teach-back."""


def _outcome(lab: Any, state: str, verb: str) -> str:
    from paperlab.errors import Refused

    with lab.library(write=True) as library:
        library.add([NewEntry(id=_ID, state=state)], records=[PaperRecord(id=_ID, title="A paper", version=1)])
    try:
        _STEPS[verb](lab)
        after = lab.entry(_ID).state
    except Refused:
        after = "refused"
    lab.remove([_ID])
    return "." if after == state else after
