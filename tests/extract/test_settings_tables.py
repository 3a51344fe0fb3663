r"""Tables and lists of settings in the layouts of other papers, each beside one of results that looks alike."""

from pathlib import Path

import pytest

from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Table
from tests.extract.test_document import read

Rows = tuple[tuple[str, ...], ...]
Settings = set[tuple[str, str]]


def settings(caption: str, *rows: tuple[str, ...], header_rows: int = 1) -> Settings:
    table = Table(number="1", label=None, caption=caption, header_rows=header_rows, rows=rows, best=(), span=None)
    return {(h.name, h.value) for h in read_facts([], [table]).hyperparameters}


LAYOUTS: dict[str, tuple[str, Rows, Settings]] = {
    "names behind symbols": (
        "Settings.",
        (("Symbol", "Parameter", "Value", "Reference"), (r"$\eta$", "Step width", "0.3", "Eq. (2)"), ("", "Batch size", "48", "--")),
        {("Step width", "0.3"), ("batch size", "48")},
    ),
    "names behind models, and a column for each run": (
        "Chosen hyperparameters.",
        (("Model", "Hyperparameter", "Grid", "Small", "Full"), ("Forest", "max_depth", "5, 9", "5", "9"), ("", "n_estimators", "70, 90", "70", "70"), ("SVM", "C", "1, 10", "10", "—")),
        {("max_depth (Forest, Small)", "5"), ("max_depth (Forest, Full)", "9"), ("n_estimators (Forest)", "70"), ("C (SVM, Small)", "10")},
    ),
    "what a row is for stands behind its name": (
        "Hyperparameter settings.",
        (("Parameter", "Algorithm", "Value", "Ref."), ("Exploration", "Alpha", "0.4", "[3]"), ("", "Beta", "0.7", "Tuned")),
        {("Exploration (Alpha)", "0.4"), ("Exploration (Beta)", "0.7")},
    ),
    "components and their settings": (
        "Key hyperparameters.",
        (("Component", "Setting"), ("Batch size", "48–96 (all modes)"), (r"Focal $(\alpha,\gamma)$", r"$(0.3,\,2.5)$"), ("Grad clipping", "1.5")),
        {("batch size", "48-96 (all modes)"), (r"Focal $\alpha$", "0.3"), (r"Focal $\gamma$", "2.5"), ("Grad clipping", "1.5")},
    ),
    "names of code along the header": (
        "Runs.",
        (("#", "batch_size", "weight_decay", "learning_rate", "train loss"), ("1", "48", "1e-2", "1e-3", "0.31"), ("2", "48", "1e-4", "1e-3", "0.28")),
        {("batch size (1)", "48"), ("weight decay (1)", "1e-2"), ("learning rate (1)", "1e-3"), ("batch size (2)", "48"), ("weight decay (2)", "1e-4"), ("learning rate (2)", "1e-3")},
    ),
    "parts before parameters": (
        "Simulation.",
        (("Component", "Parameter", "Value"), ("Tower", "batch_size", "48"), ("Tower", "val_fraction", "0.3"), ("Head", "hidden_dims", "[96, 24]")),
        {("batch size (Tower)", "48"), ("val_fraction (Tower)", "0.3"), ("hidden dims (Head)", "[96, 24]")},
    ),
    "parameters that are no known ones": (
        "Simulation parameters.",
        (("Category", "Parameter", "Default value"), ("Radio", "Rate", "3 Hz"), ("", "Power", "12 mW"), ("Tracker", "Range", "70 m")),
        {("Rate (Radio)", "3 Hz"), ("Power (Radio)", "12 mW"), ("Range (Tracker)", "70 m")},
    ),
    "a cell of assignments a model": (
        "Model hyperparameters.",
        (("Model", "Hyperparameters"), ("SVM", "C=7, kernel=rbf"), ("Net", r"$\lambda{=}0.5$, $h{=}(96,24)$; lr=0.02"), ("Net", "Hidden dim=48, Batch size=24"), ("Tower", r"$\beta \in \{0.3, 0.6\}$, $d_h = 9$, batch size 64")),
        {("C (SVM)", "7"), ("kernel (SVM)", "rbf"), (r"$\lambda$ (Net)", "0.5"), ("h (Net)", "(96,24)"), ("learning rate (Net)", "0.02"), ("hidden dim (Net)", "48"), ("batch size (Net)", "24"),
         (r"$\beta$ (Tower)", r"\{0.3, 0.6\}"), ("d_h (Tower)", "9"), ("batch size (Tower)", "64")},
    ),
    "results below settings": (
        "Training hyperparameters.",
        (("Hyperparameter", "Value"), ("Epochs", "7"), ("Final training loss", "0.34"), ("Loss weight", "0.3"), ("Test accuracy", "91.2%"), ("Precision", "bf16"), ("Loss", "hinge")),
        {("epochs", "7"), ("loss weight", "0.3"), ("Precision", "bf16"), ("Loss", "hinge")},
    ),
    "names behind an axis": (
        "What was varied.",
        (("Axis", "Factor", "Values"), ("Board", "Channel width", r"\{70, 90\}"), ("Place", "seed", r"\{3, 5\}")),
        {("Channel width (Board)", r"\{70, 90\}"), ("random seed (Place)", r"\{3, 5\}")},
    ),
    "parameters and values of a set-up": ("The machine.", (("Parameter", "Value"), ("RAM", "12 GB"), ("Curve", "BX9")), {("RAM", "12 GB"), ("Curve", "BX9")}),
    "sizes in the first column": (
        "Sizes and optimization hyper-parameters.",
        (("Params", "Dimension", "N Heads", "Learning rate", "N Tokens"), ("6.5B", "96", "4", "0.2", "0.9T"), ("12B", "192", "6", "0.1", "0.9T")),
        {("Dimension (6.5B)", "96"), ("N Heads (6.5B)", "4"), ("learning rate (6.5B)", "0.2"), ("N Tokens (6.5B)", "0.9T"), ("parameters", "6.5B"),
         ("Dimension (12B)", "192"), ("N Heads (12B)", "6"), ("learning rate (12B)", "0.1"), ("N Tokens (12B)", "0.9T"), ("parameters", "12B")},
    ),
    "what was best, beside what it reached": (
        "Hyperparameter search.",
        (("Family", "Method", "Best LR", "Best batch", "Loss"), ("Heat", "Alpha", "0.2", "48", "0.004"), ("", "Beta", "0.1", "96", "0.005")),
        {("learning rate (Heat, Alpha)", "0.2"), ("batch size (Heat, Alpha)", "48"), ("learning rate (Heat, Beta)", "0.1"), ("batch size (Heat, Beta)", "96")},
    ),
    "a column of assignments beside others": (
        "Hyperparameters of all methods.",
        (("Method", "Rank", "Learning rate", "Batch size", "Special params"), ("Alpha", "12", "0.2", "48", r"$\gamma = 7$"), ("Beta", "6-9", "0.1", "48", "gates")),
        {(r"$\gamma$ (Alpha)", "7"), ("rank (Alpha)", "12"), ("learning rate (Alpha)", "0.2"), ("batch size (Alpha)", "48"), ("rank (Beta)", "6-9"), ("learning rate (Beta)", "0.1"), ("batch size (Beta)", "48")},
    ),
    "what was searched alone": (
        "Search space.",
        (("Hyperparameter", "Range", "Distribution"), ("Dropout", "[0.1, 0.4]", "Uniform"), ("Layers", r"\{2, 3\}", "Categorical")),
        {("dropout", "[0.1, 0.4]"), ("layers", r"\{2, 3\}")},
    ),
    "a description behind the value": (
        "Hyperparameters of the audio model.",
        (("Parameter", "Value", "Description"), ("Hop", "12 ms", "Step of the window"), ("Mel bins", "72", "Height"), ("Frames", "90", "Width"), ("Batch size", "24", "-")),
        {("Hop", "12 ms"), ("Mel bins", "72"), ("Frames", "90"), ("batch size", "24")},
    ),
    "few known names, a column a loss, and what does not apply": (
        "Training parameters.",
        (("Parameter", "L1", "Contrast"), ("Slope", "25", "25"), ("Temperature", "n/a", "0.3"), ("Penalty", "Not applicable", "3.0"), ("Gate", "—", "5.0")),
        {("Slope", "25"), ("temperature (Contrast)", "0.3"), ("Penalty (Contrast)", "3.0"), ("Gate (Contrast)", "5.0")},
    ),
    "items of an implementation": (
        "Implementation details.",
        (("Component", "Specification"), ("GPU", "RTX 9 (6 GB)"), ("Library", "1.4")),
        {("GPU", "RTX 9 (6 GB)"), ("Library", "1.4")},
    ),
    "unknown columns beside known ones": (
        "Hyperparameters of each case.",
        (("Case", "batch size", "Tree number", "learning rate", "Remark", "scale"), ("A", "48", "3", "0.2", "7", "yes"), ("B", "48", "5", "0.1", "8", "no")),
        {("batch size (A)", "48"), ("Tree number (A)", "3"), ("learning rate (A)", "0.2"), ("batch size (B)", "48"), ("Tree number (B)", "5"), ("learning rate (B)", "0.1")},
    ),
    "sizes by short names": (
        "Variants of the network.",
        (("Model", "Layers", "Width", "FFN", "#Param"), ("Tiny", "7", "96", "384", "2.5 M"), ("Base", "9", "192", "768", r"${\sim}$9M")),
        {("layers (Tiny)", "7"), ("Width (Tiny)", "96"), ("FFN (Tiny)", "384"), ("parameters (Tiny)", "2.5M"), ("layers (Base)", "9"), ("Width (Base)", "192"), ("FFN (Base)", "768"), ("parameters (Base)", "9M")},
    ),
    "splits along the header": (
        "The data sets.",
        (("Name", "#Train", "Val.", "Test set", "#Classes"), ("Alpha", "9,000", "700", "1,200", "7"), ("Beta", "1.2M", "5K", "5K", "90")),
        {("training examples (Alpha)", "9000"), ("validation examples (Alpha)", "700"), ("test examples (Alpha)", "1200"), ("classes (Alpha)", "7"),
         ("training examples (Beta)", "1.2M"), ("validation examples (Beta)", "5K"), ("test examples (Beta)", "5K"), ("classes (Beta)", "90")},
    ),
    "a split a row": (
        "Statistics.",
        (("Split", "Images", "Mean size"), ("Training", "6,300", "3.1"), ("Validation", "800", "2.9"), ("Total", "7,100", "3.0")),
        {("training examples", "6300"), ("validation examples", "800")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_of_tables_of_settings(layout: str) -> None:
    caption, rows, stated = LAYOUTS[layout]
    assert settings(caption, *rows) == stated


def test_a_column_below_a_span_has_the_name_of_its_own_cell() -> None:
    rows = (("Size", "Shape", "Shape", "Shape"), ("Size", "Layers", "Heads", "FFN"), ("S", "3", "4", "96"))
    assert settings("Variants.", *rows, header_rows=2) == {("layers", "3"), ("attention heads", "4"), ("FFN", "96")}


RESULTS: dict[str, tuple[str, Rows]] = {
    "accuracy on splits": ("Accuracy on each data split.", (("Model", "Train", "Val", "Test"), ("Ours", "98.1", "91.5", "90.7"))),
    "whole percents on splits": ("Accuracy on each data split.", (("Model", "Train", "Val", "Test"), ("Ours", "98", "91", "90"))),
    "splits of no data": ("Number of errors.", (("Model", "Train", "Val", "Test"), ("Ours", "980", "912", "907"))),
    "time of modules": ("Runtime.", (("Module", "CPU", "GPU"), ("Encoder", "18 ms", "5 ms"), ("Decoder", "7 s", "1 s"))),
    "measured components": ("Ablation of components.", (("Component", "PSNR", "SSIM"), ("Gate", "27.1", "0.81"), ("Skip", "28.3", "0.84"))),
    "sizes of an input": ("Pool of prompts.", (("", "SST", "News"), ("Ours (8)", "91.6", "84.1"), ("Ours (16)", "91.9", "84.3"))),
    "before and after tuning": ("Accuracy before and after hyperparameter tuning.", (("Model", "Before", "After"), ("Tree", "91.0%", "92.4%"))),
    "parameters of a fit": ("Best-fit results.", (("Parameter", "Value"), ("Slope", "0.31"), ("Offset", "7.2"))),
    "rows that begin with a number": ("Latency.", (("Settings", "Alpha", "Beta"), ("16", "0.3", "0.4"), ("32", "0.5", "0.7"))),
    "equations of models": ("The models compared.", (("Model", "Details"), ("A", "a tower of 3 parts"), ("B", "where x = 3, see text"), ("C", "none"))),
    "width against error": ("Ablation.", (("Width", "Depth", "Error"), ("64", "3", "7.1"), ("96", "3", "6.4"))),
}  # fmt: skip


@pytest.mark.parametrize("kind", RESULTS)
def test_tables_of_results_give_no_settings(kind: str) -> None:
    caption, rows = RESULTS[kind]
    assert settings(caption, *rows) == set()


def test_what_is_measured_beside_settings_is_none() -> None:
    rows = (("Run", "Learning rate", "Batch size", "Top-1"), ("A", "0.2", "48", "71.4"))
    assert settings("Hyperparameters and their accuracy.", *rows) == {("learning rate", "0.2"), ("batch size", "48")}


@pytest.mark.parametrize(
    ("name", "value", "stated"),
    [
        ("layers / width / heads", "6 / 96 / 4", {("layers", "6"), ("width", "96"), ("attention heads", "4")}),
        ("Max length (query / item)", "$96$ / $24$", {("max length (query)", "96"), ("max length (item)", "24")}),
        (r"$\kappa$; $f_r$", "0.5; 0.25", {(r"$\kappa$", "0.5"), ("$f_r$", "0.25")}),
        (r"$(\beta_1,\,\beta_2)$", r"$(0.8,\;0.99)$", {("Adam beta1", "0.8"), ("Adam beta2", "0.99")}),
        ("Depths $[d_1, d_2]$", "$[4, 3]$", {("Depths $[d_1, d_2]$", "[4, 3]")}),
        ("Epochs", r"30 epochs (patience $= 7$)", {("epochs", "30 epochs"), ("patience", "7")}),
        ("Optimizer", r"AdamW ($\beta_1 = 0.8$, weight decay $= 10^{-3}$)", {("optimizer", "AdamW"), ("Adam beta1", "0.8"), ("weight decay", "1e-3")}),
        ("Optimizer", r"Adam ($\alpha{=}5\times10^{-3}$, default betas)", {("optimizer", "Adam"), ("Adam alpha", "5e-3")}),
        ("Gradient clipping", "max norm = 1.5", {("gradient clipping", "1.5")}),
        ("Distillation", r"$\alpha = \beta = 0.4$, $T{=}3$", {("Distillation alpha", "0.4"), ("Distillation beta", "0.4"), ("Distillation T", "3")}),
        ("best_val_acc", "0.71", set()),
        ("Early stopping", "Patience = 10 (on validation)", {("Early stopping patience", "10")}),
        ("Learning rate", r"$5\mathrm{e}{-4}$", {("learning rate", "5e-4")}),
        ("Learning rate", r"$2{\times}10^{-4}$", {("learning rate", "2e-4")}),
        ("Optimizer / scheduler", "SGD", {("Optimizer / scheduler", "SGD")}),
    ],
)  # fmt: skip
def test_a_cell_of_several(name: str, value: str, stated: Settings) -> None:
    assert settings("Hyperparameters.", ("Parameter", "Value"), (name, value)) == stated


def listed(lead: str, *items: str) -> Settings:
    texts = [lead, *items]
    found = read_facts([Passage(tex=tex, section="Setup") for tex in texts]).hyperparameters
    return {(h.name, h.value) for h in found}


@pytest.mark.parametrize(
    ("item", "stated"),
    [
        ("Local rounds: 3", {("Local rounds", "3")}),
        ("LoRA: rank 6, alpha 12, dropout 0.15", {("lora rank", "6"), ("lora alpha", "12"), ("dropout", "0.15")}),
        ("Batch size: 24, gradient accumulation: 5", {("batch size", "24"), ("gradient accumulation", "5")}),
        ("Epochs: 7 (inner), 9 (outer)", {("epochs", "7"), ("epochs (outer)", "9")}),
        ("Units of the tower: 96, 48, 24", {("Units of the tower", "96, 48, 24")}),
        (r"Memory slots $M \in \{6, 12\}$", {("Memory slots", r"\{6, 12\}")}),
        (r"Weight of the tail $w = 0.4$.", {("Weight of the tail", "0.4")}),
        (r"\textbf{Warmth}: 40\% of the steps", {("Warmth", "40%")}),
        ("Accuracy: 92.4", set()),
        ("Our tower: a stack of things", set()),
    ],
)
def test_an_item_of_a_list_of_settings(item: str, stated: Settings) -> None:
    assert listed("We use the following hyperparameters:", item) == stated


def test_only_words_about_settings_make_items_settings() -> None:
    assert listed("We make three observations:", "Local rounds: 3", "Weight of the tail $w = 0.4$.") == set()
    ended = listed("Model configuration:", "Local rounds: 3", "We found:", "Lost rounds: 5")
    assert ended == {("Local rounds", "3")}


def test_rules_of_the_package_boldline_are_no_cells(tmp_path: Path) -> None:
    body = r"""\begin{table}\caption{Hyperparameters.}\begin{tabular}{cc}\hlineB{3.5} batch size & learning rate\\\hline 48 & 0.2\\\hlineB{3.5}\end{tabular}\end{table}"""
    assert {(h.name, h.value) for h in read(tmp_path, body).hyperparameters} == {("batch size", "48"), ("learning rate", "0.2")}  # fmt: skip
