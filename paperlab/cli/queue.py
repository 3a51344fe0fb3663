"""The daily verbs: add, list, show, next, start, done, find."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import (
    aligned,
    emit,
    emit_array,
    emit_json,
    entry_json,
    event_json,
    facts,
    folded,
    moment,
    plain,
    table,
)
from paperlab.errors import BadId, NothingFound, UsageError
from paperlab.records.queue import STATES

if TYPE_CHECKING:
    from paperlab.cli.talk import Context
    from paperlab.lab import Lab
    from paperlab.lab.reading import Added
    from paperlab.records.queue import Entry, Line, Ranked

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Paper = Annotated[str, typer.Argument(metavar="ID", help="An id in any form, or the unique beginning of a title.")]
MIXED = 1
"""Exit code where some ids were found and some do not exist."""


def add(
    ctx: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids, links or DOIs; - reads stdin.")] = None,
    parent: Annotated[str | None, typer.Option("--from", metavar="PARENT", help="The paper that made you want these.")] = None,
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="Why you want to read it, in a line.")] = None,
    priority: Annotated[int | None, typer.Option(min=0, max=9, help="9 first, 0 none.")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="A tag; may be given more than once.")] = None,
    search: Annotated[str | None, typer.Option(metavar="QUERY", help="Add what arXiv's search finds.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many to take from a search.")] = 5,
    json: Json = False,
) -> None:  # fmt: skip
    """Queue papers by id, link or DOI, from stdin or from a search."""
    from paperlab.lab.reading import Added

    talk = context(ctx)
    lab = talk.open()
    if not ids and search is None and sys.stdin.isatty():
        raise UsageError("expected an id, link or DOI, like `paperlab add 1706.03762`; `-` reads them from stdin")
    words = [*(ids or ())] if ids or search is not None else ["-"]
    words = [w for word in words for w in (sys.stdin.read().splitlines() if word == "-" else [word])]
    if search is not None:
        words += [r.id for r in lab.search(search, limit=limit)]
    try:
        told = lab.add(words, why=why, parent=parent, priority=priority, tags=tag or ())
    except BadId as error:
        if isinstance(kept := error.context.get("added"), Added):
            _told(talk, kept, json=json)
        raise
    if not (told.entries or told.missing):
        raise NothingFound("nothing to add: no id was named, found or came on stdin")
    raise typer.Exit(_told(talk, told, json=json))


def _told(talk: Context, added: Added, *, json: bool) -> int:
    """Say what became of each id; give the exit code."""
    if json:
        emit_array(entry_json(entry) for entry in added.entries)
    for entry in () if json else added.entries:
        waits = entry.id in added.pending
        if sys.stdout.isatty():
            emit(f"{entry.id}  {'(pending: arXiv has not been asked yet)' if waits else plain(entry.title)}")
        else:
            emit(f"{entry.id}\t{'pending' if waits else plain(entry.title)}")
    for id in added.missing:
        talk.say(f"paperlab: arXiv knows no paper {id}; check the number; it was not added", level=-1)
    if added.trouble:
        talk.say(
            f"paperlab: {added.trouble.message}; {len(added.pending)} kept as pending, "
            f"`paperlab sync` completes them, asking again after {moment(added.until or '', sys.stderr)}",
            level=-1,
        )
        return added.trouble.exit_code
    return MIXED if added.missing else 0


def list_(
    ctx: typer.Context,
    state: Annotated[str | None, typer.Option(metavar="STATE", help=f"Only this state: {', '.join(STATES)}.")] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only this tag.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=0, help="How many; 0 is all. Default: 20 on a terminal, else all.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Show the list."""
    if state and state not in STATES:
        raise UsageError(f"expected a state, one of {', '.join(STATES)}, got {state!r}")
    talk = context(ctx)
    lab = talk.open()
    if json:
        emit_array(entry_json(e) for e in lab.entries(state=state, tag=tag, limit=limit or None))
        return
    most = 20 if limit is None and sys.stdout.isatty() else limit
    gc.disable()  # rows are no garbage, and looking for some among ten thousand takes a tenth of the time
    try:
        lines = lab.lines(state=state, tag=tag, limit=most or None)
        show_lines(lines)
    finally:
        gc.enable()
    if not lines and (state or tag):
        talk.say(f"no paper {f'in state {state}' if state else 'on the list'}{f' with tag {tag}' if tag else ''}")
    elif not lines:
        talk.say("nothing here yet; queue a paper with `paperlab add 1706.03762`")
    elif limit is None and len(lines) == most:
        talk.say(f"the first {most}; `paperlab list -n 0` shows all")


