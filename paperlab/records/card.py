"""paper.toml of an implementation: the card and its claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from math import isfinite
from typing import Any

from paperlab.errors import UsageError

KINDS = ("equality", "property", "better-than", "slope", "ablation", "cost")
VERDICTS = ("reproduced", "partly", "not", "cannot tell yet", "case unfit", "not tested")
TRAINED_KINDS = ("better-than", "slope", "ablation")
"""Kinds that need training, so that a smoke budget never decides them."""
VERBS = frozenset({"run", "try", "cases", "merge", "report", "export", "history", "compare"})
"""Names that `paperlab bench` reads as its own verbs, so that no folder can have them."""
SIZES = 3
"""Sizes that a slope needs: a line goes through any two."""


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
    """Of `paper`, `minimum_effect` and `tolerance`; empty: what the case measures in, and not known for `paper` where
    no tolerance sets it beside ours. `%` is turned from a fraction."""
    metric: str = ""
    direction: str = "higher"
    """`higher` or `lower` is better."""
    case: str = ""
    """Name of a case, or of a check for kinds equality and property; empty: not tested."""
    compare: tuple[str, ...] = ()
    """Arms of the case: (ours,) or (ours, against). The effect is ours minus against, signed so that better is positive."""
    over: Mapping[str, float] = field(default_factory=dict)
    """Of kind slope: arm -> its size. The effect is the exponent of the power law through them, log(value) on log(size);
    without it, a claim of this kind needs a case whose own metric is a slope."""
    minimum_effect: float | None = None
    """Smallest effect that counts, in the claim's unit, fixed before the run."""
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
    listed = data.get("claims", [])
    if not isinstance(listed, list) or not all(isinstance(c, dict) for c in listed):
        raise UsageError(f"{where}: expected each claim below a line [[claims]], got claims = {str(listed)[:40]}")
    claims = tuple(claim_from_toml(c, where=where) for c in listed)
    unique(claims, where=where)
    card: Card = _build(Card, {**data, "claims": claims}, where=where)
    return card


def claim_from_toml(data: Mapping[str, Any], *, where: str) -> Claim:
    """Read one claim.

    Args:
        data: what stands below `[[claims]]`.
        where: path for error messages.

    Raises:
        UsageError: an unknown key, a missing one, or a value outside its choices.
    """
    claim: Claim = _build(Claim, data, where=f"{where}, claim {data.get('id', '?')}")
    if claim.kind not in KINDS:
        raise UsageError(
            f"{where}, claim {claim.id}: expected kind to be one of {', '.join(KINDS)}, got {claim.kind!r}"
        )
    if claim.direction not in ("higher", "lower"):
        raise UsageError(f"{where}, claim {claim.id}: expected direction higher or lower, got {claim.direction!r}")
    if claim.tolerance is not None and claim.tolerance < 0:
        raise UsageError(f"{where}, claim {claim.id}: expected tolerance to be 0 or more, got {claim.tolerance:g}")
    if claim.over and claim.kind != "slope":
        raise UsageError(f'{where}, claim {claim.id}: expected kind = "slope" beside `over`, got {claim.kind!r}')
    if claim.over and (len(set(claim.over.values())) < SIZES or min(claim.over.values()) <= 0):
        raise UsageError(f"{where}, claim {claim.id}: expected over to give {SIZES} sizes or more, all above 0")
    if claim.over and (claim.control or claim.compare):
        raise UsageError(
            f"{where}, claim {claim.id}: expected neither compare nor control beside over, whose arms are the comparison"
        )
    if claim.kind == "cost" and claim.control:
        raise UsageError(
            f"{where}, claim {claim.id}: expected no control beside a cost, whose timing is the comparison"
        )
    if len(claim.compare) > 2:
        raise UsageError(
            f"{where}, claim {claim.id}: expected compare to name one or two arms, got {len(claim.compare)}"
        )
    return claim


def _build(kind: type[Any], data: Mapping[str, Any], *, where: str) -> Any:
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise UsageError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    needed = [f.name for f in fields(kind) if f.default is f.default_factory is MISSING]
    if missing := [name for name in needed if name not in data]:
        raise UsageError(f'{where}: expected {" and ".join(missing)}, found none; write {missing[0]} = "..."')
    for one in fields(kind):
        fits, wanted = _TYPES.get(str(one.type), _ANY)
        if one.name in data and not fits(data[one.name]):
            raise UsageError(f"{where}: expected {one.name} to be {wanted}, got {str(data[one.name])[:40]}")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in data.items()})


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


_TEXT = (_text, 'text in quotes: "..."')
_ANY: tuple[Callable[[Any], bool], str] = (lambda _: True, "")
_TYPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "str": _TEXT,
    "str | None": _TEXT,
    "bool": (lambda v: isinstance(v, bool), "true or false"),
    "int | None": (lambda v: isinstance(v, int) and not isinstance(v, bool), "a whole number"),
    "float | None": (_number, "a number without quotes"),
    "tuple[str, ...]": (lambda v: isinstance(v, list) and all(map(_text, v)), 'a list of texts: ["..."]'),
    "Mapping[str, str]": (lambda v: isinstance(v, dict) and all(map(_text, v.values())), "a table of texts"),
    "Mapping[str, float]": (lambda v: isinstance(v, dict) and all(map(_number, v.values())), "a table of numbers"),
    "Mapping[str, Any]": (lambda v: isinstance(v, dict), "a table"),
}
"""Annotation of a field -> what TOML may give for it, and how to say so."""


def unique(claims: Sequence[Claim], *, where: str) -> None:
    """Refuse two claims of one id.

    Raises:
        UsageError: there are.
    """
    ids = [claim.id for claim in claims]
    for seen, name in enumerate(ids):
        if name in ids[:seen]:
            raise UsageError(f"{where}: two claims are called {name!r}; give each its own id")
