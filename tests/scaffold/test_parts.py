"""The three-way merge of model.py: what the learner wrote stays, functions and rows that nobody touched follow the paper."""

import ast
import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.scaffold import scaffold
from paperlab.scaffold.folder import make_plan
from paperlab.scaffold.parts import merge_text, prints, split
from paperlab.scaffold.python import model_file

from .papers import ATTENTION, equation

NEW_PAPER = dataclasses.replace(
    ATTENTION,
    equations=(equation("1", "g(z) = z + 1"), *ATTENTION.equations[:1], equation("9", r"\mathrm{FFN}(x) = x W_3")),
)


def model(paper) -> str:
    return model_file("T", make_plan(paper, slug="t").stubs)


OLD, NEW = model(ATTENTION), model(NEW_PAPER)
ACTS = ["write", "delete", "helper", "comment", "row", "twice", "join", "above"]
edits = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 200)), max_size=12)


def learned(changes: list[tuple[str, int]]) -> tuple[str, list[str]]:
    """Do to a file what people do; give it with the lines that are theirs."""
    parts = [part.text for part in split(OLD)]
    mine: list[str] = []
    for number, (what, where) in enumerate(changes):
        at, line = where % len(parts), f"mine_{number} = {number}  # ünï {number}\n"
        function = parts[at].startswith("def ")
        if what == "write" and function:
            parts[at] += f"    {line}"
        elif what == "delete" and function:
            mine = [one for one in mine if one not in parts[at]]
            parts[at] = "\n"
        elif what == "row" and "SHAPES" in parts[at]:
            line = f'    "mine_{number}": {{"x": (7,)}},  # {number}\n'
            head, sign, rest = parts[at].partition("{\n")
            parts[at] = head + sign + line + rest
        elif what in ("helper", "above", "twice", "comment") and parts[at].startswith(("def ", "\n")):
            line = {"comment": f"# {line}", "twice": f"def FFN():\n    {line}"}.get(what, line)
            parts.insert(at, line)
        elif what == "join":
            parts.append(line)
        else:
            continue
        if what != "delete":
            mine.append(line)
    return "".join(parts), mine


@settings(max_examples=60, deadline=None)
@given(edits, st.booleans(), st.booleans())
def test_every_line_of_the_learner_survives_and_a_second_merge_changes_nothing(
    changes: list, newer: bool, known: bool
) -> None:
    text, mine = learned(changes)
    new = NEW if newer else OLD
    merged, _ = merge_text(text, new, prints(OLD) if known else {})
    assert [line for line in mine if merged.count(line) != text.count(line)] == []
    ast.parse(merged)
    assert merge_text(merged, new, prints(new)) == (merged, [])
    if not newer and known:
        assert merged == text


@settings(max_examples=40, deadline=None)
@given(edits)
def test_what_nobody_touched_is_as_it_would_be_written_now(changes: list) -> None:
    text, _ = learned(changes)
    base, new = prints(OLD), prints(NEW)
    merged = [part for part in split(merge_text(text, NEW, base)[0]) if len(part.names) == 1]
    for part in split(text):
        (name,) = part.names if len(part.names) == 1 else ("",)
        if name and name != "SHAPES" and text.count(f"def {name}(") <= 1 and prints(part.text)[name] == base.get(name):
            assert [prints(p.text)[name] for p in merged if name in p.names] == ([new[name]] if name in new else [])
    there = {name for part in split(text) for name in part.names}
    assert {name for part in merged for name in part.names} >= {name for name in new if "[" not in name} - {
        *base, "Callable"} - there  # fmt: skip


def test_a_new_version_grows_an_edited_file(tmp_path: Path) -> None:
    """The whole way, on the disk: written stays, unwritten follows, new comes with its row, gone goes."""
    where = {"slug": "t", "record": None, "cases": ()}
    scaffold(ATTENTION, tmp_path, **where)
    path = tmp_path / "model.py"
    stub = '    raise NotImplementedError("Equation (1), Section 3.2")'
    assert stub in OLD
    path.write_bytes(path.read_text().replace(stub, "    return Q  # mine").replace("\n", "\r\n").encode())
    report = scaffold(NEW_PAPER, tmp_path, **where)
    text = path.read_bytes().decode()
    assert "\n" not in text.replace("\r\n", "")
    names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert ("return Q  # mine" in text, "x W_3" in text, report.marked) == (True, True, ())
    assert {"g", "Attention", "FFN"} <= {*names} == {key[7:-1] for key in prints(text) if key.startswith("SHAPES[")}
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert scaffold(NEW_PAPER, tmp_path, **where).written == ()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_a_written_function_that_the_paper_changed_is_named_once_and_a_deleted_one_stays_deleted(
    tmp_path: Path,
) -> None:
    where = {"slug": "t", "record": None, "cases": ()}
    scaffold(ATTENTION, tmp_path, **where)
    path = tmp_path / "model.py"
    gone = next(part.text for part in split(OLD) if part.names == ("fit_model",))
    path.write_text(path.read_text().replace("def FFN(", "def FFN(  # mine\n").replace(gone, ""))
    assert scaffold(NEW_PAPER, tmp_path, **where).marked == ("model.py#FFN",)
    assert ("def FFN(  # mine" in path.read_text(), "def fit_model" in path.read_text()) == (True, False)
    assert scaffold(NEW_PAPER, tmp_path, **where).marked == ()


def test_a_file_that_is_no_python_stays_and_follows_once_it_is(tmp_path: Path) -> None:
    where = {"slug": "t", "record": None, "cases": ()}
    scaffold(ATTENTION, tmp_path, **where)
    path = tmp_path / "model.py"
    whole = path.read_text()
    path.write_text(whole + "def half(:\n")
    for _ in range(2):
        assert scaffold(NEW_PAPER, tmp_path, **where).marked == ("model.py: no Python, nothing was merged",)
        assert path.read_text() == whole + "def half(:\n"
    path.write_text(whole + "def half(): ...\n")
    assert scaffold(NEW_PAPER, tmp_path, **where).marked == ()
    assert ("def g(" in path.read_text(), "def half(): ..." in path.read_text()) == (True, True)


ROWS = 'S = {\n    "a": {},  # kept\n    "b": {"x": 1},\n    "c": {"ü": 2},\n}\n'


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ('S = {"a": {}, "b": {"x": 1}}', 'S = {"a": {}, "b": {"x": 9},\n    "d": {},\n}\n'),
        ('S = {\n    "a": {"mine": 1},\n    "b": {"x": 1}  # 1\n}\n', 'S = {\n    "a": {"mine": 1},\n    "b": {"x": 9},  # 1\n    "d": {},\n}\n'),
        ('S = {\n    "ä": 0, "c": {"ü": 2},\n    "c": {"ü": 2},\n}\n', 'S = {\n    "ä": 0, "c": {"ü": 2},\n    "d": {},\n}\n'),
    ],
)  # fmt: skip
def test_rows_are_merged_in_whatever_layout(theirs: str, expected: str) -> None:
    new = 'S = {\n    "a": {},\n    "b": {"x": 9},\n    "d": {},\n}\n'
    merged, _ = merge_text(theirs, new, prints(ROWS))
    assert merged.rstrip() == expected.rstrip()
    assert merge_text(merged, new, prints(new))[0] == merged
