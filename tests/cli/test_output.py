"""Tables on a terminal, tab-separated lines in a pipe."""

import io
import json
import os
import pty
import subprocess
import sys
import unicodedata
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.cli import output
from paperlab.cli.output import emit_array, emit_json, emit_objects, fit, moment, number, plain, table, width
from paperlab.cli.talk import Context, Pace
from paperlab.lab import Lab
from paperlab.records.changes import NewEntry

ROOT = Path(__file__).parents[2]


def test_json_has_null_for_a_number_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """`NaN` and `Infinity`, as Python writes them, are no JSON."""
    record = {"ours": float("nan"), "interval": (1.5, float("inf")), "deep": {"a": [float("-inf"), "é"]}}
    expected = {"ours": None, "interval": [1.5, None], "deep": {"a": [None, "é"]}}
    emit_array([record, {"ours": 2.0}])
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == [expected, {"ours": 2.0}]
    emit_json(record)
    assert json.loads(capsys.readouterr().out, parse_constant=pytest.fail) == expected


@given(st.text(max_size=60), st.integers(min_value=2, max_value=40))
def test_a_fitted_text_takes_exactly_its_columns(text: str, columns: int) -> None:
    assert width(fit(plain(text), columns)) == columns


@given(st.text())
def test_plain_text_can_neither_break_a_line_nor_steer_a_terminal(text: str) -> None:
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)


def test_only_what_steers_is_replaced() -> None:
    """The short way for printable text must agree with the kinds of every character there is."""
    kinds = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    wrong = [c for c in map(chr, range(0x110000)) if plain(c) != (" " if unicodedata.category(c) in kinds else c)]
    assert wrong == []


@given(st.lists(st.text(st.sampled_from("ab\té注\x1b\x7f\x85\u202e\ud800"), max_size=6), min_size=1))
def test_lines_are_cleaned_cell_by_cell_wherever_they_are_cut(lines: list[str]) -> None:
    expected = "".join("\t".join(map(plain, line.split("\t"))) + "\n" for line in lines)
    for piece in (1, 5, 100_000):
        out = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
            patch.setattr(output, "_PIECE", piece)
            output.emit_lines("\n".join(lines))
        assert out.getvalue() == expected


def test_in_a_pipe_rows_are_tab_separated_without_a_head(capsys: pytest.CaptureFixture[str]) -> None:
    table(("id", "title"), [("1706.03762", "Attention\tis\nall"), (None, 3)], stretch=-1)
    assert capsys.readouterr().out == "1706.03762\tAttention is all\n\t3\n"


def on_terminal(code: str, *, columns: int, color: bool, term: str = "xterm") -> str:
    env = os.environ | {"COLUMNS": str(columns), "TERM": term, "PYTHONPATH": str(ROOT)}
    env = env if color else env | {"NO_COLOR": "1"}
    main, side = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", code], stdout=side, stderr=side, env=env) as process:
        os.close(side)
        chunks = []
        while True:
            try:
                chunk = os.read(main, 4096)
            except OSError:
                break
            if not chunk:
                break
            chunks.append(chunk)
        process.wait()
    os.close(main)
    return b"".join(chunks).decode().replace("\r\n", "\n")


CODE = "from paperlab.cli.output import table; table(('id','title'), [('1', 'long ' * 40)], stretch=-1)"


def test_on_a_terminal_a_row_fits_the_width_and_has_a_head() -> None:
    lines = on_terminal(CODE, columns=60, color=False).splitlines()
    assert lines[0] == "id  title"
    assert [len(line) for line in lines[1:]] == [60]
    assert lines[1].endswith("…")


WIDE = """
from paperlab.cli.output import table
rows = [('1706.03762', 'reading', '2017-06-12', '注意力 ' * 20), ('1', 'read', '2020', 'שלום ' * 30)]
print(table(('id', 'state', 'published', 'title'), rows, spare=('published', 'state')))
"""


@pytest.mark.parametrize(
    ("columns", "heads", "left_out"),
    [
        (100, "id state published title", ()),
        (80, "id state published title", ()),
        (50, "id state title", ("published",)),
        (40, "id title", ("published", "state")),
        (24, "id title", ("published", "state")),
    ],
)
def test_a_narrow_terminal_goes_without_the_columns_it_can_spare(
    columns: int, heads: str, left_out: tuple[str, ...]
) -> None:
    *lines, last = on_terminal(WIDE, columns=columns, color=False).splitlines()
    assert lines[0].split() == heads.split()
    assert {width(line) for line in lines[1:]} <= {columns, columns - 1}
    assert all(line.startswith(id) for line, id in zip(lines[1:], ("1706.03762", "1"), strict=True))
    assert last == str(left_out)


