"""A Ray cluster: the one that RAY_ADDRESS or the option `address` names, or one started here for the bench.

Ray chooses the node; there the unit runs in a process of its own under limits, as at home. A node that goes takes
its units to another one. The unit's folder goes along, so that a node need not see this machine's disk.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from paperlab.errors import UsageError
from paperlab.harness.executing import Done, Terms, known_options
from paperlab.harness.executors.processes import isolated
from paperlab.harness.parcel import packed
from paperlab.harness.turns import TIMED
from paperlab.harness.units import Unit

OPTIONS = ("address",)
TRIES = 3
"""How often a unit begins anew elsewhere when its node goes; one that fells each node must come to an end."""
WAIT = 0.2
"""Seconds of a poll."""
OBJECTS = 2**27
"""Bytes of shared memory for a cluster of our own: what travels is a page of JSON."""


class Ray:
    """Executor over a cluster that we are connected to."""

    def __init__(self, ray: Any, terms: Terms) -> None:
        self._ray, self._terms = ray, terms
        self._task = ray.remote(isolated)
        self._running: dict[Any, Unit] = {}
        self._parcels: dict[str, Any] = {}

    def submit(self, unit: Unit) -> None:
        """Hand a unit to the cluster, which has as many at once as it has room for.

        Raises:
            UsageError: its folder is too large to travel.
        """
        asks: dict[str, float] = {"num_cpus": self._terms.threads, "num_gpus": self._terms.gpus, "max_retries": TRIES}
        if unit.kind in TIMED:  # all of a node's cores: nothing runs beside it
            asks["num_cpus"] = self._largest()
        ref = self._task.options(**asks).remote(
            unit.to_json(), self._terms.limits, self._parcel(unit.folder), self._parcel(unit.cases)
        )
        self._running[ref] = unit

    def _parcel(self, folder: str) -> Any:
        """Give a reference to a folder's bytes, which then travel to each node once; nothing where there is no folder."""
        if not (folder and Path(folder).is_dir()):
            return None
        if folder not in self._parcels:
            self._parcels[folder] = self._ray.put(packed(Path(folder)))
        return self._parcels[folder]

    def _largest(self) -> float:
        return max((n["Resources"].get("CPU", 0.0) for n in self._ray.nodes() if n["Alive"]), default=1.0)

    def preload(self, modules: Iterable[str]) -> None:
        """Do nothing: each node's processes load what they need."""

    def poll(self) -> list[Done]:
        """Wait a moment; give the units that ended."""
        refs = list(self._running)
        ended, _ = self._ray.wait(refs, num_returns=len(refs), timeout=WAIT) if refs else ([], [])
        return [(self._running.pop(ref), self._result(ref)) for ref in ended]

    def _result(self, ref: Any) -> dict[str, Any]:
        try:
            return dict(self._ray.get(ref))
        except self._ray.exceptions.RayError as error:
            words = " ".join(str(error).split())[:400]
            return {"status": "crashed", "failure": f"Ray lost it: {words}", "seconds": 0.0}

    def cancel(self) -> None:
        """Have the cluster end what has not ended."""
        for ref in self._running:
            self._ray.cancel(ref, force=True)
        self._running.clear()


@contextmanager
def opened(terms: Terms) -> Iterator[Ray]:
    """Connect, or start a cluster of `jobs` cores here; leaving stops what we started.

    Raises:
        UsageError: the cluster does not answer.
    """
    known_options("ray", terms.options, OPTIONS)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # read when Ray starts: nothing is sent anywhere
    import ray

    address = terms.options.get("address") or os.environ.get("RAY_ADDRESS")
    # Ray leaves its logs and sockets; the name is short, since the path of a socket may have 107 bytes.
    own = tempfile.mkdtemp(prefix="plray-")
    ours: dict[str, Any] = {
        "num_cpus": terms.jobs * terms.threads,
        "include_dashboard": False,
        "object_store_memory": OBJECTS,
        "_node_ip_address": "127.0.0.1",
        "_temp_dir": own,
    }
    try:
        ray.init(
            address=address or "local", log_to_driver=False, logging_level=logging.ERROR, **({} if address else ours)
        )
    except (ConnectionError, ValueError) as error:
        shutil.rmtree(own, ignore_errors=True)
        raise UsageError(f"expected a Ray cluster at {address}; {error}") from error
    try:
        yield Ray(ray, terms)
    finally:
        ray.shutdown(wait_for_processes=True)
        shutil.rmtree(own, ignore_errors=True)
