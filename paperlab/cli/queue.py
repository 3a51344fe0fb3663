"""The daily verbs that look: add, list, show, next, find."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.outdated import Outdated, mark, marked, outdated, outdated_json, with_outdated
from paperlab.cli.output import (
    aligned,
    day,
    emit,
    emit_array,
    emit_json,
    emit_lines,
    emit_objects,
    entry_json,
    event_json,
    facts,
    folded,
    folded_in,
    moment,
    plain,
    printed,
    ranked_json,
    table,
    wrapped,
)
from paperlab.errors import BadId, NothingFound, UsageError
from paperlab.records.queue import STATES

if TYPE_CHECKING:
    from paperlab.cli.talk import Context
    from paperlab.lab.reading import Added
    from paperlab.records.events import Event
    from paperlab.records.queue import Entry, Line, Ranked

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Paper = Annotated[str, typer.Argument(metavar="ID", help="An id in any form, or the unique beginning of a title.")]
PENDING = "(pending: arXiv has not told its title yet)"
WITHDRAWN = "[withdrawn] "
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
    words = [w for word in words for w in (piped() if word == "-" else [word])]
    if search is not None:
        words += [r.id for r in lab.search(search, limit=limit)]
    try:
        told = lab.add(words, why=why, parent=parent, priority=priority, tags=tag or ())
    except BadId as error:
        if isinstance(kept := error.context.get("added"), Added):
            tell_added(talk, kept, json=json)
        raise
    if not (told.entries or told.missing):
        raise NothingFound("nothing to add: no id was named, found or came on stdin")
    raise typer.Exit(tell_added(talk, told, json=json))


def piped() -> list[str]:
    """Give the lines of stdin; of one that `list` or `find` wrote, whose title may name other papers, the id alone."""
    return [line.split("\t")[0].strip() for line in sys.stdin if line.strip()]


def tell_added(talk: Context, added: Added, *, json: bool) -> int:
    """Say what became of each id; give the exit code."""
    if json:
        emit_array(entry_json(entry) for entry in added.entries)
    for entry in () if json else added.entries:
        waits, name = entry.id in added.pending, (WITHDRAWN if entry.withdrawn else "") + plain(printed(entry.title))
        if sys.stdout.isatty():
            emit(wrapped(f"{entry.id}  {PENDING if waits else name}", sys.stdout))
        else:
            emit(f"{entry.id}\t{'pending' if waits else name}")
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
    old = outdated(lab)
    if json:
        found = lab.objects(state=state, tag=tag, limit=limit or None)
        emit_objects(with_outdated(text, old.get(id, ())) for id, text in found)
        return
    if not sys.stdout.isatty():
        text = lab.texts(state=state, tag=tag, limit=limit or None, pending=PENDING, withdrawn=WITHDRAWN)
        if text:
            emit_lines(marked(text, old))
        else:
            _nothing(talk, state, tag)
        return
    most = 20 if limit is None else limit
    lines = lab.lines(state=state, tag=tag, limit=most or None)
    show_lines(lines, old)
    if not lines:
        _nothing(talk, state, tag)
    elif limit is None and len(lines) == most:
        talk.say(f"the first {most}; `paperlab list -n 0` shows all")


def _nothing(talk: Context, state: str | None, tag: str | None) -> None:
    if state or tag:
        talk.say(f"no paper {f'in state {state}' if state else 'on the list'}{f' with tag {tag}' if tag else ''}")
    else:
        talk.say("nothing here yet; queue a paper with `paperlab add 1706.03762`")


def show_lines(lines: Sequence[Entry | Line], old: Outdated) -> None:
    """Print a table of papers."""
    state = state_of if sys.stdout.isatty() else _state
    rows = [(e.id, state(e), e.priority or None, (e.published or "")[:10], title(e, old)) for e in lines]
    if rows:
        table(("id", "state", "p", "published", "title"), rows, spare=("published", "p", "state"))


def _state(entry: Entry | Line) -> str:
    return entry.state


def state_of(entry: Entry | Line) -> str:
    """Give the state, and for a snoozed paper the day on which it comes back."""
    if entry.state != "snoozed":
        return entry.state
    if entry.until is None:
        return "snoozed"
    from datetime import UTC, datetime

    back = datetime.fromisoformat(entry.until)
    return "snoozed, due" if back <= datetime.now(UTC) else f"snoozed to {back.astimezone():%Y-%m-%d}"


def title(entry: Entry | Line, old: Outdated | None = None) -> str:
    """Give the title, or say that it is not known yet; before it, that a reproduction is outdated, where `old` is told."""
    made = mark(old[entry.id]) if old and entry.id in old else ""
    return made + (WITHDRAWN if entry.withdrawn else "") + (PENDING if entry.pending else printed(entry.title))


def next_(
    ctx: typer.Context,
    minutes: Annotated[int | None, typer.Option(min=1, help="How many minutes you have.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many to show.")] = 5,
    depth: Annotated[str | None, typer.Option(metavar="DEPTH", help="skim, read or implement. Default: read, or skim where nothing else fits.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Say what to read now, and why."""
    lab = context(ctx).open()
    ranked = lab.ranked(minutes=minutes, limit=limit, depth=depth)
    old = outdated(lab) if ranked else {}
    if json:
        emit_array(ranked_json(r) | outdated_json(old.get(r.entry.id, ())) for r in ranked)
    elif ranked:
        _show_ranked(ranked, old)
    if not ranked and minutes is not None:
        raise NothingFound(f"nothing that is queued fits into {minutes} minutes; `paperlab next` shows the rest")
    if not ranked:
        found = lab.lines(state="inbox", limit=1)
        raise NothingFound(
            "nothing is queued; `paperlab triage` goes through the inbox"
            if found
            else "nothing is queued; add a paper with `paperlab add 1706.03762`"
        )


