"""paper.toml and the matched case."""

import dataclasses
import re
import tomllib

import pytest

from paperlab.extract.columns import directions
from paperlab.records.card import card_from_toml
from paperlab.records.extracted import Cell, ClaimSentence, Hyperparameter, Symbol
from paperlab.records.ledger import LEDGER, is_stated, not_stated
from paperlab.records.measurement import CaseInfo
from paperlab.scaffold.card import card, to_toml
from paperlab.scaffold.claims import claims
from paperlab.scaffold.match import match_case
from paperlab.scaffold.stubs import stubs

from .papers import ATTENTION, BARE, RECORD, case, equation, span


def test_card_reads_back_as_it_was_written() -> None:
    made = card(ATTENTION, RECORD, "transformer", stubs(ATTENTION))
    assert card_from_toml(tomllib.loads(to_toml(made)), where="paper.toml") == made
    assert (made.slug, made.id, made.version) == ("transformer", "1706.03762", 7)


def test_the_card_shows_how_arms_are_written_and_its_example_is_legal() -> None:
    text = to_toml(card(ATTENTION, RECORD, "transformer", stubs(ATTENTION)))
    (example,) = re.findall("`(compare = .*?)`", text)
    assert tomllib.loads(example) == {"compare": ["ours", "zero"]}


def test_the_title_is_arxivs_where_the_e_print_has_another() -> None:
    older = dataclasses.replace(ATTENTION, title="A Draft")
    assert card(older, RECORD, "transformer", ()).title == RECORD.title
    assert card(older, None, "transformer", ()).title == "A Draft"


def test_claim_of_a_cell_has_its_place_number_metric_and_direction_and_no_sentence() -> None:
    (claim,) = claims(ATTENTION)  # the sentence and the best cell are one claim
    assert claim.place == "Table 2, row Transformer, column BLEU"
    assert (claim.paper, claim.metric, claim.direction, claim.sentence) == (28.4, "bleu", "higher", "")


@pytest.mark.parametrize(
    ("sentence", "number", "expected"),
    [
        (r"performance is $\rm fit\!=\!99.5\%$ and $\rm RMSE = 1.2$ mV", "99.5", (99.5, "fit", "higher", "%")),
        (r"a $\rm fit$ index of 93.2% and an RMSE of 4.5", "93.2", (93.2, "fit index", "higher", "%")),
        ("accuracy stays at 0.91 while the error rate falls to 0.4", "0.4", (0.4, "error rate", "lower", "")),
        ("a BLEU score of 41.0, at a fraction of the training time", "41.0", (41.0, "bleu", "higher", "")),
        ("reduces the test error to 3.1%", "3.1", (3.1, "test error", "lower", "%")),
        ("reaches an accuracy of 91.2", "91.2", (91.2, "accuracy", "higher", "")),
        ("saves 3.5 of the time", "3.5", (3.5, "", "higher", "")),
        ("takes feature maps of size 3.5", "3.5", (3.5, "", "higher", "")),
        ("a speedup of 1,200 times", "1,200", (1200.0, "speedup", "higher", "")),
    ],
)
def test_claim_of_a_sentence(sentence: str, number: str, expected: tuple) -> None:
    said = ClaimSentence(text=sentence, section="Attention", numbers=(number,), cell=None, span=None)
    (claim,) = claims(dataclasses.replace(ATTENTION, tables=(), metrics=(), claims=(said,)))
    assert (claim.paper, claim.metric, claim.direction, claim.unit) == expected
    assert claim.place == "Section 3.2"


