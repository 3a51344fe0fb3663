"""paper.toml of an implementation: the card and its claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from paperlab.errors import UsageError

KINDS = ("equality", "property", "better-than", "slope", "ablation", "cost")
VERDICTS = ("reproduced", "partly", "not", "cannot tell yet", "case unfit", "not tested")
TRAINED_KINDS = ("better-than", "slope", "ablation")
"""Kinds that need training, so that a smoke budget never decides them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the paper claims, where, and how small a case would show it."""

    id: str
    place: str
    """Where it stands: `Section 6.4`, `Table 2, row Adam`."""
    sentence: str = ""
    """In our own words; empty until the learner writes it."""
    kind: str = "property"
    paper: float | None = None
    """The paper's own number, where it states one."""
    unit: str = ""
    metric: str = ""
    direction: str = "higher"
    """`higher` or `lower` is better."""
    case: str = ""
    """Name of a case, or of a check for kinds equality and property; empty: not tested."""
    compare: tuple[str, ...] = ()
    """Arms of the case: (ours,) or (ours, against). The effect is ours minus against, signed so that better is positive."""
    minimum_effect: float | None = None
    """Smallest effect that counts, in the metric's unit, fixed before the run."""
    tolerance: float | None = None
    """Where the paper's own number is comparable at this size: how far ours may lie from it."""
    control: str = ""
    """Arm that is known to work on the case; where it fails too, the case is unfit."""
    main: bool = True
    scope: str = ""
    """What this size cannot show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The head of an implementation folder."""

    slug: str
    id: str | None = None
    """Left out for a paper that is not on arXiv: TOML has no null."""
    version: int | None = None
    also: tuple[str, ...] = ()
    """Further ids, where two methods stand together."""
    title: str
    authors: tuple[str, ...] = ()
    published: str | None = None
    primary_category: str | None = None
    licence: str | None = None
    """The paper's, as OAI gives it; None means not known."""
    idea: str = ""
    """The main idea in one sentence of our own."""
    symbols: Mapping[str, str] = field(default_factory=dict)
    """The paper's symbol -> name in model.py."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """What the paper leaves open -> what we chose and why."""
    claims: tuple[Claim, ...] = ()
    generated: Mapping[str, Any] = field(default_factory=dict)
    """Written by the scaffold: source hash, tool version; never by hand."""


def card_from_toml(data: Mapping[str, Any], *, where: str) -> Card:
    """Read a card from parsed TOML.

    Args:
        data: what tomllib gave.
        where: path for error messages.

    Raises:
        UsageError: an unknown key, a missing one, or a value outside its choices, named with `where`.
    """
    claims = tuple(_claim(c, where=where) for c in data.get("claims", ()))
    _unique([c.id for c in claims], where=where)
    card: Card = _build(Card, {**data, "claims": claims}, where=where)
    return card


def _claim(data: Mapping[str, Any], *, where: str) -> Claim:
    claim: Claim = _build(Claim, data, where=f"{where}, claim {data.get('id', '?')}")
    if claim.kind not in KINDS:
        raise UsageError(
            f"{where}, claim {claim.id}: expected kind to be one of {', '.join(KINDS)}, got {claim.kind!r}"
        )
    if claim.direction not in ("higher", "lower"):
        raise UsageError(f"{where}, claim {claim.id}: expected direction higher or lower, got {claim.direction!r}")
    return claim


def _build(kind: type[Any], data: Mapping[str, Any], *, where: str) -> Any:
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise UsageError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise UsageError(f"{where}: {error}") from error


def _unique(ids: list[str], *, where: str) -> None:
    for seen, name in enumerate(ids):
        if name in ids[:seen]:
            raise UsageError(f"{where}: two claims are called {name!r}; give each its own id")
