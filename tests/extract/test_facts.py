"""Facts of running text: sentences worked by hand, and what must not be taken for one."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Cell, ClaimSentence, Span, Table
from tests.extract.test_document import read
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
        (r"We trained for 300\,000 steps with a warm-up of 5\,000 steps.", {"iterations": "300000", "warmup steps": "5000"}),
        (r"The learning rate is warmed up linearly over the first 500 steps and we train for 20 epochs after a warm-up of 3 epochs.", {"warmup steps": "500", "epochs": "20", "warmup epochs": "3"}),
        (r"We trained for 10~000 steps with a batch size of 1~024.", {"iterations": "10000", "batch size": "1024"}),
        (r"We trained 5 100-step runs with 3 seeds.", {"seeds": "3"}),
        (r"The patch size was $16 \times 16$, the kernel size 3x3 and the image size is 224$\times$224 pixels.", {"patch size": "16×16", "kernel size": "3×3", "image size": "224×224"}),
        (r"We train with SGD with Nesterov momentum 0.9.", {"momentum": "0.9", "optimizer": "SGD"}),
        (r"We train using Nesterov momentum of 0.9.", {"momentum": "0.9", "optimizer": "Nesterov"}),
        (r"The maximum sequence length is 2048 tokens. The learning rate schedules 2015 brought are old.", {"maximum sequence length": "2048"}),
        (r"In contrast to Roe et al., who used a batch size of 4096 and 90 epochs, we use a batch size of 32.", {"batch size": "32"}),
        (r"Prior work used a dropout of 0.5; we use a dropout of 0.1.", {"dropout": "0.1"}),
        (r"Following previous work, the batch size is 128.", {"batch size": "128"}),
        (r"Our model uses a hidden size of 512, 6 layers, and 8 heads.", {"hidden size": "512", "layers": "6", "attention heads": "8"}),
        (r"All networks have two hidden layers with 64 units each.", {"hidden layers": "2", "hidden units": "64"}),
        (r"We clip gradients to a maximum norm of $0.5$.", {"gradient clipping": "0.5"}),
        (r"We train with a warm-up of 200 iterations.", {"warmup steps": "200"}),
        (r"The batch size is 4 $\times$ 32.", {"batch size": "4×32"}),
        (r"The learning rate is 3 times as large.", {}),
        (r"We used Adam with $\beta_1=0.9$, $\beta_2 = 0.98$ and $\epsilon=10^{-9}$.", {"Adam beta1": "0.9", "Adam beta2": "0.98", "Adam epsilon": "1e-9", "optimizer": "Adam"}),
        (r"The decay is $\rho=0.95$.", {"decay": "0.95"}),
        (r"See Section 3 for the learning rate. It was published in 2015.", {}),
        (r"Suppose $x = 3$; then the bound holds.", {}),
        (r"We fine-tune for 1 to 4 epochs with a learning rate of 1e-5, 3e-5, or 5e-5.", {"epochs": "1 to 4", "learning rate": "1e-5, 3e-5, 5e-5"}),
        (r"We use a learning rate of 0.1, 32 samples and a momentum of 0.9.", {"learning rate": "0.1", "samples": "32", "momentum": "0.9"}),
        (r"We use a schedule that decays the learning rate to 0.", {}),
        (r"In all runs we use $q_a = q_b = h/4 = 16$ for each part.", {"q_a": "16", "q_b": "16"}),
        (r"We use Adam with $\beta_1 = 0.8, \beta_2 = 0.97, \epsilon = 10^{-5}$.", {"Adam beta1": "0.8", "Adam beta2": "0.97", "Adam epsilon": "1e-5", "optimizer": "Adam"}),
        (r"We train a 3-layer encoder on a vocabulary of about 8K tokens.", {"layers": "3", "vocabulary size": "8K"}),
        (r"Words are split into a 9000 word-piece vocabulary, and we train until each batch has held about 4096 target tokens.", {"vocabulary size": "9000", "batch size in tokens": "4096"}),
        (r"The number of layers is 4 for the small model and 16 for the large one.", {"number of layers": "16"}),
        (r"The model has a single hidden layer with 30 neurons.", {"hidden layers": "1", "hidden units": "30"}),
        (r"The model has three layers of width 128.", {"layers": "3", "hidden size": "128"}),
        (r"We ran 70 meta-iterations with a meta-step size of 0.2.", {"meta-iterations": "70", "learning rate": "0.2"}),
        (r"We use Adam with learning rate $10^{-3}$ and batch size 64.", {"learning rate": "1e-3", "batch size": "64", "optimizer": "Adam"}),
        (r"Models use SGD, momentum 0.9 and mini-batch size 32.", {"momentum": "0.9", "batch size": "32", "optimizer": "SGD"}),
        (r"In layers 3 and 4 of batch 2, momentum 5 is lost.", {}),
        (r"It consists of detectors around the beam pipe at $z=28$ m.", {}),
        (r"The corresponding variances are $\sigma_{1:5}^{2}=0.5$ and $\sigma_{6:10}^{2}=0.6$.", {"sigma_{1:5}^{2}": "0.5", "sigma_{6:10}^{2}": "0.6"}),
        (r"We choose arbitrarily $c = 100$.", {"c": "100"}),
        (r"All experiments use $K=100$ arms.", {"number of arms": "100"}),
        (r"We train with ${\beta}_{1}=0.9$ and $c$.", {"Adam beta1": "0.9"}),
        (r"We tried the Adam optimizer; it failed. What distribution should we use for SGD?", {}),
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


def settings_table(*rows: tuple[str, ...], header: int = 0) -> dict[str, str]:
    table = Table(number="1", label=None, caption="", header_rows=header, rows=rows, best=(), span=None)
    return {h.name: h.value for h in read_facts([], [table]).hyperparameters}


def test_columns_of_units_and_names_are_no_values() -> None:
    rows = (
        ("Parameter", "Code name", "Value", "Units"),
        ("Batch size", "bs", "32", "images"),
        ("Image size", "im", "64 64", "px"),
    )
    assert settings_table(*rows, header=1) == {"batch size": "32", "image size": "64 64"}


def test_a_symbol_behind_a_name_is_not_part_of_it() -> None:
    assert settings_table((r"Learning rate $\alpha$", "0.1"), ("Minibatch size", "32")) == {
        "learning rate": "0.1",
        "batch size": "32",
    }


LAYERS = Table(
    number="3", label=None, caption="Model hyperparameters.", header_rows=1, best=(), span=None,
    rows=(("Operation", "Kernel", "Feature maps"), ("Convolution", "5 × 5", "3"), ("Convolution", "4 × 4", "64")),
)  # fmt: skip


def claim(tex: str, *tables: Table, section: str = "Results") -> ClaimSentence | None:
    found = read_facts([Passage(tex=tex, section=section)], tables).claims
    assert len(found) < 2
    return found[0] if found else None


def test_a_number_of_layers_is_no_result() -> None:
    tex = r"We achieve an error that is 3.00\% lower with this kernel of the convolution."
    for table in (LAYERS, replace(LAYERS, caption="", rows=(LAYERS.rows[0], ("Convolution", "5 × 5", "3.00")))):
        found = claim(tex, table)
        assert found is not None
        assert (found.numbers, found.cell) == (("3.00",), None)


def test_a_cell_written_more_coarsely_is_not_the_claims_number() -> None:
    coarse = replace(RESULTS, rows=(("Model", "BLEU"), ("Old", "2"), ("Ours", "28.0")))
    for tex in ("Our model reaches 28 BLEU, better than before.", "Ours improves by 2.0 BLEU."):
        found = claim(tex, coarse)
        assert found is None or found.cell is None


def test_a_claim_is_about_the_new_number_not_the_old() -> None:
    found = claim("BLEU improves from 26.4 to 28.4 against the old model.", RESULTS)
    assert found is not None
    assert found.cell == Cell(table="2", row=2, column=1)


@pytest.mark.parametrize(
    "tex",
    [
        r"For instance, over 50\% of images contain text.",
        r"The resolution increases from $256\times256$ to $1024\times1024$.",
        r"We use Llama 3.1 to improve the quality of the text.",
        r"5.2: Fitting better is not the cause of the good performance.",
        r"We set $\gamma$ to 0.97, reducing the penalty.",
        r"Errors of estimators with 90\% confidence intervals (lower is better).",
        r"Values above a threshold of 0.23 are higher.",
    ],
)
def test_what_is_no_claim(tex: str) -> None:
    assert claim(tex) is None


def test_code_states_no_settings(tmp_path: Path) -> None:
    body = "\\section{Setup}We use dropout of 0.2.\n\\begin{lstlisting}\nwe use dropout 0.5\n\nlearning rate = 3\n\\end{lstlisting}\nMomentum is 0.9."
    assert {h.name: h.value for h in read(tmp_path, body).hyperparameters} == {"dropout": "0.2", "momentum": "0.9"}


def test_tabulars_in_a_figure_without_a_picture_are_tables(tmp_path: Path) -> None:
    grid = r"\begin{tabular}{ll}Learning rate & 0.1\\ Batch size & 32\end{tabular}"
    paper = read(
        tmp_path,
        rf"\begin{{figure}}{grid}\end{{figure}}\begin{{figure}}\includegraphics{{a}}{grid}\caption{{A}}\end{{figure}}",
    )
    assert [(t.number, len(t.rows)) for t in paper.tables] == [(None, 2)]
    assert {h.name: h.value for h in paper.hyperparameters} == {"learning rate": "0.1", "batch size": "32"}


def test_a_claim_finds_its_cell() -> None:
    tex = "Our model reaches 28.4 BLEU, improving over the best results. The paper has 12 pages."
    (claim,) = read_facts([Passage(tex=tex, section="Abstract", kind="abstract")], [RESULTS]).claims
    assert (claim.numbers, claim.cell) == (("28.4",), Cell(table="2", row=2, column=1))


@pytest.mark.parametrize(
    ("tex", "cell"),
    [
        (r"Our model reaches 26.4 BLEU, more than 28.4 of others.", Cell(table="2", row=1, column=1)),
        (r"Our model reaches 26.4 BLEU, against 12.5 for the Basic one and 28.4 for Best.", Cell(table="2", row=1, column=1)),
        (r"Our model reaches 26.4 BLEU and keeps an accuracy of 28.4\%.", Cell(table="2", row=1, column=1)),
    ],
)  # fmt: skip
def test_the_first_number_is_the_claims_and_those_behind_against_are_others(tex: str, cell: Cell) -> None:
    table = replace(RESULTS, rows=(("Model", "BLEU"), ("A", "26.4"), ("B", "28.4")))
    (claim,) = read_facts([Passage(tex=tex, section="Abstract", kind="abstract")], [table]).claims
    assert claim.cell == cell


def test_a_claim_reads_as_printed_and_its_references_are_no_numbers(tmp_path: Path) -> None:
    body = r"""\section{Results}\label{s} We reach an accuracy of 91.25\% (Tables~\ref{a} and~\ref{b}), better than
        in Section~\ref{s}. \begin{table}\caption{A}\label{a}\begin{tabular}{ll}m & 3.1\\n & 4.1\end{tabular}\end{table}
        \begin{table}\caption{B}\label{b}\begin{tabular}{ll}m & 91.25\\n & 92.25\end{tabular}\end{table}"""
    (claim,) = read(tmp_path, body).claims
    assert claim.text == "We reach an accuracy of 91.25% (Tables 1 and 2), better than in Section 1."
    assert (claim.numbers, claim.cell and claim.cell.table) == (("91.25",), "2")


def test_a_meaning_ends_before_the_next_symbol_is_introduced() -> None:
    tex = r"Let $x \in R$ be an image with $D$ pixels and let $\mu \in R$ denote a prototype."
    meanings = {s.symbol: s.meaning for s in read_facts([Passage(tex=tex)]).symbols}
    assert meanings["x"] == "an image with $D$ pixels"
    assert meanings[r"\mu"] == "a prototype"


def test_a_row_without_a_name_goes_on_with_the_setting_above() -> None:
    rows = (("Setting", "Value"), ("Learning rate", "0.1 small"), ("", "0.3 large"), ("Batch size", "8"))
    table = replace(RESULTS, rows=rows, best=(), caption="Settings of training.")
    found = [(h.name, h.value) for h in read_facts([], [table]).hyperparameters]
    assert found == [("learning rate", "0.1 small"), ("learning rate", "0.3 large"), ("batch size", "8")]


def test_a_formula_that_gives_a_metric_its_number_is_a_claim() -> None:
    tex = r"On what it had not seen the model has $\rm{RMSE}\!=\!1.2$ mm at a learning rate of 0.1. The other way gives $\text{RMSE} = 16.3\,\cdot\,10^{-5}$ mm and $K = 7$."
    found = read_facts([Passage(tex=tex, section="A pendulum")]).claims
    assert [c.numbers[-1] for c in found] == ["1.2", "16.3e-5"]


def test_a_meaning_may_hold_the_symbol_that_is_explained_next() -> None:
    tex = r"Let $N$ be the number of arms and $r_{t,i} \in [0,1]$ the reward of arm $i$ in round $t$. Each arm keeps a running reward $\bar r_t$ of its own."
    meanings = {s.symbol: s.meaning for s in read_facts([Passage(tex=tex)]).symbols}
    assert meanings == {
        "N": "the number of arms",
        r"r_{t,i}": "the reward of arm $i$ in round $t$, in [0,1]",
        r"\bar r_t": "running reward",
    }


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
    of_fields = read_facts([Passage(tex="On CrowdHuman and HalfCheetah-v3 we report an AP of 3, and HD95 on ACDC.")])
    assert of_fields.datasets == ("CrowdHuman", "HalfCheetah", "ACDC")
    assert of_fields.metrics == ("average precision", "Hausdorff distance")
    assert [(x.url, x.kind) for x in facts.links] == [("https://github.com/a/b_c", "code")]


def test_a_data_set_may_be_one_that_only_the_text_calls_so() -> None:
    tex = (
        r"On the Quixel-5 and \textsc{NightRain v2} datasets~\cite{a}, and on the Harbour Street Views corpus, it wins."
    )
    assert read_facts([Passage(tex=tex)]).datasets == ("Quixel-5", "NightRain v2", "Harbour Street Views")
    none = (
        "The training dataset, the English corpus, Our benchmark, a YouTube dataset and the best of Reuters datasets."
    )
    assert read_facts([Passage(tex=none)]).datasets == ("Reuters-21578",)
    assert read_facts([Passage(tex="We beat the CIFAR10 benchmark.")]).datasets == ("CIFAR-10",)


@settings(deadline=None, max_examples=60)
@given(broken_tex)
def test_broken_text_costs_no_reader(tex: str) -> None:
    assert read_facts([Passage(tex=tex, section="Results")], [RESULTS]).problems == ()


@pytest.mark.parametrize("run", ["1", "a", "-1", "a-", "$a$"])
def test_sentences_of_one_sign_are_read_soon(run: str) -> None:
    """Twenty thousand signs; each start within a run that looks to its end would take seconds."""
    tex = " ".join(f"We use $x_{n}$ better layers of batch {run * (1900 // len(run))}." for n in range(10))
    spent = []
    for _ in range(2):  # the first compiles patterns
        start = time.process_time()
        read_facts([Passage(tex=tex, section="Results")])
        spent.append(time.process_time() - start)
    assert min(spent) < 1
