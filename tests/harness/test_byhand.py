"""A case by hand: the right answers reach the ceiling, wrong ones are told from unreadable ones, seeds decide."""

import pytest
import torch

from paperlab.errors import NothingFound
from paperlab.harness import Trial, cases
from paperlab.harness.byhand import YOU, instances, standing, tried
from paperlab.harness.cases import hand

ABLE = [name for name in cases.names() if cases.load(name).by_hand]
RATES = {"digits-optimizer": "0.3", "quadratic": "1", "rosenbrock": "0.001"}
BAD = ("", "x", "-1", "1e999", "nan", "½", "1 2 3")


def right(name: str, question: str, n: int, seed: int = 0) -> str:
    """Answer as one who knows how the instance was made."""
    case = cases.load(name)
    trial = Trial(seed=seed, budget="small", settings=case.budgets["small"])
    if name == "reverse":
        return " ".join(reversed(question.split(": ")[1].split()))
    if name == "mqar":
        flat = question.replace("\n", " ").split("What is the value of key ")
        pairs = dict(pair.split("=") for pair in flat[0].split() if "=" in pair)
        return pairs[flat[1].rstrip("?")]
    if name == "digits":
        from paperlab.harness.cases.training import digits

        return str(int(digits(trial.stream("split")).y_test[n]))
    if name == "mnist1d":
        from paperlab.harness.cases.mnist1d import package_data

        data = package_data(trial.settings["examples"])
        picks = torch.randperm(len(data.x_test), generator=trial.stream("hand"))
        return str(int(data.y_test[picks[n]]))
    return RATES[name]


@pytest.mark.parametrize("name", ABLE)
def test_who_knows_the_answers_stands_at_the_top_or_beats_a_poor_rate(name: str) -> None:
    asked = instances(tried(name))
    assert len(asked) == hand.COUNT
    scores = [one.score(right(name, one.question, n)) for n, one in enumerate(asked)]
    if name in RATES:
        assert all(good < one.score("1e-9") for good, one in zip(scores, asked, strict=True))
    else:
        assert scores == [1.0] * hand.COUNT


@pytest.mark.parametrize("name", ABLE)
def test_a_question_fits_a_terminal_and_follows_from_the_seed(name: str) -> None:
    first, again, other = (instances(tried(name), seed) for seed in (0, 0, 1))
    assert [one.question for one in first] == [one.question for one in again]
    if name not in ("quadratic", "digits-optimizer"):  # these ask the same of another bowl, of other weights
        assert [one.question for one in first] != [one.question for one in other]
    assert all(len(row) <= 80 for one in first for row in one.question.splitlines())


@pytest.mark.parametrize("text", BAD)
@pytest.mark.parametrize("name", ABLE)
def test_what_cannot_be_read_is_not_scored(name: str, text: str) -> None:
    one = instances(tried(name))[0]
    with pytest.raises(ValueError, match=r"whole number|learning rate"):
        one.score(text)


def test_a_person_stands_among_the_rungs_best_first() -> None:
    case = tried("reverse")
    ladder = standing(case, [1.0, 1.0, 0.0, 1.0, 1.0])
    assert dict(ladder)[YOU] == pytest.approx(0.8)
    assert [name for name, _ in ladder] == sorted(dict(ladder), key=lambda n: -dict(ladder)[n])
    assert standing(case, [1.0])[0][0] == YOU
    assert dict(standing(tried("quadratic"), [0.0])).keys() == {YOU, *tried("quadratic").ladder}


def test_a_case_without_instances_names_those_that_have_some() -> None:
    unable = [name for name in cases.names() if name not in ABLE]
    for name in unable:
        with pytest.raises(NothingFound, match=f"{name} cannot be tried by hand; these can: digits"):
            tried(name)


def test_pictures_have_the_shape_of_what_they_show() -> None:
    image = torch.rand(8, 8, generator=torch.Generator().manual_seed(0))
    assert [len(row) for row in hand.picture(image).splitlines()] == [16] * 8
    assert hand.line(torch.zeros(5)) == "▁" * 5
