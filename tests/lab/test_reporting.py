"""`paperlab bench report`: rows that were merged in any order give the bytes of those of one lab."""

import json
from dataclasses import replace

import pytest

from paperlab.errors import NothingFound
from paperlab.harness import source_hash
from paperlab.lab import Lab
from paperlab.library import Measurements
from paperlab.records.measurement import Measurement
from tests.harness.rows import row


def rows(lab: Lab) -> list[Measurement]:
    source = source_hash(lab.root / "implementations" / "toy")
    facts = {"slug": "toy", "case": "digits-optimizer", "source_hash": source}
    measured = [
        row(arm, seed, 1.0 + 0.1 * seed + (arm == "sgd"), samples=(3.0, 1.0), **facts)
        for seed in range(4)
        for arm in ("sgd", "ours", "still")
    ]
    shared = row("chance", kind="ladder", value=2.3, **facts | {"source_hash": ""})
    gate = row(kind="check", value=0.0, limit=1.0, notes={"kind": "equality"}, **facts | {"case": "update"})
    return [replace(r, key=f"{i:064x}") for i, r in enumerate([gate, *measured, shared])]


def keep(lab: Lab, some: list[Measurement]) -> None:
    Measurements(lab.store / "measurements.db").append(some)


def test_merged_shards_give_the_report_byte_for_byte(labs) -> None:
    whole, one, two, joined = map(labs, ("whole", "one", "two", "joined"))
    found = rows(whole)
    keep(whole, found)
    keep(one, found[::2][::-1])
    keep(two, found[1::2])
    joined.merge([two.root, one.root])
    first, second = whole.report("toy"), joined.report("toy")
    assert [p.name for p in first] == ["toy.html", "toy.json"]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert first[0].read_text(encoding="utf-8").count('class="thin') == 12
    assert [a["arm"] for a in json.loads(first[1].read_bytes())["summary"][0]["arms"]] == ["ours", "sgd", "still"]


def test_only_rows_of_the_source_as_it_stands_count_at_the_longest_budget(labs, tmp_path) -> None:
    lab = labs("whole")
    found = rows(lab)
    odd = {"budget": "full", "source_hash": "older"}
    keep(lab, [replace(found[3], key="d" * 64, seed=9, source_hash="older")])
    keep(lab, [*found, replace(found[1], key="f" * 64, budget="smoke"), replace(found[2], key="e" * 64, **odd)])
    _, data = lab.report("toy", tmp_path / "new" / "out")
    told = json.loads(data.read_bytes())
    assert told["budget"] == "small"
    assert sum(arm["n"] for arm in told["summary"][0]["arms"]) == 12
    assert told["summary"][0]["ladder"] == {"chance": 2.3}


def test_rows_of_equal_seconds_come_with_the_ladder_of_their_budget_where_there_are_no_others(labs, tmp_path) -> None:
    lab = labs("whole")
    found = [replace(r, budget="small, 2 s") if r.kind == "quality" else r for r in rows(lab)]
    keep(lab, found)
    told = json.loads(lab.report("toy", tmp_path / "timed")[1].read_bytes())
    assert (told["budget"], told["equal"]) == ("small, 2 s", "seconds")
    assert told["summary"][0]["ladder"] == {"chance": 2.3}
    assert "small, 2 s" in {r.verdict.budget for r in lab.claims(["toy"])}
    keep(lab, rows(lab)[1:4])
    assert json.loads(lab.report("toy", tmp_path / "steps")[1].read_bytes())["budget"] == "small"


def test_where_nothing_was_measured_it_says_what_to_run(labs) -> None:
    lab = labs("whole")
    with pytest.raises(NothingFound, match="run `paperlab bench toy`"):
        lab.report("toy")
    assert not (lab.store / "reports").exists()
