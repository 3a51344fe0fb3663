"""Exports against what the tools themselves read back."""

import sys
from pathlib import Path

import pytest

from paperlab.errors import UsageError
from paperlab.harness import judge, results
from paperlab.harness.exports import EXPORTS, export, runs
from paperlab.lab import Lab
from paperlab.records.card import Card
from tests.harness.rows import BASE, check, row
from tests.lab.test_reporting import keep
from tests.lab.test_reporting import rows as toy_rows

CARD = Card(slug="s", id="1234.56789", title="t", claims=(BASE,))
CURVE = (3.0, 2.5, float("nan"))
ROWS = [
    check(equation="Equation (1)"),
    *(
        row(arm, seed, value + 0.01 * seed, samples=CURVE, notes={"rate": 0.1, "wild": [1]}, environment={"torch": "2"})
        for arm, value in (("ours", 0.9), ("other", 0.5))
        for seed in range(6)
    ),
    row("still", 0, None, status="crashed", failure="boom | bang\nsecond"),
    row("chance", kind="ladder", value=0.25, source_hash=""),
]


def told() -> dict:
    return results(CARD, ROWS, judge(CARD, ROWS, budget="small"))


def test_each_arm_and_seed_is_a_run_and_the_verdicts_are_one() -> None:
    found = {r.name: r for r in runs(told(), ROWS)}
    seeds = [f"k/{arm}/seed-{n}" for arm, count in (("other", 6), ("ours", 6), ("still", 1)) for n in range(count)]
    assert sorted(found) == [*seeds, "verdicts"]
    one = found["k/ours/seed-1"]
    assert (one.values["accuracy"], one.settings["rate"], one.settings["arm"]) == (0.91, "0.1", "ours")
    assert (one.curves["curve"], one.tags["environment.torch"], one.done) == (CURVE, "2", True)
    assert one.ended - one.began == 2.0
    judged = found["verdicts"]
    assert judged.tags["verdict.c"] == "reproduced"
    assert judged.values["claim/c/ours"] == pytest.approx(0.4)
    assert judged.values["ladder/k/chance"] == 0.25
    assert judged.values["mean/k/other"] == pytest.approx(0.525)
    lost = found["k/still/seed-0"]
    assert (lost.done, "accuracy" in lost.values, lost.tags["failure"]) == (False, False, "boom | bang\nsecond")


def test_tensorboard_reads_values_curves_settings_and_verdicts(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
    from tensorboard.util import tensor_util

    where = export("tensorboard", told(), ROWS, str(tmp_path / "tb"))
    read = EventMultiplexer().AddRunsFromDirectory(where).Reload()

    def values(run: str, tag: str) -> list:
        return [tensor_util.make_ndarray(e.tensor_proto).item() for e in read.Tensors(run, tag)]

    one = "s/h-small-cpu/k/ours/seed-1"
    assert len(read.Runs()) == 14
    assert values(one, "accuracy") == pytest.approx([0.91])
    assert values(one, "curve") == pytest.approx(list(CURVE), nan_ok=True)
    assert [e.step for e in read.Tensors(one, "curve")] == [0, 1, 2]
    assert b"| verdict.c | reproduced |" in values("s/h-small-cpu/verdicts", "facts")[0]


def test_equal_rows_give_tensorboard_equal_bytes(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    first, second = (
        {
            p.relative_to(d): p.read_bytes()
            for p in Path(export("tensorboard", told(), ROWS, str(d))).rglob("*tfevents*")
        }
        for d in (tmp_path / "a", tmp_path / "b")
    )
    assert len(first) == 14
    assert first == second


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the packages among themselves
def test_mlflow_reads_values_curves_settings_and_verdicts_each_run_once(tmp_path: Path) -> None:
    pytest.importorskip("mlflow")
    from mlflow import MlflowClient

    for _ in range(2):
        address = export("mlflow", told(), ROWS, str(tmp_path / "ml"))
    client = MlflowClient(tracking_uri=address)
    (experiment,) = client.search_experiments(filter_string="name = 'paperlab/s'")
    found = {r.info.run_name: r for r in client.search_runs([experiment.experiment_id])}
    assert len(client.search_runs([experiment.experiment_id])) == len(found) == 14
    one = found["k/ours/seed-1 h-small-cpu"]
    assert (one.data.params["rate"], one.data.params["case version"], one.info.status) == ("0.1", "1", "FINISHED")
    assert one.data.metrics["accuracy"] == pytest.approx(0.91)
    curve = {m.step: m.value for m in client.get_metric_history(one.info.run_id, "curve")}
    assert [curve[n] for n in range(3)] == pytest.approx(list(CURVE), nan_ok=True)
    assert found["verdicts h-small-cpu"].data.tags["verdict.c"] == "reproduced"
    assert found["k/still/seed-0 h-small-cpu"].info.status == "FAILED"


@pytest.mark.parametrize("to", EXPORTS)
def test_without_the_package_it_says_what_to_install(to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, to, None)
    with pytest.raises(UsageError, match=rf"needs its package: pip install 'paperlab-loop\[{to}\]'"):
        export(to, told(), ROWS, str(tmp_path))


def test_an_unknown_tool_and_an_address_are_refused(labs, tmp_path: Path) -> None:
    lab: Lab = labs("one")
    keep(lab, toy_rows(lab))
    with pytest.raises(UsageError, match="expected --to to be one of mlflow, tensorboard; got 'wandb'"):
        lab.export_runs("toy", "wandb")
    for to in EXPORTS:
        with pytest.raises(UsageError, match="expected --out to be a folder, got 'http://localhost:5000'"):
            lab.export_runs("toy", to, "http://localhost:5000")


def test_a_lab_keeps_its_exports_below_its_own_folder(labs) -> None:
    pytest.importorskip("tensorboard")
    lab: Lab = labs("one")
    keep(lab, toy_rows(lab))
    where = Path(lab.export_runs("toy", "tensorboard"))
    assert where == lab.store / "exports" / "tensorboard"
    assert len(list(where.glob("toy/*/digits-optimizer/*/seed-*/*tfevents*"))) == 12
