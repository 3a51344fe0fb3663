"""The verbs that explain: why, similar; and the ranker's report for `stats`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import (
    emit,
    emit_array,
    emit_json,
    entry_json,
    facts,
    folded,
    number,
    plain,
    ranked_json,
    table,
)
from paperlab.cli.queue import Json, Paper, title
from paperlab.errors import NothingFound
from paperlab.records.scores import rounded

if TYPE_CHECKING:
    from paperlab.cli.talk import Context
    from paperlab.records.judgement import Learned, Near, RankerReport, Share, Why


def why(
    ctx: typer.Context,
    paper: Paper,
    depth: Annotated[str, typer.Option(metavar="DEPTH", help="skim, read or implement.")] = "read",
    json: Json = False,
) -> None:
    """Say why a paper stands where it stands in `next`."""
    found = context(ctx).open().why(paper, depth=depth)
    if json:
        emit_json(_why_json(found))
        return
    entry, ranked = found.ranked.entry, found.ranked
    emit(f"{plain(title(entry))}\n")
    score, terms = rounded(ranked)
    table(
        ("value", "term"), [(f"{value:+.4f}", name) for name, value in terms] + [(f"{score:.4f}", "score, per minute")]
    )
    emit("")
    facts({
        "id": entry.id, "state": entry.state, "not in next": found.left_out, "cost": _cost(found),
        "relevance": _relevance(found.relevance, found.learned),
        "words for": _words(found, 1), "words against": _words(found, -1),
        "implementable": ", ".join(found.signs), "raise it by": ", ".join(found.raise_it),
    })  # fmt: skip
    if found.near:
        emit("\nmost like it of what you went on with")
        _show_near(found.near)


def _cost(found: Why) -> str:
    pace = found.pace
    spent = found.ranked.entry.minutes
    measured = f"your pace over {pace.papers} finished" if pace.papers else "the usual pace, none measured yet"
    less = f", less {spent} spent" if spent else ""
    return f"{found.ranked.minutes} min to {pace.depth}: {found.estimate} x {pace.factor:.2f} ({measured}){less}"


def _relevance(value: float, learned: Learned) -> str:
    if learned.needed:
        return f"{value:+.2f}, not learned yet: {learned.needed} more to queue, read or drop"
    later = f"; {learned.stale} changes since, `paperlab sync` learns them" if learned.stale else ""
    return f"{value:+.2f} of -1 to 1, learned from {learned.liked} papers you went on with, {learned.dropped} dropped{later}"


def _words(found: Why, sign: int) -> str:
    return ", ".join(f"{word} {value:+.2f}" for word, value in found.words if value * sign >= 0.005)


def _why_json(found: Why) -> dict[str, object]:
    return ranked_json(found.ranked) | {
        "left_out": found.left_out, "estimate": found.estimate, "pace": found.pace._asdict(),
        "relevance": found.relevance, "words": dict(found.words), "near": [_near_json(near) for near in found.near],
        "signs": list(found.signs), "raise_it": list(found.raise_it), "learned": found.learned._asdict(),
    }  # fmt: skip


def similar(
    ctx: typer.Context,
    paper: Annotated[str, typer.Argument(metavar="ID", help="An id in any form, or the unique beginning of a title.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many.")] = 10,
    json: Json = False,
) -> None:
    """Show the papers of the list that are most like one."""
    found = context(ctx).open().similar(paper, limit=limit)
    if json:
        emit_array(_near_json(near) for near in found)
    else:
        _show_near(found)
    if not found:
        raise NothingFound(f"nothing on the list has a word in common with {paper!r:.80}")


def _near_json(near: Near) -> dict[str, object]:
    return entry_json(near.entry) | {"cosine": near.cosine, "words": list(near.words)}


def _show_near(found: list[Near] | tuple[Near, ...]) -> None:
    rows = [(n.entry.id, f"{n.cosine:.3f}", n.entry.state, ", ".join(n.words), title(n.entry)) for n in found]
    if rows:
        table(("id", "cosine", "state", "shared", "title"), rows, spare=("state", "shared"))


def report_ranker(talk: Context, *, json: bool) -> None:
    """Print how good the ranker was against reading by date: what `stats --ranker` shows."""
    found = talk.open().ranker_report()
    if json:
        emit_json(_report_json(found))
        return
    facts({
        "decided": f"{found.accepted} accepted, {found.dropped} dropped, with ten or more in the inbox",
        "in its top 10 %": _share(found.hits), "in the newest 10 %": _share(found.by_date),
        "by chance": f"{found.chance:.0%}", "difference": _share(found.difference),
        "learned": _learned(found.learned),
    })  # fmt: skip
    for name, told in (("words for", found.words_for), ("words against", found.words_against)):
        if told:
            emit(f"\n{name}\n{folded(', '.join(f'{word} {value:+.2f}' for word, value in told))}")


def _share(share: Share) -> str:
    if share.value is None or share.low is None or share.high is None:
        return "cannot tell yet"
    return f"{number(share.value, (share.low, share.high))} (95 %)"


def _learned(learned: Learned) -> str:
    if learned.needed:
        return f"not yet: {learned.needed} more papers to queue, read or drop"
    return f"from {learned.liked} papers you went on with and {learned.dropped} dropped"


def _report_json(found: RankerReport) -> dict[str, object]:
    shares = {name: getattr(found, name)._asdict() for name in ("hits", "by_date", "difference")}
    return {
        "accepted": found.accepted, "dropped": found.dropped, "chance": found.chance, **shares,
        "learned": found.learned._asdict(), "words_for": dict(found.words_for), "words_against": dict(found.words_against),
    }  # fmt: skip


VERBS = {"why": why, "similar": similar}
