"""The frame of the command line: exit codes, help, options of the top, what is imported."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
import typer

import paperlab.errors as errors
from paperlab.cli import INTERRUPTED, _explain, app, hoist, run
from paperlab.cli.verbs import GROUPS, MODULES, load, told
from paperlab.lab import Lab
from paperlab.records.changes import NewEntry
from paperlab.records.paper import PaperRecord

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "numpy", "pandas", "sklearn", "requests", "lxml", "nbformat", "rich", "sqlite_utils")


def commands() -> list[tuple[str, ...]]:
    """Every verb, and every verb of a group."""
    return [words for verb in MODULES for words in ((verb,), *((verb, n) for n in getattr(load(verb), "commands", {})))]


def command(words: tuple[str, ...]) -> click.Command:
    found = load(words[0])
    return found.commands[words[1]] if len(words) == 2 else found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_that_fits_its_line_and_stands_in_the_reference(words: tuple[str, ...]) -> None:
    found = command(words)
    assert found.help
    assert not found.get_short_help_str(80 - 6 - max(map(len, MODULES))).endswith("...")
    assert f"# paperlab {' '.join(words)}\n" in (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_option_has_help(words: tuple[str, ...]) -> None:
    options = [p for p in command(words).params if isinstance(p, click.Option) and p.name != "help"]
    assert [o.name for o in options if not o.help] == []


@pytest.mark.parametrize("verb", MODULES)
@pytest.mark.parametrize("room", [20, 66])
def test_the_line_of_a_verb_is_what_click_makes_of_the_whole_command(verb: str, room: int) -> None:
    assert told(verb, room) == load(verb).get_short_help_str(room)


def test_every_module_of_the_command_line_is_in_the_table_and_every_verb_in_its_module() -> None:
    frame = {
        "__init__",
        "verbs",
        "output",
        "talk",
        "keys",
        "sitting",
        "screen",
        "corpus",
        "outdated",
        "completing",
        "levels",
        "mutants",
        "verdicts",
    }
    files = {p.stem for p in (ROOT / "paperlab" / "cli").glob("*.py")} - frame
    assert files == set(MODULES.values())
    for module in files:
        verbs = {v for v, m in MODULES.items() if m == module}
        assert set(__import__(f"paperlab.cli.{module}", fromlist=["VERBS"]).VERBS) == verbs


def test_the_daily_five_come_first() -> None:
    assert list(next(iter(GROUPS.values()))) == ["next", "list", "add", "start", "done"]


def test_the_help_of_the_top_is_a_screen_with_every_verb_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 66
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines if line.startswith("  ") and line.split()[0] in MODULES] == list(MODULES)
    daily = lines.index("Every day:")
    assert not lines[daily - 1]
    assert not lines[daily + 6]  # the five stand apart
    assert [line.removesuffix(":") for line in lines if line.endswith(":") and line[0] != " "] == [*GROUPS, "Options"]
    options = [o for p in typer.main.get_command(app).params for o in (*p.opts, *p.secondary_opts)]
    assert {*options, "--help", "-h"} == {
        word.strip(",") for line in lines for word in line.split() if word.startswith("-")
    }


@pytest.mark.parametrize("verb", ["list", "next", "find", "--help", "--version", "show", "done"])
def test_daily_commands_import_nothing_heavy(verb: str, tmp_path: Path) -> None:
    """Each of these modules costs more than the whole command may take."""
    words = [verb, "x"] if verb in ("find", "show", "done") else [verb]
    code = f"""
