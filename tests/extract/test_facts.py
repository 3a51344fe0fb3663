"""Facts of running text: sentences worked by hand, and what must not be taken for one."""

import pytest
from hypothesis import given, settings

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Cell, Span, Table
from tests.extract.test_text import broken_tex

RESULTS = Table(
    number="2",
    label=None,
    caption="",
    header_rows=1,
    rows=(("Model", "BLEU"), ("Old", "26.4"), ("Ours", "28.4")),
    best=((2, 1),),
    span=None,
)


def stated(tex: str, *tables: Table) -> dict[str, str]:
    return {h.name: h.value for h in read_facts([Passage(tex=tex, section="Setup")], tables).hyperparameters}


@pytest.mark.parametrize(
    ("tex", "found"),
    [
        (r"We use a learning rate of $2\times10^{-5}$ and a batch size of 32.", {"learning rate": "2e-5", "batch size": "32"}),
        (r"Let $K$ denote the number of prototypes. We vary the temperature at $K = 3$ alone.", {}),
        (r"Here $\tau$ is the temperature. We set the temperature at $\tau = 3$ throughout.", {"temperature": "3"}),
        (r"We trained for 300,000 steps.", {"iterations": "300000"}),
        (r"We used Adam with $\beta_1=0.9$, $\beta_2 = 0.98$ and $\epsilon=10^{-9}$.", {"Adam beta1": "0.9", "Adam beta2": "0.98", "Adam epsilon": "1e-9", "optimizer": "Adam"}),
        (r"The decay is $\rho=0.95$.", {"decay": "0.95"}),
        (r"See Section 3 for the learning rate. It was published in 2015.", {}),
        (r"Suppose $x = 3$; then the bound holds.", {}),
    ],
)  # fmt: skip
def test_settings_in_sentences(tex: str, found: dict[str, str]) -> None:
    assert stated(tex) == found


def test_settings_in_a_table_come_with_their_quote() -> None:
    table = Table(number="1", label=None, caption="Hyperparameters", header_rows=1, rows=(("Hyperparameter", "Value"), ("Batch size", "32"), ("Schedule", "cosine")), best=(), span=Span(file="a.tex", line=7))  # fmt: skip
    found = read_facts([], [table]).hyperparameters
    assert [(h.name, h.value, h.quote, h.span and h.span.line) for h in found] == [
        ("batch size", "32", "Batch size | 32", 7),
        ("learning rate schedule", "cosine", "Schedule | cosine", 7),
    ]


def test_a_claim_finds_its_cell() -> None:
    tex = "Our model reaches 28.4 BLEU, improving over the best results. The paper has 12 pages."
    (claim,) = read_facts([Passage(tex=tex, section="Abstract", kind="abstract")], [RESULTS]).claims
    assert (claim.numbers, claim.cell) == (("28.4",), Cell(table="2", row=2, column=1))


def test_a_meaning_ends_before_the_next_symbol_is_introduced() -> None:
    tex = r"Let $x \in R$ be an image with $D$ pixels and let $\mu \in R$ denote a prototype."
    meanings = {s.symbol: s.meaning for s in read_facts([Passage(tex=tex)]).symbols}
    assert meanings["x"] == "an image with $D$ pixels"
    assert meanings[r"\mu"] == "a prototype"


def test_symbols_with_shape() -> None:
    tex = r"Let $X \in \mathbb{R}^{n \times d}$ be the data matrix, where $\eta$ is the learning rate."
    assert {s.symbol: s.meaning for s in read_facts([Passage(tex=tex)]).symbols} == {
        "X": r"the data matrix, in \mathbb{R}^{n \times d}",
        r"\eta": "the learning rate",
    }


def test_names_and_links() -> None:
    tex = r"We report BLEU on the WMT 2014 task and ImageNet; code: \url{https://github.com/a/b_c}."
    facts = read_facts([Passage(tex=tex)])
    assert (facts.datasets, facts.metrics) == (("WMT14", "ImageNet"), ("BLEU",))
    assert read_facts([Passage(tex="The Spider walked.")]).datasets == ()
    assert [(x.url, x.kind) for x in facts.links] == [("https://github.com/a/b_c", "code")]


@settings(deadline=None, max_examples=60)
@given(broken_tex)
def test_broken_text_costs_no_reader(tex: str) -> None:
    assert read_facts([Passage(tex=tex, section="Results")], [RESULTS]).problems == ()
