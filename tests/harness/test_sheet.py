"""The report's page: everything that was measured is on it, nothing runs, nothing is asked for, equal rows give equal bytes."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from paperlab.harness import judge, page, results
from paperlab.harness.drawing import Dot, axis, curves, dots, roofline
from paperlab.harness.schema import KEYS
from paperlab.records.card import Card
from paperlab.records.measurement import Measurement
from tests.harness.rows import BASE, HIGH, LOW, arms, check, row

CARD = Card(slug="s", id="1412.6980", title="A <Title>", claims=(BASE, replace(BASE, id="other", minimum_effect=None)))
ENVIRONMENT = {"torch": "2.13", "pressure": 3.0, "overhead": 0.01}


def cost(arm: str, **notes: object) -> Measurement:
    told = {
        "FLOPs": 1000, "FLOPs counted, per cent": 99.0, "without a formula": ["exp"], "bytes moved": 500,
        "kept for backward, bytes": 64, "dtypes": ["float32"], "peak growth, bytes": 4096, "peak FLOP/s": 1e9, "peak bytes/s": 1e8,
    }  # fmt: skip
    return row(arm, kind="cost", case="speed", value=None, notes=told | notes)


TIMING = row(
    kind="speed", case="speed", value=2.0, samples=(0.6, 0.7, 0.8),
    notes={"what": "one step", "against": "sgd", "steady": True, "seconds a call": 1e-5, "A/A ratio": 1.01,
           "contaminated pairs": 1, "kept apart": [0.4], "pairs": 4, "A/A": [0.0, 0.01, 0.02]},
)  # fmt: skip
ROWS = [
    check(environment=ENVIRONMENT),
    *(replace(r, samples=(3.0, 2.0, 1.0), environment=ENVIRONMENT) for r in arms(ours=HIGH, other=LOW)),
    row("chance", kind="ladder", value=0.1, source_hash=""),
    TIMING, cost("ours"), cost("against"),
]  # fmt: skip


def made(rows: list[Measurement] = ROWS, card: Card = CARD) -> str:
    return page(card, results(card, rows, judge(card, rows, budget="small")))


class Elements(HTMLParser):
    """Collects elements and attributes; holds that what opens closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_nothing_runs_and_nothing_is_asked_for() -> None:
    text = made()
    found = Elements(text)
    assert found.open == []
    assert not {"script", "link", "img", "iframe", "object", "use", "image"} & set(found.names)
    assert not [name for name, _ in found.attributes if name.startswith("on") or name in ("src", "href", "style")]
    assert re.findall(r"https?://\S+?(?=\")", text) == ["http://www.w3.org/2000/svg"] * text.count("<svg")
    assert "url(" not in text
    assert "@import" not in text


def test_what_was_measured_is_on_the_page() -> None:
    text = made()
    for words in (
        "reproduced", "Equation (1)", "0.885 to 0.935", "speed: one step: 2 times", "sgd (95 % interval 1.57 to 2.58); identical code beside it 1.01", "in 1 of 4 pairs, kept apart", "chance",
        "matrix product 1 G FLOP/s, copy 100 M bytes/s", "no formula for exp", "torch", "2 times the time of sgd",
    ):  # fmt: skip
        assert words in text, words
    assert text.count('class="thin c0"') == text.count('class="thin c1"') == 3
    assert text.count('role="img"') == text.count("<title>") - 1


def test_what_a_claim_says_and_asks_for_is_in_both_files() -> None:
    claim = replace(
        BASE, sentence="It beats the other.", scope="only small", paper=0.25, tolerance=0.125, control="known"
    )
    card = replace(CARD, claims=(claim, replace(BASE, id="grows", kind="slope", compare=(), over={"a": 1, "b": 2})))
    text = made(card=card)
    for words in ("It beats the other.", "only small", ">0.125<", ">0.25<", "ours against other; control known", "a (1), b (2)"):  # fmt: skip
        assert words in text, words
    told, _ = results(card, ROWS, ())["claims"]
    assert (told["claim"], told["sentence"], told["minimum_effect"]) == ("c", "It beats the other.", 0.1)
    assert (told["scope"], told["tolerance"], told["compare"]) == ("only small", 0.125, ["ours", "other"])


