"""MLflow: an experiment an implementation, in a database in a folder or on a server that was named."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from paperlab.errors import UsageError
from paperlab.harness.exports.runs import Run

KEY = "paperlab.key"
"""Tag that names a run's content; set last, so that what was cut off is written anew."""
MOST = 100
"""Settings or tags of one request, by MLflow's own limit."""
MOST_VALUES = 1000
LONGEST_NAME, LONGEST_SETTING, LONGEST_TAG = 250, 6000, 8000
"""Characters; also MLflow's."""


def write(slug: str, told: Sequence[Run], where: str) -> str:
    """Write the runs that are not there yet; give the address of the store.

    Raises:
        UsageError: MLflow cannot write there.
    """
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"  # read when it is imported: nothing is sent anywhere unasked
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    address = _address(where)
    try:
        client = MlflowClient(tracking_uri=address)
        experiment = _experiment(client, f"paperlab/{slug}")
        have = set(_keys(client, experiment))
        for one in told:
            if one.key not in have:
                _write(client, experiment, one)
    except (MlflowException, ImportError) as error:  # ImportError: of what its database needs
        raise UsageError(f"expected MLflow to write to {address}; {' '.join(str(error).split())[:300]}") from error
    return address


def _address(where: str) -> str:
    """Give the address of the database in a folder, which is made."""
    folder = Path(where).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{(folder / 'mlflow.db').as_posix()}"


def _experiment(client: Any, name: str) -> str:
    found = client.get_experiment_by_name(name)
    return str(found.experiment_id if found else client.create_experiment(name))


def _keys(client: Any, experiment: str) -> Iterable[str]:
    page = None
    while True:
        found = client.search_runs([experiment], max_results=1000, page_token=page)
        yield from (run.data.tags.get(KEY, "") for run in found)
        page = found.token
        if not page:
            return


def _write(client: Any, experiment: str, one: Run) -> None:
    from mlflow.entities import Metric, Param, RunTag

    began, ended = (int(1000 * at) for at in (one.began, one.ended))
    run = client.create_run(experiment, start_time=began, run_name=f"{one.name} {one.source}").info.run_id
    values = [Metric(_legal(name), value, ended, 0) for name, value in one.values.items()]
    values += [Metric(_legal(n), x, ended, step) for n, curve in one.curves.items() for step, x in enumerate(curve)]
    settings = [Param(name, text) for name, text in _cut(one.settings, LONGEST_SETTING).items()]
    tags = [RunTag(name, text) for name, text in _cut(one.tags, LONGEST_TAG).items()]
    for start in range(0, max(len(settings), len(tags), 1), MOST):
        client.log_batch(run, params=settings[start : start + MOST], tags=tags[start : start + MOST])
    for start in range(0, len(values), MOST_VALUES):
        client.log_batch(run, metrics=values[start : start + MOST_VALUES])
    client.set_terminated(run, "FINISHED" if one.done else "FAILED", end_time=ended)
    client.set_tag(run, KEY, one.key)


def _cut(facts: Mapping[str, str], longest: int) -> dict[str, str]:
    return {_legal(name): text[:longest] for name, text in facts.items()}


def _legal(name: str) -> str:
    """Give a name in the letters that MLflow takes; it is read as a path, too.

    >>> _legal("FLOPs counted, per cent"), _legal("/of peak FLOP/s"), _legal("..")
    ('FLOPs counted_ per cent', 'of peak FLOP/s', '_')
    """
    letters = re.sub(r"[^A-Za-z0-9_\-. :/]", "_", name)
    return re.sub(r"/{2,}|(?<![^/])\.+(?![^/])", "_", letters.strip("/"))[:LONGEST_NAME] or "_"