def _show_ranked(ranked: Sequence[Ranked], old: Outdated) -> None:
    """Print one line a paper in a pipe; on a terminal the reasons stand below, whole."""
    from paperlab.records.scores import because, shown

    if not sys.stdout.isatty():
        for r in ranked:
            emit("\t".join(map(plain, (r.entry.id, shown(r), r.entry.state, because(r), title(r.entry, old)))))
        return
    heads = ("id", "score", "cost", "state", "title")
    rows = [(r.entry.id, shown(r), _cost(r), r.entry.state, title(r.entry, old)) for r in ranked]
    lines, _ = aligned(heads, rows, spare=("state", "cost", "score"))
    emit(lines[0])
    for line, r in zip(lines[1:], ranked, strict=True):
        emit(line)
        emit(folded(because(r)))


def _cost(ranked: Ranked) -> str:
    return f"{ranked.minutes} min{'' if ranked.depth == 'read' else f' {ranked.depth}'}"


def find(
    ctx: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(
            help='An id, words, a "phrase", -without, author: title: tag: state: since: and other filters; the guide has them all.'
        ),
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
    lab = talk.open()
    entries = lab.find_papers(asked, limit=limit)
    old = outdated(lab) if entries else {}
    if json:
        emit_array(entry_json(e) | outdated_json(old.get(e.id, ())) for e in entries)
    else:
        show_lines(entries, old)
    if not entries:
        raise NothingFound(f"nothing on the list matches {asked if len(asked) <= 80 else f'{asked[:77]}...'!r}")
    if len(entries) == limit:
        talk.say(f"the best {limit}; -n shows more")


def show(ctx: typer.Context, paper: Paper, json: Json = False) -> None:
    """Show one paper with its history."""
    from paperlab.records.naming import link

    lab = context(ctx).open()
    entry = lab.entry(paper)
    with lab.library() as library:
        events, notes = library.history(entry.id), library.notes(entry.id)
        ideas, teach_back = library.ideas(entry.id), library.teach_back(entry.id)
        notices = library.notices(paper=entry.id)
    made_old = lab.outdated(id=entry.id)
    if json:
        from paperlab.cli.notices import notice_json

        news = {"notices": [notice_json(n) for n in notices]} | outdated_json(made_old)
        mine = {"notes": notes, "ideas": ideas, "teach_back": teach_back}
        told = news | {"abstract": entry.abstract, "comment": entry.comment} | mine
        emit_json(entry_json(entry) | told | {"events": [event_json(event) for event in events]})
        return
    emit(f"{plain(title(entry))}\n")
    facts({
        "id": f"{entry.id}{f'v{entry.version}' if entry.version else ''}", "authors": ", ".join(entry.authors),
        "published": day(entry.published), "category": entry.primary_category, "comment": entry.comment,
        "state": state_of(entry), "priority": entry.priority or None, "why": entry.why, "from": entry.parent,
        "tags": entry.tags, "minutes": entry.minutes, "main idea": ideas["main_idea"], "build": ideas["build"],
        "unclear": ideas["unclear"],
        "made from": ", ".join(f"v{m.version} ({m.slug}); v{m.newest} is out" for m in made_old),
        "link": link(entry.id),
    })  # fmt: skip
    for text in (printed(entry.abstract), teach_back, notes):
        if text:
            emit("\n" + "\n".join(map(folded_in, text.splitlines())))
    if notices:
        from paperlab.cli.notices import show as show_notices

        show_notices(notices)
    emit("")
    for event in events:
        emit(plain(f"{moment(event.at)}  {_change(event)}"))


def _change(event: Event) -> str:
    """Say on one line what changed, how long it took and why."""
    took = f"{event.minutes} min" if event.minutes is not None else ""
    return "  ".join(filter(None, (f"{event.kind}: {event.before or '-'} -> {event.after or '-'}", took, event.reason)))


VERBS = {"add": add, "list": list_, "next": next_, "find": find, "show": show}
