"""What `paperlab implement` says at its end: at most ten lines of a terminal, true, plurals right, nothing twice."""

import dataclasses
import math
from pathlib import Path

import pytest

from paperlab.lab.making import told
from paperlab.scaffold.report import NO_CASE, Report

NAMES = ("equations", "algorithms", "tables", "claims", "hyperparameters", "symbols", "references", "datasets", "metrics", "stubs")  # fmt: skip
SOUGHT = ("numbered equations", "algorithms", "tables", "claims with a number", "hyperparameters", "symbols with their meaning", "references", "data sets", "metrics", "a licence (so nothing is quoted)", NO_CASE)  # fmt: skip
FIRST = "write down your prediction in notebook.ipynb, then An unnumbered equation, Section 2.1 as `an_estimate_of_the_sum` in model.py"
FOLDER = Path("implementations/a_paper_with_a_rather_long_name")


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


@pytest.mark.parametrize("count", [0, 1, 1234])
def test_fits_into_ten_lines_of_80_columns(count: int) -> None:
    lines = told(report(count, SOUGHT[-2:] if count else SOUGHT))  # what was found is not missing
    assert sum(math.ceil(len(line) / 80) for line in lines) <= 10


def test_counts_one_and_many_and_says_no_thing_twice() -> None:
    one, many = told(report(1, (NO_CASE,))), told(report(2, (), "digits"))
    assert one[1].startswith("found: 1 equation, 1 algorithm, 1 table, 1 claim, 1 hyperparameter, 1 symbol, 1 reference, 1 data set, 1 metric")  # fmt: skip
    assert "2 claims, 2 hyperparameters" in many[1]
    assert "2 data sets" in many[1]
    assert not [line for line in one if line.startswith("not found")]
    assert next(line for line in many if line.startswith("yours")).endswith("notebook.ipynb#pl-equations-3 and 5 more")
    assert "no case fits: define your metric in notebook.ipynb" in one
    assert "case: digits: the paper's data set names mnist" in many
    assert told(report(0, SOUGHT))[1] == "found: nothing"


@pytest.mark.parametrize(("kind", "words"), [("latex", "found:"), ("html", "found in the HTML page:"), ("pdf", "found in the text of the PDF:"), ("abstract", "found in the abstract alone:")])  # fmt: skip
def test_says_what_was_read_instead_of_the_latex(kind: str, words: str) -> None:
    assert told(dataclasses.replace(report(1, ()), source=kind))[1].startswith(words)
