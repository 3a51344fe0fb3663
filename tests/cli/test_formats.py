"""Formats under the names that people use."""

import pytest

from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (("bibtex",), "@"), (("--format", "bib"), "@"), (("--format", "CSL-JSON"), "["), (("--format", "md"), "- ["),
        (("ris",), "TY"), (("--format", "ndjson"), "{"), (("--format", "atom"), "<?xml"),
    ],
)  # fmt: skip
def test_a_format_may_be_called_as_people_call_it(shell: Shell, words: tuple[str, ...], begins: str) -> None:
    shell("import", "-", "--format", "ndjson", input='{"id": "1706.03762", "title": "Attention", "authors": ["A B"]}')
    assert shell("export", *words).stdout.lstrip().startswith(begins)


def test_two_works_under_one_key_are_two_and_a_title_without_a_letter_is_no_other_work(shell: Shell) -> None:
    for title in ("Sorting", "Searching", "\\dots", "Sorting"):
        shell("import", "-", input="@book{knuth, title={" + title + "}}")
    assert {id: entry.title for id, entry in shell.listed().items()} == {
        "bib:knuth": "Sorting",
        "bib:knuth-2": "Searching",
    }


def test_a_record_that_names_its_categories_alone_has_the_first_as_its_primary_one(shell: Shell) -> None:
    line = '{"id": "1706.03762", "title": "T", "authors": ["A B"], "abstract": "x", "categories": ["cs.CL", "cs.LG"], '
    shell("import", "-", input=line + '"published": "2017-06-12"}')
    assert shell.listed()["1706.03762"].primary_category == "cs.CL"
    before = (shell.lab / "reading_list.db").read_bytes()
    shell("import", "-", input=shell("export").stdout)
    assert (shell.lab / "reading_list.db").read_bytes() == before