ROWS = (
    ("Method", "Solubility", "FID ↓", "mAP", "FLOPs"),
    ("a", "0.9", "7.1", "30", "9"),
    ("b", "0.5", "5.0", "31", "9"),
)


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        (1, "0.5", (0.5, "", "lower")),  # no metric is named: what the column shows decides, and none is invented
        (1, "2.5", (2.5, "accuracy", "higher")),
        (2, "5.0", (5.0, "fid", "lower")),
        (3, "31", (31.0, "map", "higher")),
        (4, r"3.3\cdot10^{18}", (3.3e18, "flops", "lower")),
        (4, r"$2.1 \times 10^{-3}$", (2.1e-3, "flops", "lower")),
        (4, ".5", (0.5, "flops", "lower")),
    ],
)
def test_claim_of_a_cell(column: int, cell: str, expected: tuple) -> None:
    rows = (*ROWS[:2], (*ROWS[2][:column], cell, *ROWS[2][column + 1 :]))
    best = ((2, column),)
    table = dataclasses.replace(
        ATTENTION.tables[0],
        rows=rows,
        best=best,
        directions=directions(rows, 1, best),
        caption="Accuracy of all models",
    )
    (claim,) = claims(dataclasses.replace(ATTENTION, tables=(table,), claims=()))
    assert (claim.paper, claim.metric, claim.direction) == expected


def test_a_sentence_that_says_the_same_number_again_is_one_claim() -> None:
    said = ClaimSentence(text="cuts the test error by 35%", section=None, numbers=("35",), cell=None, span=None)
    again = dataclasses.replace(said, text="our test error is 35% lower", section="Attention")
    other = dataclasses.replace(said, text="our accuracy is 35% higher", section="Attention")
    paper = dataclasses.replace(ATTENTION, tables=(), claims=(said, again, other))
    assert [c.place for c in claims(paper)] == ["Abstract", "Section 3.2"]


def test_a_cell_with_other_digits_is_another_number() -> None:
    said = ClaimSentence(
        text="3.00 lower", section=None, numbers=("3.00",), cell=Cell(table="2", row=1, column=1), span=None
    )
    table = dataclasses.replace(ATTENTION.tables[0], rows=(("Layer", "Feature maps"), ("a", "3")), best=())
    (claim,) = claims(dataclasses.replace(ATTENTION, tables=(table,), claims=(said,)))
    assert claim.place == "Abstract"


def test_a_cell_that_names_its_row_is_no_result() -> None:
    said = ClaimSentence(
        text="0.9 is better", section=None, numbers=("0.9",), cell=Cell(table="2", row=1, column=0), span=None
    )
    table = dataclasses.replace(ATTENTION.tables[0], rows=(("Range", "Loss"), ("0.9", "1")), best=())
    (claim,) = claims(dataclasses.replace(ATTENTION, tables=(table,), claims=(said,)))
    assert claim.place == "Abstract"


def test_claim_with_a_cell_that_is_not_there_falls_back_on_its_number() -> None:
    said = ClaimSentence(
        text="28.4 BLEU", section=None, numbers=("28.4",), cell=Cell(table="2", row=9, column=9), span=None
    )
    (claim,) = claims(dataclasses.replace(ATTENTION, tables=(), claims=(said,)))
    assert (claim.place, claim.paper) == ("Abstract", 28.4)


def test_what_no_setting_states_is_named() -> None:
    assert "batch size" not in not_stated(ATTENTION.hyperparameters)
    assert "random seed" in not_stated(ATTENTION.hyperparameters)
    assert len(not_stated(BARE.hyperparameters)) == 8


@pytest.mark.parametrize(
    ("name", "value", "stated"),
    [
        ("Adam beta1", "0.9", {"optimizer", "momentum or betas"}),
        ("optimizer", r"Adam ($\alpha = 10^{-4}$)", {"optimizer", "learning rate"}),
        ("Adam alpha", "1e-4", {"optimizer", "learning rate"}),
        ("step size", "0.1", {"learning rate"}),
        ("warmup steps", "4000", {"learning rate schedule"}),
        ("warmup epochs", "5", {"learning rate schedule"}),
        ("diffusion steps", "50", set()),
        ("steps per epoch", "2500", set()),
        ("training epochs", "10", {"training steps or epochs"}),
        ("hardware", "8 P100 GPUs", {"hardware"}),
        ("theta", "1", set()),
    ],
)
def test_a_setting_states_what_it_names_and_no_more(name: str, value: str, stated: set) -> None:
    setting = Hyperparameter(name=name, value=value, quote="", span=None)
    assert {entry for entry in LEDGER if is_stated(entry, setting)} == stated


