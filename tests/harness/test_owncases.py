"""Cases of a lab's folder and of packages: found, measured, keyed by their code, and refused where a name is taken."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from paperlab.errors import NothingFound, UsageError
from paperlab.harness import case_infos, compare, of_one_case, own_cases, rungs, series
from paperlab.harness.byhand import instances, standing, tried
from paperlab.harness.executors import Limits
from paperlab.harness.executors.processes import isolated
from paperlab.harness.owncases import look, named, nearest
from paperlab.harness.parcel import packed
from paperlab.harness.units import SHARED, Unit
from paperlab.lab.owncases import holds
from paperlab.records.measurement import Measurement
from tests.harness.own import ENTERS, MODEL, SPIRALS, case_file, package
from tests.harness.toy import Bencher

Site = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return case_file(tmp_path / "cases").parent


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Put packages on the path, and forget them afterwards."""
    yield lambda root: monkeypatch.syspath_prepend(str(root))
    for name in [name for name in sys.modules if name.partition(".")[0] == "strangers"]:
        del sys.modules[name]


def cases_of(folder: Path) -> list[tuple[str, str]]:
    return [(own.case.name, own.place) for own in look(str(folder)).found]


def test_a_file_of_the_folder_gives_the_cases_that_it_binds(folder: Path) -> None:
    text = SPIRALS + SPIRALS.replace("signs", "second").replace("NAME", "second") + "CASE = second\n"
    case_file(folder, "first", stem="several", text=text)
    case_file(folder, "hidden", stem="_helper")
    assert cases_of(folder) == [
        ("first", "cases/several.py"),
        ("second", "cases/several.py"),
        ("signs", "cases/signs.py"),
    ]
    assert look(str(folder)).problems == ()
    assert not list(folder.rglob("__pycache__"))


def test_a_package_offers_cases_by_entry_points(tmp_path: Path, site: Site) -> None:
    both = "signs = strangers.cases:signs\nall = strangers.cases"
    site(package(tmp_path, "signs = strangers.cases:signs"))
    assert cases_of(tmp_path / "none") == [("signs", "package strangers 1.0 (signs = strangers.cases:signs)")]
    (tmp_path / "strangers-1.0.dist-info" / "entry_points.txt").write_text(f"[paperlab.cases]\n{both}\n")
    (problem,) = look("").problems
    assert problem == (
        "two cases are called 'signs', in package strangers 1.0 (all = strangers.cases) and in "
        "package strangers 1.0 (signs = strangers.cases:signs): give yours another name"
    )


BROKEN = {
    "raise RuntimeError('no\\nway')": "RuntimeError: no way",
    "raise SystemExit(3)": "SystemExit: 3",
    "def f(:": "SyntaxError: ",
    "import torch": "expected a Case at the top level",
    "from paperlab.harness.cases.parity import CASE": "expected a Case at the top level",
    SPIRALS.replace(
        '"higher"', '"up"'
    ): "broken.py:10, case 'NAME': expected direction to be one of higher, lower; got 'up'",
}


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_file_that_cannot_be_loaded_costs_one_line_and_no_other_case(folder: Path, text: str) -> None:
    (folder / "broken.py").write_text(text, encoding="utf-8")
    looked = look(str(folder))
    (line,) = looked.problems
    assert [own.case.name for own in looked.found] == ["signs"]
    assert line.startswith(f"cases/broken.py: {BROKEN[text]}")
    assert line.endswith("; it is left out")
    assert "\n" not in line


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ("other = strangers.cases:signs", "expected the entry point to be called 'signs' as its case is, got 'other'"),
        ("signs = strangers.cases:zeros", "expected a Case or a module, got function"),
        ("signs = strangers.cases:gone", "AttributeError: "),
        ("signs = nowhere", "ModuleNotFoundError: "),
    ],
)
def test_an_entry_point_that_gives_no_case_costs_one_line(
    folder: Path, tmp_path: Path, site: Site, points: str, told: str
) -> None:
    site(package(tmp_path / "site", points))
    looked = look(str(folder))
    (line,) = looked.problems
    assert [own.place for own in looked.found] == ["cases/signs.py"]
    assert f"): {told}" in line or f": {told}" in line


