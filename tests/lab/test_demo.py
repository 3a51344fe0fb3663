"""The demo: the whole loop in a lab of its own, twice; each step is heard when it is done."""

from pathlib import Path

import pytest

from paperlab.lab import Lab
from paperlab.lab.demo import run
from paperlab.lab.folders import folders
from paperlab.lab.starter import fill


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_demo_runs_twice_and_the_second_run_builds_on_the_first(tmp_path: Path) -> None:
    said: tuple[list[str], list[str]] = ([], [])
    pages = [run(tmp_path / "lab", say=lines.append, progress=lambda *_: None) for lines in said]
    assert pages == [tmp_path / "lab" / "site" / "index.html"] * 2
    assert all((pages[0].parent / slug / "index.html").is_file() for slug in ("mnist1d", "example"))
    texts = ["\n".join(lines) for lines in said]
    assert [line for text in texts for line in text.splitlines() if len(line) > 80 and str(tmp_path) not in line] == []
    assert "unchanged: " not in texts[0]
    assert "unchanged: " in texts[1]
    assert all("2 reproduced" in text for text in texts)


def test_the_list_of_the_demo_is_the_shelf_and_stays_so_when_queued_again(tmp_path: Path) -> None:
    lab = Lab.create(tmp_path)
    found = folders(lab.root)
    for _ in range(2):
        assert fill(lab, found) == len(found)
        assert {r.entry.id for r in lab.ranked(limit=99)} == {f.card.id for f in found}
        assert all(r.entry.authors for r in lab.ranked(limit=99))
