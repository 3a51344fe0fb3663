"""Numbers, intervals and the verdict line, worked by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.publish import claims
from paperlab.publish.inputs import PageInput
from paperlab.records.card import VERDICTS, Card, Claim
from paperlab.records.measurement import Verdict


@pytest.mark.parametrize(
    ("value", "unit", "within", "text"),
    [
        (0.93127, "", (0.91, 0.95), "0.931"),  # half-width 0.02: two digits of it are thousandths
        (68.2431, "%", (67.1, 69.4), "68.2 %"),
        (-0.0123, "", (-0.05, 0.03), "−0.012"),
        (12345.6, "ms", (12000.0, 12700.0), "1.235e+04 ms"),
        (3.1e-16, "", None, "3.1e-16"),
        (0.5, "1", None, "0.5"),
        (2.0, "", (2.0, 2.0), "2"),
        (None, "%", None, ""),
        (float("inf"), "%", None, ""),
    ],
)
def test_a_number_has_the_digits_that_its_interval_bears(value: Any, unit: str, within: Any, text: str) -> None:
    assert claims.number(value, unit, within=within) == text


def line(*verdicts: str) -> str:
    card = Card(slug="s", id=None, title="t", claims=tuple(Claim(id=f"c{n}", place="p") for n in range(len(verdicts))))
    found = tuple(
        Verdict(
            slug="s", claim=f"c{n}", place="p", paper=None, ours=1.0, interval=None, seeds=3, verdict=v, runs=("k",)
        )
        for n, v in enumerate(verdicts)
    )
    page: Any = PageInput(card=card, verdicts=found, notebook={}, source_notebook=None)  # type: ignore[arg-type]
    return claims.verdict_line(claims.rows(page))


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["reproduced"] * 3 + ["cannot tell yet"], "3 of 4 claims reproduced, 1 cannot tell yet"),
        (["reproduced"], "1 of 1 claim reproduced"),
        (["not", "partly"], "0 of 2 claims reproduced, 1 partly, 1 not reproduced"),
        (["case unfit", "not tested", "reproduced"], "1 of 3 claims reproduced, 1 with an unfit case, 1 not tested"),
        (["not tested", "not tested"], "not tested"),
        ([], "not tested"),
        (["invented"], "not tested"),
    ],
)
def test_the_verdict_line_is_the_sentence_that_a_person_would_say(verdicts: list[str], expected: str) -> None:
    assert line(*verdicts) == expected


@given(st.lists(st.sampled_from(VERDICTS), min_size=1, max_size=12))
def test_the_counts_of_a_verdict_line_add_up(verdicts: list[str]) -> None:
    text = line(*verdicts)
    if set(verdicts) == {"not tested"}:
        assert text == "not tested"
        return
    first, *rest = text.split(", ")
    assert int(first.split()[0]) + sum(int(part.split()[0]) for part in rest) == len(verdicts)
    assert int(first.split()[2]) == len(verdicts)
