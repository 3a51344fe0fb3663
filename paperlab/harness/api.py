"""What an implementation's cases.py is written with: frozen dataclasses, importable without torch.

    from paperlab.harness import Check, Enter, Implementation, Pair

    IMPLEMENTATION = Implementation(kind="optimizer", checks=(...,), enters=(...,))

The harness loads `cases.py` in a child process, with the folder itself on the import path (`import model`
works), and reads its `IMPLEMENTATION`. Randomness comes from the generators of a Probe or a Trial, never
from a global seed: each arm of a case then sees the same data in the same order, and arms can be compared
seed by seed.

What a case hands to an arm's factory, and what that must give, stands in `SLOTS`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from paperlab.errors import UsageError
from paperlab.records.measurement import CaseInfo

if TYPE_CHECKING:
    import torch

BUDGETS = ("smoke", "small", "full")
RUNGS = ("chance", "trivial", "classic", "reference", "ceiling")
SLOTS: Mapping[str, str] = {
    "optimizer": "make(parameters, rate) -> torch.optim.Optimizer; every arm gets the same number of rates to try",
    "model": "make(inputs, classes) -> Module: (batch, inputs) float -> logits (batch, classes)",
    "mixer": "make(width) -> Module: (batch, length, width) -> the same shape; position t may see 0..t alone",
    "block": "make(width, depth) -> Module: (batch, width) -> the same shape; `depth` of them stand on top of each other",
    "autoencoder": "make(inputs, size) -> Module with encode(x): (batch, inputs) -> (batch, size), and decode(code): "
    "(batch, size) -> (batch, inputs); x is in 0..1",
    "sampler": "make(points, trial) -> draw(count, generator) -> (count, dimensions), learnt from points (examples, "
    "dimensions) in trial.settings['steps'] steps of trial.settings['batch'] points at the most; "
    "trial.losses.append(loss) on the way gives a learning curve",
    "loss": "make(classes) -> loss(logits, labels) -> scalar, of (batch, classes) float and (batch) int64",
    "preference": "make(beta) -> loss(chosen, rejected, reference_chosen, reference_rejected) -> scalar: four times "
    "(batch) log-probabilities of answers, by the policy and by the reference that it starts from",
    "calibrator": "make(logits, labels) -> calibrate(logits) -> probabilities, both (examples, classes); fitted on "
    "logits of a trained network and labels (examples) int64 that it did not see",
    "graph": "make(inputs, outputs) -> Module: forward(x, edges) of (batch, nodes, inputs) float and (batch, nodes, "
    "nodes), 1 where two nodes are joined, 0 elsewhere and on the diagonal, -> (batch, nodes, outputs); nodes in another "
    "order give the same in that order",
    "agent": "make(states, actions, discount) -> agent with act(state, generator) -> action, learn(state, action, "
    "reward, following, ended), and policy() -> probabilities (states, actions); the numbers are plain Python's",
    "sequence": "make(vocabulary, length) -> Module: forward(source, target) of tokens (batch, length), each int64, "
    "-> logits (batch, length, vocabulary); target is shifted right and begins with token 0, of which position t may see "
    "0..t alone",
    "data": "make(trial) -> Study(train=(x, y), test=(x, y), model=...): x (examples, length) float, y (examples) "
    "int64; an arm without data of its own is `study(build)(trial)`, by `study` of paperlab.harness.cases.mnist1d, "
    "where build() -> Module: (batch, 40) -> logits (batch, 10)",
    "solver": "make(field) -> step(time, state, h) -> the state (batch, dimensions) h later; field(time, state) gives "
    "its rate of change, and how often a step asks for it decides how many steps there are",
    "adapter": "make(weight, rank) -> Module: (batch, inputs) -> (batch, outputs), at first x @ weight.T of a trained "
    "weight (outputs, inputs); linear in x, and what it learns is the change of that weight",
    "few-shot": "make(draw, trial) -> adapt(x, y, asked) -> answers like asked: shots and questions of many tasks, each "
    "(tasks, points, 1); draw(count, generator) gives x and y of fresh tasks, for trial.settings['steps'] steps of "
    "trial.settings['tasks'] tasks at the most; trial.losses.append(loss) on the way gives a "
    "learning curve",
    "fit": "make(x, y) -> weights (features, outputs) of the prediction x @ weights; x is (examples, features), y "
    "(examples, outputs), both float64",
    "program": "make(examples) -> answer(grid) -> grid: examples are pairs (given, wanted) of grids (rows, columns) int64, "
    "colours 0..9",
    "own": "make(*given) -> whatever the case's own `run` asks for",
}
"""What a case hands to an arm's factory -> the factory's parameters, and what it must give."""
LEARNT = ("module", "model")
KINDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("model", "mixer", "block", "autoencoder", "graph", "sequence", "adapter"), LEARNT),
    "optimizer": ("optimizer", "schedule"), "loss": ("loss",), "preference": ("loss",), "solver": ("sampler",),
    "data": ("data", "transform", *LEARNT),
}  # fmt: skip
"""Slot whose case does the learning or the steps itself -> kinds of implementation that can be what it takes there; the
kinds `algorithm` and `recipe` can be anything, and a slot that is not here takes any kind."""
PROMISES: Mapping[str, tuple[str, ...]] = {"mixer": ("causal",), "sequence": ("causal",), "graph": ("equivariant",)}
"""Slot -> what the gate asks of each arm of an implementation that enters: see `promises`."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What a check or a timing is given: a seed, a device, and generators that follow from the seed."""

    seed: int = 0
    device: str = "cpu"
    dtype: str = "float32"
    """Name of a torch dtype; what an implementation is run in, its oracle stays float64."""

    def stream(self, name: str) -> torch.Generator:
        """Give a new generator for one purpose (`data`, `order`, `init`); equal seed and name give equal numbers.

        It lives on the CPU whatever the device is, so that a GPU sees the same data as a laptop.
        """
        import torch

        return torch.Generator().manual_seed(stream_seed(self.seed, name))

    @cached_property
    def generator(self) -> torch.Generator:
        """The generator of this probe; drawing from it moves it on."""
        return self.stream("main")