def show_lines(lines: Sequence[Entry | Line]) -> None:
    """Print a table of papers."""
    rows = [(e.id, e.state, e.priority or None, (e.published or "")[:10], title(e)) for e in lines]
    if rows:
        table(("id", "state", "p", "published", "title"), rows, spare=("published", "p", "state"))


def title(entry: Entry | Line) -> str:
    """Give the title, or say that it is not known yet."""
    mark = "[withdrawn] " if entry.withdrawn else ""
    return mark + entry.title if not entry.pending else "(pending: arXiv has not been asked yet)"


def next_(
    ctx: typer.Context,
    minutes: Annotated[int | None, typer.Option(min=1, help="How many minutes you have.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to show.")] = 5,
    json: Json = False,
) -> None:
    """Say what to read now, and why."""
    ranked = context(ctx).open().ranked(minutes=minutes, limit=limit)
    if json:
        emit_array(_ranked_json(r) for r in ranked)
    elif ranked:
        _show_ranked(ranked)
    if not ranked and minutes is not None:
        raise NothingFound(f"nothing that is queued fits into {minutes} minutes; `paperlab next` shows the rest")
    if not ranked:
        raise NothingFound("nothing is queued; add a paper with `paperlab add 1706.03762`")


def _ranked_json(ranked: Ranked) -> dict[str, object]:
    score = {"score": ranked.score, "terms": dict(ranked.terms), "cost": ranked.minutes, "depth": ranked.depth}
    return entry_json(ranked.entry) | score


def _show_ranked(ranked: Sequence[Ranked]) -> None:
    """Print one line a paper in a pipe; on a terminal the reasons stand below, whole."""
    if not sys.stdout.isatty():
        for r in ranked:
            emit("\t".join(map(plain, (r.entry.id, f"{r.score:.2f}", r.entry.state, _because(r), title(r.entry)))))
        return
    heads = ("id", "score", "cost", "state", "title")
    rows = [(r.entry.id, f"{r.score:.2f}", _cost(r), r.entry.state, title(r.entry)) for r in ranked]
    lines, _ = aligned(heads, rows, spare=("state", "cost", "score"))
    emit(lines[0])
    for line, r in zip(lines[1:], ranked, strict=True):
        emit(line)
        emit(folded(_because(r)))


def _cost(ranked: Ranked) -> str:
    return f"{ranked.minutes} min{'' if ranked.depth == 'read' else f' {ranked.depth}'}"


def _because(ranked: Ranked) -> str:
    return " ".join(f"{value:+.2f} {name}" for name, value in ranked.terms if abs(value) >= 0.005)


def start(
    ctx: typer.Context,
    paper: Paper,
    park: Annotated[str | None, typer.Option(metavar="ID", help="Put this one back into the queue.")] = None,
) -> None:
    """Begin to read a paper."""
    talk = context(ctx)
    entry = talk.open().start(paper, park=park)
    talk.say(f"reading {entry.id}  {title(entry)}")


