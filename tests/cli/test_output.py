"""Tables on a terminal, tab-separated lines in a pipe."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.cli.context import Context
from paperlab.cli.output import fit, number, plain, table, width

ROOT = Path(__file__).parents[2]


@given(st.text(max_size=60), st.integers(min_value=2, max_value=40))
def test_a_fitted_text_takes_exactly_its_columns(text: str, columns: int) -> None:
    assert width(fit(plain(text), columns)) == columns


@given(st.text())
def test_plain_text_can_neither_break_a_line_nor_steer_a_terminal(text: str) -> None:
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in shown)


def test_in_a_pipe_rows_are_tab_separated_without_a_head(capsys: pytest.CaptureFixture[str]) -> None:
    table(("id", "title"), [("1706.03762", "Attention\tis\nall"), (None, 3)], stretch=-1)
    assert capsys.readouterr().out == "1706.03762\tAttention is all\n\t3\n"


def on_terminal(code: str, *, columns: int, color: bool) -> str:
    env = os.environ | {"COLUMNS": str(columns), "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    env = env if color else env | {"NO_COLOR": "1"}
    main, side = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", code], stdout=side, env=env) as process:
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


def test_no_color_is_honoured() -> None:
    assert "\033" not in on_terminal(CODE, columns=60, color=False)
    assert "\033[1m" in on_terminal(CODE, columns=60, color=True)


@pytest.mark.parametrize(
    ("value", "interval", "shown"),
    [(0.123456, None, "0.123"), (1e-9, (0, 1), "1e-09 [0, 1]"), (None, (1, 2), "-")],
)
def test_numbers_are_shown_with_three_digits(
    value: float | None, interval: tuple[float, float] | None, shown: str
) -> None:
    assert number(value, interval) == shown


def test_what_is_said_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Context(lab=None, loudness=0).say("crashed: \x1b[2J\x07\x1b]0;title\x07\nnext")
    assert capsys.readouterr().err == "crashed:  [2J  ]0;title \nnext\n"
