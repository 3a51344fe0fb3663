"""Papers as literal records, and a strategy for papers that nobody would write."""

from hypothesis import strategies as st

from paperlab.records.extracted import (
    Algorithm,
    AlgorithmLine,
    Cell,
    ClaimSentence,
    Equation,
    Hyperparameter,
    Link,
    Paper,
    Reference,
    Section,
    Source,
    Span,
    Symbol,
    Table,
)
from paperlab.records.measurement import CaseInfo
from paperlab.records.paper import PaperRecord


def span(line: int, file: str = "main.tex") -> Span:
    return Span(file=file, line=line)


def equation(number: str | None, tex: str, line: int = 10) -> Equation:
    return Equation(number=number, label=None, tex=tex, tex_source=tex, span=span(line))


def rows(*lines: tuple[int, str, str]) -> tuple[AlgorithmLine, ...]:
    return tuple(AlgorithmLine(indent=i, kind=k, text=t) for i, k, t in lines)


QUOTE = "Our approach handily outperforms everything by 4.2 points of accuracy"
"""Stands in every quotable field of ATTENTION: it must never reach a folder whose licence is not known."""

ATTENTION = Paper(
    id="1706.03762",
    title="Attention Is All You Need",
    authors=("Ashish Vaswani", "Noam Shazeer"),
    abstract=QUOTE,
    source=Source(kind="latex", main_file="main.tex"),
    sections=(
        Section(level=1, number="3", title="Model", label=None, span=span(1)),
        Section(level=2, number="3.2", title="Attention", label=None, span=span(8)),
        Section(level=1, number="A", title="More", label=None, span=span(90)),
    ),
    equations=(
        equation("1", r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}(\frac{QK^T}{\sqrt{d_k}})V"),
        equation("2", r"\mathrm{FFN}(x) = \max(0, x W_1 + b_1) W_2 + b_2", 20),
        equation("3", r"\alpha \leq \beta", 30),
        equation(None, r"x = y", 40),
    ),
    tables=(
        Table(
            number="2",
            label=None,
            caption=QUOTE,
            header_rows=1,
            rows=(("Model", "BLEU"), ("GNMT", "24.6"), ("Transformer", "28.4")),
            best=((2, 1),),
            span=span(50),
        ),
    ),
    algorithms=(
        Algorithm(
            number="1",
            caption="Fit the model",
            inputs=(r"data $X$", r"rate $\eta$"),
            outputs=(),
            lines=rows((0, "for", "$t = 1$"), (1, "statement", r"$\theta \gets 0$"), (0, "return", r"$\theta$")),
            span=span(95),
        ),
    ),
    references=(
        Reference(key="a", title="Adam", authors=("Kingma",), year=2014, arxiv_id="1412.6980", doi=None, url=None),
    ),
    hyperparameters=(Hyperparameter(name="batch size", value="25000", quote=QUOTE, span=span(9)),),
    datasets=("WMT 2014",),
    metrics=("BLEU",),
    links=(Link(url="https://github.com/tensorflow/tensor2tensor", kind="code"),),
    claims=(
        ClaimSentence(
            text=QUOTE,
            section="Attention",
            numbers=("28.4",),
            cell=Cell(table="2", row=2, column=1),
            span=span(12),
        ),
    ),
    symbols=(
        Symbol(symbol="Q", meaning=QUOTE + r" $Q \in \mathbb{R}^{n \times d_k}$", span=span(9)),
        Symbol(symbol="K", meaning=r"keys, $K \in \mathbb{R}^{m \times d_k}$", span=span(9)),
    ),
)

BARE = Paper(id=None, title="", source=Source(kind="abstract", main_file=None))

RECORD = PaperRecord(
    id="1706.03762",
    version=7,
    title="Attention Is All You Need",
    authors=("Ashish Vaswani",),
    published="2017-06-12T17:57:34Z",
    primary_category="cs.CL",
)


def case(name: str, *words: str) -> CaseInfo:
    return CaseInfo(name=name, version=1, tests="whether it works", words=words, slot="model",
                    takes="make(inputs, classes) -> Module", arms=("mlp",), metric="accuracy",
                    unit="fraction", higher_is_better=True, cannot_show="scale")  # fmt: skip


NASTY = (
    '"""', "'''", "\\", "\x00", "\u202e", "\u2028", "\n", "\r", "%", "`", "$", "$$", "|", "{", "}", "#", "~~~", "```",
    "<script>", "</", "]]", "\\label{x}", "\\end{document}", "🦊", "é", "λ", "𝐱", "\ud800", "  ", "-->", "${slug}", "$slug",
    "{name}", "%s", "=", "\\mathbb{R}^{n \\times d}", "\\in", "(", ")", "_", "^", "x", "f(x) = ", "def", "lambda",
    "\\sum_{i=1}^N", "\\frac", "9", "1e400", "²", "٣",
)  # fmt: skip

text = st.one_of(
    st.lists(st.sampled_from(NASTY), max_size=8).map("".join),
    st.text(max_size=20),
    st.sampled_from(["x" * 10_000, "{" * 300, "\\hat" * 200, "(" * 300, "x_" * 200, "^" * 99, "def"]),
)
maybe = st.one_of(st.none(), text)
few = {"max_size": 3}
spans = st.one_of(st.none(), st.builds(Span, file=text, line=st.integers(0, 9)))
lines = st.builds(
    AlgorithmLine,
    indent=st.integers(-2, 30),
    kind=st.sampled_from(
        "for while if elif else repeat until return function statement comment input output nonsense".split()
    ),
    text=text,
)
grids = st.lists(st.lists(text, **few).map(tuple), **few).map(tuple)
small = st.integers(-1, 4)
words = st.lists(text, **few).map(tuple)

papers = st.builds(
    Paper,
    id=maybe,
    title=text,
    authors=words,
    abstract=text,
    source=st.builds(Source, kind=st.sampled_from(["latex", "html", "pdf", "abstract"]), main_file=maybe),
    sections=st.lists(st.builds(Section, level=small, number=maybe, title=text, label=maybe, span=spans), **few).map(tuple),
    equations=st.lists(
        st.builds(Equation, number=maybe, label=maybe, tex=text, tex_source=text, span=spans), max_size=5
    ).map(tuple),
    tables=st.lists(
        st.builds(Table, number=maybe, label=maybe, caption=text, header_rows=small, rows=grids,
                  best=st.lists(st.tuples(small, small), **few).map(tuple), span=spans), **few).map(tuple),
    algorithms=st.lists(
        st.builds(Algorithm, number=maybe, caption=text, inputs=words, outputs=words,
                  lines=st.lists(lines, max_size=12).map(tuple), span=spans), **few).map(tuple),
    references=st.lists(
        st.builds(Reference, key=text, title=maybe, authors=words, year=st.one_of(st.none(), small), arxiv_id=maybe,
                  doi=maybe, url=maybe), **few).map(tuple),
    hyperparameters=st.lists(st.builds(Hyperparameter, name=text, value=text, quote=text, span=spans), **few).map(tuple),
    datasets=words,
    metrics=words,
    links=st.lists(st.builds(Link, url=text, kind=st.sampled_from(["code", "data", "other"])), **few).map(tuple),
    claims=st.lists(
        st.builds(ClaimSentence, text=text, section=maybe, numbers=words,
                  cell=st.one_of(st.none(), st.builds(Cell, table=text, row=small, column=small)), span=spans),
        **few).map(tuple),
    symbols=st.lists(st.builds(Symbol, symbol=text, meaning=text, span=spans), **few).map(tuple),
)  # fmt: skip
