"""Fixtures: a folder that can be benched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.toy import Bencher


@pytest.fixture
def toy(tmp_path: Path) -> Bencher:
    return Bencher(tmp_path).write()


@pytest.fixture
def writes(tmp_path: Path) -> Callable[..., Bencher]:
    return Bencher(tmp_path).write