def test_a_name_that_is_taken_is_refused_with_both_places(folder: Path) -> None:
    case_file(folder, "signs", stem="twin")
    case_file(folder, "digits", stem="mine")
    looked = look(str(folder))
    assert looked.found == ()
    assert looked.problems == (
        "two cases are called 'digits', in paperlab and in cases/mine.py: give yours another name",
        "two cases are called 'signs', in cases/signs.py and in cases/twin.py: give yours another name",
    )
    with pytest.raises(
        UsageError, match=r"got 'signs'; two cases .*; two cases are called 'signs', in cases/signs\.py and"
    ):
        named("signs", str(folder))


def test_only_the_place_that_may_hold_a_name_is_run(folder: Path, tmp_path: Path, site: Site) -> None:
    text = f"from pathlib import Path\nPath({str(tmp_path / 'trace')!r}).write_text('run')\n{SPIRALS}".replace(
        "signs", "other"
    )
    case_file(folder, "other", text=text)
    site(package(tmp_path / "site", "more = strangers.cases:other", text, name="more"))
    assert named("signs", str(folder)).place == "cases/signs.py"
    assert case_infos()
    assert not (tmp_path / "trace").exists()
    assert named("other", str(folder)).place == "cases/other.py"
    assert (tmp_path / "trace").read_text() == "run"


def test_a_name_that_the_file_puts_together_is_found(folder: Path) -> None:
    case_file(folder, "x", stem="made", text=SPIRALS.replace('"NAME"', '"-".join(["put", "together"])'))
    assert named("put-together", str(folder)).place == "cases/made.py"


@pytest.mark.parametrize(
    "line",
    [
        "from helping import zeros",
        "from .helping import zeros",
        "import sys; sys.path.insert(0, 'HERE'); import helping",
    ],
)
def test_a_file_that_imports_its_neighbour_is_told_to_stand_by_itself(folder: Path, line: str) -> None:
    (folder / "helping.py").write_text("def zeros(width):\n    return lambda x: 0 * x\n", encoding="utf-8")
    case_file(folder, "helped", text=line.replace("HERE", str(folder)) + SPIRALS)
    try:
        told = [problem for problem in look(str(folder)).problems if "helped" in problem]
    finally:
        sys.path[:] = [path for path in sys.path if path != str(folder)]
        sys.modules.pop("helping", None)
    wanted = "expected a file that stands by itself, got one that imports a neighbour; put both into one file, or into a package"
    assert told == [f"cases/helped.py: {wanted}; it is left out"]


DRAWN = 'torch.randn(trial.settings["width"], generator=trial.stream("data"))'


def reading(where: str) -> str:
    """Give the case with its numbers read from a file beside it."""
    read = f'torch.tensor([float(x) for x in (Path(__file__).parent / "{where}").read_text().split()])'
    return "from pathlib import Path\n" + SPIRALS.replace(DRAWN, read)


def test_data_beside_a_case_count_as_its_code_does(tmp_path: Path, folder: Path) -> None:
    case_file(folder, text=reading("data/numbers.txt"))
    before = named("signs", str(folder)).source
    (folder / "data").mkdir()
    (folder / "data" / "numbers.txt").write_text("1 -2 3")
    toy = bencher(tmp_path)
    rows = toy.run(own_cases=str(folder), seeds=1, executor="inline")
    source = named("signs", str(folder)).source
    assert {r.status for r in rows} == {"ok"}
    assert source != before
    assert holds(folder, "cases/signs.py", source)
    (folder / "data" / "numbers.txt").write_text("1 -2 3 -4")
    assert not holds(folder, "cases/signs.py", source)
    toy.run(own_cases=str(folder), seeds=1, executor="inline", known=rows)
    assert {r.kind for r in toy.new} == {"quality", "ladder"}


def test_data_that_no_key_knows_are_not_read(tmp_path: Path, folder: Path) -> None:
    case_file(folder, text=reading("numbers.txt"))
    (folder / "numbers.txt").write_text("1 -2 3")
    rows = bencher(tmp_path).run(own_cases=str(folder), seeds=1, executor="inline")
    (ours,) = [r for r in rows if r.arm == "ours" and r.kind == "quality"]
    assert (ours.status, ours.failure) == (
        "failed",
        "expected what is read beside the code to lie in data/, whose files count as code does; got numbers.txt: put it there",
    )


