"""`claims` from rows by hand: which rows speak, which no longer do."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.errors import UsageError
from paperlab.harness.units import claims_hash, source_hash
from paperlab.lab import Lab, judging
from paperlab.lab.folders import Folder
from paperlab.lab.judging import ClaimRow, claims_of
from paperlab.library import Measurements
from paperlab.records.card import Card, Claim
from paperlab.records.measurement import Measurement

CLAIM = Claim(id="c", place="Section 1", kind="better-than", case="k", compare=("ours", "sgd"), minimum_effect=0.1)
OTHER = replace(CLAIM, id="o", case="other")
ROW = Measurement(
    key="", slug="toy", source_hash="", kind="quality", case="k", case_version=1, arm="ours", seed=0, budget="small",
    device="cpu", metric="accuracy", unit="fraction", higher_is_better=True, value=0.0, at="2026-01-01T00:00:00Z",
)  # fmt: skip


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


@pytest.fixture
def toy(tmp_path: Path) -> Folder:
    path = tmp_path / "implementations" / "toy"
    path.mkdir(parents=True)
    (path / "model.py").write_text("alpha = 1\n", encoding="utf-8")
    return Folder(path, Card(slug="toy", id=None, title="Toy", claims=(CLAIM, OTHER)), shipped=False)


def keep(lab: Lab, toy: Folder, *, budget: str, ours: float, case: str = "k") -> None:
    """Keep what a bench leaves: a check, three seeds of ours, and of the case's own arm, which has no source."""
    now, at = source_hash(toy.path), f"2026-01-0{1 + ('full', 'small', 'smoke').index(budget)}T00:00:00Z"
    rows = [replace(ROW, kind="check", case="oracle", budget="smoke", source_hash=now, limit=0.1)]
    for seed in range(3):
        rows.append(replace(ROW, seed=seed, value=ours + seed / 100, source_hash=now, budget=budget, case=case))
        rows.append(replace(ROW, seed=seed, arm="sgd", value=0.5 + seed / 100, budget=budget, case=case))
    named = [replace(r, at=at, key=f"{r.source_hash[:9]} {r.kind} {r.case} {r.arm} {r.seed} {r.budget}") for r in rows]
    Measurements(lab.store / "measurements.db").append(named)


def words(rows: tuple[ClaimRow, ...]) -> list[str]:
    return [r.verdict.verdict for r in rows]


def test_a_smoke_run_afterwards_takes_no_verdict_away(lab: Lab, toy: Folder) -> None:
    keep(lab, toy, budget="small", ours=0.9)
    keep(lab, toy, budget="smoke", ours=0.1)
    first, _ = claims_of(lab, toy)
    assert (first.verdict.verdict, first.verdict.budget) == ("reproduced", "small")


def test_each_claim_rests_on_the_longest_budget_of_its_own_case(lab: Lab, toy: Folder) -> None:
    keep(lab, toy, budget="small", ours=0.9)
    keep(lab, toy, budget="full", ours=0.5, case="other")
    assert words(claims_of(lab, toy)) == ["reproduced", "not"]


def test_rows_of_an_older_source_decide_nothing_and_the_reason_says_so(lab: Lab, toy: Folder) -> None:
    keep(lab, toy, budget="small", ours=0.9)
    (toy.path / "model.py").write_text("alpha = 2\n", encoding="utf-8")
    first, second = claims_of(lab, toy)
    assert words((first, second)) == ["not tested", "not tested"]
    assert first.verdict.reason == (
        "the source changed since the run of 2026-01-02T00:00:00Z; run paperlab bench toy again"
    )


def test_an_older_sources_budget_does_not_choose(lab: Lab, toy: Folder) -> None:
    keep(lab, toy, budget="full", ours=0.9)
    (toy.path / "model.py").write_text("alpha = 2\n", encoding="utf-8")
    keep(lab, toy, budget="small", ours=0.5)
    first, _ = claims_of(lab, toy)
    assert (first.verdict.verdict, first.verdict.budget) == ("not", "small")


def test_without_rows_the_file_speaks_and_says_when_it_is_older_than_the_source(lab: Lab, toy: Folder) -> None:
    told = {"verdicts": [], "run": "r", "at": "then", "hashes": {"source": [source_hash(toy.path)]}}
    (toy.path / "results.json").write_text(json.dumps(told), encoding="utf-8")
    assert claims_of(lab, toy)[0].source == "results.json, run r of then"
    (toy.path / "model.py").write_text("alpha = 2\n", encoding="utf-8")
    assert claims_of(lab, toy)[0].source == "results.json, run r of then; the source changed since"


