"""`publish` through the facade: pages that stand stay, stored runs are trusted only while true, failures are named."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest

from paperlab import publish as room
from paperlab.errors import Refused
from paperlab.lab import Lab
from paperlab.lab.folders import Folder, read_card
from paperlab.lab.publishing import page
from paperlab.lab.running import Run, copy_of, execute_all, stored
from paperlab.library import Measurements
from paperlab.records.changes import Decision, NewEntry
from paperlab.records.measurement import Measurement, Verdict
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import Entry
from tests.support.commands import Shell
from tests.support.terminal import Terminal

CARD = """slug = "{slug}"
title = "Paper {slug}"
[[claims]]
id = "first"
place = "Section 1"
kind = "better-than"
metric = "accuracy"
case = "digits"
"""
PAPER = r"""\documentclass{article}\title{Halves}\begin{document}\maketitle
\section{Method}\begin{equation}h(x) = x / 2\end{equation}\end{document}"""
COUNT = "from pathlib import Path\np = Path('../../ran.txt')\np.write_text((p.read_text() if p.exists() else '') + '{slug} ')"


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab.create(tmp_path / "lab")


def implementation(lab: Lab, slug: str, *sources: str) -> Path:
    """Write a small folder whose notebook leaves a mark each time that it runs."""
    folder = lab.root / "implementations" / slug
    folder.mkdir(parents=True)
    (folder / "paper.toml").write_text(CARD.format(slug=slug))
    (folder / "model.py").write_text("x = 1\n")
    cells = [nbformat.v4.new_code_cell(s, id=f"cell-{n}") for n, s in enumerate([COUNT.format(slug=slug), *sources])]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "notebook.ipynb")
    return folder


def ran(lab: Lab) -> list[str]:
    mark = lab.root / "ran.txt"
    return sorted(mark.read_text().split()) if mark.exists() else []


def site(lab: Lab) -> dict[str, bytes]:
    place = lab.root / "site"
    return {p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()}


def test_publishing_one_page_keeps_the_others(lab: Lab) -> None:
    for slug in ("one", "two"):
        implementation(lab, slug)
    assert lab.publish().pages == ("one", "two")
    assert ran(lab) == ["one", "two"]
    before = site(lab)
    report = lab.publish(["two"])
    assert report.pages == ("one", "two")
    assert ran(lab) == ["one", "two", "two"]
    assert site(lab)["one/index.html"] == before["one/index.html"]
    assert site(lab).keys() == before.keys()


@pytest.mark.slow
def test_a_published_notebook_runs_where_its_page_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Oracle: nbclient runs the saved notebook in a copy of the page's folder, as somebody does to whom it was sent."""
    from nbclient import NotebookClient

    (tmp_path / "paper.tex").write_text(PAPER, encoding="utf-8")
    lab = Lab.create(tmp_path / "lab")
    slug = lab.implement(str(tmp_path / "paper.tex")).folder.name
    (lab.root / "implementations" / slug / "results.json").write_text(
        '{"run": "a", "at": "2026-01-01T00:00:00Z", "verdicts": []}'
    )
    lab.publish()
    sent = shutil.copytree(lab.root / "site" / slug, tmp_path / "sent")
    monkeypatch.chdir(sent)
    notebook = nbformat.read(sent / "notebook.ipynb", as_version=4)
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    assert (sent / "results.json").is_file()


def test_pages_are_known_by_the_manifest_where_the_record_was_deleted(lab: Lab) -> None:
    for slug in ("one", "two"):
        implementation(lab, slug)
    lab.publish()
    before = site(lab)
    (lab.root / "site" / "reproductions.json").unlink()
    assert lab.publish(["two"]).pages == ("one", "two")
    assert site(lab).keys() == before.keys()
    assert ran(lab) == ["one", "two", "two"]


