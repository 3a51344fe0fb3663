r"""Symbols and what a text says they are: fragments in the manner of many venues, worked by hand."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from paperlab.extract.appositions import appositions, inputs
from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Algorithm, Table
from tests.extract.test_document import read
from tests.extract.test_text import broken_tex

FRAGMENTS = {
    "shared noun": (r"They are packed into matrices $K$ and $V$.", {"K": "matrices", "V": "matrices"}),
    "shared noun with shapes": (
        r"The maps are weight matrices $W_1 \in \mathbb{R}^{a \times b}$ and $W_2 \in \mathbb{R}^{b \times c}$.",
        {"W_1": r"weight matrices, in \mathbb{R}^{a \times b}", "W_2": r"weight matrices, in \mathbb{R}^{b \times c}"},
    ),
    "set of what has a shape": (r"The token embeddings $X^A = \{x_i \in \mathbb{R}^{D}\}$ come last.", {"X^A": "token embeddings"}),
    "shared verb": (r"where $A(q)$ and $B(q)$ are polynomials in the shift.", {"A(q)": "polynomials in the shift", "B(q)": "polynomials in the shift"}),
    "each its own": (r"Here $s_t$, $a_t$, and $r_t$ are state, action, and reward at time step $t$.", {"s_t": "state", "a_t": "action", "r_t": "reward at time step", "t": "time step"}),
    "respectively": (r"Let $\mu$ and $\sigma$ denote the mean and the spread of the noise, respectively.", {r"\mu": "the mean", r"\sigma": "the spread of the noise"}),
    "extent": (r"It takes queries and keys of dimension $d_k$.", {"d_k": "dimension of queries and keys"}),
    "extent of what has it": (r"The inner layer has dimensionality $d_{ff}=2048$.", {"d_{ff}": "dimensionality of The inner layer"}),
    "count": (r"A molecule with $N$ atoms has a stack of $M = 6$ identical layers.", {"N": "number of atoms", "M": "number of identical layers"}),
    "value": (r"We use label smoothing of value $\epsilon = 0.1$ and a dropout rate of $P_{drop} = 0.2$.", {r"\epsilon": "label smoothing", "P_{drop}": "a dropout rate"}),
    "place": (r"The state at position $i$ of layer $l$ is masked.", {"i": "position", "l": "layer"}),
    "said": (r"The dimension of the vectors is $D$.", {"D": "The dimension of the vectors"}),
    "apart": (r"We keep the rest in an “information buffer”, $B$. The agent gets a reward ($R_t$).", {"B": "information buffer", "R_t": "reward"}),
    "function": (r"It follows the transition function $p(s' \mid s, a) \doteq P(S = s')$ to the next state.", {r"p(s' \mid s, a)": "transition function"}),
    "chain": (r"It consists of states $S \in \mathcal{S}$, actions $A \in \mathcal{A}$, and a reward function $r$.", {"S": r"states, in \mathcal{S}", "A": r"actions, in \mathcal{A}", "r": "reward function"}),
    "denoting": (r"Denoting the input by $X_0$ and the last activation by $T_l$, we compare.", {"X_0": "the input", "T_l": "the last activation"}),
    "row": (r"It maps a sequence of symbols $(x_1, \ldots, x_n)$ to another.", {r"(x_1, \ldots, x_n)": "symbols"}),
    "braces": (r"We follow the gradient ${\bm{g}}$ down.", {r"\bm{g}": "gradient"}),
    "one plural": (r"where $\alpha_\ell$ are learnable weights.", {r"\alpha_\ell": "learnable weights"}),
    "left bracket": (r"where $\left[ Z \right]_{c}$ denotes the token of the class, and $n\left(a\right)$ is the count.", {r"\left[ Z \right]_{c}": "the token of the class", r"n\left(a\right)": "the count"}),
    "comma in a mark": (r"where $\alpha_{\text{c},i}$ is the weight of a token.", {r"\alpha_{\text{c},i}": "the weight of a token"}),
    "braces of macros": (r"We obtain the reconstructions $\hat{{\bm{x}}} = {\mathcal{D}}_\phi(\hat{{\bm{z}}})$.", {r"\hat{\bm{x}}": "reconstructions"}),
    "colon": (r"We denote by $h \in \{1, 2\}$: the heads, and $Z^l$: the stream of values.", {"h": r"the heads, in \{1, 2\}", "Z^l": "the stream of values"}),
    "list for a plural": (r"We use $\mathtt{x}, \mathtt{z}$ for random variables.", {r"\mathtt{x}": "random variables", r"\mathtt{z}": "random variables"}),
    "behind it": (r"We then minimise $F$, the free energy of the system.", {"F": "the free energy of the system"}),
    "no list": (r"We use a rate of $2\times10^{-5}$, a batch size of ten, and a step size $\eta$, the momentum, and a decay.", {r"\eta": "step size"}),
    "no clause": (r"For each $g$, the model predicts a label. By increasing $G$, the error falls. Using $B$, the model overfits. When we fix $K$, the bound holds.", {}),
    "using": (r"Using $I(E)$ to denote the indicator of an event, we write the loss.", {"I(E)": "the indicator of an event"}),
    "which is": (r"We set $\epsilon=0.05$, which is the margin of error.", {r"\epsilon": "the margin of error"}),
    "in brackets": (r"It pulls the arm which has the highest mean reward (denoted $\hat{r}_i$) so far.", {r"\hat{r}_i": "the highest mean reward"}),
    "a set": (r"An arm in the active set $B_m$ is chosen, and we set $C$ apart.", {"B_m": "active set"}),
    "no adjective": (r"With larger $B$ it overfits.", {}),
    "owner": (r"The rate depends on Shannon's self information $i_c(x) = - \log p(x)$.", {"i_c(x)": "self information"}),
    "owner of an owner": (r"We take the final block's output $Z$.", {"Z": "final block’s output"}),
    "four words": (r"It relies on the full cosine similarity score $S(I,T)$.", {"S(I,T)": "full cosine similarity score"}),
    "control": (r"where $\lambda > 0$ controls the strength of the penalty.", {r"\lambda": "the strength of the penalty"}),
    "denoted": (r"The learning rate is denoted $\eta$.", {r"\eta": "The learning rate"}),
    "its": (r"Let $x \in \mathbb{R}^{d}$ be an input and $y \in \{1, \dots, K\}$ its label.", {"x": r"an input, in \mathbb{R}^{d}", "y": r"its label, in \{1, \dots, K\}"}),
    "binary matrix": (r"We need the adjacency matrix $A \in \{0,1\}^{n \times n}$.", {"A": r"adjacency matrix, in \{0,1\}^{n \times n}"}),
    "sets": (r"Take a graph $G$ with node set $V$ and edge set $E$; we set $r$ later.", {"G": "graph", "V": "node set", "E": "edge set"}),
    "extents of a symbol": (r"An image $I$ of height $H$ and width $W$ is read.", {"I": "image", "H": "height of An image", "W": "width of An image"}),
    "has": (r"The policy $\pi$ has parameters $\phi$.", {r"\pi": "policy", r"\phi": "parameters"}),
    "plural after its article": (r"The gate embeddings, denoted as $P_h, P_t$ for two gates, are small.", {"P_h": "The gate embeddings", "P_t": "The gate embeddings"}),
    "written for": (r"We write $D = \{x_i\}_{i=1}^N$ for the pool.", {"D": "the pool"}),
    "taken to be": (r"where $M(q)$ is taken to be the Fisher matrix.", {"M(q)": "the Fisher matrix"}),
    "measures": (r"where $v$ measures the ratio of the sides.", {"v": "the ratio of the sides"}),
    "no trailing word": (r"Let $U$ be a small ball around $c$.", {"U": "a small ball around $c$"}),
    "define as": (r"We parameterize the true scale as $s_g = \sqrt{w h}$.", {"s_g": "the true scale"}),
    "of each": (r"The capacity of each cache, $c_m$, is set by hand.", {"c_m": "The capacity of each cache"}),
    "each": (r"NWD models each bounding box $B_k = (w, h)$ as a blob. For any ambient vector $\mathbf{g} \in \mathbb{R}^d$ it holds.", {"B_k": "bounding box", r"\mathbf{g}": r"ambient vector, in \mathbb{R}^d"}),
    "runs over": (r"For each head $h$, every bin $I_j \in B$ and any samples $q_1$ differ.", {}),
    "short form between": (r"It depends on the mean click rate (MCR) $\rho$ of the ads.", {r"\rho": "mean click rate"}),
    "scale of": (r"It holds for a box of scale $\sigma$.", {r"\sigma": "scale of a box"}),
    "counts in a row": (r"We have $N=300$ visitors, $M = 30$ ads, and auto-differentiating $K$ samples in turn.", {"N": "number of visitors", "M": "number of ads", "K": "number of samples"}),
    "index of a sample": (r"It is one for each test sample $i$ and for burn-in sample $j$.", {"j": "burn-in sample"}),
    "of a string": (r"The representation of string $s$ is $\mathbf{x} \in \mathbb{R}^d$.", {r"\mathbf{x}": r"The representation of string $s$, in \mathbb{R}^d"}),
    "has with a space": (r"A token has representation $\mathbf{x}_i \in \mathbb{R}^d$.", {r"\mathbf{x}_i": r"representation, in \mathbb{R}^d"}),
    "item of a list": (r"$d_k$: size of a key, where it counts.", {"d_k": "size of a key"}),
    "item without a colon": (r"[$d_k$] size of a key", {"d_k": "size of a key"}),
    "item of symbols": (r"$d_k$: size of $k$.", {}),
    "noun before a display": (r"The total loss is given by \begin{equation} L_t = a + b \end{equation}", {"L_t": "total loss"}),
    "verb before a display": (r"We therefore propose a hybrid loss: \[ L_h := a + b \]", {"L_h": "hybrid loss"}),
    "second of two displays": (r"We know that $$ a_1 = b $$ and that the total loss is $$ L_t = a + b. $$", {"L_t": "total loss"}),
    "value of a function": (r"The total loss is given by \[ L(x) = a + b \]", {}),
    "no noun before a display": (r"It follows from this that \[ L_t = a + b \]", {}),
    # What says nothing of a symbol:
    "mark": (r"Here $\dag$ means a model that was tuned, and the best result reports $W = 3$.", {}),
    "function of": (r"We express the slope of $y(t)$ as a function of the slopes before.", {}),
    "compound": (r"We use the learned $\epsilon$-greedy policy and apply the operator $T$ times.", {}),
    "cost": (r"The whole cost is $O(n^2)$ and the method requires $O(n)$ memory.", {}),
    "verb": (r"Here the solver finds $\hat g$ fast, for compressing data $B$, with the optimal $\hat h$.", {}),
    "thing": (r"Take an element $x$ and a point $y$. In other words, $P(A)$ is small.", {}),
    "bound": (r"This holds for every state $s$ and all $x$.", {}),
    "property": (r"The parts of $q$ and $k$ are independent random variables.", {}),
    "equal length": (r"to another sequence of equal length $(z_1, \ldots, z_n)$.", {}),
    "roman item": (r"This is hard due to $(i)$ friction, $(ii)$ the unknown load.", {}),
    "adjective": (r"It has an asymptotic $\chi^2$ distribution and a sparse $A$.", {}),
    "word that joins": (r"Here $h$ denotes the rank of the part in $B$.", {"h": "the rank of the part"}),
    "size alone": (r"Its shape is of size $n$.", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAGMENTS)
def test_symbols_of_a_fragment(name: str) -> None:
    tex, expected = FRAGMENTS[name]
    assert {s.symbol: s.meaning for s in read_facts([Passage(tex=tex)]).symbols} == expected


def _table(caption: str, *rows: str) -> Table:
    cells = tuple(tuple(cell.strip() for cell in row.split("&")) for row in rows)
    return Table(number="1", label=None, caption=caption, header_rows=1, rows=cells, best=(), span=None)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (_table("Used here.", "Symbol & Description", "$x_i$ & Input image of it", "$K$ & Number of groups (see above)"), {"x_i": "Input image of it", "K": "Number of groups"}),
        (_table("Used here.", "Notation & Meaning & Symbol & Meaning", "$a_1$ & first gate & $b_1$ & second gate"), {"a_1": "first gate", "b_1": "second gate"}),
        (_table("List of symbols", "$q_1$ & the queue", "$r_1$ & the rest", "old & the end"), {"q_1": "the queue", "r_1": "the rest"}),
        (_table("Values.", "Symbol & Value", "$q_1$ & 0.1"), {}),
        (_table("Ablation.", "Term & Error", "$q_1$ & 12.1", "$q_2$ & none"), {}),
        (_table("List of symbols", "$q_1$"), {}),
    ],
)  # fmt: skip
def test_tables_of_notation_explain_symbols(table: Table, expected: dict[str, str]) -> None:
    assert {s.symbol: s.meaning for s in read_facts([Passage(tex="Text.")], [table]).symbols} == expected


def test_an_item_keeps_a_label_that_is_a_symbol(tmp_path: Path) -> None:
    items = r"\begin{description}\item[$d_k$] size of a key \item[Fast] It runs. \end{description}"
    paper = read(tmp_path, rf"\section{{Method}} The parts are {items}")
    assert [(s.symbol, s.meaning) for s in paper.symbols] == [("d_k", "size of a key")]


def test_what_goes_into_an_algorithm_is_explained_there() -> None:
    lines = r"an entity set $E$ Training triplets $T = \{t\}$ Embedding dimension $d$"
    assert dict(inputs(lines)) == {"E": "entity set", r"T = \{t\}": "Training triplets", "d": "Embedding dimension"}
    known = (
        r"a dataset $\mathcal{X}$ (clean), step size $\alpha$ and the decays ${\bm{\gamma}}$, $T$, initial state $s_0$"
    )
    algorithm = Algorithm(number="1", caption="", inputs=(known,), outputs=(), lines=(), span=None)
    told = [Passage(tex=r"where $\alpha$ is the learning rate.")]
    # What is said in so many words comes first: a glossary that is cut keeps it.
    assert [(s.symbol, s.meaning) for s in read_facts(told, (), [algorithm]).symbols] == [
        (r"\alpha", "the learning rate"),
        (r"\mathcal{X}", "dataset"),
        (r"\bm{\gamma}", "decays"),
    ]


@given(tex=broken_tex)
@settings(deadline=None)
def test_a_meaning_is_words_of_the_text(tex: str) -> None:
    for formula, meaning in (*appositions(tex), *inputs(tex)):
        assert f"${formula}$" in tex
        assert all(word in tex for word in meaning.replace("number of", "").split() if word != "of")
