"""Numbers, intervals and the verdict line, worked by hand."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.publish import claims, notebook, publish_site
from paperlab.publish.inputs import PageInput
from paperlab.records.card import VERDICTS, Card, Claim
from paperlab.records.measurement import Verdict

from .conftest import code, prose, stream


@pytest.mark.parametrize(
    ("value", "unit", "within", "text"),
    [
        (0.93127, "", (0.91, 0.95), "0.931"),  # half-width 0.02: two digits of it are thousandths
        (68.2431, "%", (67.1, 69.4), "68.2 %"),
        (-0.0123, "", (-0.05, 0.03), "−0.012"),
        (12345.6, "ms", (12000.0, 12700.0), "12350 ms"),  # tens: half-width 350
        (-0.001, "", (-0.3, 0.3), "0.00"),
        (1.0000000123, "", (1.00000001, 1.0000000146), "1.0000000123"),
        (1.93e-16, "", (1.8e-16, 2.1e-16), "1.93e-16"),
        (0.0, "", (-1e-9, 1e-9), "0.000000"),
        (3.1e-16, "", None, "3.1e-16"),
        (0.5, "1", None, "0.5"),
        (2.0, "", (2.0, 2.0), "2"),
        (None, "%", None, ""),
        (float("inf"), "%", None, ""),
    ],
)
def test_a_number_has_the_digits_that_its_interval_bears(value: Any, unit: str, within: Any, text: str) -> None:
    assert claims.number(value, unit, within=within) == text


@pytest.mark.parametrize("stated", [1234567.891, 0.931274, 28.4, 93.25417, 1e-12, 65_000_000.0, -3.0])
def test_a_number_of_the_paper_keeps_every_digit(stated: float) -> None:
    page: Any = PageInput(
        card=Card(
            slug="s", id=None, title="t", claims=(Claim(id="c", place="p", paper=stated, minimum_effect=stated),)
        ),
        notebook={},
        source_notebook=None,  # type: ignore[arg-type]
    )
    row = claims.rows(page)[0]
    assert float(row.paper.replace("\N{MINUS SIGN}", "-")) == stated
    assert row.yardstick == f"counts from {row.paper}"


@pytest.mark.parametrize(
    ("unit", "tolerance", "paper", "counts"),
    [
        ("", None, "1.3", "counts from 0.5 nats"),  # 1.3 of what, nobody said
        ("", 0.2, "1.3 nats", "counts from 0.5 nats, within 0.2 nats of the paper"),
        ("BLEU", None, "1.3 BLEU", "counts from 0.5 BLEU"),
        ("BLEU", 0.2, "1.3 BLEU", "counts from 0.5 BLEU, within 0.2 BLEU of the paper"),
    ],
)
def test_a_number_of_the_paper_without_a_unit_has_that_of_the_case_only_where_the_two_are_compared(
    unit: str, tolerance: float | None, paper: str, counts: str
) -> None:
    claim = Claim(id="c", place="p", paper=1.3, unit=unit, tolerance=tolerance, minimum_effect=0.5)
    found = Verdict(slug="s", claim="c", place="p", paper=1.3, ours=2.0, interval=(1.9, 2.1), seeds=5, unit="nats",
                    verdict="partly", runs=("k",))  # fmt: skip
    page: Any = PageInput(
        card=Card(slug="s", title="t", claims=(claim,)),
        verdicts=(found,),
        notebook={},
        source_notebook=None,  # type: ignore[arg-type]
    )
    (row,) = claims.rows(page)
    assert (row.paper, row.ours, row.yardstick) == (paper, "2.00 nats", counts)


@pytest.mark.parametrize(
    ("change", "ahead"),
    [
        ({"compare": ("ours", "sgd")}, "ahead of sgd"),
        ({"compare": ("ours", "sgd"), "direction": "lower"}, "ahead of sgd"),
        ({"compare": ("ours",)}, ""),
        ({"kind": "cost"}, "of the time saved"),
        ({"kind": "equality", "compare": ("ours", "sgd")}, ""),
    ],
)
def test_a_difference_is_told_from_a_level_beside_the_papers_number(
    make_page: Callable[..., PageInput], tmp_path: Path, change: dict[str, Any], ahead: str
) -> None:
    claim = Claim(
        **({"id": "gain", "place": "p", "kind": "better-than", "minimum_effect": 0.1, "paper": 0.973} | change)
    )
    page = make_page(card=Card(slug="tiny", id=None, title="t", claims=(claim,)))
    assert claims.rows(page)[0].ahead == ahead
    assert claims.rows(replace(page, verdicts=()))[0].ahead == ""
    publish_site([page], tmp_path / "site")
    html = (tmp_path / "site" / "tiny" / "index.html").read_text(encoding="utf-8")
    assert (f'0.931 <span class="sub">{ahead}</span>' in html) == bool(ahead)


def shown_in(*cells: dict[str, Any], hidden: tuple[int, ...] = ()) -> dict[str, str]:
    read = notebook.cells({"cells": list(cells)})
    card = Card(slug="s", id=None, title="t", claims=(Claim(id="gain", place="p"), Claim(id="gain-2", place="p")))
    page: Any = PageInput(card=card, notebook={}, source_notebook=None)  # type: ignore[arg-type]
    anchors = {cell.number: f"cell-{cell.number}" for cell in read if cell.number not in hidden}
    return claims.targets(claims.rows(page), read, anchors)


def test_a_claim_links_to_the_cell_that_says_it_shows_it_then_names_it_then_to_the_results() -> None:
    says = code("plot()", metadata={"paperlab": {"claim": "gain"}})
    names_one, names_both = code("x", stream("gain: 3\n")), code("x", stream("gain 3\ngain-2 4\n"))
    heading, text, late = prose("## Results"), prose("Words."), code("y")
    assert shown_in(names_one, says, names_both) == {"gain": "cell-2", "gain-2": "cell-3"}
    assert shown_in(names_one, says, names_both, hidden=(2,)) == {"gain": "cell-3", "gain-2": "cell-3"}
    assert shown_in(names_one, heading, text, late) == {"gain": "cell-1", "gain-2": "cell-4"}
    assert shown_in(heading, prose("## Next"), late) == {"gain": "cell-1", "gain-2": "cell-1"}
    assert shown_in(prose("### Verdicts"), late) == {"gain": "cell-2", "gain-2": "cell-2"}
    assert shown_in(late) == {"gain": "notebook", "gain-2": "notebook"}


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
