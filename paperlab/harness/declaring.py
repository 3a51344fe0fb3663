"""The short way to say what is measured, in a file of one's own or in a notebook: `case`, `implementation`, `claim`.

    from paperlab.harness import case, claim, implementation

    @case(tests="...", metric="error", unit="squares", direction="lower", cannot_show="...")
    def mine(make, trial): ...

Each gives the frozen record that the harness works with, and refuses what could not be measured. No torch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any, Required, TypedDict, Unpack

from paperlab.errors import UsageError
from paperlab.harness.api import (
    BUDGETS,
    PROMISES,
    RUNGS,
    SLOTS,
    Case,
    Check,
    Enter,
    Implementation,
    Instance,
    Metric,
    Outcome,
    Pair,
    Trial,
)
from paperlab.records.card import Claim, claim_from_toml

Make = Callable[..., Any]
Run = Callable[[Make, Trial], Outcome | float]
DIRECTIONS = ("higher", "lower")
SORTS = ("module", "loss", "optimizer", "schedule", "sampler", "transform", "recipe", "data", "algorithm", "model")
"""What an implementation may be."""
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def case(
    *,
    tests: str,
    metric: str,
    unit: str,
    direction: str,
    cannot_show: str,
    name: str = "",
    version: int = 1,
    source: str = "ours",
    slot: str = "own",
    takes: str = "",
    words: Sequence[str] = (),
    budgets: Mapping[str, Mapping[str, Any]] | None = None,
    ladder: Mapping[str, Callable[[Trial], float]] | None = None,
    missing: Mapping[str, str] | None = None,
    arms: Mapping[str, Make] | None = None,
    by_hand: Callable[[Trial], Sequence[Instance]] | None = None,
    promises: Sequence[str] = (),
    preload: Sequence[str] = (),
    applies: Callable[[Implementation], str] | None = None,
) -> Callable[[Run], Case]:
    """Make a case of a function that runs one arm's factory at one seed: `run(make, trial) -> Outcome`, or a number.

    Args:
        tests: what it tests, one sentence.
        metric: what the number is called.
        unit: of the number.
        direction: `higher` or `lower` is better.
        cannot_show: what this size cannot show.
        name: small letters, digits and hyphens; without it that of the function.
        version: rises with any change of data, metric or budget.
        source: where the problem comes from.
        slot: one of SLOTS, where arms that fit a shared case shall fit this one.
        takes: for slot `own` what an arm is handed and must give: `make(width) -> Module`.
        words: task words of papers that this case is for, by which `paperlab implement` finds it.
        budgets: smoke, small and full -> settings of the trial.
        ladder: chance, trivial, classic, reference or ceiling -> what computes its value.
        missing: rung that the ladder has not -> why not, a sentence.
        arms: known methods to compare with, the usual one first.
        by_hand: gives instances for a person: `paperlab bench try`.
        promises: what the gate asks of an arm beside what the slot promises: `causal`, `equivariant`.
        preload: modules that its functions import and that are slow to load.
        applies: gives "" where an implementation can enter, else why not; without it slot and kind decide.

    Raises:
        UsageError: one of these is not what the harness can measure by; says where, what was expected, what came.
    """

    def made(run: Run) -> Case:
        found = Case(
            name=name or getattr(run, "__name__", "").replace("_", "-"), version=version, tests=tests, source=source,
            slot=slot, takes=takes, words=tuple(words), metric=Metric(name=metric, unit=unit, higher_is_better=direction == "higher"),
            budgets=budgets or {budget: {} for budget in BUDGETS}, run=_giving_outcomes(run), ladder=ladder or {},
            missing=missing or {}, arms=arms or {}, by_hand=by_hand, promises=tuple(promises), preload=tuple(preload), cannot_show=cannot_show,
            **({"applies": applies} if applies else {}),
        )  # fmt: skip
        _hold(
            f"{_where(run)}case {found.name!r}",
            [(direction in DIRECTIONS, _one_of("direction", DIRECTIONS), direction)],
        )
        _hold(f"{_where(run)}case {found.name!r}", _rules(found))
        return found

    return made


def _giving_outcomes(run: Run) -> Callable[[Make, Trial], Outcome]:
    @wraps(run)
    def outcome(make: Make, trial: Trial) -> Outcome:
        found = run(make, trial)
        return found if isinstance(found, Outcome) else Outcome(value=float(found))

    return outcome


def _where(run: object) -> str:
    code = getattr(run, "__code__", None)
    return f"{code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}, " if code else ""


Rule = tuple[object, str, object]
"""Whether it holds, what is expected, what came."""


def _hold(where: str, rules: Iterable[Rule]) -> None:
    for fits, expected, got in rules:
        if not fits:
            raise UsageError(f"{where}: expected {expected}; got {str(got)[:60]!r}")


def _one_of(what: str, known: Iterable[str]) -> str:
    return f"{what} to be one of {', '.join(known)}"


def _rules(case: Case) -> Iterator[Rule]:
    yield (
        _NAME.fullmatch(case.name),
        "a name of small letters, digits and hyphens, such as name='two-spirals'",
        case.name,
    )
    yield case.version >= 1, "version to be 1, 2, ...", case.version
    yield case.slot in SLOTS, _one_of("slot", SLOTS), case.slot
    yield (
        set(case.budgets) == set(BUDGETS),
        f"budgets for {', '.join(BUDGETS)}, each with its settings",
        ", ".join(case.budgets),
    )
    yield set(case.ladder) <= set(RUNGS), _one_of("each rung of the ladder", RUNGS), ", ".join(case.ladder)
    spare = set(case.missing) - (set(RUNGS) - set(case.ladder))
    yield not spare, "reasons for rungs that the ladder has not", ", ".join(sorted(spare))
    for what, table in (("rung", case.ladder), ("arm", case.arms)):
        for name, made in table.items():
            yield callable(made), f"{what} {name!r} to be a function", made
    known = {promise for promises in PROMISES.values() for promise in promises}
    yield set(case.promises) <= known, _one_of("each promise", sorted(known)), ", ".join(case.promises)
    for what in ("tests", "source", "cannot_show"):
        yield getattr(case, what).strip(), f"{what} to say something", getattr(case, what)
    yield all(word == word.lower() for word in case.words), "words in small letters", ", ".join(case.words)


def implementation(
    *,
    kind: str = "algorithm",
    checks: Sequence[Check] = (),
    enters: Sequence[Enter] = (),
    cases: Sequence[Case] = (),
    speed: Pair | None = None,
    equations: Mapping[str, str] | None = None,
) -> Implementation:
    """Say how code meets the harness: the checks that it must hold, the cases that it enters, what it is timed against.

    Args:
        kind: module, loss, optimizer, schedule, sampler, transform, recipe, data, algorithm or model: which slots it can enter.
        checks: the gate; while one of them does not hold, nothing else is measured.
        enters: arms for cases: shared ones, those of the lab, or those of `cases`.
        cases: cases that belong to this implementation alone.
        speed: two ways to do one thing, timed in pairs.
        equations: equation or algorithm of the paper -> name in the code.

    Raises:
        UsageError: another kind, a list holds something else, a check comes twice, or an arm cannot be called.
    """
    _hold("implementation()", [(kind in SORTS, _one_of("kind", SORTS), kind)])
    _hold("implementation()", _parts(checks=(checks, Check), enters=(enters, Enter), cases=(cases, Case)))
    _hold("implementation()", _contents(checks, enters))
    return Implementation(
        kind=kind, checks=tuple(checks), enters=tuple(enters), cases=tuple(cases), speed=speed, equations=equations or {}
    )  # fmt: skip


def _parts(**lists: tuple[object, type]) -> Iterator[Rule]:
    for name, (given, kind) in lists.items():
        expected = f"{name} to be a list of {kind.__name__}(...)"
        yield isinstance(given, list | tuple), expected, type(given).__name__
        for one in given if isinstance(given, list | tuple) else ():
            yield isinstance(one, kind), expected, type(one).__name__


def _contents(checks: Sequence[Check], enters: Sequence[Enter]) -> Iterator[Rule]:
    names = [check.name for check in checks]
    for name in names:
        yield names.count(name) == 1, "each check to have a name of its own", name
    for enter in enters:
        yield enter.arms, f"an arm to enter {enter.case} with, such as arms={{'ours': make}}", "none"
        for name, make in enter.arms.items():
            yield callable(make), f"arm {name!r} of {enter.case} to be a function", make


class ClaimFields(TypedDict, total=False):
    """The fields of a claim, as in paper.toml: see `records.card.Claim`."""

    id: Required[str]
    place: Required[str]
    sentence: str
    kind: str
    paper: float | None
    unit: str
    metric: str
    direction: str
    case: str
    compare: Sequence[str]
    over: Mapping[str, float]
    minimum_effect: float | None
    tolerance: float | None
    control: str
    main: bool
    scope: str


def claim(**fields: Unpack[ClaimFields]) -> Claim:
    """State a claim: the fields are those below `[[claims]]` in paper.toml, and so are the errors.

    >>> claim(id="better", place="Table 2", kind="better-than", case="digits", compare=("ours", "mlp"), minimum_effect=0.01).compare
    ('ours', 'mlp')

    Raises:
        UsageError: an unknown field, a missing one, or a value outside its choices.
    """
    given = {key: list(v) if isinstance(v, tuple) else v for key, v in fields.items() if v is not None}
    return claim_from_toml(given, where="claim()")
