"""Works that arXiv does not have: every verb copes, and arXiv is never asked for them."""

import pytest

from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]

DOI, URL, KEY = "doi:10.1007/bf01700692", "url:https://example.org/p(1)", "bib:knuth"
ADDRESSES = {DOI: "https://doi.org/10.1007/bf01700692", URL: "https://example.org/p(1)"}
FILE = """@article{g, title={Undecidable}, author={G}, doi={10.1007/BF01700692}}
@book{knuth, title={Sorting}, author={K}}
@misc{w, title={Web}, url={https://example.org/p(1)}}"""


@pytest.fixture
def list_(shell: Shell) -> Shell:
    shell("import", "-", input=FILE)
    return shell


def test_arxiv_is_asked_for_its_own_papers_alone(list_: Shell, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers["2401.00001"] = Paper("2401.00001")
    list_("add", "2401.00001")
    with list_lib(list_) as library:
        assert library.to_recheck(before="9999", limit=10) == ("2401.00001",)
    list_("sync")
    assert not any("doi" in path or "knuth" in path for path in arxiv_server.paths())


def list_lib(shell: Shell):
    from paperlab.lab import Lab

    return Lab(shell.lab).library()


def test_a_work_opens_where_it_can_be_read(list_: Shell) -> None:
    for id, address in ADDRESSES.items():
        assert list_("open", id, "--print").stdout == f"{address}\n"
    assert "none is known" in list_("open", KEY, "--print", code=2).stderr
    assert [list_.listed()[id].state for id in (DOI, URL, KEY)] == ["reading", "reading", "queued"]


def test_the_digest_links_each_to_its_own_place(list_: Shell) -> None:
    said = list_("digest").stdout
    assert "[Undecidable](https://doi.org/10.1007/bf01700692)" in said
    assert "[Web](https://example.org/p%281%29)" in said
    assert "- Sorting\n" in said
    assert "arxiv.org" not in said


@pytest.mark.parametrize(
    "words", [("show", DOI), ("why", URL), ("note", KEY, "text"), ("tag", DOI, "nlp"), ("done", KEY)]
)
def test_the_other_verbs_take_them(list_: Shell, words: tuple[str, ...]) -> None:
    list_(*words)
