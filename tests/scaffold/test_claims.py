"""Claims of a paper as they stand in paper.toml: each a thing that one can test."""

import dataclasses

import pytest

from paperlab.records.extracted import Cell, ClaimSentence, Table
from paperlab.scaffold.claims import claims

from .papers import ATTENTION

ROWS = (
    ("Method", "Birds", "Trees", "Time (s)"),
    ("Kernel", "80.52", "66.05", "8.060"),
    ("Willow (ours)", "83.31", "68.78", "3.100"),
)


def _table(rows: tuple[tuple[str, ...], ...] = ROWS, **changes: object) -> Table:
    return dataclasses.replace(
        ATTENTION.tables[0], number="1", rows=rows, header_rows=1, best=(), caption="", **changes
    )


def _claims(text: str, *numbers: str, at: tuple[tuple[int, int], ...] = (), table: Table | None = None) -> list[tuple]:
    cells = tuple(Cell(table="1", row=row, column=column) for row, column in at)
    said = ClaimSentence(
        text=text, section=None, numbers=numbers, cell=cells[0] if cells else None, cells=cells, span=None
    )
    paper = dataclasses.replace(ATTENTION, tables=(table or _table(),), metrics=(), claims=(said,))
    return [(c.place, c.paper, c.unit, c.metric, c.direction) for c in claims(paper)]


def test_each_own_cell_of_a_sentence_is_a_claim() -> None:
    found = _claims("On Birds and Trees accuracy is 83.31 and 68.78.", "83.31", "68.78", at=((2, 1), (2, 2)))
    assert [(place, paper) for place, paper, *_ in found] == [
        ("Table 1, row Willow (ours), column Birds", 83.31),
        ("Table 1, row Willow (ours), column Trees", 68.78),
    ]


@pytest.mark.parametrize(
    "against", ["against 80.52 of Kernel", "surpassing Kernel (80.52)", "better than the 80.5 of it"]
)
def test_what_the_own_number_is_set_against_is_no_claim(against: str) -> None:
    found = _claims(f"Willow reaches 83.31 on Birds, {against}.", "83.31", "80.52", "80.5", at=((2, 1), (1, 1)))
    assert [paper for _, paper, *_ in found] == [83.31]


def test_a_rounded_number_is_the_one_of_its_cell() -> None:
    assert _claims("It reaches 83.3 on Birds.", "83.3", at=((2, 1),))[0][:2] == (
        "Table 1, row Willow (ours), column Birds",
        83.31,
    )
    assert _claims("It needs 3 parts.", "3", at=((2, 3),))[0][:2] == ("Abstract", 3.0)


@pytest.mark.parametrize(
    ("text", "number", "column", "expected"),
    [
        ("On Birds accuracy is 2.79 points better.", "2.79", 1, (2.79, "", "accuracy", "higher")),
        ("It is 2.6× faster.", "2.6", 3, (2.6, "", "speedup", "higher")),
        ("We see an average speedup of 2.6X.", "2.6", 3, (2.6, "", "speedup", "higher")),
        ("It reduces the time by 61.5%.", "61.5", 3, (61.5, "%", "time", "lower")),
        ("It reduces service calls by 61.5%.", "61.5", 3, (61.5, "%", "service calls", "lower")),
    ],
)
def test_a_difference_names_both_of_its_cells(text: str, number: str, column: int, expected: tuple) -> None:
    (found,) = _claims(text, number, at=((2, column), (1, column)))
    head = ROWS[0][column]
    assert found == (f"Table 1, row Willow (ours), column {head} against row Kernel", *expected)


def test_a_difference_along_a_row_names_the_other_column() -> None:
    (found,) = _claims("Accuracy is 14.53 points better on Birds than on Trees.", "14.53", at=((2, 1), (2, 2)))
    assert found[0] == "Table 1, row Willow (ours), column Birds against column Trees"


def test_two_cells_that_no_number_lies_between_are_no_difference() -> None:
    (found,) = _claims("It is 9.99 points better.", "9.99", at=((2, 1), (1, 1)))
    assert found[0] == "Abstract"


