"""What `paperlab implement` says at its end: at most ten lines of a terminal, true, plurals right, nothing twice."""

import dataclasses
import math
from pathlib import Path

import pytest

from paperlab.lab.making import told
from paperlab.scaffold.report import NO_CASE, Report

NAMES = ("equations", "algorithms", "tables", "claims", "hyperparameters", "symbols", "references", "datasets", "metrics", "stubs")  # fmt: skip
SOUGHT = ("equations", "algorithms", "tables", "claims", "settings", "symbols", "references", "data sets", "metrics", "licence", NO_CASE)  # fmt: skip
FIRST = "predict in notebook.ipynb, then write `an_estimate_of_a_sum` in model.py"
FOLDER = Path("/home/learner/lab/implementations/a_paper_with_a_rather_long_name")


def report(count: int, missing: tuple[str, ...], case: str | None = None) -> Report:
    return Report(
        folder=FOLDER,
        created=not count,
        found=dict.fromkeys(NAMES, count),
        not_found=missing,
        marked=tuple(f"notebook.ipynb#pl-equations-{i}" for i in range(9 if count else 0)),
        case=case,
        case_reason="case digits: the paper's data set names mnist"
        if case
        else "no case fits: define your metric here",
        first_step=FIRST,
    )


@pytest.mark.parametrize(("count", "columns"), [(0, 40), (1, 40), (12, 40), (1234, 80)])
def test_fits_with_the_folders_place_into_ten_lines(count: int, columns: int) -> None:
    """Of what is found and what is not each stands in one of the two lines; files of the learner's come with a merge."""
    some = report(count, SOUGHT[-2:] if count else SOUGHT)
    lines = (*told(dataclasses.replace(some, marked=())), str(FOLDER))
    assert sum(math.ceil(len(line) / columns) for line in lines) <= 10
    assert sum(math.ceil(len(line) / columns) for line in told(some)) <= 10


def test_counts_one_and_many_and_says_no_thing_twice() -> None:
    one, many = told(report(1, (NO_CASE,))), told(report(2, (), "digits"))
    assert one[0].startswith("unchanged: 1 equation, 1 algorithm, 1 table, 1 claim, 1 setting, 1 symbol, 1 reference, 1 data set, 1 metric")  # fmt: skip
    assert "2 claims, 2 settings" in many[0]
    assert "2 data sets" in many[0]
    assert not [line for line in one if line.startswith("not found")]
    assert next(line for line in many if line.startswith("yours")).endswith("notebook.ipynb#pl-equations-0 and 8 more")
    assert "no case fits: define your metric" in one
    assert "case: digits: the paper's data set names mnist" in many
    assert told(report(0, SOUGHT))[0] == "made: nothing"


@pytest.mark.parametrize(("kind", "words"), [("latex", "unchanged: 1"), ("html", "unchanged from HTML: 1"), ("pdf", "unchanged from the PDF: 1"), ("abstract", "unchanged from the abstract: 1")])  # fmt: skip
def test_says_what_was_read_instead_of_the_latex(kind: str, words: str) -> None:
    assert told(dataclasses.replace(report(1, ()), source=kind))[0].startswith(words)