def test_a_byte_order_mark_of_windows_is_no_part_of_a_file(lab: Lab) -> None:
    folder = implementation(lab, "one")
    (folder / "README.md").write_text("Read me.\n")
    for name in ("notebook.ipynb", "paper.toml", "README.md"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(b"\xef\xbb\xbf" + data)
    assert lab.publish().pages == ("one",)
    assert [name for name, data in site(lab).items() if b"\xef\xbb\xbf" in data] == []


def test_what_macos_keeps_beside_a_file_does_not_travel(lab: Lab) -> None:
    folder = implementation(lab, "one")
    (folder / "._model.py").write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        \xff\xfe")
    lab.publish()
    assert sorted(name for name in site(lab) if name.endswith(".py")) == ["one/model.py"]


@pytest.mark.parametrize("said", ["argument", "setting"])
def test_a_home_folder_in_quotes_is_the_home_folder(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    implementation(lab, "one")
    if said == "setting":
        (lab.root / "paperlab.toml").write_text('[publish]\nout = "~/pages"\n')
    report = Lab(lab.root).publish(out=Path("~/pages") if said == "argument" else None)
    assert report.index == tmp_path / "home" / "pages" / "index.html"


@pytest.mark.parametrize("changed", ["model.py", "paper.toml", "results.json", "notebook.ipynb", "copy", "note"])
def test_a_stored_run_is_true_of_one_state_of_the_folder(lab: Lab, changed: str) -> None:
    folder = implementation(lab, "one")
    one = Folder(folder, read_card(folder), shipped=False)
    run = execute_all(lab, [one], jobs=1)[folder]
    assert stored(lab, one) == run
    copy = copy_of(lab, one)
    target = {"copy": copy, "note": copy.with_suffix(".json")}.get(changed, folder / changed)
    target.write_text((target.read_text() if target.exists() else "") + " ")
    assert (stored(lab, one) is None) == (changed != "note")
    copy.with_suffix(".json").write_text("[]")
    assert stored(lab, one) is None


def test_a_page_whose_folder_changed_is_executed_again(lab: Lab) -> None:
    implementation(lab, "one")
    folder = implementation(lab, "two")
    lab.publish()
    (folder / "model.py").write_text("x = 2\n")
    lab.publish(["one"])
    assert ran(lab) == ["one", "one", "two", "two"]
    assert site(lab)["two/model.py"] == b"x = 2\n"


def test_a_page_whose_folder_is_gone_leaves_with_a_note(lab: Lab) -> None:
    implementation(lab, "one")
    folder = implementation(lab, "two")
    lab.publish()
    folder.rename(lab.root / "elsewhere")
    report = lab.publish(["one"])
    assert report.pages == ("one",)
    assert [n for n in report.notes if n.startswith("two: ")]


@pytest.mark.parametrize("then", ["two", "mine"])
def test_the_page_of_a_renamed_folder_stays(lab: Lab, then: str) -> None:
    folder = implementation(lab, "one")
    implementation(lab, "two")
    lab.publish(["one"])
    folder.rename(folder.with_name("mine"))
    report = lab.publish([then])
    assert set(report.pages) == {"one", *({then} - {"mine"})}
    assert not any("taken off" in note for note in report.notes)


def test_a_failing_cell_is_named_and_the_site_stays(lab: Lab) -> None:
    implementation(lab, "one")
    lab.publish()
    before = site(lab)
    implementation(lab, "two", "1 + 1", "raise ValueError('the\\n  reason ' + 'x' * 1000)")
    with pytest.raises(Refused, match=r"two/notebook\.ipynb, cell 3 \(cell-2\): ValueError: the reason xxx") as caught:
        lab.publish()
    assert caught.value.exit_code == 4
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 500
    assert site(lab) == before


def test_progress_counts_cells_and_never_goes_back(lab: Lab) -> None:
    implementation(lab, "one", "1", "2")
    implementation(lab, "two", "1")
    seen: list[tuple[int, int, str]] = []
    lab.progress = lambda *what: seen.append(what)
    lab.publish(jobs=2)
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert {total for _, total, _ in seen} == {5}
    assert seen[-1][0] == 5
    assert "one: cell 2 of 3" in [what for _, _, what in seen]


def judged(**more: Any) -> Verdict:
    return Verdict(**({
        "slug": "one", "claim": "first", "place": "Section 1", "paper": None, "ours": 0.8765, "interval": (0.86, 0.89),
        "seeds": 5, "verdict": "cannot tell yet", "runs": ("k",), "run": "k", "reason": "why",
    } | more))  # fmt: skip


def results(folder: Path, verdict: Verdict) -> None:
    import dataclasses

    from paperlab.harness import source_hash

    found = {"hashes": {"source": [source_hash(folder)]}, "run": "k", "at": "2026-01-01T00:00:00Z", "verdicts": [dataclasses.asdict(verdict)],
             "environment": {"device": "Abacus 3000", "threads": 2, "python": "3.11.2"}}  # fmt: skip
    (folder / "results.json").write_text(json.dumps(found))


def drawn(lab: Lab, folder: Path) -> room.PageInput:
    one = Folder(folder, read_card(folder), shipped=False)
    copy = copy_of(lab, one)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes((folder / "notebook.ipynb").read_bytes())
    return page(lab, one, Run(source="", notebook="", at="2026-01-01T00:00:00Z", seconds=1.0))


def test_an_open_verdict_without_a_yardstick_leaves_a_draft_without_its_number(lab: Lab, tmp_path: Path) -> None:
    folder = implementation(lab, "one")
    results(folder, judged())
    found = drawn(lab, folder)
    assert found.draft
    room.publish_site([found], tmp_path / "out")
    shown = (tmp_path / "out" / "one" / "index.html").read_text() + (
        tmp_path / "out" / "reproductions.json"
    ).read_text()
    assert "0.8765" not in shown
    assert "0.877" not in shown
    assert "not tested" in shown


def test_a_judged_page_refuses_a_number_without_a_yardstick(lab: Lab, tmp_path: Path) -> None:
    folder = implementation(lab, "one")
    results(folder, judged(verdict="reproduced"))
    found = drawn(lab, folder)
    assert not found.draft
    with pytest.raises(Refused, match="without a minimum effect"):
        room.publish_site([found], tmp_path / "out")


def test_an_open_verdict_with_a_yardstick_is_a_page(lab: Lab, tmp_path: Path) -> None:
    folder = implementation(lab, "one")
    (folder / "paper.toml").write_text(CARD.format(slug="one") + "minimum_effect = 0.1\n")
    results(folder, judged())
    found = drawn(lab, folder)
    assert not found.draft
    room.publish_site([found], tmp_path / "out")
    shown = (tmp_path / "out" / "one" / "index.html").read_text()
    assert "0.876" in shown
    assert "Abacus 3000, 2 threads" in shown
    assert "python 3.11.2" in shown


def test_the_newest_row_says_on_what_it_was_measured(lab: Lab) -> None:
    from paperlab.harness import source_hash

    folder = implementation(lab, "one")
    results(folder, judged())
    kept = Measurements(lab.store / "measurements.db")
    for at, device in (("2026-01-02T00:00:00Z", "new"), ("2026-01-01T00:00:00Z", "old")):
        kept.append([Measurement(
            key=device, slug="one", source_hash=source_hash(folder), kind="quality", case="digits", case_version=1,
            arm="ours", seed=0, budget="small", device="cpu", metric="accuracy", unit="fraction",
            higher_is_better=True, value=0.5, at=at, environment={"device": device},
        )])  # fmt: skip
    assert drawn(lab, folder).run["environment"] == {"device": "new"}


def test_without_rows_the_page_shows_this_machine(lab: Lab) -> None:
    found = drawn(lab, implementation(lab, "one")).run["environment"]
    assert {"device", "python", "torch", "paperlab"} <= found.keys()
    assert os.uname().nodename not in found.values()


def test_a_page_that_another_process_puts_up_meanwhile_stays(lab: Lab) -> None:
    """The second notebook publishes the first while it runs: both pages must stand afterwards."""
    implementation(lab, "one")
    inner = f"import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'paperlab', '--lab', {str(lab.root)!r}, 'publish', 'one'], check=True)"
    implementation(lab, "two", inner)
    assert lab.publish(["two"]).pages == ("one", "two")
    assert ran(lab) == ["one", "two"]
    assert {"one/index.html", "two/index.html"} <= site(lab).keys()


def finished(lab: Lab) -> None:
    """Write a folder whose page is no draft, of a paper that is being implemented."""
    folder = implementation(lab, "one")
    (folder / "paper.toml").write_text('id = "2404.00001"\n' + CARD.format(slug="one") + "minimum_effect = 0.1\n")
    results(folder, judged())
    with lab.library(write=True) as library:
        library.add([NewEntry(id="2404.00001")])
        library.move("2404.00001", "implementing")


@pytest.mark.parametrize("said", ["", "  ", " It works\nso. "])
def test_a_teach_back_that_is_missing_is_asked_for_once_the_site_stands(lab: Lab, said: str) -> None:
    finished(lab)
    asked = []

    def ask(entry: Entry) -> str:
        asked.append((entry.id, "one/index.html" in site(lab)))
        return said

    notes = lab.publish(["one"], ask=ask).notes
    assert asked == [("2404.00001", True)]
    with lab.library() as library:
        assert library.teach_back("2404.00001") == said.strip()
    assert lab.entry("2404.00001").state == ("explained" if said.strip() else "implementing")
    assert any("is missing" in note for note in notes) == (not said.strip())
    lab.publish(["one"], ask=ask)
    assert len(asked) == (1 if said.strip() else 2)
    lab.publish(["one"], ask=ask, prompt=False)
    assert len(asked) == (1 if said.strip() else 2)


def test_a_teach_back_that_was_written_before_is_not_asked_for(lab: Lab) -> None:
    finished(lab)
    with lab.library(write=True) as library:
        library.decide([Decision(id="2404.00001", idea={"teach_back": "So it works."})], command="explain")
    assert lab.entry("2404.00001").state == "implementing"
    lab.publish(["one"], ask=lambda entry: pytest.fail(f"asked for {entry.id}"))
    assert lab.entry("2404.00001").state == "explained"


@pytest.mark.parametrize(("words", "asks"), [((), True), (("--no-prompt",), False)])
def test_publish_asks_on_a_terminal_alone(tmp_path: Path, words: tuple[str, ...], asks: bool) -> None:
    shell = Shell(tmp_path, "http://127.0.0.1:9")
    lab = Lab(shell.lab)
    finished(lab)
    with Terminal(shell, "publish", "one", *words) as screen:
        if asks:
            screen.wait("explain it in a paragraph").press("So it works.\n")
        screen.wait("1 page").end()
    assert lab.entry("2404.00001").state == "explained"
    with lab.library() as library:
        assert library.teach_back("2404.00001") == ("So it works." if asks else "")


def test_a_page_that_is_no_draft_explains_its_paper_where_somebody_taught_it_back(lab: Lab) -> None:
    finished(lab)
    assert "2404.00001 stays implementing: its teach-back is missing" in lab.publish(["one"]).notes[-1]
    assert lab.entry("2404.00001").state == "implementing"
    lab.publish(["one"], prompt=False)
    assert lab.entry("2404.00001").state == "explained"


def test_the_page_says_that_a_newer_version_is_out(lab: Lab) -> None:
    folder = implementation(lab, "one")
    card = folder / "paper.toml"
    card.write_text('id = "2401.00001"\nversion = 1\n' + card.read_text())
    with lab.library(write=True) as library:
        library.save_records([PaperRecord(id="2401.00001", version=1, title="T")])
        one = Folder(folder, read_card(folder), shipped=False)
        run = execute_all(lab, [one], jobs=1)[folder]
        assert page(lab, one, run).newest is None
        library.save_records([PaperRecord(id="2401.00001", version=3, title="T")])
    lab.publish()
    assert b"made from v1; v3 is out" in site(lab)["one/index.html"]


def test_an_implementation_that_is_named_twice_is_published_once(lab: Lab) -> None:
    implementation(lab, "one")
    assert lab.publish(["one", "one"]).pages == ("one",)
    assert ran(lab) == ["one"]
