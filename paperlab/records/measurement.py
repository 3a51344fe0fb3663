"""What the harness found: a measurement and a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One unit of work, done or failed. Rows are append-only; the key says what was asked."""

    key: str
    """sha256 of what was asked: implementation source hash, case and version, arm, seed, budget, device, threads, dtype."""
    slug: str
    source_hash: str
    """sha256 over the implementation's *.py files."""
    kind: str
    """check | mutant | quality | ladder | speed | cost."""
    case: str
    case_version: int
    arm: str
    """`ours`, a baseline or ablation of the implementation, or a rung of the ladder."""
    seed: int
    budget: str
    """smoke | small | full."""
    device: str
    metric: str
    unit: str
    higher_is_better: bool
    value: float | None
    """None when nothing could be measured."""
    status: str = "ok"
    """ok | failed | crashed | timeout | out of memory | killed | refused; or withdrawn, of a check that did not hold and
    that the gate does not ask any more: such a row stands in place of the failed one."""
    failure: str = ""
    """Last lines of what went wrong, and which equation to look at."""
    limit: float | None = None
    """Of a check: it holds while the value is at most this."""
    equation: str = ""
    """Of a check: where in the paper to look."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """Facts about this unit: a check's kind, the learning rate that was chosen, the A/A ratio of a timing."""
    samples: tuple[float, ...] = ()
    """Raw samples: paired ratios for speed, the learning curve for quality."""
    seconds: float = 0.0
    """Wall seconds of this unit."""
    at: str = ""
    """ISO 8601 UTC."""
    environment: Mapping[str, Any] = field(default_factory=dict)
    """Device name, threads, torch, Python, CPU pressure before and after, tool version."""
    claims_hash: str = ""
    """sha256 over id, minimum effect and tolerance of each claim, as they stood before the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Judgement of one claim from measurements; a pure function of rows."""

    slug: str
    claim: str
    """The claim's id."""
    place: str
    paper: float | None
    ours: float | None
    """Effect (ours minus against, better is positive) or, for a claim about one arm, its mean."""
    interval: tuple[float, float] | None
    """95 per cent."""
    seeds: int
    verdict: str
    """One of `card.VERDICTS`."""
    reason: str = ""
    """One line: why, and how many seeds and seconds would be needed."""
    unit: str = ""
    metric: str = ""
    runs: tuple[str, ...] = ()
    """Keys of the measurements that it rests on."""
    run: str = ""
    """Short name of the run: first 12 hex digits of a hash over `runs`."""
    at: str = ""
    """ISO 8601 UTC of the newest measurement."""
    budget: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseInfo:
    """What other rooms need to know of a shared case, without torch."""

    name: str
    version: int
    tests: str
    """What it tests, one sentence."""
    words: tuple[str, ...]
    """Task words that a paper about this would use, lower case."""
    slot: str
    """What enters it: optimizer | model | mixer | sequence | data."""
    takes: str
    """What it hands to an arm's factory and what that must give: `make(width) -> Module: ...`."""
    arms: tuple[str, ...]
    """Arms that it brings, to be measured against; the usual one first."""
    metric: str
    unit: str
    higher_is_better: bool
    cannot_show: str
    """What this size cannot show."""
    source: str = ""
    """Where the problem comes from."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Rung that its ladder has not -> why not, a sentence."""
