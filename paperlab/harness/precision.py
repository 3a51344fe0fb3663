"""What is timed in another dtype, or compiled, is held there first: its checks, and what a call of it gives.

No tolerance is chosen by hand: both sides of a pair are run in float64 too, on the same numbers rounded. Ours may
miss its own float64 result by at most `MOST` times what the baseline misses its own by. That ours is right in float64
is the gate's matter; here what breaks in low precision alone is found: sums that stall, powers that overflow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from paperlab.harness.api import Check, Pair, Probe
from paperlab.harness.comparing import rms_ratio
from paperlab.harness.speed import compiling

Build = Callable[[Probe], Callable[[], object]]

MOST = 10.0
"""Times the baseline's own error. Other orders of the same sums differ by two to three; a broken sum by hundreds."""
HOPELESS = 0.5
"""A baseline that is off from its own float64 result by this much worked on other numbers: it is no measure."""


@dataclass(frozen=True, slots=True)
class Held:
    """What came out of it."""

    error: float | None = None
    """Ours, in multiples of the baseline's own error; None where that could not be told."""
    why_not: str = ""
    failure: str = ""
    """One line where something does not hold, otherwise empty."""


class SameDraws(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Draws in float64 and rounds, so that one generator gives the same numbers in every dtype."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run one operation; of those that draw floating numbers, the float64 one."""
        name, named = func._overloadpacket.__name__, dict(kwargs or {})
        if name in ("rand", "randn", "rand_like", "randn_like"):
            like = args[0].dtype if name.endswith("_like") else torch.get_default_dtype()
            return func(*args, **named | {"dtype": torch.float64}).to(named.get("dtype") or like)
        if name in ("normal_", "uniform_"):
            wide = torch.empty_like(args[0], dtype=torch.float64)
            return args[0].copy_(func(wide, *args[1:], **named))
        return func(*args, **named)


_COPIES = ("clone", "copy_", "_to_copy", "detach", "empty", "empty_like", "empty_strided")


class _Worked(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts operations that work out something; a view or a copy does not."""

    count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run one operation and count it."""
        self.count += not (func.is_view or func._overloadpacket.__name__ in _COPIES)
        return func(*args, **(kwargs or {}))


@contextmanager
def defaults(dtype: str) -> Iterator[None]:
    """Let tensors be made in a dtype where nothing else is said, as in a pair that never thought of another."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def held(checks: Sequence[Check], pair: Pair, probe: Probe, *, compiled: bool = False) -> Held:
    """Hold the checks in the probe's dtype, then what one call of each side gives, compiled where that is timed."""
    failure = unkept(checks, probe)
    return Held(failure=failure) if failure else compared(pair, probe, compiled=compiled)


def unkept(checks: Sequence[Check], probe: Probe) -> str:
    """Say which check does not hold for the probe; empty where all do."""
    for check in checks:
        value = float(check.run(replace(probe)))
        if not value <= check.limit:
            return f"{check.name} gave {value:g}, expected at most {check.limit:g} {check.unit}"
    return ""


def unequal(checks: Sequence[Check], pair: Pair, probe: Probe, fresh: Sequence[Probe]) -> str:
    """Say what held before a timing and does not hold after it, whatever it raises; empty where all does.

    Args:
        checks: of the gate.
        pair: what was timed.
        probe: the one that was timed.
        fresh: others that nothing has seen.
    """
    try:
        return next(filter(None, (unkept(checks, one) for one in fresh)), "") or stale(pair, probe, fresh[0])
    except Exception as error:  # noqa: BLE001 -- a check that cannot run does not hold
        return f"{type(error).__name__}: {error}".strip().splitlines()[0]


def stale(pair: Pair, probe: Probe, fresh: Probe) -> str:
    """Say so where ours gives the same for other inputs and the baseline does not; empty where it follows them.

    Args:
        pair: at the size that was timed, which the checks never see.
        probe: the one that was timed.
        fresh: the same with another seed.
    """
    moved = []
    for build in (pair.ours, pair.against):
        before, after = _given(build, probe), _given(build, fresh)
        moved.append(bool(before) and rms_ratio(after, before) > 0)
    return f"{pair.name} gives the same for other inputs, and the baseline does not" if moved == [False, True] else ""


def kept(pair: Pair, probe: Probe) -> str:
    """Say so where the second call of ours works out nothing, though its first did and the baseline's second does.

    What is done once and for all at the first call is no fault; an answer that is handed out again is no timing.
    """
    (first, second), (_, theirs) = (_worked(build, probe) for build in (pair.ours, pair.against))
    told = f"{pair.name}: the second call on the same inputs works out nothing, and the baseline's does: it keeps its answer"
    return told if first and theirs and not second else ""


def _worked(build: Build, probe: Probe) -> tuple[int, int]:
    """Give how many operations the first and the second call run."""
    with defaults(probe.dtype):
        call, counts = build(replace(probe)), []
        for _ in range(2):
            with _Worked() as seen:  # type: ignore[no-untyped-call]
                call()
            counts.append(seen.count)
    return counts[0], counts[1]


def compared(pair: Pair, probe: Probe, *, compiled: bool = False) -> Held:
    """Compare each side with its own float64 result, and the error of ours with the baseline's."""
    given = [_given(build, probe, compiled=compiled) for build in (pair.ours, pair.against)]
    if not all(given):
        return Held(why_not="a call gives no floating tensor, and is no step of an optimizer")
    try:
        exact = [_given(build, _double(probe)) for build in (pair.ours, pair.against)]
    except Exception as failed:  # noqa: BLE001 -- whatever keeps a side from float64, such as a kernel that lacks it
        return Held(why_not=f"no float64 result: {(str(failed).strip() or type(failed).__name__).splitlines()[0]}")
    theirs = rms_ratio(given[1], exact[1])
    if theirs > HOPELESS:
        return Held(why_not=f"the baseline itself is off by {theirs:.2g} from its float64 result")
    return _judged(rms_ratio(given[0], exact[0]), theirs, max(torch.finfo(x.dtype).eps for x in given[0]))


def _judged(ours: float, theirs: float, rounding: float) -> Held:
    error = ours / max(theirs, rounding)
    told = f"what is timed is off by {ours:.2g} from its own float64 result, {error:.3g} times as far as the baseline"
    return Held(error=error, failure="" if error <= MOST else f"{told}; expected at most {MOST:g} times")


def _double(probe: Probe) -> Probe:
    # A GPU of Apple's has no float64; the numbers are drawn on the CPU in any event.
    return replace(probe, dtype="float64", device="cpu" if probe.device.startswith("mps") else probe.device)


def _given(build: Build, probe: Probe, *, compiled: bool = False) -> list[Tensor]:
    """Give the floating tensors of one call, or the parameters after one step of an optimizer."""
    with defaults(probe.dtype):
        with SameDraws():  # type: ignore[no-untyped-call]
            call = build(replace(probe))
        out = (compiling(call)[0] if compiled else call)()
    owner = getattr(call, "__self__", None)
    moved = [p for g in owner.param_groups for p in g["params"]] if isinstance(owner, torch.optim.Optimizer) else []
    leaves = [x for x in tree_leaves(out) if isinstance(x, Tensor)] + moved
    return [x.detach().clone() for x in leaves if x.is_floating_point()]
