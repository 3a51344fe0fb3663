"""What the README and the guide generate from the code; `make docs` writes it, `cog --check` compares."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
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


def verbs_table() -> str:
    """Give every verb under its heading, each linked to its help: a screen, where the help takes two."""
    lines = ["| what for | commands |", "| --- | --- |"]
    for heading, verbs in GROUPS.items():
        linked = " ".join(f"[`{verb}`](docs/reference.md#paperlab-{verb})" for verb in verbs)
        lines.append(f"| {heading} | {linked} |")
    return "\n".join(lines)


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


def gpu_line() -> str:
    """Say what of `make gpu-check` the committed report has, and what has not yet run on a GPU."""
    report = (ROOT / "docs" / "gpu.md").read_text(encoding="utf-8")
    script = (ROOT / "benchmarks" / "gpu_check.py").read_text(encoding="utf-8")
    parts = re.findall(r'^    "\w+": Part\(\n +"([^"]+)"', script, re.MULTILINE)
    folders = sorted(path.parent.name for path in (ROOT / "implementations").glob("*/paper.toml"))
    missing = [part.lower() for part in parts if f"## {part}\n" not in report]
    missing += [f"the folder {name}" for name in folders if f"| {name} |" not in report]
    found = re.search(r"on (\d{4}-\d\d-\d\d): .*?(torch [\d.]+)", report)
    ran = f"`make gpu-check` ran on {found[1]} with {found[2]}: [what a GPU gave](docs/gpu.md)." if found else ""
    return f"{ran} CUDA paths not yet run: {'; '.join(missing)}." if missing else ran


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


def extracted() -> str:
    """Give every key of `extract --json`, with its keys where it is an object or a list of them, from the records."""
    from paperlab.records.extracted import SCHEMA, Paper

    head = ["| key | holds | what it is |", "| --- | --- | --- |", f"| `schema` | number | {SCHEMA} |"]
    return "\n".join([*head, *(row for row in _keys(Paper, "") if "`schema`" not in row)])


def _keys(record: type, before: str) -> Iterator[str]:
    import dataclasses

    from paperlab.records import extracted as records

    for part in dataclasses.fields(record):
        kind = str(part.type)
        inside = getattr(records, next((n for n in _NAME.findall(kind) if hasattr(records, n)), ""), None)
        about = ((inside.__doc__ or "").splitlines() or [""])[0].replace("|", ", ") if inside else ""
        opened = inside is not None and _json(kind).endswith("object")
        yield f"| `{before}{part.name}` | {_json(kind)} | {about if opened else ''} |"
        if opened:
            yield from _keys(inside, f"{before}{part.name}{'[]' if kind.startswith('tuple') else ''}.")


_NAME = re.compile(r"[A-Z]\w+")


def _json(kind: str) -> str:
    """Name a type as JSON has it."""
    if kind.startswith("tuple["):
        inner = kind.removeprefix("tuple[").removesuffix("]").removesuffix(", ...")
        return f"list of {_json(inner)}" if not re.fullmatch(r"(\w+), \1", inner) else "[row, column]"
    words = {"str": "text", "int": "number", "None": "null", "Span": "{file, line}", "Cell": "{table, row, column}"}
    return " or ".join(words.get(part.strip(), "object") for part in kind.split("|"))


def reported() -> str:
    """Give every key of a report's JSON."""
    from paperlab.harness.schema import KEYS

    rows = [f"| `{key}` | {holds} | {what} |" for key, (holds, what) in KEYS.items()]
    return "\n".join(["| key | holds | what it is |", "| --- | --- | --- |", *rows])


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


TABLES = {
    "papers": "one row a work, as arXiv describes its newest version; `title` is null until it is known",
    "versions": "one row a version that was seen, with the fields that change between versions",
    "entries": "the papers on the list: state, priority, why, parent",
    "tags": "one row a tag of an entry",
    "notes": "a note in Markdown for an entry",
    "ideas": "main idea, what to build, what is unclear",
    "commands": "what was done, when, and whether it was taken back",
    "events": "every change of every entry",
    "changes": "rows before and after, for `undo`",
    "feeds": "what `sync` reads",
    "feed_items": "the ids that each feed has shown",
    "gaps": "days whose announcements were missed, and how far they are filled",
    "notices": "a newer version, or the withdrawal, of a paper on the list",
    "vectors": "terms and weights of an entry, for the ranker; derived",
    "unlearned": "an entry that the ranker has not looked at yet; derived",
    "learned": "what the ranker learned; derived",
    "decisions": "what left the inbox, and where the ranker and the date had put it",
    "skips": "when triage passed an entry over",
    "reviews": "the card of a review and when it is due",
    "refs": "which paper cites which, as its e-print or abstract says",
}
"""Table -> what a row of it is; a table that is not named here is shown without words."""


def database() -> str:
    """Give the tables and views of a list as it is made today, with their columns."""
    import sqlite3

    from paperlab.library import upkeep

    connection = sqlite3.connect(":memory:", isolation_level=None)
    upkeep.apply(connection, at="2026-01-01T00:00:00Z")
    rows = connection.execute(
        "SELECT name, type FROM pragma_table_list WHERE schema = 'main' ORDER BY type, name"
    ).fetchall()
    lines = ["| name | kind | columns | what a row is |", "| --- | --- | --- | --- |"]
    for name, kind in rows:
        if kind in ("table", "view") and not name.startswith(("sqlite_", "_")):
            columns = ", ".join(f"`{row[1]}`" for row in connection.execute(f"PRAGMA table_info({name})"))
            lines.append(f"| `{name}` | {kind} | {columns} | {(TABLES | VIEWS).get(name, '')} |")
    connection.close()
    return "\n".join(lines)


VIEWS = {
    "v_next": "a paper to read now, best first, with its score and its cost in minutes",
    "v_history": "one change, newest first, with the words of its command and the title",
    "pending": "a paper that waits for its title",
    "search_text": "what the full-text index `papers_fts` holds of a paper",
}
"""View -> what a row of it is."""


def formats() -> str:
    """Give the table of formats out of the docstring of `paperlab.exchange`."""
    import paperlab.exchange

    return "\n".join(line for line in (paperlab.exchange.__doc__ or "").splitlines() if line.startswith("|"))
