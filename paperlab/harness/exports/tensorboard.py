"""TensorBoard: a folder a run, with one file of events whose bytes follow from the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from paperlab.harness.exports.runs import Run
from paperlab.litter import in_place_of

FILE = "events.out.tfevents.paperlab"
"""TensorBoard knows its files by the middle; what its own writer adds is a time, a process and the machine's name."""
VERSION = "brain.Event:2"
"""First event of every such file."""


def write(slug: str, told: Sequence[Run], where: str) -> str:
    """Write `WHERE/SLUG/SOURCE/RUN/` for each run; give the folder to point TensorBoard at."""
    from tensorboard.summary.writer.record_writer import RecordWriter

    root = Path(where).resolve()
    for one in told:
        place = root.joinpath(slug, *(_legal(part) for part in (one.source, *one.name.split("/"))))
        place.mkdir(parents=True, exist_ok=True)
        with in_place_of(place / FILE) as fresh, fresh.open("wb") as file:
            writer = RecordWriter(file)
            for event in _events(one):
                writer.write(event.SerializeToString(deterministic=True))
    return str(root)


def _events(one: Run) -> Iterator[Any]:
    """Give values at step 0, curves step by step, the settings as hyperparameters, and the tags as a table."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.plugins.hparams.summary_v2 import hparams_pb
    from tensorboard.plugins.scalar.summary_v2 import scalar_pb
    from tensorboard.plugins.text.summary_v2 import text_pb

    at = one.ended
    yield Event(wall_time=at, file_version=VERSION)
    yield Event(wall_time=at, summary=hparams_pb(dict(one.settings), trial_id=one.key, start_time_secs=one.began))
    for name, value in one.values.items():
        yield Event(wall_time=at, step=0, summary=scalar_pb(name, value))
    for name, curve in one.curves.items():
        for step, value in enumerate(curve):
            yield Event(wall_time=at, step=step, summary=scalar_pb(name, value))
    lines = [f"| {name} | {_cell(text)} |" for name, text in one.tags.items()]
    yield Event(wall_time=at, summary=text_pb("facts", "\n".join(["| what | is |", "| --- | --- |", *lines])))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")


def _legal(name: str) -> str:
    """Give a name for a folder.

    >>> _legal("wide head"), _legal("..")
    ('wide_head', '_')
    """
    return re.sub(r"[^\w.\-]", "_", name) if name.strip(".") else "_"
