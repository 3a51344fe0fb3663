"""Nothing crashes, hangs or grows without end: cut papers, nasty repeats, limits."""

import random
import time
from pathlib import Path

import pytest

from paperlab.errors import NothingFound
from paperlab.extract import extract
from paperlab.records.paper import PaperRecord

NASTY = {
    "braces": "{", "tables": r"\begin{table}", "formulas": r"\begin{equation}", "calls": r"\def\f#1{x}\f{", "itself": r"\input{main}",
    "dollars": "$", "headings": r"\section{", "labels": r"\label{", "cites": r"\cite[", "notes": r"\footnote{", "authors": r"\author{", "titles": r"\title{a\thanks{",
    "conditions": r"\iffalse", "breaks": "\\\\", "brackets": r"\[", "scopes": r"{\def\a{x}", "lines": "\n\n", "backslashes": "\\", "pictures": r"\includegraphics[",
    "captions": r"\begin{figure}\caption{x}", "options": r"\newcommand{\a}[2][", "names": r"\csname", "verbs": r"\verb|", "percents": "%", "accents": r"\'",
}  # fmt: skip


@pytest.mark.parametrize("name", NASTY)
def test_a_long_repeat_ends_in_time(tmp_path: Path, name: str):
    text = NASTY[name] * (6_000 // len(NASTY[name]))
    (tmp_path / "main.tex").write_text(r"\documentclass{article}\begin{document}" + text)
    start = time.monotonic()
    extract(tmp_path, limit_seconds=5)
    assert time.monotonic() - start < 10


def _papers(folder: Path) -> list[Path]:
    return [
        d
        for d in sorted((folder / "source").iterdir())
        if d.name[:4].isdigit() or d.name in ("softvqae", "calibration-paper")
    ]


def _cut(paper: Path, main: str, copy: Path, share: float) -> None:
    """Copy the text of a paper, with its main file cut off."""
    for path in paper.rglob("*"):
        if path.is_file() and path.suffix in (".tex", ".sty", ".cls", ".bbl"):
            target = copy / path.relative_to(paper)
            target.parent.mkdir(parents=True, exist_ok=True)
            data = path.read_bytes()
            target.write_bytes(data[: int(len(data) * share)] if path == paper / main else data)


def _survives(papers: list[Path], tmp_path: Path, times: int) -> None:
    rng = random.Random(7)  # noqa: S311 places to cut at, not a secret
    for paper in papers:
        main = extract(paper).source.main_file or ""
        for _ in range(times):
            copy = tmp_path / f"{paper.name}-{rng.random()}"
            _cut(paper, main, copy, rng.random())
            start = time.monotonic()
            try:
                found = extract(copy)
            except NothingFound:
                continue
            assert found.source.kind == "latex"
            assert not [p for p in found.problems if p.kind == "reader"]
            assert time.monotonic() - start < 10


def test_papers_cut_anywhere_are_read(shared_arxiv: Path, tmp_path: Path):
    _survives(_papers(shared_arxiv), tmp_path, 1)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(8))  # side by side: together they take a quarter of an hour
def test_papers_cut_at_many_places_are_read(shared_arxiv: Path, tmp_path: Path, part: int):
    _survives(_papers(shared_arxiv)[part::8], tmp_path, 200)


def test_says_when_nothing_is_there_and_takes_the_record(tmp_path: Path):
    with pytest.raises(NothingFound, match="expected LaTeX"):
        extract(tmp_path)
    record = PaperRecord(id="1234.56789", title="T", authors=("A B",), abstract="x")
    paper = extract(tmp_path, record=record)
    assert (paper.id, paper.title, paper.authors, paper.abstract, paper.source.kind) == (
        "1234.56789",
        "T",
        ("A B",),
        "x",
        "abstract",
    )


def test_reads_one_file(tmp_path: Path):
    (tmp_path / "a.tex").write_text(r"\documentclass{article}\begin{document}\section{A}\end{document}")
    assert [s.title for s in extract(tmp_path / "a.tex").sections] == ["A"]