def test_words_of_a_paper_or_a_learner_are_text() -> None:
    hostile = "<script>alert(1)</script>\"'><b onload=x>"
    card = replace(CARD, title=hostile, claims=(replace(BASE, place=hostile, id=hostile),))
    rows = [check(hostile, status="failed", failure=hostile), *ROWS, cost("ours", **{"without a formula": [hostile]})]
    rows += [replace(r, arm=hostile, unit=hostile, metric=hostile, case=hostile) for r in ROWS if r.kind == "quality"]
    found = Elements(made(rows, card))
    assert found.open == []
    assert not {"script", "b"} & set(found.names)
    assert not [name for name, _ in found.attributes if name.startswith("on")]


def test_shares_of_the_machine_are_work_over_time_over_peak() -> None:
    ours, against = results(CARD, ROWS, ())["costs"]
    assert (ours["of peak FLOP/s, per cent"], ours["of peak bytes/s, per cent"]) == (10.0, 50.0)
    assert (against["seconds a call"], against["of peak FLOP/s, per cent"]) == (5e-6, 20.0)


def test_memory_is_told_as_ours_over_the_baselines_where_both_were_measured() -> None:
    def told(ours: int | None, against: int | None) -> list[float | None]:
        rows = [cost(s, **{"growth in a later call, bytes": g}) for s, g in (("ours", ours), ("against", against))]
        return [c["growth ratio"] for c in results(CARD, rows, ())["costs"]]

    assert (told(6000, 4000), told(0, 4000)) == ([1.5, None], [0.0, None])
    assert (told(6000, 0), told(None, 4000), told(6000, None)) == ([None, None],) * 3
    assert [c["growth ratio"] for c in results(CARD, ROWS, ())["costs"]] == [None, None]


def test_a_timing_of_another_dtype_or_compiled_stands_beside_the_plain_one() -> None:
    compiled = replace(
        TIMING,
        case="speed compiled",
        value=0.5,
        notes=TIMING.notes
        | {"compile seconds": 3.0, "compile seconds, against": 4.0, "error in baselines": 1.5, "not compared": ""},
    )
    odd = replace(cost("ours"), case="speed bfloat16", value=None, status="failed", failure="expected work in bfloat16")
    rows = [compiled, *ROWS, odd]
    told = results(CARD, rows, ())
    assert (told["speed"]["ratio"], [t["name"] for t in told["timings"]]) == (2.0, ["speed", "speed compiled"])
    text = made(rows)
    assert "speed compiled: one step: 0.5 times" in text
    assert text.count("Training was in float32 and not compiled.") == 1
    assert "Compiled first, in 3 s; the baseline in 4 s." in text
    assert "Off its own float64 result by 1.5 times what the baseline is off its own." in text
    assert "speed bfloat16, ours: expected work in bfloat16" in text
    unlike = replace(compiled, notes=compiled.notes | {"error in baselines": None, "not compared": "no tensor"})
    assert "What a call gives was not compared: no tensor." in made([unlike, *ROWS])


