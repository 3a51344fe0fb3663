"""paper.toml of a scaffold: card, symbols, what is not stated, claims."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from paperlab import __version__
from paperlab.records.card import Card, Claim
from paperlab.records.extracted import Paper
from paperlab.records.ledger import is_stated, not_stated
from paperlab.records.paper import PaperRecord
from paperlab.scaffold.claims import claims
from paperlab.scaffold.stubs import Stub
from paperlab.scaffold.tex import Atom, atoms, free_symbols
from paperlab.scaffold.text import line

_HEAD = """\
# The card of this implementation. The scaffold wrote it once; it is yours now and is never overwritten.
# For each claim: write `sentence` in your own words, set `case` and `compare` to the case and the arms that decide
# it, like `compare = ["ours", "zero"]`, and fix `minimum_effect` (the smallest difference that counts, in the claim's
# unit) before the first run.

"""


def card(paper: Paper, record: PaperRecord | None, slug: str, stubs: Sequence[Stub], *, origin: str = "") -> Card:
    """Give the card of a fresh scaffold."""
    return Card(
        slug=slug,
        id=line((record.id if record else paper.id) or "", 60) or None,
        version=record.version if record else None,
        title=line((record.title if record else "") or paper.title, 300)
        or "Untitled",  # an e-print may hold an older one
        authors=tuple(a for a in (line(a, 100) for a in _authors(paper, record)[:100]) if a),
        published=record.published if record else None,
        primary_category=record.primary_category if record else None,
        licence=record.licence if record else None,
        symbols=dict(list(symbols(paper, stubs).items())[:60]),
        choices=dict.fromkeys(not_stated(paper.hyperparameters, paper.stated), ""),
        claims=claims(paper),
        generated={"tool": f"paperlab {__version__}", "source": paper.source.kind}
        | ({"origin": origin} if origin else {}),
    )


def _authors(paper: Paper, record: PaperRecord | None) -> tuple[str, ...]:
    return record.authors if record and record.authors else paper.authors


def symbols(paper: Paper, stubs: Sequence[Stub]) -> dict[str, str]:
    """Give the paper's symbol -> its name in model.py, for symbols that the paper explains."""
    used = {name for stub in stubs for name in (stub.name, *stub.parameters)}
    found: dict[str, str] = {}
    for symbol in paper.symbols:
        read = atoms(symbol.symbol)
        names = [a.name for a in read[:1]] if _is_call(read) else free_symbols(read)
        key = line(symbol.symbol, 80)
        if key and len(names) == 1 and names[0] in used:
            found.setdefault(key, names[0])
    return found


def _is_call(read: Sequence[Atom]) -> bool:
    """Say whether a symbol is a function with its arguments: `f(x)` is about f."""
    return len(read) > 2 and read[0].kind in ("symbol", "word") and read[1].kind == "open"


def on_gpu(paper: Paper) -> bool:
    """Say whether the paper states that it ran on a GPU; a TPU is none, and torch does not ask for one."""
    found = [h for h in paper.hyperparameters if is_stated("hardware", h)]
    return any(re.search(r"(?<![a-z])gpus?\b|\b[vah]100\b", f"{h.name} {h.value}".lower()) for h in found)


def to_toml(card_: Card) -> str:
    """Give paper.toml; fields that hold nothing are left out."""
    import tomli_w

    data = _filled(card_)
    data["claims"] = [_claim(c) for c in card_.claims]
    if not data["claims"]:
        del data["claims"]
    return _HEAD + tomli_w.dumps(data)


def _filled(record: Card | Claim) -> dict[str, Any]:
    values = {f.name: getattr(record, f.name) for f in fields(record)}
    return {k: _plain(v) for k, v in values.items() if v not in (None, (), {})}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _claim(claim: Claim) -> dict[str, Any]:
    """Give a claim's table: `sentence` and `case` stay even when empty, since the learner fills them."""
    kept = ("id", "place", "sentence", "kind", "paper", "unit", "metric", "direction", "case", "main")
    return {k: v for k, v in _filled(claim).items() if k in kept and (v != "" or k in ("sentence", "case"))}
