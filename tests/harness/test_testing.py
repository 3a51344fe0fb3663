"""A folder's tests run in a process of their own: what each came to, and what can go wrong with the run."""

from pathlib import Path

import pytest

from paperlab.harness import run_tests

MODEL = """\
def double(x):
    # twice
    return 2 * x


class Box:
    def open(self):
        return double(1)


def broken():
    return 1 / 0
"""
TESTS = """\
import time
import pytest
import model


def test_right():
    assert model.Box().open() == 2


def test_wrong():
    assert model.double(2) == 5, "double is not five: look at Equation (1)"


def test_raises():
    model.broken()


@pytest.mark.parametrize("n", [1, 2])
def test_many(n):
    assert n == 1


@pytest.mark.skip(reason="not today")
def test_skipped():
    raise AssertionError
"""


def folder(path: Path, tests: str, model: str = MODEL) -> Path:
    path.mkdir(exist_ok=True)
    (path / "model.py").write_text(model, encoding="utf-8")
    (path / "test_it.py").write_text(tests, encoding="utf-8")
    return path


def test_what_each_test_came_to(tmp_path: Path) -> None:
    found = run_tests(folder(tmp_path / "f", TESTS))
    assert found.problems == ()
    assert [(run.test, run.outcome) for run in found.runs] == [
        ("test_right", "passed"), ("test_wrong", "failed"), ("test_raises", "failed"), ("test_many[1]", "passed"),
        ("test_many[2]", "failed"), ("test_skipped", "skipped"),
    ]  # fmt: skip
    right, wrong, raises, *_ = found.runs
    assert right.called == ("Box.open", "double")
    assert (wrong.message, wrong.lines, wrong.called) == ("double is not five: look at Equation (1)", (), ("double",))
    assert (raises.message, raises.lines) == ("ZeroDivisionError: division by zero", (12,))


def test_nothing_is_written_into_the_folder(tmp_path: Path) -> None:
    place = folder(tmp_path / "f", "from hypothesis import given, strategies as st\n@given(st.integers())\ndef test_x(n):\n    assert n < 5\n")  # fmt: skip
    assert [run.outcome for run in run_tests(place).runs] == ["failed"]
    assert sorted(p.name for p in place.rglob("*")) == ["model.py", "test_it.py"]


@pytest.mark.parametrize("guard", ["pass", "try:\n        while True: pass\n    except Exception: pass"])
def test_a_loop_without_end_costs_its_own_test(tmp_path: Path, guard: str) -> None:
    tests = f"def test_loop():\n    {guard}\n    while True: pass\n\ndef test_after():\n    pass\n"
    loop, after = run_tests(folder(tmp_path / "f", tests), each=0.3).runs
    assert (loop.outcome, loop.message, after.outcome) == ("failed", "did not end within 0.3 s", "passed")


def test_the_whole_run_ends_in_time(tmp_path: Path) -> None:
    deaf = "import signal, time\n\ndef test_deaf():\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    time.sleep(60)\n\ndef test_after():\n    pass\n"  # fmt: skip
    found = run_tests(folder(tmp_path / "f", deaf), seconds=3)
    assert [(run.test, run.outcome) for run in found.runs] == [("test_deaf", "timeout"), ("test_after", "not run")]
    assert found.problems == ("the tests did not end within 3 s",)


def test_a_process_that_dies_is_told_of(tmp_path: Path) -> None:
    found = run_tests(folder(tmp_path / "f", "import os\n\ndef test_dies():\n    os._exit(7)\n"))
    assert [(run.test, run.outcome) for run in found.runs] == [("test_dies", "timeout")]
    assert [text.partition(":")[0] for text in found.problems] == ["the tests' process ended with code 7"]


@pytest.mark.parametrize(
    "body",
    [
        "import os\n    os.environ.clear()",
        "class Mute(Exception):\n        def __str__(self): raise OSError\n    raise Mute",
    ],
)
def test_what_a_test_does_to_its_process_costs_no_other_test(tmp_path: Path, body: str) -> None:
    tests = f"def test_odd():\n    {body}\n\ndef test_after():\n    pass\n"
    found = run_tests(folder(tmp_path / "f", tests))
    assert ([run.outcome for run in found.runs][1:], found.problems) == (["passed"], ())


def test_a_test_that_was_to_fail_and_did_not_says_so(tmp_path: Path) -> None:
    tests = "import pytest\n\n@pytest.mark.xfail(strict=True)\ndef test_x():\n    pass\n"
    (run,) = run_tests(folder(tmp_path / "f", tests)).runs
    assert (run.outcome, run.message) == ("failed", "[XPASS(strict)]")


