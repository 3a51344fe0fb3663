"""What became of broken copies, on screen: the share that was caught, and each survivor with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from paperlab.cli.output import emit_array, table
from paperlab.errors import VerdictFailed

if TYPE_CHECKING:
    from paperlab.harness import Score


def show_mutants(found: Sequence[Score], say: Callable[[str], None], *, strict: bool, json: bool) -> None:
    """Print survivors as a table and the shares as talk; with `json` every mutant as an object."""
    if json:
        emit_array({"slug": score.slug} | one.to_json() for score in found for one in score.tried)
    else:
        heads = ("paper", "where", "edit", "from", "to", "why it survived")
        survivors = [(score.slug, one) for score in found for one in score.survivors]
        rows = [(slug, f"model.py:{o.line}", o.name, _short(o.old), _short(o.new), o.reason) for slug, o in survivors]
        if rows:
            table(heads, rows, spare=("edit",))
    for score in found:
        say(f"{score.slug}: {_shares(score)}")
        if score.claims is not None:
            say(f"{score.slug}: {_asked(score.claims)}")
    short = [score.slug for score in found if not score.enough]
    if strict and short:
        raise VerdictFailed(f"too many broken copies pass for {', '.join(short)}: all listed and 80 % are to be caught")


def _shares(score: Score) -> str:
    words = [_share("listed", *score.count(listed=True)), _share("automatic", *score.count(listed=False))]
    equal = len(score.tried) - sum(score.count(listed=kind)[1] for kind in (True, False))
    caught = len(score.tried) - len(score.survivors)
    words[-1] += f"; {caught - score.by_claims} by the checks, {score.by_claims} by the claims"
    return ", ".join(words) + (f"; {equal} more are said to be equivalent" if equal else "")


def _asked(claims: Sequence[str]) -> str:
    """Say what the survivors of the checks were held to: only a claim that the file itself bears out can tell."""
    if not claims:
        return "no claim that needs training is reproduced at this budget, so what passed the checks was held to none"
    return f"what passed the checks was held to {', '.join(claims)}"


def _share(kind: str, caught: int, of: int) -> str:
    return f"{caught} of {of} {kind} mutants caught" + (f" ({100 * caught / of:.0f} %)" if of else "")


def _short(text: str) -> str:
    """Give a text on one line of at most 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."
