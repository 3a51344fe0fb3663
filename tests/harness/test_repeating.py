"""A check that holds is run again: what differs is told to the last bit, and decides nothing."""

import random
from collections.abc import Callable

import numpy as np
import pytest
import torch

from paperlab.harness import judge, results
from paperlab.harness.comparing import rms_ratio, watched
from paperlab.harness.repeating import repeated
from tests.harness.toy import CARD, CASES, MODEL, Bencher

CALLS: list[int] = []


def wavering() -> float:
    """Differ by one part in a million from call to call, as sums on a GPU do."""
    CALLS.append(1)
    return rms_ratio(torch.ones(4) * (1 + 1e-6 * len(CALLS)), torch.ones(4))


def drawing() -> float:
    drawn = torch.tensor([torch.rand(1).item(), random.random(), np.random.rand()])  # noqa: NPY002, S311
    return rms_ratio(drawn, torch.ones(3))


def by_threads() -> float:
    return rms_ratio(torch.ones(4) * torch.get_num_threads(), torch.ones(4))


def once() -> float:
    CALLS.append(1)
    if len(CALLS) > 1:
        raise RuntimeError("only once")
    return 0.0


def growing() -> float:
    CALLS.append(1)
    return rms_ratio(torch.ones(len(CALLS)), torch.ones(len(CALLS)))


@pytest.mark.parametrize(
    ("run", "again", "threads"),
    [
        (lambda: rms_ratio(torch.arange(5.0), torch.ones(5)), 0.0, 0.0),
        (drawing, 0.0, 0.0),
        (wavering, 1e-6, 2e-6),
        (by_threads, 0.0, 1.0),
        (once, 1.0, 1.0),
        (growing, 1.0, 1.0),
        (lambda: CALLS.append(1) or float(len(CALLS)), 1.0, 2.0),  # type: ignore[func-returns-value]
    ],
)
def test_how_far_a_second_run_is_off(run: Callable[[], float], again: float, threads: float) -> None:
    CALLS.clear()
    _, notes = repeated(run, 1)
    assert notes["repeats"] == pytest.approx(again, rel=0.1)
    assert notes["repeats with threads"] == [2, pytest.approx(threads, rel=0.1)]
    assert torch.get_num_threads() == 1


def test_the_first_run_s_error_is_what_counts() -> None:
    CALLS.clear()
    error, _ = repeated(wavering, 1)
    assert error == pytest.approx(1e-6, rel=0.1)


def test_of_what_is_compared_no_more_is_kept_than_fits() -> None:
    big = torch.zeros(2**24, dtype=torch.float32)
    with watched() as seen:
        for _ in range(3):
            rms_ratio(big[: 2**23], big[: 2**23])
    assert len(seen) == 2


def test_a_bench_tells_it_beside_each_check_and_fails_nobody_for_it(writes: Callable[..., Bencher]) -> None:
    wavers = MODEL.replace('p.sub_(m, alpha=group["rate"])', 'p.sub_(m, alpha=group["rate"]).mul_(1 + 1e-14 * Ours.n)')
    wavers = wavers.replace("    @torch.no_grad()\n", "    n = 0\n\n    @torch.no_grad()\n")
    wavers = wavers.replace("        for group in self.param_groups:\n", "        Ours.n += 1\n        for group in self.param_groups:\n")  # fmt: skip
    told = {}
    for model in (MODEL, wavers):
        rows = writes(model, CASES.replace("limit=1e-12", "limit=1e-9")).run(cases=("update",))
        assert {r.status for r in rows} == {"ok"}
        (told[model],) = results(CARD, rows, judge(CARD, rows, budget="smoke"))["checks"]
    assert told[MODEL]["repeats"] == 0.0
    assert told[MODEL]["repeats with threads"] in (0.0, None)  # where the machine is busy it is left out
    assert 1e-14 < told[wavers]["repeats"] < 1e-11
