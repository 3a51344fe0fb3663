r"""Settings in the styles of other venues: each fragment and what it sets were written down before it was read."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Span, Table
from tests.extract.test_document import read

STATED: dict[str, tuple[str, set[tuple[str, str]]]] = {
    "a table of reinforcement learning": (
        r"""\appendix\section{Hyperparameters}\begin{table}\caption{PPO hyperparameters.}\begin{tabular}{lc}\toprule
        \textbf{Hyperparameter} & \textbf{Value}\\ \midrule Horizon ($T$) & 512\\ Adam stepsize & $3\times10^{-4}$\\
        Num.\ epochs & 4\\ Minibatch size & $32\times8$\\ Discount ($\gamma$) & 0.98\\ GAE parameter ($\lambda$) & 0.9\\
        Clipping parameter $\epsilon$ & 0.15\\ Entropy coeff.\ & 0.01\\ Number of actors & 8\\\bottomrule\end{tabular}\end{table}""",
        {("Horizon ($T$)", "512"), ("learning rate", "3e-4"), ("epochs", "4"), ("batch size", "32×8"), ("discount factor", "0.98"),
         ("GAE lambda", "0.9"), ("clip range", "0.15"), ("entropy coefficient", "0.01"), ("number of actors", "8")},
    ),
    "a table of vision with a column a data set": (
        r"""\begin{table*}\caption{Training settings.}\begin{tabular}{l|cc}\hline config & CIFAR & Places\\\hline
        optimizer & \multicolumn{2}{c}{AdamW}\\ base learning rate & 1e-3 & 5e-4\\ weight decay & 0.05 & 0.05\\
        batch size & 128 & 1024\\ warmup epochs & 5 & 10\\ drop path & 0.1 & 0.2\\ input size & 32 & 224\\\hline\end{tabular}\end{table*}""",
        {("optimizer", "AdamW"), ("learning rate (CIFAR)", "1e-3"), ("learning rate (Places)", "5e-4"), ("weight decay", "0.05"),
         ("batch size (CIFAR)", "128"), ("batch size (Places)", "1024"), ("warmup epochs (CIFAR)", "5"), ("warmup epochs (Places)", "10"),
         ("drop path (CIFAR)", "0.1"), ("drop path (Places)", "0.2"), ("input size (CIFAR)", "32"), ("input size (Places)", "224")},
    ),
    "sizes of models along the header": (
        r"""\begin{table}\caption{Configurations of our models.}\begin{tabular}{lcccc}\toprule Model & Layers & Hidden size & Heads & Learning rate\\\midrule
        Tiny & 4 & 128 & 2 & 1e-3\\ Large & 16 & 768 & 12 & 3e-4\\\bottomrule\end{tabular}\end{table}""",
        {("layers (Tiny)", "4"), ("hidden size (Tiny)", "128"), ("attention heads (Tiny)", "2"), ("learning rate (Tiny)", "1e-3"),
         ("layers (Large)", "16"), ("hidden size (Large)", "768"), ("attention heads (Large)", "12"), ("learning rate (Large)", "3e-4")},
    ),
    "a table of what was searched": (
        r"""\begin{table}\caption{Hyperparameter search.}\begin{tabular}{lll}Hyperparameter & Search space & Best\\\hline
        Learning rate & $\{0.1, 0.01\}$ & 0.01\\ Hidden units & [32, 256] & 96\\ Dropout & [0, 0.5] & 0.25\end{tabular}\end{table}""",
        {("learning rate", "0.01"), ("hidden units", "96"), ("dropout", "0.25")},
    ),
    "prose of vision": (
        r"""\section{Implementation details}We train for 80 epochs using SGD with a momentum of 0.85 and a weight decay of $10^{-4}$.
        The initial learning rate is 0.2 and is divided by 10 at epochs 30 and 60. Images are resized to $192\times192$ pixels.
        All models are trained on 4 NVIDIA V100 GPUs with a total batch size of 512.""",
        {("epochs", "80"), ("optimizer", "SGD"), ("momentum", "0.85"), ("weight decay", "1e-4"), ("learning rate", "0.2"),
         ("learning rate milestones", "30, 60"), ("image size", "192×192"), ("GPUs", "4"), ("batch size", "512")},
    ),
    "a list": (
        r"""\section{Setup}\begin{itemize}\item \textbf{Optimizer:} AdamW with $\beta_1=0.9$, $\beta_2=0.95$ \item \textbf{Batch size:} 256
        \item \textbf{Learning rate:} 6e-4 \item \textbf{Warm-up:} 2000 steps \item \textbf{Context length:} 1024 tokens \item \textbf{Precision:} bfloat16\end{itemize}""",
        {("optimizer", "AdamW"), ("Adam beta1", "0.9"), ("Adam beta2", "0.95"), ("batch size", "256"), ("learning rate", "6e-4"),
         ("warmup steps", "2000"), ("context length", "1024")},
    ),
    "prose of speech": (
        r"""\subsection{Experimental setup}Our acoustic model is a three-layer bidirectional LSTM with 320 units per layer and a dropout of 0.3.
        We use a vocabulary of 5000 sub-words and decode with a beam size of 12. Training takes 2 days on a single GPU.""",
        {("layers", "3"), ("hidden units", "320"), ("dropout", "0.3"), ("vocabulary size", "5000"), ("beam size", "12"), ("training time", "2 days"), ("GPUs", "1")},
    ),
    "prose of graphs": (
        r"""\section{Experiments}We use a 2-layer GCN with 24 hidden units, a dropout rate of 0.6, and $L_2$ regularization of $5\cdot10^{-4}$.
        Weights are initialized with Glorot initialization. We train for a maximum of 300 epochs with early stopping (patience of 15),
        and report the mean over 20 runs.""",
        {("layers", "2"), ("hidden units", "24"), ("dropout", "0.6"), ("weight decay", "5e-4"), ("initialization", "Glorot"),
         ("epochs", "300"), ("patience", "15"), ("runs", "20")},
    ),
    "prose of reinforcement learning": (
        r"""\section{Training details}All networks have two hidden layers of 192 units with ReLU activations. We use a replay buffer of size $10^5$,
        a batch size of 128, a discount factor of $\gamma=0.97$ and a target smoothing coefficient of $\tau=0.01$.
        Agents are trained for 3M frames and evaluated every 10 episodes; results are averaged over five seeds.""",
        {("hidden layers", "2"), ("hidden units", "192"), ("activation", "ReLU"), ("replay buffer size", "1e5"), ("batch size", "128"),
         ("discount factor", "0.97"), ("EMA decay", "0.01"), ("frames", "3M"), ("seeds", "5"),
         ("evaluation interval", "10 episodes")},
    ),
    "others' settings beside ours": (
        r"""\section{Experiments}The baseline of Roe et al.\ uses a batch size of 512, whereas we use a batch size of 64.
        Their model has 24 layers. Doe et al.\ trained for 500 epochs with a learning rate of 0.3. In our case, we train for 40 epochs.""",
        {("batch size", "64"), ("epochs", "40")},
    ),
    "respectively": (
        r"""\section{Setup}The batch size and the learning rate are set to 48 and $2\times10^{-3}$, respectively.
        We set the weight decay to 0.01 and 0.1 for the encoder and the decoder, respectively.""",
        {("batch size", "48"), ("learning rate", "2e-3"), ("weight decay", "0.01"), ("weight decay", "0.1")},
    ),
    "for one and for another": (
        r"""\section{Setup}We use a learning rate of 0.003 for the policy and 0.0005 for the critic. Models are trained for 20 epochs on Alpha and 35 epochs on Beta.""",
        {("learning rate", "0.003"), ("learning rate", "0.0005"), ("epochs", "20"), ("epochs", "35")},
    ),
    "names of code": (
        r"""\paragraph{Hyperparameters.} We use \texttt{lr=3e-4}, \texttt{batch\_size=96}, \texttt{weight\_decay=0.02} and \texttt{num\_layers=5} in all runs.""",
        {("learning rate", "3e-4"), ("batch size", "96"), ("weight decay", "0.02"), ("number of layers", "5")},
    ),
    "two settings in a cell, and a setting with its own in brackets": (
        r"""\begin{table}\caption{Model hyperparameters.}\begin{tabular}{lccc}Layer & Kernel & Stride & Maps\\\hline Convolution & 3 & 1 & 8\\ Convolution & 3 & 2 & 16\\ Convolution & 5 & 2 & 32\\\hline
        Optimizer & \multicolumn{3}{l}{RMSprop ($\alpha=0.99$, $\epsilon=10^{-5}$)}\\ Batch size, epochs & \multicolumn{3}{l}{40, 75}\\
        Input, hidden dropout & \multicolumn{3}{l}{0.1, 0.5}\end{tabular}\end{table}""",
        {("optimizer", "RMSprop"), ("RMSprop alpha", "0.99"), ("RMSprop epsilon", "1e-5"), ("batch size", "40"), ("epochs", "75"),
         ("Input dropout", "0.1"), ("hidden dropout", "0.5")},
    ),
    "variations of one model": (
        r"""\section{A}Let $d_m$ denote the hidden size and $n_h$ the number of heads.\begin{table}\caption{Variations.}\begin{tabular}{lcccc}& $d_m$ & $n_h$ & dropout & BLEU\\\hline
        base & 256 & 4 & 0.1 & 21.1\\\hline (A) & & 2 & & 20.0\\ & & 8 & & 20.9\\ (B) & & & 0.3 & 20.5\\\hline big & 640 & 10 & 0.2 & 22.5\end{tabular}\end{table}""",
        {("hidden size (base)", "256"), ("number of heads (base)", "4"), ("dropout (base)", "0.1"), ("hidden size (big)", "640"),
         ("number of heads (big)", "10"), ("dropout (big)", "0.2")},
    ),
    "results are none": (
        r"""\section{Results}Our model improves accuracy from 71.2 to 73.5 on 10 data sets, as Table 4 shows. After 50 epochs the loss is 0.3.
        Compared with the 12-layer network of others, 5 runs out of 8 were faster.\begin{table}\caption{Accuracy against batch size.}\begin{tabular}{lcc}Model & Accuracy & Time\\Ours & 71.2 & 35\\ Theirs & 70.0 & 41\end{tabular}\end{table}""",
        set(),
    ),
    "theory is none": (
        r"""\section{Analysis}Suppose that the learning rate is 0.5. Then the error after 100 iterations is below $10^{-3}$ with probability 0.9.
        A network with 2 layers can represent parity. For instance, with a batch size of 1 and momentum 0.9 the bound is loose.""",
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("style", STATED)
def test_settings_as_other_papers_state_them(tmp_path: Path, style: str) -> None:
    body, settings = STATED[style]
    assert {(h.name, h.value) for h in read(tmp_path, body).hyperparameters} == settings


VALUES = ("0.1", "0.25", "32", "1e-4", "512", "0.95", "7")
NAMED = (
    "learning rate",
    "batch size",
    "weight decay",
    "momentum",
    "dropout",
    "label smoothing",
    "beam size",
    "hidden size",
)
WAYS = (
    "We use a {0} of {1}.", "The {0} is {1}.", "We set the {0} to {1}.", "The {0} is set to {1} in all runs.", "All models are trained with a {0} of ${1}$.",
    "Here the {0} was fixed at {1}.", r"\textbf{{{0}}}: {1}", "In our runs {0} = {1}.",
)  # fmt: skip
stated_settings = st.dictionaries(st.sampled_from(NAMED), st.sampled_from(VALUES), min_size=1, max_size=6)


@settings(deadline=None, max_examples=100)
@given(stated_settings, st.data())
def test_finds_each_setting_however_a_sentence_says_it(said: dict[str, str], data: st.DataObject) -> None:
    passages = [Passage(tex=data.draw(st.sampled_from(WAYS)).format(*item)) for item in said.items()]
    assert {h.name: h.value for h in read_facts(passages).hyperparameters} == said


@settings(deadline=None, max_examples=100)
@given(st.lists(stated_settings, min_size=1, max_size=4), st.booleans())
def test_finds_each_setting_of_a_table_whichever_way_it_lies(models: list[dict[str, str]], across: bool) -> None:
    """Each model as a column, or as a row, and each setting that a model leaves open as a dash."""
    names = list(dict.fromkeys(name for model in models for name in model))
    grid = [["Model" if across else "Setting", *(f"M{i}" for i in range(len(models)))]]
    grid += [[name, *(model.get(name, "-") for model in models)] for name in names]
    if across and (
        len(names) < 2 or not {"learning rate", "batch size"} & set(names) or any(len(m) < len(names) for m in models)
    ):
        return
    rows = tuple(map(tuple, zip(*grid, strict=True) if across else grid))
    table = Table(number=None, label=None, caption="Hyperparameters", header_rows=1, rows=rows, best=(), span=None)
    found = {(h.name.partition(" (")[0], h.value) for h in read_facts([], [table]).hyperparameters}
    assert found == {(name, value) for model in models for name, value in model.items()}


@pytest.mark.parametrize(
    ("tex", "found"),
    [
        (r"We use a learning rate of $3e^{-4}$ and, later, one of $2 \times 10^{- 5}$.", {("learning rate", "3e-4")}),
        (r"The cfg scale and the learning rate are set to 40 and $2\times10^{-5}$, respectively.", {("learning rate", "2e-5")}),
        (r"$\lambda_1$ and $\lambda_2$ are set to 3 and 0.4, respectively.", {("lambda_1", "3"), ("lambda_2", "0.4")}),
        (r"The weights are $\lambda_{a} = 4$ and $\lambda_{b} = 0.3$.", {("lambda_{a}", "4"), ("lambda_{b}", "0.3")}),
        (r"We search a dropout rate $p \in \{0.1, 0.3\}$ by hand.", {("dropout", r"\{0.1, 0.3\}")}),
        (r"The model has three hidden layers with 96, 48, and 24 neurons.", {("hidden layers", "3"), ("hidden units", "96, 48, 24")}),
        (r"The encoder is a bidirectional LSTM with 72 units.", {("hidden units", "72")}),
        (r"We use the default configuration (betas=(0.8, 0.99)).", {("Adam beta1", "0.8"), ("Adam beta2", "0.99")}),
        (r"We train with a 0.2 learning rate, a batch of 24 and $k=3$ accumulation steps.", {("learning rate", "0.2"), ("batch size", "24"), ("number of accumulation steps", "3")}),
        (r"We stop training when the loss rises for 4 consecutive epochs; it took 70 iterations.", set()),
        (r"Dropout is applied with a rate of 0.15.", {("dropout", "0.15")}),
        (r"We train with a 0.06 warm-up ratio on 4 Tesla V100 GPUs.", {("warmup ratio", "0.06"), ("GPUs", "4")}),
        (r"We use a linear warm-up of 8\% of all steps.", {("warmup ratio", "8%")}),
        (r"We warm up the rate over the first 4\% of training.", {("warmup ratio", "4%")}),
        (r"We use a block with 2 input and 9 output channels ($n_a\!=\!n_b\!=\!5$).", {("input channels", "2"), ("output channels", "9"), ("n_a", "5"), ("n_b", "5")}),
        (r"All features have a size, where $D^I = 96$ and $D^T = 48$ for the text.", {("D^I", "96"), ("D^T", "48")}),
        (r"The sum is finite, where $\gamma=2$ in both cases.", set()),
        (r"We use the value at $Q_0=0$.", set()),
        (r"We average the last 7 checkpoints, and save checkpoints every 20,000 steps.", {("averaged checkpoints", "7"), ("checkpoint interval", "20000 steps")}),
        (r"Each model is trained 6 times; evaluation is for 30 episodes.", {("runs", "6"), ("episodes", "30")}),
        (r"Training lasted for 20 million environment steps.", {("iterations", "20M")}),
        (r"We train for 12 epochs, each of which consists of 900 steps.", {("epochs", "12"), ("steps per epoch", "900")}),
        (r"We use the clipping threshold (0.4) of others.", {("gradient clipping", "0.4")}),
        (r"The number of object queries is set to 70.", {("number of object queries", "70")}),
        (r"Weights are initialized uniformly in the range $[-0.2, 0.2]$.", {("initialization range", "[-0.2, 0.2]")}),
        (r"Layers are initialized with Xavier initialization and use a cosine schedule.", {("initialization", "Xavier"), ("learning rate schedule", "cosine")}),
        (r"Gradients are clipped, and the maximum norm is 0.4.", {("gradient clipping", "0.4")}),
        (r"We also tried ReLU activation functions in what we trained.", set()),
        (r"A batch size of 24 would need more memory.", set()),
        (r"We use a depth of up to 3 levels in three steps, and the first two layers are frozen.", set()),
        (r"We resize to 96 pixels, higher than the batch size of 24.", set()),
        (r"We ask the model to “use a batch size of 24”.", set()),
        (r"We use the distribution implied by SGD.", set()),
        (r"If the batch size is 24, training diverges.", set()),
    ],
)  # fmt: skip
def test_ways_of_stating_a_setting(tex: str, found: set[tuple[str, str]]) -> None:
    assert {(h.name, h.value) for h in read_facts([Passage(tex=tex, section="Setup")]).hyperparameters} == found


def test_a_setting_of_a_table_stands_on_the_line_of_its_row(tmp_path: Path) -> None:
    body = "\n\\begin{table}\n\\caption{Settings}\n\\begin{tabular}{ll}\nBatch size & 24\\\\\n\n\\midrule\nLearning rate & 0.3\\\\\n\\end{tabular}\n\\end{table}"
    spans = {h.name: h.span for h in read(tmp_path, body).hyperparameters}
    assert spans == {"batch size": Span(file="main.tex", line=5), "learning rate": Span(file="main.tex", line=8)}


def test_one_value_in_two_spellings_is_one_setting() -> None:
    passages = [Passage(tex=f"We use a vocabulary of {size} tokens.") for size in ("24K", "24,000", "25,000")]
    assert [h.value for h in read_facts(passages).hyperparameters] == ["24K", "25000"]


def test_a_header_may_name_settings_in_words() -> None:
    rows = (("Model", "Optimizer", "Learning rate"), ("Small", "SGD", "0.4"), ("Large", "-", "0.2"))
    table = Table(number="1", label=None, caption="Training.", header_rows=1, rows=rows, best=(), span=None)
    assert {(h.name, h.value) for h in read_facts([], [table]).hyperparameters} == {
        ("optimizer (Small)", "SGD"), ("learning rate (Small)", "0.4"), ("learning rate (Large)", "0.2"),
    }  # fmt: skip


def test_what_was_searched_is_no_value_where_the_choice_stands_beside() -> None:
    rows = (("Parameter", "Search space", "Chosen"), ("Dropout", "{0.3, 0.6}", "0.6"), ("Epochs", "{30, 70}", "70"))
    table = Table(number="1", label=None, caption="Tuning.", header_rows=1, rows=rows, best=(), span=None)
    found = {(h.name, h.value) for h in read_facts([], [table]).hyperparameters}
    assert found == {("dropout", "0.6"), ("epochs", "70")}


def test_the_size_of_a_model_stands_beside_its_settings() -> None:
    rows = (("Model", "Params", "Layers", "Learning rate"), ("Small", "70M", "6", "1e-3"))
    table = Table(number="1", label=None, caption="Sizes.", header_rows=1, rows=rows, best=(), span=None)
    found = {(h.name, h.value) for h in read_facts([], [table]).hyperparameters}
    assert found == {("parameters", "70M"), ("layers", "6"), ("learning rate", "1e-3")}
    alone = replace(table, rows=(("Model", "Params", "BLEU"), ("Small", "70M", "21.3")))
    assert read_facts([], [alone]).hyperparameters == ()


def test_a_table_of_results_gives_no_settings_of_others() -> None:
    rows = (("Method", "Layers", "Epochs", "Top-1"), ("Theirs", "12", "300", "70.1"), ("Ours", "12", "90", "71.4"))
    table = Table(number="1", label=None, caption="Comparison with others.", header_rows=1, rows=rows, best=(), span=None)  # fmt: skip
    assert read_facts([], [table]).hyperparameters == ()
