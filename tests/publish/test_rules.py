"""What a page refuses, with the cell or the claim named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.errors import Refused
from paperlab.publish import PageInput, publish_site
from paperlab.records.measurement import Verdict

from .conftest import code, prose, shown

Make = Callable[..., PageInput]
ERROR = {
    "output_type": "error",
    "ename": "ZeroDivisionError",
    "evalue": "no",
    "traceback": ["\x1b[31mZeroDivisionError\x1b[0m: no"],
}


def refusal(page: PageInput, out: Path) -> str:
    with pytest.raises(Refused) as caught:
        publish_site([page], out)
    assert caught.value.exit_code == 4
    assert not out.exists()
    return caught.value.message


def test_a_failing_cell_is_named(make_page: Make, tmp_path: Path) -> None:
    message = refusal(make_page(prose("x"), code("1/0", ERROR)), tmp_path / "site")
    assert (
        message
        == "tiny, cell 2 (c2): ended with ZeroDivisionError; mend it, or tag it raises-exception if that is the point"
    )


def test_a_cell_that_should_fail_is_shown_without_terminal_colours(make_page: Make, tmp_path: Path) -> None:
    publish_site([make_page(code("1/0", ERROR, metadata={"tags": ["raises-exception"]}))], tmp_path / "site")
    text = (tmp_path / "site/tiny/index.html").read_text()
    assert 'data-stream="error">ZeroDivisionError: no</pre>' in text
    assert "\x1b" not in text


def test_cells_that_ran_out_of_order_are_named(make_page: Make, tmp_path: Path) -> None:
    page = make_page(code("a", execution_count=1), code("b"), code("c", execution_count=3))
    assert "cell 3 (c3): ran as number 3 after number 1 (cell 1 (c1))" in refusal(page, tmp_path / "site")


def test_an_output_that_is_too_large_is_named(make_page: Make, tmp_path: Path) -> None:
    page = make_page(code("x", shown({"text/plain": "x " * 2_500_001})))
    assert "cell 1 (c1), output 1: expected at most 5,000,000 characters, got 5,000,002" in refusal(
        page, tmp_path / "site"
    )


def test_a_number_without_a_minimum_effect_is_refused(make_page: Make, tmp_path: Path) -> None:
    page = make_page()
    claims = (replace(page.card.claims[0], minimum_effect=None), page.card.claims[1])
    message = refusal(replace(page, card=replace(page.card, claims=claims)), tmp_path / "site")
    assert message.startswith("tiny, claim gain: shows a number of ours without a minimum effect")


def test_a_tolerance_or_a_check_of_equality_is_yardstick_enough(make_page: Make, tmp_path: Path) -> None:
    page = make_page()
    for change in ({"minimum_effect": None, "tolerance": 0.05}, {"minimum_effect": None, "kind": "equality"}):
        claims = (replace(page.card.claims[0], **change), page.card.claims[1])
        publish_site([replace(page, card=replace(page.card, claims=claims))], tmp_path / "site")


def test_a_verdict_of_an_unknown_claim_is_refused(make_page: Make, tmp_path: Path) -> None:
    stray = Verdict(
        slug="tiny", claim="ghost", place="", paper=None, ours=1.0, interval=None, seeds=1, verdict="not", runs=("a",)
    )
    message = refusal(make_page(verdicts=(stray,)), tmp_path / "site")
    assert message == "tiny: a verdict names claim 'ghost'; paper.toml has: gain, equal"


def test_a_number_in_text_for_an_unknown_claim_names_both(make_page: Make, tmp_path: Path) -> None:
    message = refusal(make_page(prose("x"), prose("We got {{ claim:gains }}.")), tmp_path / "site")
    assert message == "tiny, cell 2 (c2): no claim is called 'gains'; paper.toml has: gain, equal"


def test_the_words_for_a_number_in_text_may_be_quoted_as_code(make_page: Make, tmp_path: Path) -> None:
    publish_site([make_page(prose("Write `{{ claim:ID }}`."))], tmp_path / "site")
    assert "<code>{{ claim:ID }}</code>" in (tmp_path / "site/tiny/index.html").read_text()


@pytest.mark.parametrize(
    "change",
    [
        {"draft": True},
        {"verdict": {"runs": (), "run": ""}},
        {"verdict": {"ours": None}},
        {"verdict": {"ours": float("nan")}},
        {"verdict": {"verdict": "not tested"}},
    ],
    ids=str,
)
def test_no_number_of_ours_stands_without_a_measurement(
    make_page: Make, tmp_path: Path, change: dict[str, object]
) -> None:
    page = make_page(prose("Ours: {{ claim:gain }}."), draft=bool(change.get("draft")))
    verdict = replace(page.verdicts[0], **change.get("verdict", {}))  # type: ignore[arg-type]
    publish_site([replace(page, verdicts=(verdict,))], tmp_path / "site")
    assert "0.93" not in (tmp_path / "site/tiny/index.html").read_text()
    assert "0.93" not in (tmp_path / "site/reproductions.json").read_text()


def test_a_draft_says_not_tested(make_page: Make, tmp_path: Path) -> None:
    publish_site([make_page(prose("Ours: {{ claim:gain }}."), draft=True)], tmp_path / "site")
    text = (tmp_path / "site/tiny/index.html").read_text()
    assert "<strong>not tested</strong>" in text
    assert "Ours: not tested." in text
    assert "Draft: nothing has been judged yet" in text
