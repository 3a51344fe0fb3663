"""One sitting of triage at a terminal: a paper, a key, the next paper, until the time is over."""

from __future__ import annotations

import shutil
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from paperlab.cli.keys import ENTER, ESCAPE, Keys
from paperlab.cli.output import colourful, fit, plain, printed
from paperlab.cli.queue import title
from paperlab.errors import Conflict, LabUnusable, NothingFound, PaperlabError
from paperlab.records.scores import because

if TYPE_CHECKING:
    from paperlab.lab import Lab
    from paperlab.records.queue import Entry, Ranked

HINT = "a accept  d drop  s snooze  k skip  o open  t tag  1-9 priority  u undo  q quit  ? help"
HELP = """\
  a    accept: it is queued; asks why you want it, in a line (Enter: no line)
  d    drop: asks why not
  s    snooze: asks until when (2w, mon, 2027-01-15; Enter is a week)
  k    skip: it comes again, after the others
  o    open its page in the browser; it stays here
  t    tag: +nlp or nlp, several with blanks between
  1-9  priority, 9 first; 0 takes it away
  u    undo the last decision, of an earlier sitting too
  q    quit: what you decided is kept, and the next sitting goes on here
  Esc  takes a question back"""
REASONS = {"l": "too long", "n": "not my area", "s": "seen", "w": "weak", "t": "later"}
_REASONS = "  ".join(f"{key} {reason}" for key, reason in REASONS.items())
WORDS = {"accept": "accepted", "drop": "dropped", "snooze": "snoozed", "skip": "skipped"}
_WIDEST = 100
_AROUND = 10
"""Lines of a screen that are no abstract."""


class Sitting:
    """Asks about one paper after the other."""

    def __init__(self, lab: Lab, *, minutes: float, limit: int | None = None) -> None:
        """Prepare a sitting of at most `minutes` (0: any number) and `limit` papers."""
        self._lab, self._minutes, self._keys = lab, minutes, Keys()
        self._counts: Counter[str] = Counter()
        self._begin = time.monotonic()
        self._waiting = lab.triage(limit=limit)[::-1]
        self._total = len(self._waiting)
        self._done: list[tuple[str, Ranked]] = []

    def run(self) -> None:
        """Go on until the inbox is empty, the time is over, or somebody quits; then say what came of it.

        Raises:
            NothingFound: the inbox is empty from the start.
        """
        if not self._waiting:
            raise NothingFound("the inbox is empty; `paperlab sync` reads your feeds")
        try:
            with self._keys.raw():
                while self._waiting and not self._over() and self._ask(self._waiting[-1]):
                    pass
        except EOFError:
            typer.echo()
        finally:
            self._tell()

    def _over(self) -> bool:
        return bool(self._minutes) and self._passed() >= self._minutes * 60

    def _passed(self) -> float:
        return time.monotonic() - self._begin

    def _tell(self) -> None:
        told = ", ".join(f"{word} {self._counts[what]}" for what, word in WORDS.items())
        with self._lab.library() as library:
            left = library.count("inbox")
        over = "time is over: " if self._over() else ""
        typer.echo(f"{over}{told}; left {left} in the inbox, after {_clock(self._passed())}")

    def _ask(self, ranked: Ranked) -> bool:
        """Show a paper and do what a key says; False ends the sitting."""
        self._show(ranked)
        while True:
            key = self._keys.key()
            if key in "qQ":
                return False
            act = _ACTS.get(key) or (_priority if key.isdecimal() and key.isascii() else _unknown)
            try:
                if act(self, ranked, key):
                    return True
            except LabUnusable:
                raise
            except PaperlabError as error:  # a time that cannot be read; a paper that somebody else took off the list
                typer.echo("\n".join(textwrap.wrap(plain(error.message), shutil.get_terminal_size().columns - 1)))

    # What the keys do: each tells whether it is done with this paper

    def decide(self, decision: str, ranked: Ranked, **told: str | None) -> bool:
        """Keep a decision at once and go on to the next paper."""
        self._lab.decide(decision, ranked.entry.id, **told)  # type: ignore[arg-type]  # why, reason, until
        typer.echo(f"{WORDS[decision]} {ranked.entry.id}")
        self._counts[decision] += 1
        self._done.append((decision, self._waiting.pop()))
        return True

    def ask(self, question: str) -> str | None:
        """Ask for a line; None where it is taken back."""
        return self._keys.line(question)

    def reason(self) -> str | None:
        """Ask for a reason by one key; None where it is taken back, empty for none."""
        typer.echo(f"why not?  {_REASONS}  o other  Enter no reason")
        while True:
            key = self._keys.key()
            if key in ENTER:
                return ""
            if key == ESCAPE:
                return None
            if key in REASONS:
                return REASONS[key]
            if key == "o":
                return self.ask("why not")

    def set(self, ranked: Ranked, *, priority: int | None = None, tags: tuple[str, ...] = ()) -> None:
        """Keep a priority or tags of a paper that stays on the screen."""
        entry = self._lab.decide("keep", ranked.entry.id, priority=priority, tags=tags)
        self._renew(entry)
        typer.echo(f"priority {entry.priority}  tags {plain(' '.join(entry.tags)) or 'none'}")

    def open(self, ranked: Ranked) -> None:
        """Show the page of a paper; where nothing can show it, its address."""
        from paperlab.lab.opening import launch

        where = self._lab.locate(ranked.entry.id)
        typer.echo(where if launch(where) else f"{where} (no browser was found)")

    def undo(self) -> bool:
        """Take the last decision back and show its paper again; give whether there was one."""
        try:
            words = self._lab.take_back()
        except (NothingFound, Conflict) as error:
            typer.echo(plain(error.message))
            return False
        if words is None:
            typer.echo("the last change was no decision of triage; `paperlab undo` takes it back")
            return False
        typer.echo(f"took back: {words}")
        decision, id = [*words.split(), "", ""][1:3]
        if self._done and self._done[-1][0] == decision and self._done[-1][1].entry.id == id:
            self._counts[decision] -= 1
            self._waiting.append(self._done.pop()[1])
        elif decision in WORDS:
            again = [r for r in self._lab.triage() if r.entry.id == id]
            self._waiting = [r for r in self._waiting if r.entry.id != id] + again
            self._total += len(again)
        else:
            with self._lab.library() as library:
                self._renew(library.entry(id))
        return True

    def _renew(self, entry: Entry) -> None:
        """Show a paper with its marks as they are now, when it comes (again)."""
        self._waiting = [r._replace(entry=entry) if r.entry.id == entry.id else r for r in self._waiting]

    # The screen

    def _show(self, ranked: Ranked) -> None:
        columns, rows = shutil.get_terminal_size()
        wide = min(columns - 1, _WIDEST)
        typer.echo(f"\n{_bold(self._bar(columns - 1))}")
        for line in self._lines(ranked, wide, rows - _AROUND):
            typer.echo(line)
        typer.echo("\n".join(textwrap.wrap(HINT.replace(" ", "\0").replace("\0\0", "  "), wide)).replace("\0", " "))

    def _bar(self, columns: int) -> str:
        left = self._minutes * 60 - self._passed()
        told = f"{_clock(max(left, 0))} left" if self._minutes else _clock(self._passed())
        done = self._total - len(self._waiting)
        width = max(min(20, columns - 40), 0)
        full = width * done // self._total if self._total else width
        return fit(f"{done + 1} of {self._total}  [{'#' * full}{'.' * (width - full)}]  {told}", columns).rstrip()

    def _lines(self, ranked: Ranked, wide: int, most: int) -> list[str]:
        """Give title, authors, date, category, abstract and why it is suggested, folded to the screen."""
        entry = ranked.entry
        names = ", ".join(entry.authors[:6]) + (
            f" and {len(entry.authors) - 6} others" if len(entry.authors) > 6 else ""
        )
        facts = (entry.id, (entry.published or "")[:10], entry.primary_category, entry.comment)
        head = [_bold(line) for line in textwrap.wrap(plain(title(entry)), wide)]
        head += textwrap.wrap(plain(names), wide)[:2]
        head += [fit(plain("  ".join(filter(None, facts))), wide).rstrip()]
        abstract = textwrap.wrap(plain(printed(entry.abstract)), wide)
        room = max(most - len(head), 3)
        if len(abstract) > room:
            abstract = [*abstract[: room - 1], f"{abstract[room - 1][: wide - 2]} …"]
        why = because(ranked)
        marks = [f"priority {entry.priority}"] * bool(entry.priority) + [
            " ".join(f"+{tag}" for tag in entry.tags)
        ] * bool(entry.tags)
        told = [f"suggested: {why}"] * bool(why) + ["  ".join(marks)] * bool(marks)
        return [*head, "", *abstract, "", *(line for one in told for line in textwrap.wrap(plain(one), wide))]