@dataclass(frozen=True, kw_only=True)
class Trial(Probe):
    """One seed of one case at one budget."""

    budget: str = "small"
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The case's own settings at this budget: steps, examples, rates ..."""
    losses: list[float] = field(default_factory=list, compare=False)
    """Where an arm that trains within its factory writes down its loss, in even steps: the learning curve of the run."""


def stream_seed(seed: int, name: str) -> int:
    """Give a 63-bit seed from a seed and a purpose.

    >>> stream_seed(0, "data") == stream_seed(0, "data"), stream_seed(0, "data") == stream_seed(1, "data")
    (True, False)
    """
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


CHECKED = ("equality", "property", "gradient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One question to the implementation that has a right answer.

    A claim of kind equality or property names its check as the claim's `case`.
    """

    name: str
    kind: str = "equality"
    """equality | property | gradient."""
    run: Callable[[Probe], float]
    """Gives the error; not a number counts as failed. `paperlab.harness.checks` has the usual ones."""
    limit: float
    """The check holds while the error is at most this."""
    equation: str = ""
    """Where in the paper to look when it does not hold: `Equation (1)`, `Algorithm 1`."""
    unit: str = "RMS error ratio"
    of: str = ""
    """The case that asks for it, of an arm that enters it; empty for one that an implementation lists."""

    def __post_init__(self) -> None:
        """Refuse a kind that there is not, since a claim asks for checks by their kind."""
        if self.kind not in CHECKED:
            raise UsageError(f"check {self.name!r}: expected kind to be one of {', '.join(CHECKED)}, got {self.kind!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Enter:
    """How the implementation enters a case."""

    case: str
    arms: Mapping[str, Callable[..., Any]]
    """Name -> factory as the case's slot expects; one is usually `ours`, the others are ablations."""
    against: str = ""
    """An arm that the case itself brings (`Case.arms`) or one of ours: measured beside them in the same run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What a case measures."""

    name: str
    unit: str
    higher_is_better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one arm reached at one seed."""

    value: float
    """In the metric's unit."""
    curve: tuple[float, ...] = ()
    """The metric or the loss on the way, in even steps."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """Facts about this run: the learning rate that was chosen, the number of parameters."""


OWN_TIME = "training by itself, s"
"""Note of an Outcome: what an arm took whose steps its case does not make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Slot `data`: a data set and the model that is to be trained on it."""

    train: tuple[torch.Tensor, torch.Tensor]
    """Inputs (examples, length) float and labels (examples) int64."""
    test: tuple[torch.Tensor, torch.Tensor]
    model: torch.nn.Module
    """(batch, length) -> logits (batch, classes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One question of a case that a person answers by hand."""

    question: str
    """Text of at most 80 columns."""
    asks: str
    """What an answer looks like, a few words."""
    score: Callable[[str], float]
    """Gives an answer's value in the metric's unit; ValueError, with what is expected, where it can't be read."""


def _by_slot(_: Implementation) -> str:
    """Stand for `other_kind` of a case's slot until the case is made."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A small problem with a known scale: what chance, simple methods and the best possible reach on it.

    The shared ones lie in `paperlab/harness/cases/`; a lab has its own in `cases/`, a package offers some under the
    entry points `paperlab.cases`, and an implementation may bring its own in `Implementation.cases`.
    """

    name: str
    version: int
    """Rises with any change of generator, metric or budget; values of two versions are never compared."""
    tests: str
    """What it tests, one sentence."""
    source: str
    """Where the problem comes from."""
    slot: str
    """One of SLOTS; `own` where a case of one's own hands over what it likes."""
    takes: str = ""
    """For slot `own`: what it hands to an arm's factory, and what that must give."""
    words: tuple[str, ...]
    """Task words that a paper about this would use, lower case."""
    metric: Metric
    budgets: Mapping[str, Mapping[str, Any]]
    """Budget -> settings of a Trial; smoke < 1 s, small < 5 s, full < 30 s a seed on one CPU thread."""
    run: Callable[[Callable[..., Any], Trial], Outcome]
    """Runs one arm's factory at one seed."""
    ladder: Mapping[str, Callable[[Trial], float]] = field(default_factory=dict)
    """Rung of RUNGS -> what computes its value."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Rung that the ladder has not -> why not, a sentence."""
    arms: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """Known implementations that the case brings, to compare against or to serve as a control; the usual one first."""
    by_hand: Callable[[Trial], Sequence[Instance]] | None = None
    """Gives a few instances for a person; `paperlab bench try` puts their mean score on the ladder."""
    promises: tuple[str, ...] = ()
    """What the gate asks of an arm beside what the slot promises, `causal` or `equivariant`: the first Module that the
    factory makes, at its first inputs."""
    preload: tuple[str, ...] = ()
    """Modules that its functions import and that are slow to load: loaded once for all units of a bench."""
    cannot_show: str
    """What this size cannot show."""
    applies: Callable[[Implementation], str] = _by_slot
    """Gives "" where the implementation can enter, otherwise the reason why not; if not told, by slot and kind."""

    def __post_init__(self) -> None:
        """Let the slot tell who can enter where the case does not."""
        if self.applies is _by_slot:
            object.__setattr__(self, "applies", partial(other_kind, self.slot))

    @property
    def info(self) -> CaseInfo:
        """What other rooms need to know."""
        return CaseInfo(
            name=self.name,
            version=self.version,
            tests=self.tests,
            words=self.words,
            slot=self.slot,
            takes=self.takes or SLOTS[self.slot],
            arms=tuple(self.arms),
            metric=self.metric.name,
            unit=self.metric.unit,
            higher_is_better=self.metric.higher_is_better,
            cannot_show=self.cannot_show,
            source=self.source,
            missing=dict(self.missing),
        )


def other_kind(slot: str, implementation: Implementation) -> str:
    """Give "" where an implementation of this kind can be what a slot takes, otherwise the reason why not.

    >>> other_kind("mixer", Implementation(kind="loss"))
    "slot mixer takes a module or model, this is of kind loss; where it is one, say kind='module'"
    """
    kinds = KINDS.get(slot, ())
    if not kinds or implementation.kind in (*kinds, "algorithm", "recipe"):
        return ""
    told = f"slot {slot} takes a {' or '.join(kinds)}, this is of kind {implementation.kind}"
    return f"{told}; where it is one, say kind={kinds[0]!r}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two ways to do one thing, timed against each other in randomly interleaved blocks.

    Each callable builds its inputs from the probe and gives a function without arguments, one call of which is timed.
    """

    name: str
    """What is timed, with its size: `one step, 100,000 parameters`."""
    ours: Callable[[Probe], Callable[[], object]]
    against: Callable[[Probe], Callable[[], object]]
    against_name: str = "against"
    """Name of the baseline: `torch.optim.Adam`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """How a folder's model.py meets the harness."""

    kind: str
    """module | loss | optimizer | schedule | sampler | transform | recipe | data | algorithm | model."""
    checks: tuple[Check, ...] = ()
    """The gate: while one of them does not hold, no quality and no speed is measured."""
    enters: tuple[Enter, ...] = ()
    cases: tuple[Case, ...] = ()
    """Cases of its own; they go through the same isolation, seeds and judging as the shared ones."""
    speed: Pair | None = None
    equations: Mapping[str, str] = field(default_factory=dict)
    """Equation or algorithm of the paper -> name in model.py."""
