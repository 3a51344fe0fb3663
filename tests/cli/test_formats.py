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
