"""Which way is better for what a table marks, and the units of its columns: small tables, read by hand first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.extract.columns import directions, number, told_directions, units


def table(text: str) -> tuple[list[list[str]], list[tuple[int, int]]]:
    """Read rows by line and cells by bars; a star marks what is best."""
    rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    best = [(i, k) for i, row in enumerate(rows) for k, cell in enumerate(row) if cell.endswith("*")]
    return [[cell.rstrip("*") for cell in row] for row in rows], best


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model|acc.|error\na|90|1.5\nb|92*|1.2*", ["higher", "lower"]),
        ("model|Score ↓\na|90\nb|92*", ["lower"]),  # an arrow says it, whatever the numbers do
        ("model|Score $\\uparrow$\na|90*\nb|92", ["higher"]),
        ("metric|a|b\nFID ↓|3|2*\nIS ↑|3|2*", ["lower", "higher"]),
        ("metric|a|b|c\nFID|3|2*|4\nIS|9*|8|7", ["lower", "higher"]),  # read along rows
        ("model|acc.\na|90*\nb|92", ["lower"]),
        ("model|acc.\na|90*\nb|92\nc|88", [""]),  # neither above nor below all the rest
        ("model|acc.\na|90*", [""]),
        ("model|acc.\na|—\nb|92*", [""]),
        ("set|model|acc.\nX|a|50\nX|b|60*\nY|a|80\nY|b|90*", ["higher", "higher"]),
        ("model|acc.\nSmall|Small\na|50\nb|60*\nLarge|Large\na|80\nb|90*", ["higher", "higher"]),
        ("model|params\na|900k*\nb|1.2M\nc|3B", ["lower"]),
        ("model|cost\na|$3.3\\cdot10^{18}$*\nb|$1.1\\cdot10^{20}$", ["lower"]),
        ("model|acc.\na|90 ± 2\nb|91 ± 3*", ["higher"]),
        ("model|acc.|F1\na|90*|80*\nb|80|85", ["higher", "lower"]),
    ],
)  # fmt: skip
def test_the_way_that_is_better_is_what_arrows_and_marks_show(text: str, expected: list[str]) -> None:
    rows, best = table(text)
    assert list(directions(rows, 1, best)) == expected


@pytest.mark.parametrize(
    ("heads", "cells", "expected"),
    [
        ("model|Latency (ms)|Acc. [%]|Size, MB", "a|3|91|12", ["", "ms", "%", "MB"]),
        (r"model|Error (\%) $\downarrow$|Top-1 %", "a|3|91", ["", "%", "%"]),
        ("model|ours (val)|Test (2017)|Size (ours)", "a|3|91|2", ["", "", "", ""]),
        ("model|time|acc.", "a|3 ms|91%", ["", "ms", "%"]),
        ("model|time", "a|3 ms\nb|4 s", ["", ""]),  # two units are none of the column
        ("model|time", "a|3 ms\nb|4", ["", ""]),
        (r"model|cost ($\mu$s)|params", "a|3|5M", ["", "", "M"]),
        ("", "a|3", ["", ""]),
    ],
)
def test_units_are_those_of_the_heads_or_of_all_numbers(heads: str, cells: str, expected: list[str]) -> None:
    rows, _ = table(f"{heads}\n{cells}" if heads else cells)
    assert list(units(rows, bool(heads))) == expected


@pytest.mark.parametrize(
    ("text", "caption", "columns", "rows"),
    [
        ("model|FID ↓|IS $\\uparrow$|acc\na|3|9|1", "", "|lower|higher|", "|"),
        ("model|FID|IS\na|3|9", "FID (lower is better) and IS (higher is better).", "|lower|higher", "|"),
        ("model|A|B|Params\na|3|9|5M", "Test error. Lower is better.", "|lower|lower|", "|"),
        ("model|A|B\na|3|9", "The higher the better.", "|higher|higher", "|"),
        ("model|A|B\na|3|9", "$\\downarrow$: lower is better, $\\uparrow$: higher is better.", "||", "|"),
        ("metric|a|b\nFID|3|2\nIS|3|2", "For FID, lower is better.", "||", "|lower|"),
        ("metric|a|b\nFID ↓|3|2\nIS ↑|3|2", "", "||", "|lower|higher"),
        ("model|Acc.|NLL\na|3|9", "Accuracy and NLL (↓) on the test set.", "||lower", "|"),
        ("model|Acc.|NLL\na|3|9", "We show that the lower layers do better.", "||", "|"),
    ],
)  # fmt: skip
def test_heads_and_captions_say_which_way_is_better_for_what_is_not_marked(
    text: str, caption: str, columns: str, rows: str
) -> None:
    read, _ = table(text)
    assert told_directions(read, 1, caption) == (tuple(columns.split("|")), tuple(rows.split("|")))


def test_what_a_caption_says_goes_before_what_marks_show() -> None:
    rows, best = table("model|A\na|90\nb|92*\nc|91")
    assert directions(rows, 1, best, "Lower is better.") == ("lower",)


@pytest.mark.parametrize(
    ("heads", "caption", "expected"),
    [
        ("model|A|B|#layers", r"Accuracy in \% on two sets.", ["", "%", "%", ""]),
        ("length|A|B|Seeds", "Latency (ms) of the models.", ["", "ms", "ms", ""]),
        ("model|Acc.|Latency|B", r"Accuracy (\%) and latency [ms].", ["", "%", "ms", ""]),
        ("model|A|B|C", "Results in two languages, in all.", ["", "", "", ""]),
        ("model|Latency in ms|B|C", r"Accuracy in \%.", ["", "ms", "", ""]),
    ],
)
def test_a_caption_says_the_unit_where_no_head_does(heads: str, caption: str, expected: list[str]) -> None:
    rows, _ = table(f"{heads}\na|3|91|2")
    assert list(units(rows, 1, caption)) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5 ms", 1234.5), ("−3.2", -3.2), (".25", 0.25), ("$91.2 \\pm 0.3$", 91.2), ("~5M", 5e6), ("2.3 × 10^{-4}", 2.3e-4),
        ("ResNet-50", None), ("50-layer net", None), ("", None), ("—", None), ("2017 model", None), ("3 days", 3.0),
    ],
)  # fmt: skip
def test_a_cell_is_the_number_that_it_begins_with(text: str, value: float | None) -> None:
    assert number(text) == (None if value is None else pytest.approx(value))


CELLS = st.sampled_from(["", "1", "2.5", "3M", "—", "a", "$\\uparrow$", "7 %", "9" * 400, "1,2,3", "10^{99}"])


@given(st.lists(st.lists(CELLS, max_size=5), max_size=6), st.integers(0, 7), st.data())
def test_any_table_gets_one_word_for_each_mark_and_column(
    rows: list[list[str]], header: int, data: st.DataObject
) -> None:
    places = [(i, k) for i, row in enumerate(rows) for k in range(len(row))]
    best = data.draw(st.lists(st.sampled_from(places), unique=True)) if places else []
    found = directions(rows, min(header, len(rows)), best)
    assert len(found) == len(best)
    assert set(found) <= {"higher", "lower", ""}
    assert len(units(rows, min(header, len(rows)))) == max(map(len, rows), default=0)