def test_without_rows_the_file_says_when_the_claims_were_fixed_anew(lab: Lab, toy: Folder) -> None:
    """A minimum effect that moves after the run decides nothing in silence."""
    told = {"verdicts": [], "run": "r", "at": "then", "hashes": {"claims": claims_hash(toy.card.claims)}}
    (toy.path / "results.json").write_text(json.dumps(told), encoding="utf-8")
    assert claims_of(lab, toy)[0].source == "results.json, run r of then"
    easier = tuple(replace(c, minimum_effect=0.001) for c in toy.card.claims)
    moved = replace(toy, card=replace(toy.card, claims=easier))
    assert claims_of(lab, moved)[0].source.endswith("; what the claims ask for changed since")


def test_nothing_at_all(lab: Lab, toy: Folder) -> None:
    first, _ = claims_of(lab, toy)
    assert (first.verdict.verdict, first.verdict.reason) == (
        "not tested",
        "nothing was measured; run paperlab bench",
    )


RECORDED = {
    "slug": "toy", "claim": "c", "place": "Section 1", "paper": None, "ours": 0.4, "interval": [0.3, 0.5], "seeds": 3,
    "verdict": "reproduced", "reason": "why", "runs": ["k"], "run": "k",
}  # fmt: skip


def recorded(toy: Folder, **change: object) -> None:
    told = {
        "verdicts": [RECORDED | change], "run": "r", "at": "then",
        "hashes": {"source": [source_hash(toy.path)], "claims": claims_hash(toy.card.claims)},
    }  # fmt: skip
    (toy.path / "results.json").write_text(json.dumps(told), encoding="utf-8")


def both(toy: Folder) -> None:
    """Record a verdict on each of the two claims."""
    recorded(toy)
    told = json.loads((toy.path / "results.json").read_text(encoding="utf-8"))
    told["verdicts"].append(RECORDED | {"claim": "o"})
    (toy.path / "results.json").write_text(json.dumps(told), encoding="utf-8")


def test_what_was_not_measured_anew_keeps_its_recorded_verdict_and_says_so(lab: Lab, toy: Folder) -> None:
    both(toy)
    keep(lab, toy, budget="small", ours=0.5)
    first, second = claims_of(lab, toy)
    assert words((first, second)) == ["not", "reproduced"]
    assert (first.source, second.source) == ("", "results.json, run r of then")


@pytest.mark.parametrize("why", ["older source", "broken check", "unreadable"])
def test_no_recorded_verdict_is_kept_where_it_says_nothing_of_this_code(lab: Lab, toy: Folder, why: str) -> None:
    both(toy)
    if why == "older source":
        (toy.path / "model.py").write_text("alpha = 2\n", encoding="utf-8")
    if why == "unreadable":
        (toy.path / "results.json").write_text("<<<<", encoding="utf-8")
    keep(lab, toy, budget="small", ours=0.5)
    if why == "broken check":
        bad = replace(
            ROW, key="bad", kind="check", case="other-check", source_hash=source_hash(toy.path), status="failed"
        )
        Measurements(lab.store / "measurements.db").append([bad])
    assert words(claims_of(lab, toy))[1] == "not tested"


def test_a_file_of_an_older_source_decides_nothing(lab: Lab, toy: Folder) -> None:
    """What a page says of code that was changed would be a number without a run; rows are held to the same."""
    recorded(toy)
    assert [(r.verdict.verdict, r.verdict.ours) for r in claims_of(lab, toy)] == [
        ("reproduced", 0.4), ("not tested", None),
    ]  # fmt: skip
    (toy.path / "model.py").write_text("alpha = 2\n", encoding="utf-8")
    first, second = claims_of(lab, toy)
    reason = "the source changed since the run of then in results.json; run paperlab bench toy"
    for row in (first, second):
        assert (row.verdict.verdict, row.verdict.ours, row.verdict.reason) == ("not tested", None, reason)


