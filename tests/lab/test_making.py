"""`implement` through the facade: merge, find again, copy, blank, and names that are taken."""

import os
import shutil
from pathlib import Path

import pytest

from paperlab.errors import Conflict, NothingFound, PaperlabError, UsageError
from paperlab.lab import Lab
from paperlab.lab.demo import EXAMPLE
from paperlab.lab.folders import read_card, shelf

OTHER = r"""\documentclass{article}\title{%s}\author{%s}
\begin{document}\maketitle\section{Method}
\begin{equation} f(x) = x + 1 \end{equation}\end{document}
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab.create(tmp_path / "lab")


def eprint(folder: Path, *, title: str = "Tiny Steps", author: str = "A. Author") -> Path:
    folder.mkdir(parents=True)
    (folder / "main.tex").write_text(OTHER % (title, author), encoding="utf-8")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_path_without_an_id_finds_its_folder_again(lab: Lab) -> None:
    first = lab.implement(str(EXAMPLE))
    before = content(lab.root / "implementations")
    again = lab.implement(str(EXAMPLE))
    assert again.folder == first.folder
    assert content(lab.root / "implementations") == before
    assert again.lines[0].startswith("unchanged")


def test_a_folder_that_its_learner_renamed_is_found_again(lab: Lab) -> None:
    first = lab.implement(str(EXAMPLE))
    renamed = first.folder.rename(first.folder.with_name("a_name_of_mine"))
    before = content(renamed)
    again = lab.implement(str(EXAMPLE))
    assert (again.folder, again.lines[0][:9]) == (renamed, "unchanged")
    assert content(renamed) == before
    assert [p.name for p in renamed.parent.iterdir()] == [renamed.name]


def test_a_copy_of_a_folder_leaves_the_first_the_one_that_is_merged(lab: Lab) -> None:
    first = lab.implement(str(EXAMPLE))
    shutil.copytree(first.folder, first.folder.with_name("a_copy"))
    assert lab.implement(str(EXAMPLE)).folder == first.folder


def test_a_moved_copy_of_the_eprint_is_the_same_paper(lab: Lab, tmp_path: Path) -> None:
    first = lab.implement(str(EXAMPLE), slug="mine")
    moved = shutil.copytree(EXAMPLE, tmp_path / "elsewhere")
    assert lab.implement(str(moved)).folder == first.folder


def test_a_revised_eprint_merges_into_its_folder(lab: Lab, tmp_path: Path) -> None:
    place = eprint(tmp_path / "paper")
    first = lab.implement(str(place))
    main = place / "main.tex"
    main.write_text(main.read_text().replace("f(x) = x + 1", "f(x) = x + 2"))
    again = lab.implement(str(place))
    assert again.folder == first.folder
    assert "x + 2" in (again.folder / "model.py").read_text()


def test_two_papers_with_one_title_stay_apart(lab: Lab, tmp_path: Path) -> None:
    one = lab.implement(str(eprint(tmp_path / "a", author="A. Author")))
    two = lab.implement(str(eprint(tmp_path / "b", author="B. Other")))
    assert (one.slug, two.slug) == ("tiny_steps", "tiny_steps_2")
    assert lab.implement(str(tmp_path / "b")).slug == "tiny_steps_2"


def test_no_machine_path_stands_in_the_folder(lab: Lab) -> None:
    made = lab.implement(str(EXAMPLE))
    assert read_card(made.folder).generated["origin"]
    assert [n for n, data in content(made.folder).items() if os.fsencode(str(EXAMPLE.parent)) in data] == []


@pytest.mark.parametrize("other", ["Tiny Steps", "Another Title"])
def test_a_slug_of_another_paper_is_a_conflict(lab: Lab, tmp_path: Path, other: str) -> None:
    lab.implement(str(EXAMPLE), slug="mine")
    before = content(lab.root / "implementations")
    with pytest.raises(Conflict, match="mine belongs to") as caught:
        lab.implement(str(eprint(tmp_path / "b", title=other)), slug="mine")
    assert caught.value.exit_code == 4
    assert content(lab.root / "implementations") == before


@pytest.mark.parametrize(("blank", "text"), [(False, str(EXAMPLE)), (True, "mnist1d"), (True, "adam")])
def test_a_name_of_the_shelf_is_not_free_for_another_folder(lab: Lab, blank: bool, text: str) -> None:
    """There it would hide the finished paper from every command."""
    with pytest.raises(Conflict, match=r"adam belongs to .1412\.6980.; choose another name with --slug"):
        lab.implement(text, slug="adam", blank=blank)
    assert content(lab.root / "implementations") == {}


@pytest.mark.parametrize("slug", ["Upper", "class", "run", "compare", "../up", "ünï", "1st", "a" * 90, ""])
def test_a_slug_that_no_other_room_could_use_is_a_usage_error(lab: Lab, slug: str) -> None:
    with pytest.raises(UsageError, match="--slug"):
        lab.implement(str(EXAMPLE), slug=slug)
    assert content(lab.root / "implementations") == {}


def test_an_idless_folder_named_by_its_slug_asks_for_the_path(lab: Lab) -> None:
    lab.implement(str(EXAMPLE), slug="mine")
    with pytest.raises(UsageError, match="give that path once more"):
        lab.implement("mine")


def test_a_shipped_paper_is_copied_and_then_left_alone(lab: Lab) -> None:
    made = lab.implement("adam")
    (made.folder / "model.py").write_text("mine = 1\n")
    before = content(made.folder)
    assert "nothing was changed" in lab.implement("1412.6980").lines[0]
    assert content(made.folder) == before
    assert ".paperlab.json" not in before


def test_a_copy_from_a_shelf_that_cannot_be_written_can_be(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "shelf"
    shutil.copytree(shelf() / "adam", kept / "adam")
    (kept / "adam" / "deep").mkdir()
    (kept / "adam" / "deep" / "data.txt").write_text("1")
    for path in (*kept.rglob("*"), kept):
        path.chmod(0o555 if path.is_dir() else 0o444)
    monkeypatch.setattr("paperlab.lab.folders.shelf", lambda: kept)
    old = os.umask(0o027)
    try:
        made = lab.implement("adam").folder
    finally:
        os.umask(old)
    rights = {path.stat().st_mode & 0o777 for path in made.rglob("*") if path.is_file()}
    assert (rights, made.stat().st_mode & 0o777, (made / "deep").stat().st_mode & 0o777) == ({0o640}, 0o750, 0o750)
    assert (made / "deep" / "data.txt").read_text() == "1"
    for path in (kept, *kept.rglob("*")):
        path.chmod(0o755)


def test_the_blank_stands_beside_the_copy_under_any_name(lab: Lab) -> None:
    copied = lab.implement("adam")
    before = content(copied.folder)
    blank = lab.implement("1412.6980", blank=True)
    mine = lab.implement("adam", blank=True, slug="my_adam")
    assert (blank.slug, mine.slug) == ("adam_blank", "my_adam")
    assert [read_card(b.folder).slug for b in (blank, mine)] == ["adam_blank", "my_adam"]
    assert all("NotImplementedError" in (b.folder / "model.py").read_text() for b in (blank, mine))
    assert lab.implement("1412.6980").folder == copied.folder
    assert lab.implement("adam", blank=True).lines[0].startswith("unchanged")
    assert content(copied.folder) == before


def test_a_blank_never_goes_into_a_finished_folder(lab: Lab) -> None:
    copied = lab.implement("adam")
    before = content(copied.folder)
    with pytest.raises(Conflict, match="finished folder"):
        lab.implement("adam", blank=True, slug="adam")
    assert content(copied.folder) == before


def test_a_scaffold_has_no_solution_to_blank(lab: Lab) -> None:
    made = lab.implement(str(EXAMPLE))
    with pytest.raises(NothingFound, match="without --blank"):
        lab.implement(made.slug, blank=True)


def test_a_copy_does_not_fall_over_something_in_its_place(lab: Lab) -> None:
    place = lab.root / "implementations" / "adam"
    place.mkdir(parents=True)
    (place / "notes.txt").write_text("mine")
    with pytest.raises(Conflict, match="move it away"):
        lab.implement("adam")
    assert (place / "notes.txt").read_text() == "mine"


def test_a_shipped_paper_is_known_by_its_id_behind_another_folder_of_its_name(lab: Lab, tmp_path: Path) -> None:
    """As when a release of paperlab ships a paper under a name that the lab had given away before."""
    made = lab.implement(str(eprint(tmp_path / "other")), slug="other")
    made.folder.rename(made.folder.with_name("adam"))
    with pytest.raises(Conflict, match=r"Adam: A Method.*move it away"):
        lab.implement("1412.6980")
    assert lab.implement("1412.6980", blank=True).slug == "adam_blank"


def test_reading_a_paper_is_shown_from_its_start_to_its_end(lab: Lab, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    lab.progress = lambda *now: told.append(now)
    lab.implement(str(EXAMPLE))
    assert told == [(0, 1, "reading eprint"), (1, 1, "reading eprint")]
    told.clear()
    (tmp_path / "junk.bin").write_bytes(b"no e-print")
    with pytest.raises(PaperlabError):
        lab.implement(str(tmp_path / "junk.bin"))
    assert told == [(0, 1, "reading junk.bin"), (1, 1, "reading junk.bin")]