@pytest.mark.parametrize(
    ("title", "label", "best"),
    [
        ("Plain", "Ours", 1),
        ("Glide: Reading Fast", "Glide (small)", 1),
        ("Plain", "GLIDE", 2),
        ("Plain", "Behaviour", 2),
    ],
)
def test_best_cells_of_others_are_no_claims_where_a_table_names_its_own(title: str, label: str, best: int) -> None:
    rows = (("Method", "Accuracy", "F1"), ("Theirs", "98.4", "71.0"), (label, "97.1", "73.5"))
    table = dataclasses.replace(ATTENTION.tables[0], rows=rows, best=((1, 1), (2, 2)))
    paper = dataclasses.replace(ATTENTION, title=title, tables=(table,), claims=())
    assert [c.paper for c in claims(paper)] == [98.4, 73.5][2 - best :]


def test_a_row_is_named_by_the_words_to_its_left() -> None:
    rows = (("Memory", "Method", "Kept", "Accuracy"), ("fixed", "1-nearest neighbour", "64,000", "98.4"))
    table = dataclasses.replace(ATTENTION.tables[0], rows=rows, best=((1, 3),))
    (claim,) = claims(dataclasses.replace(ATTENTION, tables=(table,), claims=()))
    assert claim.place == "Table 2, row fixed, 1-nearest neighbour, column Accuracy"


RECALL = dataclasses.replace(
    case("mqar", "attention", "transformer", "sequence", "recall", "state", "language", "context"), slot="mixer"
)
BOWL = dataclasses.replace(case("quadratic", "optimizer", "descent", "momentum"), slot="optimizer")
DIGITS = case(
    "digits", "handwritten digits", "classification", "classifier", "digit", "mnist", "accuracy", "dropout", "image"
)
OPTIMIZER = dataclasses.replace(
    case("digits-optimizer", "optimizer", "optimization", "stochastic", "momentum", "gradient"), slot="optimizer"
)


def _case(name: str, slot: str, metric: str, *words: str) -> CaseInfo:
    return dataclasses.replace(case(name, *words), slot=slot, metric=metric)


OTHERS = (
    _case("low-rank", "adapter", "share of the change missed", "adaptation", "adapter", "lora", "low-rank", "rank"),
    _case("double-descent", "fit", "largest test error", "descent", "interpolation", "ridge", "overfitting"),
    _case(
        "rings", "sampler", "sliced Wasserstein distance", "density", "likelihood", "generative", "diffusion", "score"
    ),
    _case("gaussians", "sampler", "sliced Wasserstein distance", "gan", "generative", "eight gaussians"),
    _case("mnist1d", "data", "accuracy", "mnist", "classification", "benchmark"),
    _case("sinusoid", "few-shot", "mean squared error", "meta-learning", "few-shot", "sine wave", "shot"),
    _case("rosenbrock", "optimizer", "gap to the optimum", "optimizer", "descent", "momentum", "valley"),
    _case("char-lm", "mixer", "loss", "character-level", "character", "perplexity", "language", "attention"),
    _case("sbm", "graph", "accuracy", "graph neural network", "graph", "gcn", "node", "community"),
    _case("calibration", "calibrator", "log-loss", "calibration", "calibrated", "confidence", "probabilities"),
)


