"""Fixtures: a folder that can be benched, and torch with one thread."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.toy import Bencher


@pytest.fixture
def toy(tmp_path: Path) -> Bencher:
    return Bencher(tmp_path).write()


@pytest.fixture
def writes(tmp_path: Path) -> Callable[..., Bencher]:
    return Bencher(tmp_path).write


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Run networks as a bench does: on a busy machine a second thread waits for the first."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
