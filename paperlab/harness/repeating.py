"""Whether a check's run can be repeated: a fact beside the check, which decides nothing.

A check that holds is run a second time from the same seed and the same state of every global generator, and where
that is cheap a third time with another number of threads. Held against each other is what it compared with its oracle.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from paperlab.harness.comparing import At, rms_ratio, watched

LONGEST = 5.0
"""Seconds of a first run beyond which there is no second one."""
CHEAP = 0.05
"""The same for another number of threads: on a busy machine a second thread may take a hundred times as long."""


def repeated(run: Callable[[], float], threads: int) -> tuple[float, dict[str, Any]]:
    """Run a check; give its error, and notes on how far other runs of it differ.

    Args:
        run: the check, from a probe that is new each time.
        threads: torch's number of threads; another one is tried where there is no GPU in play.

    Returns:
        The first run's error, and notes: `repeats`, the largest RMS ratio between what two runs compared, 0 where
        they agree to the bit and 1 where the second gave something else altogether; `repeats with threads`, the
        number of threads and the same ratio. What was not tried is left out.
    """
    state, start = _state(), time.perf_counter()
    error, seen = _run(run)
    seconds = time.perf_counter() - start
    if seconds > LONGEST or math.isnan(error):
        return error, {}
    notes: dict[str, Any] = {"repeats": _difference(run, state, seen)}
    other = 2 if threads == 1 else 1
    if seconds < CHEAP and not _gpus():
        torch.set_num_threads(other)
        notes["repeats with threads"] = [other, _difference(run, state, seen)]
        torch.set_num_threads(threads)
    return error, notes


def _run(run: Callable[[], float]) -> tuple[float, list[Tensor]]:
    with watched() as seen:
        error = run()
        error = error if isinstance(error, At) else float(error)
    # A tiny error of equal answers may double from one run to the next; it stands in where nothing else is known.
    return error, seen or [torch.tensor([error], dtype=torch.float64)]


def _difference(run: Callable[[], float], state: Any, seen: list[Tensor]) -> float:
    _restore(state)
    try:
        ratio = rms_ratio(_run(run)[1], seen)
    except Exception:  # noqa: BLE001 -- it held a moment ago: whatever it raises now, it does not repeat
        return 1.0
    return ratio if math.isfinite(ratio) else 1.0


def _gpus() -> bool:
    return bool(torch.cuda.is_initialized())  # type: ignore[no-untyped-call]


def _state() -> Any:
    gpus = torch.cuda.get_rng_state_all() if _gpus() else []
    return torch.get_rng_state(), random.getstate(), np.random.get_state(), gpus  # noqa: NPY002 -- learners' code may use it


def _restore(state: Any) -> None:
    mine, python, numpy, gpus = state
    torch.set_rng_state(mine)
    random.setstate(python)
    np.random.set_state(numpy)  # noqa: NPY002 -- the same
    if gpus:
        torch.cuda.set_rng_state_all(gpus)
