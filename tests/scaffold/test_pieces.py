"""The pieces of a model.py, and which of them a failing test is about."""

import pytest

from paperlab.errors import UsageError
from paperlab.records.progress import Ran
from paperlab.scaffold import judge_pieces, pieces_of

MODEL = '''\
"""Equation (9) of the module is no piece."""


def helper(x):
    return x


def softmax(scores):
    r"""Equation (3), Section 2.

    p = ...
    """
    raise NotImplementedError("Equation (3), Section 2")


def attention(q):
    """Weigh the values (Section 3.2.1, Equation 1)."""
    # --- solution: Equation (1)
    return softmax(q)
    # --- end


class Layer:
    def forward(self, x):
        """Algorithm 2."""
        # The paper's lines, loops in place: write each one, then delete the line above.
        # h <- x
        h = x
        # y <- h / 0
        y = h / 0
        return y

    def later(self):
        raise NotImplementedError
'''


def names(pieces):
    return [(p.name, p.place, p.written) for p in pieces]


def test_pieces_are_what_names_a_place_or_is_not_written():
    assert names(pieces_of(MODEL)) == [
        ("softmax", "Equation (3), Section 2", False),
        ("attention", "Equation (1)", True),
        ("Layer.forward", "Algorithm 2", True),
    ]


@pytest.mark.parametrize("sign", ["\f", "\u2028", "\x85"])
def test_a_sign_that_ends_no_line_of_python_moves_no_piece(sign: str) -> None:
    text = f'"""{sign * 3}"""\n\n\ndef f(x):\n    # --- solution: Equation (7)\n    y = x\n    return 1 / y\n    # --- end\n'
    assert [(p.name, p.place, p.lines) for p in pieces_of(text)] == [("f", "Equation (7)", (4, 7))]
    found, _ = judge_pieces(pieces_of(text), [Ran("test_f", "failed", "no", lines=(7,))], text.replace("y = x", "# y"))
    assert found[0].near == "y"


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("Equation (3), Section 2.", "Equation (3), Section 2"),
        ("Algorithm 1, Appendix A.", "Algorithm 1, Appendix A"),
        ("Keep a share of it (Algorithm 1, updates of m).", "Algorithm 1"),
        ("As in Section 6.1.2 of it.", "Section 6.1.2"),
        ("Eq. (A.3).", "Eq. (A.3)"),
        ("Equation (2a), Section 2.", "Equation (2a), Section 2"),
        ("Equation (*).", "Equation (*)"),
        ("Equation (P'), Section 2.", "Equation (P'), Section 2"),
        ("An unnumbered equation.", "An unnumbered equation"),
        ("An unnumbered equation, Section 2.", "An unnumbered equation, Section 2"),
        ("Listing 1, Section 2.", "Listing 1, Section 2"),
        ("Algorithm.", "Algorithm"),
        ("Algorithm, Section 2.", "Algorithm, Section 2"),
        ("Some section 3 words.", None),
        ("", None),
    ],
)
def test_a_docstring_names_the_place(words: str, place: str | None) -> None:
    found = pieces_of(f'def f(x):\n    """{words}"""\n    return x\n')
    assert [p.place for p in found] == ([place] if place else [])


def test_a_model_that_is_no_python_is_said_with_its_line():
    with pytest.raises(UsageError, match=r"model\.py, line 2: expected Python, got: "):
        pieces_of("def f(x):\n    return (x\n")


def judged(*runs: Ran):
    found, strange = judge_pieces(pieces_of(MODEL), runs, MODEL)
    return {one.piece.name: one for one in found}, strange


def states(*runs: Ran):
    found, _ = judged(*runs)
    return [one.state for one in found.values()]


def test_without_tests_nothing_is_green():
    assert states() == ["not written", "not tested", "not tested"]


def test_a_passing_test_makes_green_what_it_called():
    assert states(Ran("test_a", "passed", called=("attention",))) == ["not written", "green", "not tested"]


def test_a_test_that_fails_in_a_piece_blames_that_piece_alone():
    failed = Ran(
        "test_f", "failed", "ZeroDivisionError: division by zero", lines=(27, 30), called=("Layer.forward", "attention")
    )
    found, strange = judged(failed, Ran("test_a", "passed", called=("attention",)))
    one = found["Layer.forward"]
    assert (one.state, one.line, one.near, one.message) == (
        "red",
        30,
        "y <- h / 0",
        "ZeroDivisionError: division by zero",
    )
    assert (found["attention"].state, strange) == ("green", ())


def test_a_test_that_ends_in_what_is_not_written_blames_no_other():
    failed = Ran("test_a", "failed", "NotImplementedError: ...", lines=(19, 13), called=("attention", "softmax"))
    assert states(failed, Ran("test_b", "passed", called=("attention",))) == ["not written", "green", "not tested"]


def test_a_wrong_answer_blames_what_was_called():
    wrong = Ran("test_a", "failed", "3 is not 4", called=("attention",))
    found, _ = judged(wrong, Ran("test_b", "passed", called=("attention", "Layer.forward")))
    assert (found["attention"].state, found["attention"].message, found["attention"].line) == (
        "red",
        "3 is not 4",
        None,
    )
    assert found["Layer.forward"].state == "green"


def test_of_several_the_most_suspicious():
    """By hand, with two failing tests: attention 2 / sqrt(2 * 2) = 1, Layer.forward 1 / sqrt(2 * 2) = 0.5."""
    joint = Ran("test_all", "failed", "wrong", called=("Layer.forward", "attention"))
    assert states(joint) == ["not written", "red", "red"]
    own, fine = (
        Ran("test_a", "failed", "wrong", called=("attention",)),
        Ran("test_l", "passed", called=("Layer.forward",)),
    )
    assert states(joint, own, fine) == ["not written", "red", "green"]


def test_two_faults_in_two_pieces_are_both_told():
    """Each scores 1 / sqrt(2 * 1): a high score of one piece does not hide what another's own test says."""
    runs = [Ran(f"test_{name}", "failed", "wrong", called=(name,)) for name in ("attention", "Layer.forward")]
    assert states(*runs) == ["not written", "red", "red"]


def test_a_failing_test_that_called_nothing_is_told_apart():
    _, strange = judged(Ran("test_it", "failed", "the file is missing"), Ran("test_late", "timeout"))
    assert strange == ("test_it: the file is missing", "test_late: timeout")


def test_a_test_of_the_same_name_in_another_file_is_told_too():
    own, other = Ran("test_a", "failed", "wrong", called=("attention",)), Ran("test_a", "failed", "no file")
    found, strange = judged(own, other)
    assert (found["attention"].message, strange) == ("wrong", ("test_a: no file",))


def test_what_did_not_run_or_was_skipped_blames_nothing():
    assert states(Ran("a", "not run", called=("attention",)), Ran("b", "skipped")) == [
        "not written",
        "not tested",
        "not tested",
    ]


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("Correct the start (Section 3).", "Section 3"),
        ("Weigh (Section 3.2.1, Equation 1).", "Section 3.2.1"),
        ("Equation (4a), Section 2.", "Equation (4a), Section 2"),
        ("Eq. (12) again.", "Eq. (12)"),
    ],
)
def test_a_place_takes_no_bracket_that_it_does_not_open(told: str, place: str) -> None:
    (found,) = pieces_of(f'def f(x):\n    """{told}"""\n    return x\n')
    assert found.place == place
