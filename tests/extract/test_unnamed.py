"""What the text says must hold of what it gives no symbol."""

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Span

STATED = [
    ("The outputs are non-negative and sum to one.", "", ["non-negative", "sums to one"]),
    ("Our layer is permutation equivariant.", "", ["permutation equivariant"]),
    ("By construction, this kernel is symmetric.", "", ["symmetric"]),
    ("The attention weights in each row sum to one.", "", ["sums to one"]),
    (r"The outputs of Eq.~(\ref{a}) are non-negative.", "Equation (3)", ["non-negative"]),
    (r"The distance defined in Equation~\eqref{a} is symmetric and non-negative.", "Equation (3)", ["symmetric", "non-negative"]),
    ("Note that the resulting matrix is positive semi-definite.", "", ["positive semi-definite"]),
    ("The aggregation is invariant to permutations of its inputs.", "", ["permutation invariant"]),
    ("This operation is translation equivariant.", "", ["shift equivariant"]),
    ("The coefficients are strictly positive and add up to 1.", "", ["positive", "sums to one"]),
    (r"The update in Algorithm~\ref{b} is permutation equivariant.", "Algorithm 1", ["permutation equivariant"]),
    ("The similarity lies between -1 and 1.", "", ["between -1 and 1"]),
    ("All outputs are bounded between 0 and 1.", "", ["between 0 and 1"]),
    ("The projection is idempotent.", "", ["idempotent"]),
    ("The normalised vectors have unit norm.", "", ["unit norm"]),
    ("The loss is always non-negative.", "", ["non-negative"]),
    (r"It is easy to see that the kernel in (\ref{a}) is shift-invariant.", "Equation (3)", ["shift invariant"]),
    (r"Equation~(\ref{a}) is monotonically increasing.", "Equation (3)", ["non-decreasing"]),
    ("The score is invariant under rotations of the input.", "", ["rotation invariant"]),
]  # fmt: skip
SILENT = [
    "If the outputs are non-negative, the bound holds.",
    "The outputs are not symmetric.",
    "The effect of dropout is positive.",
    "The adjacency matrix is symmetric in our data sets.",
    "We assume that the weights sum to one.",
    r"The layer of \citet{x} is permutation equivariant.",
    "The results are positive.",
    "The outputs are non-negative integers.",
    "Most convolutional networks are translation equivariant.",
    "The loss is symmetric around its minimum.",
    "The weights are positive when the temperature is small.",
    "The weights may be negative but sum to one in expectation.",
    "Unlike our method, the layer of prior work is permutation equivariant.",
    "The probabilities of the rare classes are between 0 and 1 percent.",
    "The matrix is orthogonal to the plane.",
    "The map is only approximately shift invariant.",
    "The functions in Section 2 are symmetric or antisymmetric.",
    "The outputs are positive for large inputs.",
    "We ensure that the outputs are non-negative.",
]


def read(tex: str) -> list[tuple[str, str, str]]:
    labels = (("a", "3"), ("b", "1"))
    return [(i.symbol, i.about, i.property) for i in read_facts([Passage(tex=tex, labels=labels)]).invariants]


@pytest.mark.parametrize(("tex", "about", "properties"), STATED)
def test_a_plain_statement_is_read(tex: str, about: str, properties: list[str]) -> None:
    assert sorted(read(tex)) == sorted(("", about, name) for name in properties)


@pytest.mark.parametrize("tex", SILENT)
def test_what_is_not_stated_is_not_invented(tex: str) -> None:
    assert read(tex) == []


TWO = r"\begin{align} a &= b \\ c &= d \end{align}"
PLACED = [
    ("The distance\n$$d$$\nis non-negative. The weights\n$$w$$\nsum to one.", [("non-negative", 2, ""), ("sums to one", 4, "")]),
    ("We use the cost\n\\[c\\]\n, which is non-negative.", [("non-negative", 2, "")]),
    ("The energy given by\n\\[c\\]\nis symmetric.", [("symmetric", 2, "")]),
    ("It has weights\n\\[c\\]\nThe weights sum to one.", [("sums to one", 2, "")]),
    ("First,\nthe weights sum to one.\n$$w$$", [("sums to one", 1, "")]),
    (f"The score\n{TWO}\nis non-negative.", [("non-negative", 2, "one of several rows")]),
    (f"The score\n{TWO.replace('align', 'align*')}\nis non-negative.", [("non-negative", 2, "one of several rows")]),
    (f"The score\n{TWO.replace('align', 'IEEEeqnarray')}\nis non-negative.", [("non-negative", 2, "one of several rows")]),
    ("The solution of\n$$d$$\nis non-negative.", []),
    ("The gradient of the energy\n$$d$$\nis positive.", []),
    ("By\n$$d$$\nthe outputs are non-negative.", []),
    ("The distance is\n$$d$$\nwhere the weights sum to one.", []),
]  # fmt: skip


@pytest.mark.parametrize(("tex", "expected"), PLACED)
def test_it_is_said_of_the_display_in_the_sentence_else_of_the_last_one_above(
    tex: str, expected: list[tuple[str, int, str]]
) -> None:
    passage = Passage(tex=tex, span=Span(file="main.tex", line=1))
    found = read_facts([passage]).invariants
    assert [(i.property, i.span.line, i.about) for i in found if i.span] == expected