import sys
from paperlab.lab import Lab
from paperlab.cli import run
run({[*words, "--lab", str(tmp_path)] if not verb.startswith("-") else words!r})
print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)
"""
    make = f"from paperlab.lab import Lab; from pathlib import Path; Lab.create(Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", make], check=True, cwd=ROOT)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["list", "--lab", "x"], ["--lab", "x", "list"]),
        (["list", "--lab=x", "-q"], ["--lab=x", "-q", "list"]),
        (["find", "--", "--lab"], ["find", "--", "--lab"]),
        (["list", "--lab"], ["--lab"]),
        ([], []),
    ],
)
def test_options_of_the_top_may_stand_anywhere(words: list[str], expected: list[str]) -> None:
    assert hoist(words) == expected


@pytest.mark.parametrize(
    ("error", "code", "part"),
    [
        (errors.NothingFound("none"), 1, "none"),
        (errors.BadId("no id"), 2, "no id"),
        (errors.Throttled("later"), 3, "later"),
        (errors.Leak("cell 3"), 4, "cell 3"),
        (errors.Bug("oops"), 5, "oops"),
        (click.UsageError("what"), 2, "what"),
        (KeyboardInterrupt(), 130, "stopped"),
        (OSError(28, "No space left on device", "reading_list.db"), 4, "nothing was lost"),
        (OSError(30, "Read-only file system", "x"), 4, "cannot read or write x"),
        (RuntimeError("surprise"), 5, "a bug of ours: RuntimeError: surprise"),
        (typer.Exit(3), 3, ""),
    ],
)
def test_each_error_has_its_exit_code_and_one_line(error: BaseException, code: int, part: str) -> None:
    got, line = _explain(error)
    assert got == code
    assert part in line


def test_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lsit"]) == 2
    assert capsys.readouterr().err == "paperlab: no command called 'lsit'; did you mean `list`?\n"


def test_without_a_command_the_help_is_shown_and_the_code_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    assert "Every day:" in capsys.readouterr().err


def test_a_message_of_several_lines_becomes_one(capsys: pytest.CaptureFixture[str]) -> None:
    run(["show", "a\nb", "--lab", "/nowhere\n/at all"])
    assert capsys.readouterr().err.count("\n") == 1


def test_a_traceback_is_shown_only_when_asked_and_changes_no_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--lab", "/nowhere"]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert run(["list", "--lab", "/nowhere"], debug=True) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("Traceback")
    assert shown.endswith(line)


def test_an_option_without_its_value_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["list", "--lab"]) == 2
    assert "'--lab' requires an argument" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """`paperlab --help | head -1` must end quietly."""
    script = f"{sys.executable} -m paperlab --help | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert (done.stderr, done.stdout.splitlines()[-1]) == ("", "0")


@pytest.mark.parametrize("words", ["--version", "claims adam", "claims --json", "completion bash", "nonsense"])
def test_a_reader_that_left_before_the_first_line_is_no_error(words: str, tmp_path: Path) -> None:
    Lab.create(tmp_path)
    command = [sys.executable, "-m", "paperlab", *words.split(), "--lab", str(tmp_path), "-q"]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    os.close(writing)
    assert (done.returncode, done.stderr.count("\n")) == ((2, 1) if words == "nonsense" else (0, 0))


@pytest.mark.parametrize(
    ("words", "closed", "code"),
    [
        ("list", ">&-", 0),
        ("list", "2>&-", 0),
        ("list", "<&- >&- 2>&-", 0),
        ("find nothing", "2>&-", 1),
        ("done nothing", "<&-", 1),
        ("list", "2>/dev/full", 0),
        ("find nothing", "2>/dev/full", 1),
        ("claims", ">/dev/full", 4),
        ("config", ">/dev/full", 4),
        ("config", ">/dev/full 2>/dev/full", 4),
    ],
)
def test_streams_that_are_closed_or_full_change_no_answer(words: str, closed: str, code: int, tmp_path: Path) -> None:
    """What is told to a closed stderr must not land among the data."""
    Lab.create(tmp_path)
    script = f"{sys.executable} -m paperlab {words} --lab {tmp_path} {closed}"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=ROOT, env=buffered)
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr
    assert "a bug of ours" not in done.stderr


def test_an_interrupt_ends_a_command_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Lab, "texts", interrupted)
    Lab.create(tmp_path)
    assert run(["list", "--lab", str(tmp_path)]) == INTERRUPTED
    assert capsys.readouterr().err == "paperlab: stopped; what was done so far is kept\n"


def test_an_interrupt_while_the_command_line_loads_shows_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt")
    env = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    done = subprocess.run([sys.executable, "-m", "paperlab", "list"], capture_output=True, text=True, env=env)
    assert (done.returncode, done.stderr) == (INTERRUPTED, "")


def test_the_app_is_plain() -> None:
    """Rich help would draw boxes into the README and load rich at the prompt."""
    assert app.rich_markup_mode is None


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_each_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    assert "_PAPERLAB_COMPLETE" in capsys.readouterr().out


def offered(line: str, lab: Path, *, kind: str = "fish", **env: str) -> list[str]:
    """Give what a shell would offer for the last word of a line; it must be silent and end well."""
    asked = {
        "_PAPERLAB_COMPLETE": f"{kind}_complete",
        "COMP_WORDS": f"paperlab {line}",
        "COMP_CWORD": line.rpartition(" ")[2],
    }
    done = subprocess.run(
        [sys.executable, "-m", "paperlab"], capture_output=True, text=True, cwd=lab,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | asked | env,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return [row.removeprefix("plain,") for row in done.stdout.splitlines() if row]


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A lab with two papers and a work of elsewhere, a tag, a feed."""
    lab = Lab.create(tmp_path / "lab")
    titles = {
        "1706.03762": "Attention,\x1b[31m all " + "you need " * 9,
        "1412.6980": "Adam",
        "hep-th/9901001": "Strings",
    }
    with lab.library(write=True) as library:
        records = [PaperRecord(id=id, version=1, title=title) for id, title in titles.items()]
        library.add([NewEntry(id=id, tags=("nlp",)) for id in (*titles, "doi:10.1/x")], records=records)
        library.move("1412.6980", "reading")
        library.add_feed("cs.LG")
    return lab.root


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("show 14", ["1412.6980\tAdam"]),
        ("done hep", ["hep-th/9901001\tStrings"]),
        ("start --park 14", ["1412.6980\tAdam"]),
        ("add x --from 14", ["1412.6980\tAdam"]),
        ("notices seen 14", ["1412.6980\tAdam"]),
        ("why 99", []),
        ("list --tag n", ["nlp\t4 papers"]),
        ("list --state que", ["queued"]),
        ("tag 1706.03762 +n", ["+nlp\t4 papers"]),
        ("tag 1706.03762 n", ["nlp\t4 papers"]),
        ("tag 14", ["1412.6980\tAdam"]),
        ("feed rm cs", ["cs.LG"]),
        ("feed add x --name cs", []),
        ("implement 14", ["1412.6980\tAdam"]),
        ("bench mn", ["mnist1d"]),
        ("bench run mn", ["mnist1d"]),
        ("publish adam mn", ["mnist1d"]),
        ("claims zz", []),
        ("nonsense 14", []),
        ("show --nonsense 14", ["1412.6980\tAdam"]),
        ("show 'un", []),
    ],
)
def test_the_shell_is_offered_what_the_list_knows(line: str, expected: list[str], shelf: Path) -> None:
    assert offered(line, shelf) == expected


