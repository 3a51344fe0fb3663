"""`review`: say the main idea of a finished paper, then see what you wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import emit, emit_array, folded, moment, plain, table
from paperlab.cli.queue import title
from paperlab.cli.verbs import default_verb, group
from paperlab.errors import NothingFound

if TYPE_CHECKING:
    from paperlab.cli.keys import Keys
    from paperlab.cli.talk import Context
    from paperlab.lab import Lab
    from paperlab.lab.review import Due, Graded

GRADES = ("again", "hard", "good", "easy")
review = group(cls=default_verb("run"), help="Say the main ideas of papers that you finished.")


@review.command("run")
def run(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many papers at most.")] = 5,
    json: Annotated[bool, typer.Option("--json", help="Print what is due as JSON.")] = False,
) -> None:
    """Ask for the main ideas that are due."""
    talk = context(ctx)
    lab = talk.open()
    due = lab.due(limit=limit)
    if json:
        emit_array(_json(one) for one in due)
    elif due and talk.asks:
        _sit(talk, lab, due)
    elif due:
        table(("id", "due", "title"), [(one.entry.id, moment(one.since), title(one.entry)) for one in due])
        talk.say("`paperlab review grade ID again|hard|good|easy` keeps how well you said it")
    if not due:
        after = lab.next_due()
        when = f"the next is due {moment(after)}" if after else "`paperlab done ID --idea TEXT` keeps a main idea"
        raise NothingFound(f"nothing to review; {when}")


@review.command("grade")
def grade(
    ctx: typer.Context,
    paper: Annotated[str, typer.Argument(metavar="ID", help="An id in any form, or the unique beginning of a title.")],
    how: Annotated[str, typer.Argument(metavar="again|hard|good|easy", help="How well you said it.")],
    said: Annotated[str | None, typer.Option("--said", metavar="TEXT", help="What you said.")] = None,
) -> None:
    """Keep how well you said the main idea of one paper."""
    talk = context(ctx)
    _told(talk, talk.open().grade(paper, how.lower(), said=said))


def _json(one: Due) -> dict[str, object]:
    entry = one.entry
    return {"id": entry.id, "title": entry.title, "state": entry.state, "main_idea": one.main_idea, "due": one.since}


def _sit(talk: Context, lab: Lab, due: list[Due]) -> None:
    """Ask about one paper after the other; Ctrl-C and q end it, and what was graded is kept."""
    from paperlab.cli.keys import Keys

    keys, by = Keys(), ""
    try:
        with keys.raw():
            for number, one in enumerate(due, start=1):
                emit(f"\n{number} of {len(due)}  {one.entry.id}  {plain(title(one.entry))}")
                said = keys.line("say the main idea, or Enter to see yours")
                emit(f"yours:\n{folded(one.main_idea)}")
                how = _grade(keys)
                if how is None:
                    break
                graded = lab.grade(one.entry.id, how, said=said)
                by = graded.by
                _told(talk, graded)
    except EOFError:
        emit("")
    if by == "steps":
        talk.say("days are counted 3, 10, 30, 90; with the extra `review` (fsrs) they follow how well you remember")


def _grade(keys: Keys) -> str | None:
    emit("how was it?  1 again  2 hard  3 good  4 easy  q quit")
    while True:
        key = keys.key()
        if key in "qQ\033":
            return None
        for number, name in enumerate(GRADES, start=1):
            if key.lower() in (str(number), name[0]):
                return name


def _told(talk: Context, graded: Graded) -> None:
    talk.say(f"{graded.entry.id} comes back in {graded.days} day{'s' * (graded.days != 1)}")


VERBS = {"review": review}
