"""The list with many papers: all answers stay right, and no call walks over all rows in Python."""

import importlib.util
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from paperlab.library import Library


def benchmark() -> ModuleType:
    """benchmarks/queue.py as a module: it makes the papers."""
    path = Path(__file__).parents[2] / "benchmarks" / "queue.py"
    spec = importlib.util.spec_from_file_location("benchmarks_queue", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["benchmarks_queue"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=[1000, pytest.param(10_000, marks=pytest.mark.slow)])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    path = tmp_path_factory.mktemp("scale") / "reading_list.db"
    benchmark().fill(path, request.param)
    return path, request.param


def statements(path: Path, act: Callable[[Library], object], *, write: bool = False) -> int:
    """How many SQL statements `act` runs."""
    seen: list[str] = []
    with Library.open(path, write=write) as library:
        connection = library._connection
        if connection is None:
            library.count()
            connection = library._reader._connection
        # FTS5 runs statements of its own; SQLite gives those as comments
        connection.set_trace_callback(lambda sql: None if sql.startswith("--") else seen.append(sql))
        act(library)
    return len(seen)


def test_the_number_of_statements_does_not_grow_with_the_list(filled: tuple[Path, int]) -> None:
    path, _ = filled
    assert statements(path, lambda lib: lib.entries(limit=20)) == 1
    assert statements(path, lambda lib: lib.find("word100")) <= 4  # with FTS5's own
    # one a paper; the pace, the order, and one of ten by chance
    assert statements(path, lambda lib: lib.ranked()) == 15
    assert statements(path, lambda lib: lib.family()) == 2
    assert statements(path, lambda lib: lib.steps()) == 1
    assert statements(path, lambda lib: lib.entry("1501.00005")) == 1
    assert statements(path, lambda lib: lib.move("1501.00005", "reading", minutes=1), write=True) < 24


def test_limits_filters_and_counts_hold(filled: tuple[Path, int]) -> None:
    path, count = filled
    with Library.open(path) as library:
        entries = library.entries()
        assert (len(entries), library.count()) == (count, count)
        assert library.entries(limit=20) == entries[:20]
        assert library.entries(tag="nlp", limit=20) == [e for e in entries if "nlp" in e.tags][:20]
        assert library.entries(state="queued", limit=20) == [e for e in entries if e.state == "queued"][:20]
        holding = {e.id for e in entries if "word77" in f"{e.title} {e.abstract} {' '.join(e.authors)}".split()}
        assert {e.id for e in library.find("word77", limit=count)} == holding
        best = library.ranked(limit=count)
        assert library.ranked(limit=10)[:9] == best[:9]  # the tenth is drawn by chance


@pytest.mark.slow
def test_each_call_is_fast_at_ten_thousand(filled: tuple[Path, int]) -> None:
    """Five times the goal of 10 ms of CPU, so that a busy machine does not fail it; benchmarks/queue.py measures."""
    path, _ = filled
    calls: list[tuple[Callable[[Library], object], bool]] = [
        (lambda lib: lib.entries(limit=20), False), (lambda lib: lib.ranked(), False),
        (lambda lib: lib.find("word500"), False), (lambda lib: lib.move("1501.00007", "reading"), True),
    ]  # fmt: skip
    for call, write in calls:
        times = []
        for _ in range(9):
            started = time.process_time()
            with Library.open(path, write=write) as library:
                call(library)
            times.append(time.process_time() - started)
        assert min(times) < 0.050
