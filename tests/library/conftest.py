"""A list of one's own, and a clock that ticks one hour a look."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paperlab.library import Library
from paperlab.records.paper import PaperRecord


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> str:
        self.time += timedelta(hours=1)
        return self.time.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def clock() -> Callable[[], str]:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "reading_list.db"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the list once that `library` copies; no test opens it."""
    path = tmp_path_factory.mktemp("empty") / "reading_list.db"
    Library.create(path, clock=Clock()).close()
    return path


@pytest.fixture
def library(empty: Path, path: Path, clock: Callable[[], str]) -> Iterator[Library]:
    shutil.copy(empty, path)
    clock()  # the list was made at its first hour
    with Library.open(path, write=True, clock=clock) as made:
        yield made


@pytest.fixture
def attention() -> PaperRecord:
    return PaperRecord(
        id="1706.03762", version=5, title="Attention Is All You Need", authors=("Ashish Vaswani", "Noam Shazeer"),
        abstract="The dominant sequence transduction models are based on recurrent networks.",
        categories=("cs.CL", "cs.LG"), primary_category="cs.CL", published="2017-06-12T17:57:34Z",
        updated="2017-12-06T03:30:32Z", comment="15 pages, 5 figures",
    )  # fmt: skip


@pytest.fixture
def adam() -> PaperRecord:
    return PaperRecord(
        id="1412.6980", version=9, title="Adam: A Method for Stochastic Optimization",
        authors=("Diederik P. Kingma", "Jimmy Ba"), abstract="We introduce Adam, an algorithm for optimization.",
        categories=("cs.LG",), primary_category="cs.LG", published="2014-12-22T13:54:29Z",
        comment="Published as a conference paper at ICLR 2015",
    )  # fmt: skip