def test_a_package_that_changed_is_noticed_without_running_it(tmp_path: Path, folder: Path, site: Site) -> None:
    where = package(tmp_path / "site", "spins = strangers.cases:signs", name="spins")
    site(where)
    own = named("spins", "")
    assert holds(folder, own.place, own.source)
    text = "raise SystemExit\n" + (where / "strangers" / "cases.py").read_text()
    (where / "strangers" / "cases.py").write_text(text)
    assert not holds(folder, own.place, own.source)
    assert holds(folder, own.place.replace("strangers.cases", "gone.cases"), own.source)  # as it was, for all we know


def bencher(tmp_path: Path, name: str = "signs") -> Bencher:
    return Bencher(tmp_path).write(MODEL, ENTERS.replace("NAME", name))


@pytest.mark.parametrize("executor", ["inline", "processes"])
def test_an_implementation_enters_a_case_of_the_lab_as_a_shared_one(
    tmp_path: Path, folder: Path, executor: str
) -> None:
    toy = bencher(tmp_path)
    rows = toy.run(own_cases=str(folder), seeds=1, executor=executor)
    assert {(r.kind, r.arm, r.status) for r in rows if r.kind != "check"} == {
        *(("quality", arm, "ok") for arm in ("ours", "noisy", "zeros")),
        *(("ladder", rung, "ok") for rung in ("chance", "trivial", "ceiling")),
    }
    values = {r.arm: r.value for r in rows}
    assert values["ours"] == 1.0 > values["noisy"] > values["zeros"] == 0.0
    assert {r.arm for r in rows if r.source_hash == SHARED} == {"zeros", "chance", "trivial", "ceiling"}
    assert toy.run(own_cases=str(folder), seeds=1, executor=executor, known=rows) == rows
    assert toy.new == []


def test_changed_code_of_a_case_is_measured_again_and_a_moved_folder_is_not(tmp_path: Path, folder: Path) -> None:
    toy = bencher(tmp_path)
    rows = toy.run(own_cases=str(folder), seeds=1)
    moved = tmp_path / "moved"
    folder.rename(moved)
    assert toy.run(own_cases=str(moved), seeds=1, known=rows) == rows
    text = (moved / "signs.py").read_text()
    (moved / "signs.py").write_text(text.replace("x.sign()).double()", "(x - 0.5).sign()).double()"))
    again = toy.run(own_cases=str(moved), seeds=1, known=rows)
    assert {r.kind for r in toy.new} == {"quality", "ladder"}
    assert {r.value for r in again if r.arm == "ours"} != {1.0}


def test_keys_of_shared_cases_do_not_know_of_the_folder(tmp_path: Path) -> None:
    unit = Unit(kind="quality", folder="a", slug="s", source_hash="h", case="digits")
    other = Unit(kind="quality", folder="b", slug="s", source_hash="h", case="digits", cases="c")
    assert unit.key == other.key == "c3f464e58984d0e79a90263ab331eea8c491837f7a68c6dc75c02105f493cd93"
    for later in ({"case_source": "x"}, {"gate": 1}, {"compile": True}):
        assert Unit(kind="quality", folder="a", slug="s", source_hash="h", case="digits", **later).key != unit.key


def test_a_folder_case_with_the_name_of_a_shared_one_is_refused_where_it_is_entered(
    tmp_path: Path, folder: Path
) -> None:
    case_file(folder, "parity", stem="mine")
    (row,) = bencher(tmp_path, "parity").run(own_cases=str(folder), seeds=1)
    assert (row.status, row.failure) == (
        "failed",
        "two cases are called 'parity', in paperlab and in cases/mine.py: give yours another name",
    )


def test_a_broken_file_is_told_where_its_case_is_entered_and_costs_no_shared_one(tmp_path: Path, folder: Path) -> None:
    (folder / "signs.py").write_text("raise RuntimeError('parity')", encoding="utf-8")
    (row,) = bencher(tmp_path).run(own_cases=str(folder), seeds=1)
    assert "got 'signs'; cases/signs.py: RuntimeError: parity; it is left out" in row.failure
    toy = Bencher(tmp_path).write(case="quadratic")
    assert {r.status for r in toy.run(own_cases=str(folder), seeds=1, cases=("update",))} == {"ok"}


