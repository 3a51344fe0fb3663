"""The block of verdicts in a README."""

import pytest

from paperlab.lab.readme import BEGIN, END, Ran, newest, with_verdicts
from paperlab.records.card import Card, Claim
from paperlab.records.measurement import Verdict

CARD = Card(
    slug="s",
    title="T",
    claims=(
        Claim(id="a", place="Table 1", sentence="It is | better", paper=0.5),
        Claim(id="b", place="Table 2", scope="Small."),
    ),
)


def verdict(claim: str, **more: object) -> Verdict:
    given = {"slug": "s", "claim": claim, "place": "p", "paper": None, "ours": None, "interval": None, "seeds": 0, "verdict": "not tested"}  # fmt: skip
    return Verdict(**(given | more))  # type: ignore[arg-type]


A = verdict("a", ours=0.31234, interval=(0.3, 0.32), seeds=5, verdict="reproduced", unit="nats", run="r1", at="2026-01-02T00:00:00Z", budget="small", device="cpu")  # fmt: skip


def test_the_block_is_written_between_its_markers_and_nothing_else_changes() -> None:
    text = f"# T\n\n{BEGIN}\nold\n{END}\n\nmine {END}\n"
    assert with_verdicts(text, CARD, [A, verdict("b")], newest([A, verdict("b")])) == (
        f"# T\n\n{BEGIN}\nRun r1 of 2026-01-02: budget small, cpu, 5 seeds, 95 % intervals.\n\n"
        "| claim | place | paper | ours | verdict |\n| --- | --- | --- | --- | --- |\n"
        r"| It is \| better | Table 1 | 0.5 | 0.312 [0.3, 0.32] nats | reproduced |"
        f"\n| b | Table 2 |  |  | not tested |\n\n- `b`: Small.\n{END}\n\nmine {END}\n"
    )


@pytest.mark.parametrize("text", ["", "# no markers", f"{BEGIN} open", END])
def test_a_readme_without_the_markers_stays_as_it_is(text: str) -> None:
    assert with_verdicts(text, CARD, [A], newest([A])) == text


def test_what_was_never_run_says_so() -> None:
    assert newest([verdict("a")]) is None
    assert (
        with_verdicts(f"{BEGIN}{END}", CARD, [verdict("a")], None)
        == f"{BEGIN}\nNot benched yet: run `paperlab bench s`.\n{END}"
    )


def test_the_newest_run_is_named() -> None:
    later = verdict("b", run="r2", at="2026-02-02T00:00:00Z", budget="smoke", device="cuda")
    assert newest([later, A]) == Ran("r2", "2026-02-02T00:00:00Z", "smoke", "cuda")
