"""Paired timing: two functions in randomly interleaved blocks, so that a noisy neighbour slows both.

On a busy machine two timings one after the other differ by a factor of two for identical code; the ratio of
neighbouring blocks stays within a few per cent. Blocks come as A B or B A by a coin; each pair gives one log
ratio, and the interval is Student's over the pairs. The same is done with A against A beside it: what that
ratio misses 1 by is the noise of this machine at this moment.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch

from paperlab.errors import UsageError
from paperlab.harness.api import Pair, Probe
from paperlab.harness.environment import CONTAMINATED, CROWDED, pressure_between, pressure_total
from paperlab.harness.statistics import median, t_interval

Call = Callable[[], object]
Row = tuple[float, float, float, float | None]
"""Of one pair: seconds a call of ours, log ratio ours/against, log ratio ours/ours, CPU pressure in per cent."""

BUDGETS: Mapping[str, tuple[int, float]] = {"smoke": (5, 0.002), "small": (25, 0.008), "full": (100, 0.02)}
"""Budget -> pairs, seconds a block; four blocks a pair with A/A, so small takes about a second."""
STEADY = 0.02
"""Warm-up ends when the last three blocks agree within 2 per cent ..."""
MOST_WARM = 0.5
"""... or after this many seconds; the row then says that it was never steady."""
HOT, HOT_SECONDS = 9, 0.008
"""Blocks of each side, and seconds a block, of the note that tells what a GPU takes with a warm cache."""
ROUNDS, FEWEST, LONGEST = 9, 5, 5.0
"""Inputs on which a call is timed when it sees them first and again; how many there must be, and the seconds they may take."""
REMEMBERS = 1.5
"""Times as fast on values that were seen: beyond this, and beyond the noise, an answer was kept."""
MOST_COLD = 200
"""Calls a block on a GPU, where overwriting the cache takes longer than most calls."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Log ratios of block times, ours / against, pair by pair; those of contaminated pairs are kept apart, in the notes."""

    logs: tuple[float, ...]
    null: tuple[float, ...]
    """The same for ours / ours."""
    notes: Mapping[str, Any]


def paired(pair: Pair, probe: Probe, budget: str, *, compiled: bool = False) -> Timing:
    """Time a pair: warm up both, then blocks in random order, with the CPU pressure of each pair of blocks.

    Raises:
        UsageError: it is to be compiled, and there is no compiler here.
    """
    ours, against = pair.ours(probe), pair.against(probe)
    first = {}
    if compiled:
        (ours, mine), (against, theirs) = compiling(ours), compiling(against)
        first = {"compile seconds": mine, "compile seconds, against": theirs}
    pairs, seconds = BUDGETS[budget]
    clock = _clock(probe.device)
    steady = [_warm(call, seconds / 4, clock) for call in (ours, against)]
    most = MOST_COLD if probe.device.startswith("cuda") else 1_000_000
    sized = [(call, _size(call, seconds, clock, most)) for call in (ours, against)]
    coins = torch.randint(2, (pairs, 2), generator=probe.stream("coins")).tolist()
    rows = [_pair(sized[0], sized[1], coin == 0, 2 * other - 1, clock) for coin, other in coins]
    kept, apart = sorted_out(rows)
    notes = {
        "what": pair.name,
        "against": pair.against_name,
        "steady": all(steady),
        "seconds a call": median([s for s, *_ in kept]),
        "A/A ratio": math.exp(median([null for _, _, null, _ in kept])),
        "contaminated pairs": sum(map(_is_contaminated, rows)),
        "kept apart": [log for _, log, *_ in apart],
        "pairs": pairs,
        **first,
        **(_hot(ours, against) if probe.device.startswith("cuda") else {}),
    }
    return Timing(tuple(r[1] for r in kept), tuple(r[2] for r in kept), notes)


def sorted_out(rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[Row]]:
    """Give the pairs that count, and the contaminated ones: on a machine that is hardly ever quiet all count.

    >>> sorted_out([(1.0, 0.1, 0.0, 3.0), (1.0, 0.2, 0.0, None), (1.0, 9.9, 0.0, 80.0)])[1]
    [(1.0, 9.9, 0.0, 80.0)]
    """
    apart = [row for row in rows if _is_contaminated(row)]
    if len(apart) > CROWDED * len(rows):
        return rows, ()
    return [row for row in rows if not _is_contaminated(row)], apart


def _is_contaminated(row: Row) -> bool:
    return row[3] is not None and row[3] > CONTAMINATED