def test_each_dtype_stands_under_its_own_roof() -> None:
    """A matrix product in bfloat16 may be ten times as fast: under float32's roof it would stand above it."""
    half = [replace(r, case="speed bfloat16") for r in (TIMING, cost("ours", **{"peak FLOP/s": 8e9}))]
    compiled = [replace(TIMING, case="speed float16 compiled"), replace(cost("ours"), case="speed float16")]
    told = results(CARD, [*ROWS, *half, *compiled], ())
    assert [(m["timing"], m["peak FLOP/s"]) for m in told["machines"]] == [
        ("speed", 1e9), ("speed bfloat16", 8e9), ("speed float16", 1e9),
    ]  # fmt: skip
    assert told["machine"] == {"peak FLOP/s": 1e9, "peak bytes/s": 1e8}
    assert [c["of peak FLOP/s, per cent"] for c in told["costs"] if c["side"] == "ours"] == [10.0, 1.25, 10.0]
    assert made([*half, check()]).count("Roofline of speed bfloat16") == 1
    assert made([*ROWS, *half, *compiled]).count("<title>Roofline") == 3


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        ({}, '<td data-head="run twice">–</td>'),
        ({"repeats": 0.0, "repeats with threads": [2, 0.0]}, ">bitwise equal<"),
        ({"repeats": 3.2e-8}, ">differs by 3e-08<"),
        ({"repeats": 0.0, "repeats with threads": [2, 1e-7]}, ">bitwise equal; by 1e-07 with other threads<"),
    ],
)
def test_whether_a_second_run_gave_the_same_is_told(notes: dict[str, object], told: str) -> None:
    assert told in made([check(notes={"kind": "equality"} | notes)])


def test_what_cannot_be_counted_is_said() -> None:
    text = made([*ROWS[:-2], cost("ours", FLOPs=None), cost("against", FLOPs=None)])
    assert "No roofline: no FLOPs could be counted" in text
    assert made([check()]).count("<h2>") == 3
    assert "speed, not timed: it fell" in made(
        [check(), row(kind="speed", case="speed", value=None, status="failed", failure="it fell")]
    )


def _keys(value: object, before: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inside in value.items():
            path = f"{before}{key}"
            yield path
            if path not in ("environment", "claims[].over", "summary[].ladder", "across[].improvement over"):
                yield from _keys(inside, f"{path}.")
    elif isinstance(value, list):
        for inside in value:
            yield from _keys(inside, f"{before.removesuffix('.')}[].")


def test_every_key_is_documented_and_every_documented_key_is_there() -> None:
    rows = [*ROWS, row("ceiling", kind="ladder", value=1.0, source_hash="")]
    rows += [replace(r, case="second") for r in rows if r.kind in ("quality", "ladder")]
    told = results(CARD, rows, judge(CARD, rows, budget="small"))
    assert set(_keys(json.loads(json.dumps(told)))) == set(KEYS)


def test_an_axis_by_decades_puts_a_thousand_midway() -> None:
    place = axis([1.0, 1e6], 0, 100)
    assert (place.log, place(1.0), place(1e3), place(1e6), place(1e9)) == (True, 0.0, 50.0, 100.0, 100.0)
    flat = axis([2.0, 2.0], 0, 100)
    assert flat(2.0) == 50.0
    assert axis([-1.0, 1e6], 0, 100).log is False


def test_a_curve_that_diverged_leaves_a_gap() -> None:
    text = curves("t", {"ours": [[1.0, None, 3.0, 2.0]]})
    (path,) = re.findall(r'class="thin c0" d="([^"]*)"', text)
    assert re.findall("[ML]", path) == ["M", "M", "L"]
    assert "nan" not in curves("t", {"ours": [[None, None]]})


def test_a_point_under_the_roof_is_drawn_under_it() -> None:
    text = roofline("t", 1e9, 1e8, {"ours": (10.0, 1e9), "against": (10.0, 1e8)})
    (ridge,) = re.findall(r"L([\d.]+) ([\d.]+)H", text)
    ours, against = re.findall(r'<circle class="c\d" cx="([\d.]+)" cy="([\d.]+)"', text)
    assert ours == ridge
    assert float(against[1]) > float(ours[1])


@pytest.mark.parametrize("many", [1, 40])
def test_dots_keep_the_order_they_are_given(many) -> None:
    text = dots("t", [Dot(f"arm {i}", float(i), (i - 0.5, i + 0.5)) for i in range(many)])
    assert re.findall(r"arm \d+", text) == [f"arm {i}" for i in range(many)]


def test_equal_rows_give_equal_bytes() -> None:
    shuffled = ROWS[::-1]
    assert json.dumps(results(CARD, ROWS, ())["costs"]) == json.dumps(results(CARD, shuffled, ())["costs"])
    assert made() == made()
