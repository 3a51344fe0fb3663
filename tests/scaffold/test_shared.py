"""Every shared paper scaffolds to a legal folder and runs."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from paperlab.records.extracted import Paper
from paperlab.scaffold import execute, make_slug, scaffold

from .test_folder import assert_legal, content

PAPERS = (
    "1502.03492-hypergrad 1504.01344-early-stopping 1509.09292-neural-fingerprints 1606.00704-ali 1608.04236-voxel "
    "1609.02228-bohp 1706.03762-transformer-flat 1707.08043-engrafo 1708.00137-engrafo 1711.11160-audio-style "
    "1803.07574-engrafo 1804.06267-sisec2018 1810.00123-dqn-generalization 1810.07951-zygote "
    "2002.02701-kmodes-init 2004.08070-transform-and-tell 2006.02250-dynonet 2211.09817-offline-rl-modality "
    "2502.07870-textatlas5m calibration-paper partimages-cbm softvqae"
).split()


def scaffolded(shared: Path, name: str, folder: Path) -> tuple[Path, Paper]:
    extract = pytest.importorskip("paperlab.extract.entry", reason="the readers are not here yet").extract
    paper = extract(shared / "source" / name)
    slug = make_slug(paper.title, ())
    scaffold(paper, folder / slug, slug=slug, record=None, cases=())
    assert_legal(folder / slug)
    before = content(folder / slug)
    scaffold(paper, folder / slug, slug=slug, record=None, cases=())
    assert content(folder / slug) == before
    return folder / slug, paper


RUN = 9
"""Words in a row that are more than a short quote."""
SMALL = frozenset("the of that is in to and with for are from by as it this we be on at which".split())


def runs(texts: Iterable[str]) -> set[tuple[str, ...]]:
    """Give each run of words that reads like prose and not like a formula: two small words or more."""
    rows = [
        re.findall(r"[^\W\d_]{2,}", re.sub(r"\\(?:[a-zA-Z]+\*?|.)", " ", text).lower())
        for whole in texts
        for text in whole.split(":")
    ]
    found = (tuple(row[at : at + RUN]) for row in rows for at in range(len(row) - RUN + 1))
    return {one for one in found if len(SMALL.intersection(one)) > 1}


def written(folder: Path) -> Iterable[str]:
    """Give what stands in a folder: each cell of its notebook, and its files."""
    for path in folder.iterdir():
        text = path.read_text(encoding="utf-8")
        yield from ("".join(c["source"]) for c in json.loads(text)["cells"]) if path.suffix == ".ipynb" else [text]


@pytest.mark.parametrize("name", PAPERS)
def test_a_shared_paper_gives_a_legal_folder_without_its_prose(shared_arxiv: Path, tmp_path: Path, name: str) -> None:
    """Its licence is not known here: titles, those of the papers it cites and names may stand."""
    (folder, paper), source = scaffolded(shared_arxiv, name, tmp_path), shared_arxiv / "source" / name
    sources = [
        p.read_text(encoding="utf-8", errors="replace") for p in source.rglob("*") if p.suffix in (".tex", ".ltx")
    ]
    titles = [paper.title, *(r.title or "" for r in paper.references), *(link.url for link in paper.links)]
    assert sources
    assert runs(written(folder)) & runs(sources) - runs(titles) == set()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", PAPERS)
def test_a_shared_papers_notebook_runs_within_a_minute(shared_arxiv: Path, tmp_path: Path, name: str) -> None:
    folder, _ = scaffolded(shared_arxiv, name, tmp_path)
    done = execute(folder / "notebook.ipynb", out=tmp_path / "o.ipynb", timeout=60, cwd=folder)
    assert done.error is None
    assert done.seconds < 60
