"""Verbs that tell where papers come from: refs, tree."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import emit, emit_array, fit, plain, printed, room, table
from paperlab.cli.queue import Json, tell_added
from paperlab.errors import NothingFound, UsageError
from paperlab.litter import uncollected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from paperlab.cli.talk import Context
    from paperlab.lab.citing import References
    from paperlab.records.origins import Leaf


def refs(
    ctx: typer.Context,
    paper: Annotated[str, typer.Argument(metavar="ID", help="An id in any form, or the unique beginning of a title.")],
    more: Annotated[list[str] | None, typer.Argument(metavar="[N]...", help="More numbers for --add.")] = None,
    add: Annotated[list[str] | None, typer.Option("--add", metavar="N", help="Queue these: 3, 1,4-6 or ids; may be given more than once.")] = None,
    everything: Annotated[bool, typer.Option("--add-all", help="Queue all of them.")] = False,
    fetch: Annotated[bool, typer.Option("--fetch", help="Get the e-print first.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Show the arXiv papers that a paper cites; queue some."""
    if more and not add:
        raise UsageError(f"expected one ID, got {more[0]!r} too; numbers to queue stand behind --add")
    talk = context(ctx)
    lab = talk.open()
    found = lab.refs(paper, fetch=fetch)
    if not found.cited:
        emit_array(()) if json else None
        raise NothingFound(f"{_counted(found)}{_hint(found)}")
    if add or everything:
        picks = [*(add or ()), *(more or ())] if not everything else []
        raise typer.Exit(tell_added(talk, lab.add_references(found, picks), json=json))
    _show(talk, found, json=json)


def _hint(found: References) -> str:
    """Name the way to more where the e-print was not read yet."""
    unread = found.source == "abstract" and found.total is None
    return f"; `paperlab refs {found.paper} --fetch` reads its bibliography" if unread else ""


def _counted(found: References) -> str:
    """Say how many ids were found, and where."""
    if found.source == "abstract":
        read = "" if found.total is None else "its e-print lists no references; "
        return (
            f"{found.paper}: {read}{len(found.cited) or 'no'} arXiv id{'s' * (len(found.cited) != 1)} in its abstract"
        )
    return f"{found.paper}: {len(found.cited) or 'none'} of {found.total or 'its'} references with an arXiv id"


def _show(talk: Context, found: References, *, json: bool) -> None:
    rows = [(n, c.id, c.state, c.year, c.title) for n, c in enumerate(found.cited, start=1)]
    heads = ("n", "id", "state", "year", "title")
    if json:
        emit_array({**dict(zip(heads, row, strict=True)), "source": found.source} for row in rows)
        return
    table(heads, rows, spare=("year", "state"))
    talk.say(f"{_counted(found)}{_hint(found) or '; --add 1,3 queues some, --add-all all'}")


def tree(
    ctx: typer.Context,
    paper: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only this paper, what led to it, and what it led to.")] = None,
    depth: Annotated[int | None, typer.Option(min=0, metavar="N", help="How many generations below; all by default.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="On a terminal, papers without parent and children too.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Show which paper made you want which."""
    talk = context(ctx)
    with uncollected():
        found = list(talk.open().tree(paper, depth=depth))
        shown = found if everything or paper or json or not sys.stdout.isatty() else _families(found)
        if json:
            emit("".join(_nested(found)))
        elif shown:
            emit("\n".join(_drawn(shown) if sys.stdout.isatty() else map(_indented, shown)))
    if not found:
        talk.say("nothing here yet; queue a paper with `paperlab add 1706.03762`")
    elif len(shown) < len(found):
        alone = len(found) - len(shown)
        talk.say(f"{alone} paper{'s' * (alone != 1)} came from no other and led to none; --all shows them too")


def _indented(leaf: Leaf) -> str:
    return f"{'  ' * leaf.depth}{leaf.kin.id}\t{plain(leaf.kin.state)}\t{_title(leaf)}"


def _title(leaf: Leaf) -> str:
    marks = (" (see above)" if leaf.again else "") + (f" (+{leaf.more} below)" if leaf.more else "")
    return (plain(printed(leaf.kin.title or "")) or ("(pending)" if leaf.kin.state else "(not on the list)")) + marks


def _families(found: list[Leaf]) -> list[Leaf]:
    """Leave out roots that stand alone."""
    after = [*found[1:], None]
    return [
        leaf for leaf, following in zip(found, after, strict=True)
        if leaf.depth or leaf.more or (following and following.depth)
    ]  # fmt: skip


_LINES = {True: ("│  ", "   ", "├─ ", "└─ "), False: ("|  ", "   ", "|- ", "`- ")}
"""Whether the terminal speaks UTF-8 -> what stands for: a line passing by, none, a child, the last child."""


def _drawn(found: Iterable[Leaf]) -> Iterator[str]:
    """Draw one line a paper, as wide as the terminal at most."""
    passing, empty, child, end = _LINES["utf" in (sys.stdout.encoding or "").lower()]
    open_above: list[str] = []
    wide = room()
    for leaf in found:
        del open_above[max(leaf.depth - 1, 0) :]
        branch = "" if not leaf.depth else end if leaf.last else child
        lines = "".join(open_above) + branch  # each of their signs takes one column: not to be measured 3,000 times
        text = f"{leaf.kin.id}  {plain(leaf.kin.state) or '-'}  {_title(leaf)}"
        left = wide - len(lines)
        yield (lines + fit(text, left) if left > 0 else fit(lines + text, wide)).rstrip()
        if leaf.depth:
            open_above.append(empty if leaf.last else passing)


def _nested(found: Iterable[Leaf]) -> Iterator[str]:
    """Write the forest as JSON, a paper a line, without recursion: json's own encoder stops at a thousand generations."""
    from json import dumps

    depth = -1
    yield "["
    for leaf in found:
        yield "]}" * (depth + 1 - leaf.depth) + ("," if depth >= leaf.depth else "")
        facts = {"id": leaf.kin.id, "state": leaf.kin.state, "title": leaf.kin.title, "again": leaf.again}
        yield f'\n{" " * min(leaf.depth + 1, 40)}{dumps(facts)[:-1]}, "children": ['
        depth = leaf.depth
    yield "]}" * (depth + 1) + ("\n]" if depth >= 0 else "]")


VERBS = {"refs": refs, "tree": tree}