def _accept(sitting: Sitting, ranked: Ranked, _key: str) -> bool:
    why = sitting.ask("why do you want it (Enter: no line)")
    return why is not None and sitting.decide("accept", ranked, why=why or None)


def _drop(sitting: Sitting, ranked: Ranked, _key: str) -> bool:
    reason = sitting.reason()
    return reason is not None and sitting.decide("drop", ranked, reason=reason or None)


def _snooze(sitting: Sitting, ranked: Ranked, _key: str) -> bool:
    until = sitting.ask("until (2w, mon, 2027-01-15; Enter: a week)")
    return until is not None and sitting.decide("snooze", ranked, until=until or None)


def _skip(sitting: Sitting, ranked: Ranked, _key: str) -> bool:
    return sitting.decide("skip", ranked)


def _open(sitting: Sitting, ranked: Ranked, _key: str) -> bool:
    sitting.open(ranked)
    return False


def _tag(sitting: Sitting, ranked: Ranked, _key: str) -> bool:
    words = sitting.ask("tags")
    if words:
        sitting.set(ranked, tags=tuple(word.removeprefix("+") for word in words.replace(",", " ").split()))
    return False


def _priority(sitting: Sitting, ranked: Ranked, key: str) -> bool:
    sitting.set(ranked, priority=int(key))
    return False


def _undo(sitting: Sitting, _ranked: Ranked, _key: str) -> bool:
    return sitting.undo()


def _help(_sitting: Sitting, _ranked: Ranked, _key: str) -> bool:
    typer.echo(HELP)
    return False


def _unknown(_sitting: Sitting, _ranked: Ranked, key: str) -> bool:
    shown = plain(key).strip()
    typer.echo(f"no key of triage{f': {shown[:10]}' if shown else ''}; ? shows them")
    return False


_ACTS: dict[str, Callable[[Sitting, Ranked, str], bool]] = {
    "a": _accept, "d": _drop, "s": _snooze, "k": _skip, "o": _open, "t": _tag, "u": _undo, "?": _help, "h": _help,
}  # fmt: skip


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _bold(text: str) -> str:
    return f"\033[1m{text}\033[0m" if colourful() else text
