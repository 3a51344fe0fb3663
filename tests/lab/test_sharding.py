"""One bench in parts, on machines that share nothing: each unit once, and the joined rows give what a whole bench gives."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import NothingFound, UsageError
from paperlab.harness import Request
from paperlab.harness.planning import shard
from paperlab.harness.units import Unit
from paperlab.lab import Lab
from paperlab.library import Measurements
from tests.harness.rows import row
from tests.harness.toy import PAPER_TOML
from tests.support.arxiv_server import arxiv_server
from tests.support.commands import Shell, shell

__all__ = ["arxiv_server", "shell"]


SHARDS = ((1, 2), (2, 2))
VALUES = ("kind", "case", "arm", "seed", "value", "status")
"""What two runs with the same seeds have in common; times and machines differ."""


def asked(which: tuple[int, int] = (1, 1)) -> Request:
    return Request(budget="smoke", seeds=3, device="cpu", shard=which)


def facts(lab: Lab) -> set[tuple[object, ...]]:
    rows = Measurements(lab.store / "measurements.db").rows()
    return {tuple(getattr(r, name) for name in VALUES) for r in rows if r.kind != "speed"}


def store(lab: Lab) -> Path:
    return lab.store / "measurements.db"


def unit(seed: int) -> Unit:
    return Unit(kind="quality", folder="", slug="toy", source_hash="", seed=seed)


@given(st.integers(1, 9), st.integers(0, 40))
def test_each_unit_belongs_to_one_shard(of: int, count: int) -> None:
    units = [unit(seed) for seed in range(count)]
    parts = [shard(units, which, of) for which in range(1, of + 1)]
    assert sorted(u.seed for part in parts for u in part) == list(range(count))


@pytest.mark.slow
def test_two_shards_joined_in_either_order_are_the_whole_and_give_equal_bytes(labs: Callable[[str], Lab]) -> None:
    whole = labs("whole")
    (benched,) = whole.bench(request=asked(), record=True)
    parts = [labs(f"part{which}") for which, _ in SHARDS]
    for part, which in zip(parts, SHARDS, strict=True):
        (alone,) = part.bench(request=asked(which))
        assert alone.claims == ()
    assert not (facts(parts[0]) & facts(parts[1]) - {f for f in facts(whole) if f[0] == "check"})
    written = []
    for name, order in (("one", parts), ("other", parts[::-1])):
        joined = labs(name)
        assert joined.merge([p.root for p in order if p.root]) > 0
        assert joined.merge([store(p) for p in order]) == 0  # nothing is taken twice
        assert facts(joined) == facts(whole)
        before = Measurements(store(joined)).rows()
        (again,) = joined.bench(request=asked(), record=True)
        assert Measurements(store(joined)).rows() == before  # nothing is run that a shard ran
        assert [r.verdict.verdict for r in again.claims] == [r.verdict.verdict for r in benched.claims]
        written.append((joined.root / "implementations" / "toy" / "results.json").read_bytes())
    assert written[0] == written[1]


def test_the_newest_answer_counts_wherever_it_came_from(labs: Callable[[str], Lab]) -> None:
    here, there = labs("here"), labs("there")
    for lab, at, value in ((here, "2026-02-01T00:00:00Z", 2.0), (there, "2026-01-01T00:00:00Z", 1.0)):
        Measurements(lab.store / "measurements.db").append([replace(row(value=value), key="k", at=at)])
    assert here.merge([store(there)]) == 1
    assert Measurements(store(here)).latest()["k"].value == 2.0
    assert [r.value for r in Measurements(store(here)).rows()] == [2.0, 1.0]  # nothing is lost


def test_two_answers_of_one_second_are_both_kept_and_lie_in_the_same_order(labs: Callable[[str], Lab]) -> None:
    parts = [labs("one"), labs("two")]
    for part, pressure in zip(parts, (1.0, 2.0), strict=True):
        made = replace(row(), key="k", at="2026-01-01T00:00:00Z", environment={"pressure": pressure})
        Measurements(store(part)).append([made])
    found = []
    for name, order in (("here", parts), ("there", parts[::-1])):
        lab = labs(name)
        assert lab.merge([store(p) for p in order]) == 2
        found.append(Measurements(store(lab)).rows())
    assert found[0] == found[1]


def test_a_folder_without_measurements_is_one_line_and_nothing_is_taken(
    labs: Callable[[str], Lab], tmp_path: Path
) -> None:
    here = labs("here")
    with pytest.raises(NothingFound, match="expected a lab in which `paperlab bench` ran"):
        here.merge([tmp_path])
    assert not store(here).exists()


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", "½/2"])
def test_a_shard_that_cannot_be_is_refused(text: str, shell: Shell) -> None:
    done = shell("bench", "adam", "--shard", text, code=2)
    assert "shard" in done.stderr


@pytest.mark.parametrize("flag", ["--record", "--strict"])
def test_one_shard_alone_is_neither_recorded_nor_judged(flag: str, shell: Shell) -> None:
    shell("bench", "adam", "--shard", "1/2", flag, code=2)


def test_merge_says_what_came_and_what_is_not_there(shell: Shell, labs: Callable[[str], Lab]) -> None:
    there = labs("there")
    Measurements(store(there)).append([replace(row(), key="k", at="2026-01-01T00:00:00Z")])
    assert shell("bench", "merge", str(there.root)).stdout == "1 new measurement\n"
    assert shell("bench", "merge", str(store(there))).stdout == "0 new measurements\n"
    assert "expected a lab in which" in shell("bench", "merge", "nowhere", code=1).stderr


def test_a_request_states_its_shard() -> None:
    with pytest.raises(UsageError, match=r"from 1/N to N/N, such as 1/2; got 3/2"):
        Request(shard=(3, 2))


def test_a_lab_says_where_its_units_run_and_the_command_line_overrules_it(shell: Shell) -> None:
    lab = Path(shell.lab)
    (lab / "paperlab.toml").write_text('[bench]\nexecutor = "inline"\njobs = 3\n', encoding="utf-8")
    request = Lab(lab).request()
    assert (request.executor, request.jobs) == ("inline", 3)
    assert Lab(lab, flags={"bench.executor": "ray"}).request().executor == "ray"
    (lab / "implementations" / "toy").mkdir(parents=True)
    (lab / "implementations" / "toy" / "paper.toml").write_text(PAPER_TOML, encoding="utf-8")
    refused = shell("bench", "toy", "--executor-option", "a=b", code=2).stderr
    assert "executor inline has no option 'a'" in refused
    refused = shell("bench", "toy", "--executor-option", "a=b", "--executor", "processes", code=2).stderr
    assert "executor processes has no option 'a'" in refused
    assert "expected --executor to be one of" in shell("bench", "toy", "--executor", "moon", code=2).stderr