def test_what_is_folded_is_never_cut() -> None:
    code = "from paperlab.cli.output import folded; print(folded('+0.10 priority 9 ' * 9))"
    lines = on_terminal(code, columns=40, color=False).splitlines()
    assert max(map(len, lines)) <= 40
    assert " ".join(lines).split() == ("+0.10 priority 9 " * 9).split()


FACTS = "from paperlab.cli.output import facts; facts({'id': 'https://arxiv.org/abs/2401.00004v12', 'words': '注意力 word ' * 9, 'no': ''})"


@pytest.mark.parametrize("columns", [100, 40, 30])
def test_a_fact_is_folded_beside_its_name(columns: int) -> None:
    first, *rest = on_terminal(FACTS, columns=columns, color=False).splitlines()
    assert first == "id     https://arxiv.org/abs/2401.00004v12"
    assert max(map(width, rest)) <= columns
    assert {line[:7] for line in rest} <= {"words  ", " " * 7}
    assert " ".join(line[7:] for line in rest).split() == ("注意力 word " * 9).split()


@pytest.mark.parametrize(("text", "columns"), [("नमस्ते", 4), ("สวัสดี", 4), ("❤\ufe0f", 1), ("é", 1), ("量子😀", 6)])
def test_marks_that_stand_over_a_letter_take_no_column(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_time_is_local_on_a_terminal_and_utc_elsewhere() -> None:
    code = "from paperlab.cli.output import moment; print(moment('2026-01-31T23:30:00Z'))"
    os.environ["TZ"] = "UTC-2"
    try:
        assert on_terminal(code, columns=40, color=False) == "2026-02-01 01:30\n"
    finally:
        del os.environ["TZ"]
    assert moment("2026-01-31T23:30:00Z") == "2026-01-31T23:30:00Z"


def test_no_color_is_honoured() -> None:
    assert "\033" not in on_terminal(CODE, columns=60, color=False)
    assert "\033[1m" in on_terminal(CODE, columns=60, color=True)
    assert "\033" not in on_terminal(CODE, columns=60, color=True, term="dumb")


def test_a_bar_stays_on_one_line_of_a_narrow_terminal() -> None:
    code = "from paperlab.cli.talk import Context; Context(lab=None, loudness=0).progress(1, 3, 'papers asked for')"
    assert on_terminal(code, columns=80, color=True) == "\r\033[K[########................] 1/3 papers asked for"
    assert on_terminal(code, columns=30, color=True) == "\r\033[K[########................] 1/"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_array_that_is_written_piece_by_piece_is_json_with_a_record_a_line(
    count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [{"a": [1, "x\ny"], "b": {}, "c": number} for number in range(count)]
    emit_array(iter(records))
    written = capsys.readouterr().out
    assert json.loads(written) == records
    assert [json.loads(line.strip(" ,")) for line in written.splitlines()[1:-1]] == records


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_objects_that_are_texts_are_written_as_records_are(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [{"a": "é注😀\n", "b": [1, None, True]}, {"a": "x", "b": []}]
    written = []
    for how in (lambda: emit_array(records), lambda: emit_objects(json.dumps(r, ensure_ascii=False) for r in records)):
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
        how()
        sys.stdout.flush()
        written.append(sys.stdout.buffer.getvalue())
    assert written[0] == written[1]


@pytest.mark.parametrize(
    ("value", "interval", "shown"),
    [(0.123456, None, "0.123"), (1e-9, (0, 1), "1e-09 [0, 1]"), (None, (1, 2), "-")],
)
def test_numbers_are_shown_with_three_digits(
    value: float | None, interval: tuple[float, float] | None, shown: str
) -> None:
    assert number(value, interval) == shown


def test_on_a_terminal_the_list_is_short_unless_all_is_asked_for(tmp_path: Path) -> None:
    with Lab.create(tmp_path).library(write=True) as library:
        library.add([NewEntry(id=f"2401.{number:05}") for number in range(30)])
    code = "from paperlab.cli import main; main(['list', '--lab', %r, '-q'%s])"
    shown = [
        len(on_terminal(code % (str(tmp_path), more), columns=80, color=False).splitlines()) - 1
        for more in ("", ", '-n', '0'", ", '-n', '3'")
    ]
    assert shown == [20, 30, 3]


def test_what_is_said_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Context(lab=None, loudness=0).say("crashed: \x1b[2J\x07\x1b]0;title\x07\nnext")
    assert capsys.readouterr().err == "crashed:  [2J  ]0;title \nnext\n"


@given(text=st.text(st.sampled_from("aé注\u0301 ❤\ufe0f…"), max_size=12), columns=st.integers(1, 9))
def test_what_is_cut_is_the_longest_beginning_that_fits(text: str, columns: int) -> None:
    shown = fit(text, columns)
    kept = next(text[:n] for n in range(len(text), -1, -1) if width(text[:n]) <= columns - 1)
    assert shown == (
        text + " " * (columns - width(text))
        if width(text) <= columns
        else (s := f"{kept}…") + " " * (columns - width(s))
    )


def test_a_line_takes_the_place_of_the_bar_that_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    talk = Context(lab=None, loudness=0)
    talk.progress(0, 2, "reading")
    talk.say("hello")
    talk.say("again")
    talk.progress(2, 2, "reading")
    talk.say("after")
    shown = capsys.readouterr().err
    assert shown.count("reading") == 2
    assert "\r\033[Khello\nagain\n" in shown
    assert shown.endswith("\r\033[Kafter\n")


VERDICTS = """
from paperlab.cli.bench import _finish
from paperlab.lab.judging import ClaimRow
from paperlab.records.measurement import Verdict
def row(slug):
    return ClaimRow(Verdict(slug=slug, claim="table_1_r6_c1", place="Table 1, row ours, column error", paper=0.52,
        ours=0.5, interval=(0.4, 0.6), seeds=5, verdict="reproduced", reason="because " * 9))
_finish([row("networks_on_graphs_of_molecules"), row(OTHER)], print, strict=False, json=False)
"""


@pytest.mark.parametrize(
    ("other", "columns", "head", "said"),
    [
        ("networks_on_graphs_of_molecules", 80, "claim", "seeds, place"),
        ("other", 80, "networks_on_graphs_of_molecules:", "seeds, place, says"),
        ("other", 120, "paper", "seeds, place"),
    ],
)
def test_claims_of_one_folder_leave_out_its_name_first(other: str, columns: int, head: str, said: str) -> None:
    """The room goes to why, and to what the paper says."""
    first, *_, last = on_terminal(VERDICTS.replace("OTHER", repr(other)), columns=columns, color=False).splitlines()
    assert first.split()[0] == head
    assert last == f"too narrow for {said}: a wider terminal or --json shows them"


@pytest.mark.parametrize("columns", [30, 60, 90])
def test_no_line_of_claims_is_wider_than_the_terminal(columns: int) -> None:
    shown = on_terminal(VERDICTS.replace("OTHER", "'other'"), columns=columns, color=False)
    assert max(map(len, shown.splitlines())) <= columns
    assert "".join(shown.split()).count("because" * 9) == 2


def test_what_is_told_breaks_between_words_on_a_terminal_alone() -> None:
    code = "from paperlab.cli.talk import Context; Context(lab=None, loudness=0).say('then write stochastic_gradient_descent_momentum now')"
    assert on_terminal(code, columns=30, color=False).splitlines() == ["then write", "stochastic_gradient_descent_momentum", "now"]  # fmt: skip
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "30"})  # fmt: skip
    assert told.stderr == "then write stochastic_gradient_descent_momentum now\n"


def test_a_reason_that_claims_share_is_told_once() -> None:
    twice = VERDICTS.replace("OTHER", repr("networks_on_graphs_of_molecules"))
    wide = on_terminal(twice, columns=200, color=False).splitlines()
    assert [line.split()[-2:] for line in wide[1:3]] == [["because", "because"], ["as", "above"]]
    assert on_terminal(twice, columns=60, color=False).count("because") == 9
    assert subprocess.run([sys.executable, "-c", twice], capture_output=True, text=True, check=True).stdout.count("because") == 18  # fmt: skip


def test_what_was_read_from_a_file_names_the_claims_where_others_were_measured() -> None:
    from paperlab.cli.verdicts import sources
    from paperlab.lab.judging import ClaimRow
    from paperlab.records.measurement import Verdict

    def row(claim: str, source: str) -> ClaimRow:
        verdict = Verdict(slug="s", claim=claim, place="", paper=None, ours=None, interval=None, seeds=0, verdict="not", reason="")  # fmt: skip
        return ClaimRow(verdict, source)

    assert list(sources([row("a", ""), row("b", "f"), row("c", "f")])) == ["s: f: b, c"]
    assert list(sources([row("a", "f"), row("b", "f")])) == ["s: f"]


def test_the_bar_says_how_much_time_is_left() -> None:
    """Ten units; the first ends at second 0, each other one takes 2 s; then another bar begins."""
    clock = iter([0.0, 2.0, 4.0, 18.0, 30.0, 30.5, 33.0])
    pace = Pace(lambda: next(clock))
    assert [pace.left(done, 10) for done in (1, 2, 3, 10)] == ["", "16 s", "14 s", ""]
    assert [pace.left(done, 200) for done in (1, 2, 3)] == ["", "", "5 min"]


def test_the_time_left_stands_in_the_bar() -> None:
    code = (
        "from paperlab.cli import talk; talk._PACE = talk.Pace(iter([0.0, 60.0]).__next__); c = talk.Context(lab=None, loudness=0)\n"
        "c.progress(1, 6, 'check a'); c.progress(2, 6, 'check b')"
    )
    assert on_terminal(code, columns=80, color=True).endswith("] 2/6, 4 min left: check b")