@pytest.mark.parametrize(
    ("text", "numbers", "expected"),
    [
        ("It reduces harmful replies from 19–31% down to under 0.5% of all, at full accuracy.", ("19", "31", "0.5"), (0.5, "%", "harmful replies", "lower")),
        ("Talk raises unanimity from 66% to 98%, while the error rate stays at 50%.", ("66", "98", "50"), (98.0, "%", "unanimity", "higher")),
        ("The new data drives it from 3.7% to 2.0%, with more recall.", ("3.7", "2.0"), (2.0, "%", "", "lower")),
        ("It reaches an accuracy with 1.5 to 3 times fewer interaction rounds than others.", ("1.5", "3"), (1.5, "", "interaction rounds", "lower")),
        ("Twins drive intrusion below 1% in all.", ("1",), (1.0, "%", "intrusion", "lower")),
        ("It lowers the test error by 3.5 points.", ("3.5",), (3.5, "", "test error", "lower")),
        ("Compiled inference takes 27.24 ms at batch 64.", ("64", "27.24"), (27.24, "", "time", "lower")),
        ("The median latency is 0.39 s, and training takes long.", ("0.39",), (0.39, "", "latency", "lower")),
        ("It finds 70% more articles of use.", ("70",), (70.0, "%", "", "higher")),
        ("It has 7% higher accuracy.", ("7",), (7.0, "%", "accuracy", "higher")),
        ("With 12 sets it gains 4.1 points.", ("12", "4.1"), (4.1, "", "", "higher")),
        ("It keeps 31% of 19 items.", ("19", "31"), (31.0, "%", "", "higher")),
    ],
)  # fmt: skip
def test_a_sentence_without_a_cell_says_what_its_main_number_is_of(
    text: str, numbers: tuple[str, ...], expected: tuple
) -> None:
    (found,) = _claims(text, *numbers)
    assert found[1:] == expected


def test_a_common_word_above_several_columns_is_no_metric() -> None:
    rows = (
        ("Method", "Working memory", "Working memory"),
        ("Method", "Birds", "Trees"),
        ("Kernel", "80.5", "66.0"),
        ("Willow", "83.3", "68.7"),
    )
    table = dataclasses.replace(_table(rows), header_rows=2, best=((3, 1),), caption="Accuracy of both.")
    assert [claim[3:] for claim in _claims("", table=table)] == [("accuracy", "higher")]


def test_a_caption_is_not_about_a_column_beside_the_one_of_its_metric() -> None:
    rows = (("Method", "Accuracy", "Steps taken"), ("A", "80.5", "7"), ("B", "83.3", "8"))
    table = dataclasses.replace(_table(rows), best=((2, 2),), caption="Accuracy and steps taken.")
    assert [claim[3:] for claim in _claims("", table=table)] == [("", "higher")]


def test_marked_settings_counts_and_sums_are_no_claims() -> None:
    rows = (
        ("Set", "Epochs", "N-shot", "Count", "Accuracy"),
        ("Birds", "8", "10", "412", "80.5"),
        ("Total", "9", "20", "912", "83.3"),
    )
    marked = tuple((row, column) for row in (1, 2) for column in range(5))
    assert [claim[1] for claim in _claims("", table=dataclasses.replace(_table(rows), best=marked))] == [80.5]


@pytest.mark.parametrize(("head", "metric"), [("False/min ↓", "false/min"), ("WER ↓", "wer"), ("D ↓", "")])
def test_a_head_with_an_arrow_names_what_its_column_measures(head: str, metric: str) -> None:
    table = dataclasses.replace(_table((("Method", head), ("A", "3.2"), ("B", "0.3"))), best=((2, 1),))
    assert [claim[3:] for claim in _claims("", table=table)] == [(metric, "lower")]


@pytest.mark.parametrize("at", [(9, 1), (1, 9), (-1, 0)])
def test_a_marked_cell_that_the_table_lacks_is_no_claim(at: tuple[int, int]) -> None:
    table = dataclasses.replace(_table(), best=(at,))
    assert claims(dataclasses.replace(ATTENTION, claims=(), tables=(table,))) == ()