def remembered(pair: Pair, probe: Probe) -> str:
    """Say so where ours is faster on values that it has seen: a timed loop asks the same again and again.

    Each time inputs never seen are built and asked for, then the same ones built anew: tensors of their own, equal
    values. What a new object does at its first call costs both alike. On a CPU the process's own time counts, of one
    thread: on a busy machine slices of time come in step with the two calls.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        logs = list(_gains(pair, probe, _own_time if probe.device == "cpu" else _clock(probe.device)))
    finally:
        torch.set_num_threads(threads)
    gain = t_interval(logs[1:]) if len(logs) > FEWEST else None  # the first of all found its memory cold
    if gain is None or gain.low <= math.log(REMEMBERS):
        return ""
    times = math.exp(gain.mean)
    return f"{pair.name} takes {times:.2g} times as long for values that it has not seen: it keeps answers, which are no speed"


def _gains(pair: Pair, probe: Probe, clock: Callable[[Call, int], float]) -> Iterator[float]:
    """Give the log ratios of first to second time, until there are enough or it takes too long."""
    end = time.perf_counter() + LONGEST
    for seed in range(probe.seed + 1, probe.seed + 2 + ROUNDS):
        first, again = (clock(pair.ours(replace(probe, seed=seed)), 1) for _ in range(2))
        yield math.log(max(first, 1e-9) / max(again, 1e-9))
        if time.perf_counter() > end:
            return


def _own_time(call: Call, size: int) -> float:
    start = time.process_time()
    for _ in range(size):
        call()
    return time.process_time() - start


def compiling(call: Call) -> tuple[Call, float]:
    """Give a call compiled, and the seconds of its first run, in which it is compiled.

    Raises:
        UsageError: torch could not compile it, such as where there is no compiler.
    """
    made: Call = torch.compile(call)
    start = time.perf_counter()
    try:
        made()
    except Exception as error:
        call()  # what is wrong with the code itself is told as that
        said = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise UsageError(f"torch.compile did not work here: {said}; leave --compile out") from error
    return made, time.perf_counter() - start


def _pair(
    ours: tuple[Call, int], against: tuple[Call, int], first: bool, sign: int, clock: Callable[[Call, int], float]
) -> Row:
    """Time ours, against and ours again, each with its calls a block, in an order that `first` decides.

    `sign` says which of the two blocks of ours counts as the other one in A/A.
    """
    before, start = pressure_total(), time.perf_counter()
    # Known by place and not by the function: both sides may be one and the same. As often after the other as before it,
    # so that a machine that gets slower, or a first block that finds the caches cold, wrongs neither side.
    order = (0, 1, 0) if first else (1, 0, 0)
    times = [(which == 1, _block(*(ours, against)[which], clock)) for which in order]
    busy = pressure_between(before, pressure_total(), time.perf_counter() - start)
    mine, theirs = [s for other, s in times if not other], [s for other, s in times if other]
    # The first block of ours stood next to the other one, on either side of it.
    return mine[0], math.log(mine[0] / theirs[0]), sign * math.log(mine[0] / mine[1]), busy


def _block(call: Call, size: int, clock: Callable[[Call, int], float]) -> float:
    """Give the seconds a call of a block; the first call of several finds what another left in the caches, and is not timed."""
    if size > 1:
        call()
    return clock(call, size) / size


def _warm(call: Call, seconds: float, clock: Callable[[Call, int], float]) -> bool:
    """Call until three blocks agree or half a second is over; say whether they agreed."""
    end, last = time.perf_counter() + MOST_WARM, [clock(call, 1)]
    size = max(1, min(10_000, int(seconds / max(last[0], 1e-9))))
    while time.perf_counter() < end:
        last = [*last[-2:], clock(call, size) / size]
        if len(last) == 3 and max(last) <= (1 + STEADY) * min(last):
            return True
    return False


def _size(call: Call, seconds: float, clock: Callable[[Call, int], float], most: int = 1_000_000) -> int:
    """Give how many calls fill a block; a second look after the first, which may have been unlucky."""
    once = min(clock(call, 1) for _ in range(3))
    return max(1, min(most, int(seconds / max(once, 1e-8))))


def _clock(device: str) -> Callable[[Call, int], float]:
    """Give what times a block: events and a cold cache on CUDA, wall time between two synchronisations elsewhere."""
    if device.startswith("cuda"):
        return partial(_cold, junk=_junk(device))
    accelerated = device != "cpu"

    def wall(call: Call, size: int) -> float:
        if accelerated:
            torch.accelerator.synchronize()  # what was called before is not of this block
        start = time.perf_counter()
        for _ in range(size):
            call()
        if accelerated:
            torch.accelerator.synchronize()
        return time.perf_counter() - start

    return wall


def _junk(device: str) -> torch.Tensor:
    """Give what overwrites the cache of a GPU when it is written: twice its size."""
    size = torch.cuda.get_device_properties(device).L2_cache_size
    return torch.empty(2 * max(size, 2**20), dtype=torch.int8, device=device)


def _cold(call: Call, size: int, junk: torch.Tensor) -> float:
    """Give the seconds of `size` calls, each between two events and after the cache was overwritten."""
    marks = [tuple(torch.cuda.Event(enable_timing=True) for _ in range(2)) for _ in range(size)]  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    for start, end in marks:
        junk.zero_()
        start.record()
        call()
        end.record()
    torch.cuda.synchronize()
    return sum(float(start.elapsed_time(end)) for start, end in marks) / 1e3


def _events(call: Call, size: int) -> float:
    """Give the seconds of a block of calls, one after the other, between two events."""
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    start.record()
    for _ in range(size):
        call()
    end.record()
    torch.cuda.synchronize()
    return float(start.elapsed_time(end)) / 1e3


def _hot(ours: Call, against: Call) -> dict[str, float]:
    """Time both with whatever the cache holds, as in a loop that does nothing else, in `HOT` blocks by turns."""
    size = _size(ours, HOT_SECONDS, _events)
    mine, theirs = zip(*((_events(ours, size), _events(against, size)) for _ in range(HOT)), strict=True)
    return {"hot ratio": median(mine) / median(theirs), "hot seconds a call": median(mine) / size}