@pytest.mark.parametrize(
    ("title", "abstract", "metrics", "expected"),
    [
        ("Hyperparameters", "stochastic gradient descent with momentum, generalization", (), None),
        ("A low power amplifier", "a low power adaptive amplifier and its adaptation of gain", (), None),
        ("Ideals in polynomial rings", "density of prime ideals; the likelihood of a generative set", (), None),
        ("Descent of line bundles", "faithfully flat descent and interpolation", (), None),
        ("Graph databases", "a cost-based query optimizer for node and community aggregation", (), None),
        ("Calibrated thermometers", "confidence in platinum thermometers; probabilities of outliers", (), None),
        ("Low-rank tensors in chemistry", "low-rank matrices and adaptation of rank", (), None),
        ("Generative adversarial networks", "a gan of images: diffusion", ("BLEU",), None),
        ("Small networks", "classifiers on MNIST-1D", ("accuracy",), "mnist1d"),
        ("Tiny language models", "a character-level language model with attention", ("bits per character",), "char-lm"),
        ("Fast weights", "few-shot regression of sine waves", ("MSE",), "sinusoid"),
        ("Covering modes", "a GAN for a mixture of eight Gaussians", (), "gaussians"),
        ("A fast optimizer", "on Rosenbrock, with momentum", (), "rosenbrock"),
        ("Deep double descent", "generalization rises and falls; overfitting", ("test error",), "double-descent"),
    ],
)  # fmt: skip
def test_a_case_needs_its_task_words_and_a_metric_that_fits(
    title: str, abstract: str, metrics: tuple, expected: str | None
) -> None:
    found = match_case(dataclasses.replace(BARE, title=title, abstract=abstract, metrics=metrics), OTHERS)
    assert (found.case.name if found else None) == expected


def test_the_reason_names_whole_words() -> None:
    found = match_case(
        dataclasses.replace(BARE, title="Classifiers", datasets=("ImageNet classes",)),
        (case("x", "classes", "imagenet"),),
    )
    assert found is not None
    assert found.words == ("imagenet",)
    found = match_case(dataclasses.replace(BARE, title="Corpus of classified images, axis"), (case("corpus", "axis"),))
    assert found is not None
    assert found.words == ("axis", "corpus")


@pytest.mark.parametrize(
    ("title", "abstract", "datasets", "expected"),
    [
        ("Soft prototypes", "accuracy on handwritten digits", (), "digits"),
        ("A new loss", "we classify", ("MNIST",), "digits"),
        ("A new loss", "best on MNIST", ("MNIST",), "digits"),
        ("Gradients of learning rates", "of neural networks and their regularization", ("MNIST",), None),
        ("Adam: a method for stochastic optimization", "gradient", (), "digits-optimizer"),
        ("Attention is all you need", "dropout, accuracy, image, classification", ("WMT 2014",), None),
        ("Stochastic differential equations", "", (), None),
        ("Deep bidirectional transformers for language understanding", "", (), None),
        ("Sequence modeling with state spaces", "", (), None),
        ("Neutron stars", "quadratic corrections of their angular momentum", (), None),
        ("Gradient descent on a quadratic", "momentum", (), "quadratic"),
        ("Early stopping", "stochastic gradient descent with momentum and learning", (), None),
        ("", "", (), None),
    ],
)
def test_a_case_is_matched_by_its_task_and_never_by_words_of_method(
    title: str, abstract: str, datasets: tuple, expected: str | None
) -> None:
    paper = dataclasses.replace(BARE, title=title, abstract=abstract, datasets=datasets)
    found = match_case(paper, (DIGITS, OPTIMIZER, RECALL, BOWL))
    assert (found.case.name if found else None) == expected
    if found:
        assert expected in found.reason


@pytest.mark.parametrize(("symbol", "name"), [("f(x)", "f"), ("x", "x"), (r"\mathrm{Other}(x)", None)])
def test_a_symbol_with_its_arguments_is_about_the_function(symbol: str, name: str | None) -> None:
    paper = dataclasses.replace(
        BARE,
        equations=(equation("1", "f(x) = a x"),),
        symbols=(Symbol(symbol=symbol, meaning="what it is", span=span(1)),),
    )
    assert card(paper, None, "x", stubs(paper)).symbols.get(symbol) == name
