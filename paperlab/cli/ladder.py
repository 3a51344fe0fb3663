"""Steps along the ladder: start, done, skim, snooze, bump, drop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.queue import piped, state_of, title
from paperlab.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from paperlab.cli.talk import Context
    from paperlab.lab import Lab
    from paperlab.records.queue import Entry

Papers = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Ids in any form, or beginnings of titles; - reads them from stdin."),
]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="Why, in a line; kept in the log.")]
Minutes = Annotated[int | None, typer.Option(min=0, help="How long it took.")]


def named(words: list[str]) -> list[str]:
    """Give the papers that were named; `-` stands for those on stdin, one a line, the id first."""
    read = [w for word in words for w in (piped() if word == "-" else [word])]
    if not read:
        raise UsageError("expected a paper, got none on stdin")
    return read


def start(
    ctx: typer.Context,
    papers: Papers,
    park: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Put this one back into the queue; may be given more than once."),
    ] = None,
) -> None:
    """Begin to read a paper."""
    talk = context(ctx)
    lab, words = talk.open(), named(papers)
    try:
        last = lab.start(*words, park=park)
    except Refused as error:
        reading = error.context.get("reading")
        if not (talk.asks and isinstance(reading, list) and reading and len(words) == 1 and not park):
            raise
        last = lab.start(*words, park=_to_park(lab, reading, error))
    _say(talk, "reading", (last,) if len(words) == 1 else map(lab.entry, words))


def _to_park(lab: Lab, reading: list[str], error: Refused) -> str:
    """Ask which paper goes back into the queue.

    Raises:
        Refused: none of them.
    """
    typer.echo(f"{len(reading)} papers are in reading, as many as queue.wip allows. Which goes back into the queue?")
    for number, id in enumerate(reading, start=1):
        typer.echo(f"  {number}  {id}  {_short(lab.entry(id))}")
    while True:
        said = typer.prompt("number or id, Enter for none", default="", show_default=False).strip()
        if not said:
            raise error
        if said in reading or (said.isdecimal() and 0 < int(said) <= len(reading)):
            return said if said in reading else reading[int(said) - 1]
        typer.echo(f"expected a number from 1 to {len(reading)}")


def done(
    ctx: typer.Context,
    papers: Papers,
    minutes: Minutes = None,
    idea: Annotated[str | None, typer.Option(metavar="TEXT", help="The main idea in a sentence.")] = None,
    build: Annotated[str | None, typer.Option(metavar="TEXT", help="What you would build with it.")] = None,
    unclear: Annotated[str | None, typer.Option(metavar="TEXT", help="What you did not get.")] = None,
    prompt: Annotated[bool, typer.Option("--prompt/--no-prompt", help="Ask for the main idea on a terminal.")] = True,
) -> None:
    """Mark a paper as read, with its main idea."""
    talk = context(ctx)
    lab, words = talk.open(), named(papers)
    fields = {"main_idea": idea, "build": build, "unclear": unclear}
    said = {name: text for name, text in fields.items() if text}
    if prompt and not said and talk.asks:
        for word in words:
            took, told = _ask(lab, word, minutes)
            _finished(talk, *lab.finish(word, minutes=took, idea=told)[0])
        return
    for entry, known in lab.finish(*words, minutes=minutes, idea=said):
        _finished(talk, entry, known)


QUESTIONS = {
    "main_idea": "main idea in a sentence",
    "build": "what would you build",
    "unclear": "what did you not get",
}
LONGEST_MINUTES = 480
"""What was begun longer ago is no measure of the time it took."""


def _ask(lab: Lab, word: str, minutes: int | None) -> tuple[int | None, dict[str, str]]:
    """Ask for the minutes and the three fields; Enter keeps what is there."""
    with lab.library() as library:
        entry = library.entry(word)  # an unknown id is said before the questions are asked
        known, since = library.ideas(entry.id), library.reading_since(entry.id)
    typer.echo(f"{entry.id}  {_short(entry)}\nEnter leaves a field as it is.")
    said = {name: _line(question, known[name]) for name, question in QUESTIONS.items()}
    took = minutes if minutes is not None else _minutes(since)
    return took, {name: text for name, text in said.items() if text != known[name]}


def _line(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, show_default=bool(default))).strip()


def _minutes(since: str | None) -> int | None:
    """Ask how long it took; the time since `start` is offered where it can be true."""
    from datetime import UTC, datetime

    passed = round((datetime.now(UTC) - datetime.fromisoformat(since)).total_seconds() / 60) if since else 0
    offered = str(passed) if 0 < passed <= LONGEST_MINUTES else ""
    while True:
        said = _line("minutes it took", offered)
        if said.isdecimal() or not said:
            return int(said) if said else None
        typer.echo("expected a whole number, or Enter for none")


def _finished(talk: Context, entry: Entry, known: Mapping[str, str]) -> None:
    """Say what became of a paper, and which fields of its main idea are open."""
    missing = [name for name in QUESTIONS if not known[name]]
    flags = " ".join(f"--{name.removeprefix('main_')} TEXT" for name in missing)
    left = f"; still open: {', '.join(map(_NAMES.__getitem__, missing))} (`paperlab done {entry.id} {flags}`)"
    talk.say(f"{entry.state} {entry.id}  {title(entry)}{left if missing else ''}")


_NAMES = {"main_idea": "its main idea", "build": "what you would build", "unclear": "what you did not get"}


def skim(ctx: typer.Context, papers: Papers, minutes: Minutes = None, reason: Reason = None) -> None:
    """Say that you looked a paper through."""
    talk = context(ctx)
    for entry in talk.open().skim(*named(papers), minutes=minutes, reason=reason):
        talk.say(f"{entry.state} {entry.id}  {title(entry)}")


def snooze(
    ctx: typer.Context,
    papers: Papers,
    until: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="3h, 2d, 2w, 1m, tomorrow, mon, 2027-01-15, or someday. Default: 1w."),
    ] = None,
    reason: Reason = None,
) -> None:
    """Put a paper aside; it comes back by itself."""
    talk = context(ctx)
    words = list(papers)
    if until is None and len(words) > 1 and _is_time(words[-1]):
        until = words.pop()  # `snooze ID 2w`
    for entry in talk.open().snooze(*named(words), until="1w" if until is None else until, reason=reason):
        back = state_of(entry) if entry.until else "snoozed until you move it"
        talk.say(f"{back}  {entry.id}  {title(entry)}")


def _is_time(word: str) -> bool:
    from datetime import datetime

    from paperlab.lab.when import moment

    try:
        moment(word, datetime.now().astimezone())
    except UsageError:
        return False
    return True


def bump(
    ctx: typer.Context,
    papers: Papers,
    by: Annotated[int, typer.Option(min=-9, max=9, help="How much; less than 0 lowers it.")] = 1,
    to: Annotated[int | None, typer.Option(min=0, max=9, help="The priority itself: 9 first, 0 none.")] = None,
) -> None:
    """Raise the priority of a paper."""
    talk = context(ctx)
    for entry in talk.open().bump(*named(papers), by=by, to=to):
        talk.say(f"priority {entry.priority}  {entry.id}  {title(entry)}")


def drop(ctx: typer.Context, papers: Papers, reason: Reason = None) -> None:
    """Leave a paper unread, and say why; `add` queues it again."""
    talk = context(ctx)
    lab, words = talk.open(), named(papers)
    if reason is None and talk.asks:
        for entry in map(lab.entry, words):
            typer.echo(f"{entry.id}  {_short(entry)}")
        reason = _line("why not, in a line (Enter: no reason)", "") or None
    _say(talk, "dropped", lab.drop(*words, reason=reason))


def _say(talk: Context, what: str, entries: Iterable[Entry]) -> None:
    for entry in entries:
        talk.say(f"{what} {entry.id}  {title(entry)}")


def _short(entry: Entry) -> str:
    """Give the title in one line that cannot steer the terminal."""
    from paperlab.cli.output import plain

    return plain(title(entry))[:60]


VERBS = {"start": start, "done": done, "skim": skim, "snooze": snooze, "bump": bump, "drop": drop}