def test_a_run_that_ends_early_says_why_and_not_how_long_it_took(tmp_path: Path) -> None:
    (problem,) = run_tests(folder(tmp_path / "f", "import sys\nsys.exit(1)\n")).problems
    assert problem.startswith("the tests' process ended with code 3: ")
    assert "SystemExit" in problem


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ("import nosuchmodule\n", "test_it.py cannot be imported: ModuleNotFoundError: No module named 'nosuchmodule'"),
        ("def test_x(:\n", "test_it.py cannot be imported: SyntaxError: invalid syntax"),
    ],
)
def test_a_file_that_cannot_be_imported(tmp_path: Path, tests: str, said: str) -> None:
    assert run_tests(folder(tmp_path / "f", tests)).problems == (said,)


def test_a_folder_without_tests(tmp_path: Path) -> None:
    assert run_tests(tmp_path).problems == ("no test_*.py in this folder",)


def test_the_persons_own_pytest_settings_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nosuchoption")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nosuchoption\n", encoding="utf-8")
    place = folder(tmp_path / "f", "def test_x():\n    pass\n")
    assert [run.outcome for run in run_tests(place).runs] == ["passed"]


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    slow = "import time\n" + "".join(f"def test_{n}():\n    time.sleep(0.5)\n" for n in range(3))
    run_tests(folder(tmp_path / "f", slow), on_progress=lambda *now: told.append(now))
    assert told, "nothing was told in more than a second"
    assert told == sorted(told, key=lambda now: now[0])
    assert told.pop() == (3, 3, "tests")  # takes the bar away
    assert all(done <= total == 3 and name.startswith("test_") for done, total, name in told)


def test_a_fixture_has_the_time_limit_too_and_a_thread_is_seen(tmp_path: Path) -> None:
    tests = (
        "import threading\nimport pytest\nimport model\n\n@pytest.fixture\ndef slow():\n    while True: pass\n\n"
        "@pytest.fixture\ndef doubled():\n    return model.double(1)\n\n"
        "def test_slow(slow):\n    pass\n\ndef test_given(doubled):\n    assert doubled == 2\n\n"
        "def test_thread():\n    one = threading.Thread(target=model.Box().open)\n    one.start()\n    one.join()\n"
    )
    slow, given, thread = run_tests(folder(tmp_path / "f", tests), each=0.3).runs
    assert (slow.outcome, slow.message) == ("failed", "did not end within 0.3 s")
    assert (given.outcome, given.called) == ("passed", ("double",))
    assert (thread.outcome, thread.called) == ("passed", ("Box.open", "double"))


def test_a_file_that_leaves_python_is_told_of(tmp_path: Path) -> None:
    (problem,) = run_tests(folder(tmp_path / "f", "import os\nos._exit(0)\n")).problems
    assert problem.startswith("the tests' process ended before a test was found")


DEADLY = """\
def fine():
    return 1


def bad():
    fine()
    DEED
"""


@pytest.mark.parametrize(
    ("deed", "said", "line"),
    [
        ("while True: fine()", "bad did not end within 0.3 s", None),
        pytest.param("sum(range(10**13))", "bad: the tests did not end within 0.3 s", None, marks=pytest.mark.slow),
        ("__import__('os')._exit(3)", "bad: the tests' process ended with code 3: it said nothing", None),
        pytest.param(
            "__import__('ctypes').string_at(0)",
            "bad: the tests' process was ended by SIGSEGV",
            7,
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_function_that_takes_the_process_along_is_named_and_the_other_tests_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deed: str, said: str, line: int | None
) -> None:
    monkeypatch.setattr("paperlab.harness.testing._GRACE", 0.2)
    tests = "import model\n\ndef test_bad():\n    model.bad()\n\ndef test_fine():\n    assert model.fine() == 1\n\ndef test_wrong():\n    assert model.fine() == 2\n"  # fmt: skip
    bad, fine, wrong = run_tests(folder(tmp_path / "f", tests, DEADLY.replace("DEED", deed)), each=0.3).runs
    assert (bad.message, bad.called, fine.outcome, wrong.outcome) == (said, ("bad", "fine"), "passed", "failed")
    assert line in (None, *bad.lines)


@pytest.mark.slow
def test_of_an_endless_function_one_test_waits(tmp_path: Path) -> None:
    """The others of it fail at once, so that the run has time for the rest."""
    calls = "".join(f"def test_{n}():\n    model.bad()\n\n" for n in range(9))
    model = DEADLY.replace("DEED", "while True: pass")
    found = run_tests(folder(tmp_path / "f", f"import model\n\n{calls}", model), each=3, seconds=20)
    assert {(run.outcome, run.message) for run in found.runs} == {("failed", "bad did not end within 3 s")}


@pytest.mark.slow
def test_endless_output_ends(tmp_path: Path) -> None:
    tests = "def test_x():\n    while True:\n        print('x' * 10**6)\n\ndef test_y():\n    pass\n"
    (talks, after), _ = run_tests(folder(tmp_path / "f", tests), each=30)
    assert (talks.message, after.outcome) == ("OSError: [Errno 27] File too large", "passed")