def test_a_file_whose_claims_were_fixed_anew_says_so_in_the_reason_that_a_page_shows(lab: Lab, toy: Folder) -> None:
    recorded(toy)
    easier = replace(toy, card=replace(toy.card, claims=(replace(CLAIM, minimum_effect=0.001), OTHER)))
    assert claims_of(lab, easier)[0].verdict.reason == "why; what the claims ask for changed since"


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "great"}, {"ours": "0.4"}, {"ours": [1]}, {"paper": "0.3"}, {"interval": [1]}, {"interval": "ab"},
        {"interval": [1, 2, 3]}, {"reason": None}, {"place": 3}, {"claim": []}, {"new": 1}, {"runs": 3}, {"ours": float("nan")},
    ],
)  # fmt: skip
def test_a_verdict_in_a_file_that_is_none_is_one_clear_line(lab: Lab, toy: Folder, change: dict[str, object]) -> None:
    recorded(toy, **change)
    with pytest.raises(UsageError, match=r"results\.json: expected results of a run, got: .*bench --record"):
        claims_of(lab, toy)


@pytest.mark.parametrize(
    "text", ["[]", "null", "{}", "<<<<<<< HEAD", "[" * 100_000, '{"run": 1, "at": 2, "verdicts": [], "hashes": null}']
)
def test_a_file_that_cannot_be_read_costs_its_own_folder_alone(tmp_path: Path, text: str) -> None:
    told: list[str] = []
    lab = Lab(tmp_path, talk=told.append)
    for name in ("bad", "good"):
        folder = tmp_path / "implementations" / name
        folder.mkdir(parents=True)
        (folder / "paper.toml").write_text(f'slug = "{name}"\ntitle = "T"\n[[claims]]\nid = "c"\nplace = "p"\n')
    (tmp_path / "implementations" / "bad" / "results.json").write_text(text)
    slugs = {row.verdict.slug for row in lab.claims()}
    assert "good" in slugs
    assert "bad" not in slugs
    assert [line for line in told if "results.json: expected results" in line and line.endswith("bad is left out")]
    with pytest.raises(UsageError, match=r"bad/results\.json: expected results of a run"):
        lab.claims(["bad"])


@pytest.mark.parametrize("shut", ["", "model.py"])
def test_a_folder_that_may_not_be_read_costs_itself_alone(tmp_path: Path, shut: str) -> None:
    """Root reads whatever it likes: then its rights are taken off in a process of its own."""
    for name in ("shut", "open"):
        folder = tmp_path / "implementations" / name
        folder.mkdir(parents=True)
        (folder / "paper.toml").write_text(f'slug = "{name}"\ntitle = "T"\n[[claims]]\nid = "c"\nplace = "p"\n')
        (folder / "model.py").write_text("x = 1\n")
    target = tmp_path / "implementations" / "shut" / shut
    mode = target.stat().st_mode
    target.chmod(0)
    script = (
        "import sys; from pathlib import Path; from paperlab.lab import Lab; from paperlab.lab.made import made_from;"
        "lab = Lab(Path(sys.argv[1]), talk=print); list(made_from(lab.root / 'implementations'));"
        "print(*{r.verdict.slug for r in lab.claims()})"
    )
    plain = [sys.executable, "-c", script, str(tmp_path)]
    rights = "-dac_override,-dac_read_search"
    words = ["setpriv", "--bounding-set", rights, "--inh-caps", rights, *plain] if os.geteuid() == 0 else plain
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        pytest.skip("root without setpriv reads everything")
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    finally:
        target.chmod(mode)
    assert "open" in done.stdout.splitlines()[-1].split()
    assert "shut" not in done.stdout.splitlines()[-1].split()
    assert ("model.py" in done.stdout) == bool(shut)


def test_an_arm_of_several_cases_is_told_in_one_line() -> None:
    arm = {"arm": "ours", "runs": 5, "cases": ["a", "b"], "iqm": [0.75, 0.7, 0.8], "improvement over": {"adam": [0.9]}}
    _, line = judging._lines({"checks": [], "summary": [], "across": [arm], "speed": None, "timings": []})
    assert line == (
        "across cases, ours (5 seeds of 2 cases, 0 trivial, 1 ceiling): "
        "interquartile mean 0.75 [0.70, 0.80], beats adam with chance 0.90"
    )


@pytest.mark.parametrize("paper", ["1706.03762", "arXiv:1706.03762v5", "https://arxiv.org/abs/1706.03762"])
def test_an_implementation_is_found_by_its_paper_too(lab: Lab, paper: str) -> None:
    found = judging.chosen(lab, ["transformer", paper, "1910.07467"])
    assert [one.card.slug for one in found] == ["transformer", "layernorm"]  # the second by its `also`
