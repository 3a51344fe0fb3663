"""Broken copies against the gate and the claims: what is caught and by what, and what a second run costs."""

from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.cli.mutants import show_mutants
from paperlab.errors import UsageError
from paperlab.harness.mutants import MISSING, Score, Tried, try_mutants
from paperlab.harness.running import Request
from paperlab.records.card import Card, Claim
from paperlab.records.measurement import Measurement

MODEL = """
def scale(x, by=2.0):
    return by * x


def unasked(x):
    return x + 1


def patient(n):
    while n > 0:
        n -= 1
    return n
"""
CASES = """
from model import patient, scale

from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome
import model

LEVEL = Case(
    name="level", version=1, tests="a level", source="made up", slot="own", words=(), cannot_show="anything",
    metric=Metric(name="level", unit="", higher_is_better=True), budgets={b: {} for b in ("smoke", "small", "full")},
    run=lambda make, trial: Outcome(value=make() + 0.001 * trial.seed),
)
IMPLEMENTATION = Implementation(
    kind="algorithm",
    checks=(
        Check(name="scale", run=lambda probe: abs(scale(3.0) - 6.0), limit=1e-9),
        Check(name="patient", run=lambda probe: abs(patient(3)), limit=0.0),
    ),
    enters=(Enter(case="level", arms={"ours": lambda: model.unasked(1.0)}),),
    cases=(LEVEL,),
)
"""
LISTED = """
[[mutants]]
name = "forgets the factor"
old = "return by * x"
new = "return x"

[[mutants]]
name = "never ends"
old = "n -= 1"
new = "n -= 0"

[[mutants]]
name = "cannot be read"
old = "def patient(n):"
new = "def patient(n:"

[[mutants]]
name = "says nothing of it"
old = "return n"
new = "return n * 1.0"

[[equivalents]]
line = "while n > 0:"
old = ">"
new = ">="
reason = "made up for the test"
"""
CARD = Card(
    slug="toy",
    id=None,
    title="Toy",
    claims=(
        Claim(id="level", place="Section 1", kind="better-than", case="level", compare=("ours",), minimum_effect=1.9),
    ),
)


class Breaker:
    """Writes a folder and tries its mutants, keeping the new rows."""

    def __init__(self, root: Path) -> None:
        self.folder, self.scratch, self.rows = root / "toy", root / "scratch", list[Measurement]()
        self.folder.mkdir()
        for name, text in (("model.py", MODEL), ("cases.py", CASES), ("mutants.toml", LISTED)):
            (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, card: Card = CARD) -> Score:
        known = {row.key: row for row in self.rows}
        asked = Request(budget="small", seeds=3, device="cpu", seconds=5, jobs=2)
        return try_mutants(
            self.folder, card, request=asked, known=known, scratch=self.scratch,
            on_row=self.rows.append, on_progress=lambda *_: None,
        )  # fmt: skip


@pytest.fixture
def breaker(tmp_path: Path) -> Breaker:
    return Breaker(tmp_path)


def by(score: Score, name: str) -> list[str]:
    return [one.by for one in score.tried if one.name == name]


@pytest.mark.slow
def test_checks_claims_and_limits_catch_mutants_and_a_second_run_tries_none(breaker: Breaker) -> None:
    before = {path.name: path.read_bytes() for path in breaker.folder.iterdir()}
    score = breaker.run()
    assert by(score, "forgets the factor") == ["scale"]
    assert by(score, "never ends") == ["timeout in its process"]
    assert by(score, "cannot be read") == ["cases.py"]
    assert by(score, "says nothing of it") == [""]
    assert score.count(listed=True) == (3, 4)
    assert not score.enough
    # What no check asks for: the claim does, where the level falls.
    unasked = {(one.new, one.by) for one in score.tried if one.line == 7}
    assert {("(x)", "claim level"), ("-", "claim level"), ("2", "")} <= unasked
    assert (score.by_claims, score.claims) == (len([u for u in score.tried if u.by == "claim level"]), ("level",))
    assert [(one.line, one.reason) for one in score.survivors if one.reason != MISSING] == []
    assert {path.name: path.read_bytes() for path in breaker.folder.iterdir()} == before
    assert list(breaker.scratch.iterdir()) == []
    first = list(breaker.rows)
    assert breaker.run() == score
    assert breaker.rows == first


def test_a_gate_that_is_closed_for_the_file_as_it_is_catches_nothing(breaker: Breaker) -> None:
    (breaker.folder / "cases.py").write_text(CASES.replace("- 6.0", "- 7.0"), encoding="utf-8")
    with pytest.raises(UsageError, match="scale does not hold for model"):
        breaker.run()


def test_cases_that_ask_nothing_are_refused(breaker: Breaker) -> None:
    text = CASES.replace("checks=(", "checks=() and (")
    (breaker.folder / "cases.py").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="does not hold"):
        breaker.run(replace(CARD, claims=()))


def tried(*, listed: bool, by: str = "", reason: str = "") -> Tried:
    return Tried(name="n", line=1, old="a", new="b", listed=listed, by=by, reason=reason)


CAUGHT, MISSED = tried(listed=False, by="c"), tried(listed=False, reason=MISSING)


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        (None, []),
        (
            (),
            [
                "s: no claim that needs training is reproduced at this budget, so what passed the checks was held to none"
            ],
        ),
        (("c", "d"), ["s: what passed the checks was held to c, d"]),
    ],
)
def test_what_checks_and_claims_caught_is_told_apart(claims: tuple[str, ...] | None, told: list[str]) -> None:
    lines: list[str] = []
    found = (tried(listed=True, by="claim c"), CAUGHT, CAUGHT, MISSED)
    show_mutants([Score(slug="s", tried=found, claims=claims)], lines.append, strict=False, json=False)
    share = "s: 1 of 1 listed mutants caught (100 %), 2 of 3 automatic mutants caught (67 %)"
    assert lines == [f"{share}; 2 by the checks, 1 by the claims", *told]


@pytest.mark.parametrize(
    ("found", "listed", "automatic", "enough"),
    [
        ((), (0, 0), (0, 0), True),
        ((CAUGHT,) * 4 + (MISSED,), (0, 0), (4, 5), True),
        ((CAUGHT,) * 3 + (MISSED,), (0, 0), (3, 4), False),
        ((CAUGHT, tried(listed=False, reason="the same")), (0, 0), (1, 1), True),
        ((CAUGHT, tried(listed=True, reason=MISSING)), (0, 1), (1, 1), False),
        ((tried(listed=True, by="c"),), (1, 1), (0, 0), True),
    ],
)
def test_all_listed_and_four_of_five_automatic_ones_are_to_be_caught(
    found: tuple[Tried, ...], listed: tuple[int, int], automatic: tuple[int, int], enough: bool
) -> None:
    score = Score(slug="toy", tried=found)
    assert (score.count(listed=True), score.count(listed=False), score.enough) == (listed, automatic, enough)
