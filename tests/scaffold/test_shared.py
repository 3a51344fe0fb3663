"""Every shared paper scaffolds to a legal folder and runs."""

from pathlib import Path

import pytest

from paperlab.scaffold import execute, make_slug, scaffold

from .test_folder import assert_legal, content

PAPERS = (
    "1502.03492-hypergrad 1504.01344-early-stopping 1509.09292-neural-fingerprints 1606.00704-ali 1608.04236-voxel "
    "1609.02228-bohp 1706.03762-transformer-flat 1707.08043-engrafo 1708.00137-engrafo 1711.11160-audio-style "
    "1803.07574-engrafo 1804.06267-sisec2018 1810.00123-dqn-generalization 1810.07951-zygote "
    "2002.02701-kmodes-init 2004.08070-transform-and-tell 2006.02250-dynonet 2211.09817-offline-rl-modality "
    "2502.07870-textatlas5m calibration-paper partimages-cbm softvqae"
).split()


def scaffolded(shared: Path, name: str, folder: Path) -> Path:
    extract = pytest.importorskip("paperlab.extract.entry", reason="the readers are not here yet").extract
    paper = extract(shared / "source" / name)
    slug = make_slug(paper.title, ())
    scaffold(paper, folder / slug, slug=slug, record=None, cases=())
    assert_legal(folder / slug)
    before = content(folder / slug)
    scaffold(paper, folder / slug, slug=slug, record=None, cases=())
    assert content(folder / slug) == before
    return folder / slug


@pytest.mark.parametrize("name", PAPERS)
def test_a_shared_paper_gives_a_legal_folder(shared_arxiv: Path, tmp_path: Path, name: str) -> None:
    scaffolded(shared_arxiv, name, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", PAPERS)
def test_a_shared_papers_notebook_runs_within_a_minute(shared_arxiv: Path, tmp_path: Path, name: str) -> None:
    folder = scaffolded(shared_arxiv, name, tmp_path)
    done = execute(folder / "notebook.ipynb", out=tmp_path / "o.ipynb", timeout=60, cwd=folder)
    assert done.error is None
    assert done.seconds < 60