def test_what_is_read_comes_first_with_its_title_in_a_line_and_the_lab_may_be_named(
    shelf: Path, tmp_path: Path
) -> None:
    found = offered("show ", shelf)
    assert [row.split("\t")[0] for row in found] == ["1412.6980", "hep-th/9901001", "1706.03762"]
    assert found[2].split("\t")[1].startswith("Attention, [31m all you need")
    assert len(found[2].split("\t")[1]) <= 60
    assert offered(f"--lab {shelf} show 14", tmp_path) == ["1412.6980\tAdam"]
    assert offered("show 14", tmp_path, PAPERLAB_HOME=str(shelf)) == ["1412.6980\tAdam"]


@pytest.mark.parametrize("fault", ["none", "garbage", "empty"])
def test_without_a_list_that_can_be_read_nothing_is_offered(fault: str, shelf: Path) -> None:
    list_ = shelf / "reading_list.db"
    {"none": list_.unlink, "garbage": lambda: list_.write_bytes(b"x" * 9999), "empty": lambda: list_.write_bytes(b"")}[
        fault
    ]()
    assert offered("show ", shelf) == offered("list --tag ", shelf) == []


def test_completion_completes_verbs(tmp_path: Path) -> None:
    env = os.environ | {"_PAPERLAB_COMPLETE": "bash_complete", "COMP_WORDS": "paperlab imp", "COMP_CWORD": "1"}
    done = subprocess.run([sys.executable, "-m", "paperlab"], capture_output=True, text=True, env=env, cwd=ROOT)
    assert "implement" in done.stdout


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("extract x", "file"),
        ("implement x", "file"),
        ("init x", "file"),
        ("--lab x", "dir"),
        ("publish --out x", "file"),
    ],
)
def test_completion_leaves_paths_to_the_shell(words: str, kind: str) -> None:
    count = len(words.split())
    env = os.environ | {
        "_PAPERLAB_COMPLETE": "bash_complete",
        "COMP_WORDS": f"paperlab {words}",
        "COMP_CWORD": f"{count}",
    }
    done = subprocess.run([sys.executable, "-m", "paperlab"], capture_output=True, text=True, env=env, cwd=ROOT)
    assert done.stdout == f"{kind},x\n"


def test_the_help_of_a_group_shows_the_options_of_the_verb_that_may_be_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["bench", "--help"]) == 0
    assert "--budget smoke|small|full" in capsys.readouterr().out