def done(
    ctx: typer.Context,
    paper: Paper,
    minutes: Annotated[int | None, typer.Option(min=0, help="How long it took.")] = None,
    idea: Annotated[str | None, typer.Option(metavar="TEXT", help="The main idea in a sentence.")] = None,
    build: Annotated[str | None, typer.Option(metavar="TEXT", help="What you would build with it.")] = None,
    unclear: Annotated[str | None, typer.Option(metavar="TEXT", help="What you did not get.")] = None,
    prompt: Annotated[bool, typer.Option("--prompt/--no-prompt", help="Ask for the main idea on a terminal.")] = True,
) -> None:  # fmt: skip
    """Mark a paper as read, with its main idea."""
    talk = context(ctx)
    lab = talk.open()
    fields = {"main_idea": idea, "build": build, "unclear": unclear}
    if prompt and not any(fields.values()) and sys.stdin.isatty() and sys.stdout.isatty():
        fields = _ask(lab, paper)
    said = {name: text for name, text in fields.items() if text}
    entry = lab.done(paper, minutes=minutes, idea=said)
    left = "" if said else "; its main idea is still open: `paperlab done ID --idea TEXT`"
    talk.say(f"read {entry.id}  {title(entry)}{left}")


_QUESTIONS = {
    "main_idea": "main idea in a sentence",
    "build": "what would you build",
    "unclear": "what did you not get",
}


def _ask(lab: Lab, paper: str) -> dict[str, str | None]:
    lab.entry(paper)  # an unknown id is said before the questions are asked
    return {name: typer.prompt(question, default="", show_default=False) for name, question in _QUESTIONS.items()}


def find(
    ctx: typer.Context,
    query: Annotated[
        list[str], typer.Argument(help='An id, words, a "phrase", author: title: cat: tag: state: since:.')
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 50,
    everywhere: Annotated[bool, typer.Option("--all", help="The list, then all of arXiv that was imported.")] = False,
    json: Json = False,
) -> None:
    """Search titles, abstracts, authors and notes of the list."""
    talk = context(ctx)
    asked = " ".join(query)
    if everywhere:
        from paperlab.cli.corpus import find_all

        find_all(talk, asked, title, limit=limit, json=json)
        return
    entries = talk.open().find_papers(asked, limit=limit)
    if json:
        emit_array(entry_json(e) for e in entries)
    else:
        show_lines(entries)
    if not entries:
        raise NothingFound(f"nothing on the list matches {asked if len(asked) <= 80 else f'{asked[:77]}...'!r}")
    if len(entries) == limit:
        talk.say(f"the best {limit}; -n shows more")


def show(ctx: typer.Context, paper: Paper, json: Json = False) -> None:
    """Show one paper with its history."""
    lab = context(ctx).open()
    entry = lab.entry(paper)
    with lab.library() as library:
        events, notes = library.history(entry.id), library.notes(entry.id)
        ideas = library.ideas(entry.id)
    if json:
        told = {"abstract": entry.abstract, "comment": entry.comment, "notes": notes, "ideas": ideas}
        emit_json(entry_json(entry) | told | {"events": [event_json(event) for event in events]})
        return
    emit(f"{plain(title(entry))}\n")
    facts({
        "id": f"{entry.id}{f'v{entry.version}' if entry.version else ''}", "authors": ", ".join(entry.authors),
        "published": entry.published, "category": entry.primary_category, "comment": entry.comment,
        "state": entry.state, "priority": entry.priority or None, "why": entry.why, "from": entry.parent,
        "tags": entry.tags, "minutes": entry.minutes, "main idea": ideas["main_idea"], "build": ideas["build"],
        "unclear": ideas["unclear"], "link": f"https://arxiv.org/abs/{entry.id}",
    })  # fmt: skip
    for text in (entry.abstract, notes):
        if text:
            emit("\n" + "\n".join(map(plain, text.splitlines())))
    for event in events:
        change = f"{event.kind}: {event.before or '-'} -> {event.after or '-'} {event.reason or ''}"
        emit(plain(f"{moment(event.at)}  {change}").rstrip())


VERBS = {"add": add, "list": list_, "next": next_, "start": start, "done": done, "find": find, "show": show}
