"""Slurm through submitit: each unit is a job, and runs there in a process of its own under limits.

The lab's folder must lie on a file system that the nodes share.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from paperlab.errors import UsageError
from paperlab.harness.executing import Done, Terms, known_options
from paperlab.harness.executors.processes import isolated
from paperlab.harness.turns import TIMED
from paperlab.harness.units import Unit

PASSED: Mapping[str, str] = {
    "partition": "slurm_partition",
    "account": "slurm_account",
    "qos": "slurm_qos",
    "constraint": "slurm_constraint",
    "time": "timeout_min",
}
"""Our options -> submitit's parameters."""
OPTIONS = ("cluster", *PASSED)
START_MINUTES = 5
"""For Python and torch to load from a shared file system, beside the unit's own limit."""
WAIT = 0.5
"""Seconds between two looks at the jobs."""


class Slurm:
    """Executor over submitit; at most `jobs` jobs are in the queue at once."""

    def __init__(self, executor: Any, terms: Terms) -> None:
        self._executor, self._terms = executor, terms
        self._waiting: list[Unit] = []
        self._running: list[tuple[Any, Unit]] = []

    def submit(self, unit: Unit) -> None:
        """Put a unit at the end of our own queue."""
        self._waiting.append(unit)

    def preload(self, modules: Iterable[str]) -> None:
        """Do nothing: each job loads what it needs."""

    def poll(self) -> list[Done]:
        """Submit what may be, wait a moment, and give the units whose jobs ended."""
        while self._waiting and self._free(self._waiting[0]):
            unit = self._waiting.pop(0)
            self._executor.update_parameters(**asked(unit, self._terms))
            self._running.append((self._executor.submit(isolated, unit.to_json(), self._terms.limits), unit))
        time.sleep(WAIT)
        ended = [(job, unit) for job, unit in self._running if job.done()]
        self._running = [one for one in self._running if one not in ended]
        return [(unit, _result(job)) for job, unit in ended]

    def _free(self, unit: Unit) -> bool:
        if unit.kind in TIMED:
            return not self._running
        return len(self._running) < self._terms.jobs and all(u.kind not in TIMED for _, u in self._running)

    def cancel(self) -> None:
        """Take our jobs off the queue."""
        self._waiting.clear()
        for job, _ in self._running:
            job.cancel(check=False)
        self._running = []


def asked(unit: Unit, terms: Terms) -> dict[str, Any]:
    """Give submitit's parameters of one unit's job; a timing asks for a node of its own."""
    minutes = math.ceil(terms.limits.seconds[unit.kind] / 60) + START_MINUTES
    return {
        "name": f"paperlab-{unit.kind}",
        "timeout_min": int(terms.options.get("time", minutes)),
        "cpus_per_task": unit.threads,
        "mem_gb": math.ceil(terms.limits.memory / 2**30) + 1,
        "gpus_per_node": terms.gpus or None,
        "slurm_exclusive": unit.kind in TIMED or None,
    }


def _result(job: Any) -> dict[str, Any]:
    import submitit

    try:
        result = dict(job.result())
    except (submitit.core.utils.FailedJobError, submitit.core.utils.UncompletedJobError) as error:
        last = str(error).strip().splitlines()[-1:] or ["no words"]
        return {"status": "crashed", "failure": f"its Slurm job was lost: {last[0][:400]}", "seconds": 0.0}
    # What a lost job said stays, for whoever looks why.
    for path in job.paths.folder.glob(f"{job.job_id}_*"):
        path.unlink(missing_ok=True)
    return result


@contextmanager
def opened(terms: Terms) -> Iterator[Slurm]:
    """Give the executor; leaving it cancels the jobs that have not ended.

    Raises:
        UsageError: this machine reaches no Slurm.
    """
    known_options("slurm", terms.options, OPTIONS)
    import submitit

    cluster = terms.options.get("cluster", "slurm")
    try:
        executor = submitit.AutoExecutor(folder=terms.scratch.resolve() / "slurm", cluster=cluster)
    except (RuntimeError, ValueError) as error:
        words = "run it where sbatch is, or try it with --executor-option cluster=local"
        raise UsageError(f"expected Slurm here; {error}; {words}") from error
    passed = {PASSED[k]: v for k, v in terms.options.items() if k in PASSED and k != "time"}
    executor.update_parameters(**passed)
    slurm = Slurm(executor, terms)
    try:
        yield slurm
    finally:
        slurm.cancel()
