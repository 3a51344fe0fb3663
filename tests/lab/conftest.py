"""Labs with one small implementation, by name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from paperlab.lab import Lab
from tests.harness.toy import CASES, MODEL, PAPER_TOML


@pytest.fixture
def labs(tmp_path: Path) -> Callable[[str], Lab]:
    def made(name: str) -> Lab:
        folder = tmp_path / name / "implementations" / "toy"
        folder.mkdir(parents=True)
        (folder / "model.py").write_text(MODEL, encoding="utf-8")
        (folder / "cases.py").write_text(CASES.replace("CASE", "digits-optimizer"), encoding="utf-8")
        (folder / "paper.toml").write_text(PAPER_TOML, encoding="utf-8")
        return Lab.create(tmp_path / name)

    return made
