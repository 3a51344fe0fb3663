"""What a unit's code reads of its folder is part of its key, or is not read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from paperlab.errors import UsageError
from paperlab.harness.reading import only_known
from paperlab.harness.units import source_hash


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "here" / "data" / "deep").mkdir(parents=True)
    for name in ("here/model.py", "here/numbers.csv", "here/data/deep/numbers.csv", "near.csv"):
        (tmp_path / name).write_text("1")
    (tmp_path / "here" / "link.csv").symlink_to(tmp_path / "near.csv")
    return tmp_path / "here"


def _opened(path: Path) -> None:
    os.close(os.open(path, os.O_RDONLY))


@pytest.mark.parametrize("read", [Path.read_text, Path.read_bytes, lambda path: open(str(path)).close(), _opened])  # noqa: PTH123 -- each way to open
def test_a_file_beside_the_code_is_refused_and_told_where_to_go(folder: Path, read: Callable[[Path], object]) -> None:
    with only_known("", str(folder)), pytest.raises(UsageError, match=r"to lie in data/.*; got numbers\.csv: put it"):
        read(folder / "numbers.csv")
    assert read(folder / "numbers.csv") in ("1", b"1", None)


@pytest.mark.parametrize("name", ["model.py", "data/deep/numbers.csv", "../near.csv", "link.csv"])
def test_code_and_data_and_what_lies_elsewhere_may_be_read(folder: Path, name: str) -> None:
    with only_known(str(folder)):
        assert (folder / name).read_text() == "1"


def test_what_is_written_or_not_there_is_no_matter_of_it(folder: Path) -> None:
    with only_known(str(folder)):
        (folder / "new.csv").write_text("2")
        with pytest.raises(FileNotFoundError):
            (folder / "gone.csv").read_text()


def test_the_hash_of_a_folder_knows_names_and_contents_of_its_data_and_of_no_other_file(folder: Path) -> None:
    seen = [source_hash(folder)]
    (folder / "numbers.csv").write_text("2")
    assert source_hash(folder) == seen[0]
    (folder / "data" / "deep" / "numbers.csv").write_text("2")
    seen.append(source_hash(folder))
    (folder / "data" / "deep" / "numbers.csv").rename(folder / "data" / "numbers.csv")
    seen.append(source_hash(folder))
    (folder / "data" / ".hidden").write_text("2")
    assert source_hash(folder) == seen[2]
    assert len(set(seen)) == 3