def test_a_case_of_an_implementation_comes_before_a_shared_one_of_its_name_with_its_own_ladder(tmp_path: Path) -> None:
    own = SPIRALS.replace("NAME", "parity") + ENTERS.replace("NAME", "parity").replace(
        "enters=", "cases=(signs,), enters="
    )
    rows = Bencher(tmp_path).write(MODEL, own).run(seeds=1)
    assert {r.arm: r.value for r in rows if r.kind == "ladder"} == {"chance": 0.5, "trivial": 0.0, "ceiling": 1.0}


def test_the_list_is_made_in_a_process_of_its_own(folder: Path) -> None:
    listed = own_cases(str(folder))
    ((info, place),) = listed.cases
    assert (info.name, info.takes, info.arms, place) == (
        "signs",
        "make(width) -> guess(x): (width) -> (width)",
        ("zeros",),
        "cases/signs.py",
    )
    assert named("signs", str(folder)).case.info == info
    (folder / "deadly.py").write_text("import os\nos._exit(3)\n", encoding="utf-8")
    crashed = own_cases(str(folder))
    assert crashed.cases == listed.cases
    case_file(folder, "signs", stem="twin")
    assert own_cases(str(folder)).cases == ()
    assert "two cases are called 'signs'" in own_cases(str(folder)).problems[-1]
    (line,) = crashed.problems
    assert line.startswith("cases/deadly.py: crashed: ")
    assert own_cases("") == own_cases(str(folder / "none"))


def test_it_is_tried_by_hand_and_its_rungs_are_computed(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = tried("signs", str(folder))
    (one,) = instances(case)
    assert standing(case, [one.score("-")]) == (("you", 1.0), ("ceiling", 1.0), ("chance", 0.5), ("trivial", 0.0))
    (tmp_path / "reading_list.db").touch()
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert nearest(Path.cwd()) == str(folder)
    assert rungs("signs") == {"chance": 0.5, "trivial": 0.0}
    case_file(folder, "mute", text=SPIRALS.replace("    by_hand=", "    #"))
    with pytest.raises(NothingFound, match=r"cases/mute\.py: mute gives a person no instances; add by_hand to it"):
        tried("mute", str(folder))
    assert nearest(Path(os.sep)) == ""


def test_a_unit_that_is_sent_away_finds_the_case_at_its_place(tmp_path: Path, folder: Path) -> None:
    """As a node of a cluster does: from the unit's JSON alone, in a process of its own."""
    toy, own = bencher(tmp_path), named("signs", str(folder))
    unit = Unit(
        kind="quality", folder=str(toy.folder), slug="toy", source_hash="h", case="signs", budget="smoke",
        cases=str(folder), case_source=own.source,
    )  # fmt: skip
    limits = Limits(seconds={"quality": 60.0}, memory=8 * 2**30)
    assert isolated(unit.to_json(), limits)["value"] == 1.0
    parcels = packed(toy.folder), packed(folder)
    away = replace(unit, folder="/nowhere", cases="/nowhere/cases")
    assert isolated(away.to_json(), limits, *parcels)["value"] == 1.0
    case_file(folder, text=SPIRALS + "\n")
    assert "cases/signs.py was changed while the bench ran" in isolated(unit.to_json(), limits)["failure"]


def test_of_a_case_only_the_rows_of_its_newest_code_speak() -> None:
    row = Measurement(
        key="k", slug="s", source_hash="h", kind="quality", case="signs", case_version=1, arm="ours", seed=0, budget="small",
        device="cpu", metric="m", unit="u", higher_is_better=True, value=1.0,
    )  # fmt: skip
    old, new = (replace(row, at=at, environment={"case": {"place": "p", "source": at}}) for at in ("1", "2"))
    check = replace(row, kind="check", at="3")
    other = replace(old, case="other", at="0")
    shared = replace(row, case="digits")
    assert of_one_case([old, new, check, other, shared]) == [new, check, other, shared]
    (asked,) = series([replace(old, seed=5), new])
    assert [point.values for point in asked.points] == [{0: 1.0}]
    (before,) = series([old])
    assert compare([asked], [before]) == ()
    assert len(compare([asked], [asked])) == 1
