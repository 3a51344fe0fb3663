"""Data sets and metrics that a paper names: sentences and tables worked by hand, and what must not be taken for one."""

import pytest

from paperlab.extract.acronyms import written_out
from paperlab.extract.facts import read_facts
from paperlab.extract.passage import Passage
from paperlab.records.extracted import Table


def table(*rows: str, caption: str = "Results.") -> Table:
    cells = tuple(tuple(cell.strip() for cell in row.split("&")) for row in rows)
    return Table(number="1", label=None, caption=caption, header_rows=1, rows=cells, best=(), span=None)


def datasets(tex: str, *tables: Table, section: str = "Experiments") -> set[str]:
    return set(read_facts([Passage(tex=tex, section=section)], tables).datasets)


def metrics(tex: str, *tables: Table, section: str = "Experiments") -> set[str]:
    return set(read_facts([Passage(tex=tex, section=section)], tables).metrics)


@pytest.mark.parametrize(
    ("tex", "found"),
    [
        ("We collect the Bakery data set.", {"Bakery"}),
        ("It was tested on the held-out Mill-GB cohort.", {"Mill-GB"}),
        ("The Royal Survey of Ovens (RSO) data set is old.", {"RSO"}),
        ("We look at the CRUMB (Crusts of Many Breads) benchmark.", {"CRUMB"}),
        ("Poses matter in datasets like BreadCam~\\cite{a} and Toast-3~\\cite{b}.", {"BreadCam", "Toast-3"}),
        ("We use four corpora: Rye, Spelt, Oat and Barley.", {"Rye", "Spelt", "Oat", "Barley"}),
        ("In 2016, LoafNet-2M was introduced as the largest bread classification dataset.", {"LoafNet-2M"}),
        ("Bakers3D contains $5000$ images of ovens.", {"Bakers3D"}),
        ("The Oven-1M data set comprises about 1.2M labelled videos.", {"Oven-1M"}),
        ("Speech is made from LibriSpeech \\citep{a} and Kneadings \\citep{b}.", {"LibriSpeech", "Kneadings"}),
        ("We start from ImageNet-pretrained weights.", {"ImageNet"}),
        ("We report them on XSum, CIFAR-10, Crumbler and Baker-L.", {"XSum", "CIFAR-10"}),
        ("Standard EEG datasets differ. Electroencephalography (EEG) datasets do, too.", set()),
        ("ResNet is trained on a large dataset. The Python library contains 20 functions.", set()),
        ("We train on CIFAR-10 and ResNet-18 is our model.", {"CIFAR-10"}),
        ("Table 3 contains 12 examples. Each corpus comprises 5 tasks.", set()),
        ("Our Adaptive Learning Estimation (ALE) network is evaluated and trained. ALE is trained twice.", set()),
        ("The Arcade Learning Environment (ALE) is a benchmark. We trained on ALE.", {"Atari"}),
    ],
)  # fmt: skip
def test_datasets_of_a_sentence(tex: str, found: set[str]) -> None:
    assert found == datasets(tex)


@pytest.mark.parametrize(
    ("tables", "found"),
    [
        ([table("Dataset & Vectors & Dim.", "Rye & 1000 & 12", "Oat-2 & 2000 & 13", "Old Flours & Old Flours & Old Flours", "Average & 1500 & 12")], {"Rye", "Oat-2"}),
        ([table(" & Records & Fields", "Rye & 1000 & 12", "Oat & 2000 & 13", caption="Statistics of the data sets")], {"Rye", "Oat"}),
        ([table("Name & Year & Classes", "KRUMM & 2004 & 6", caption="Bread recognition datasets.")], {"KRUMM"}),
        ([table("Method & Corpus (size) & F1", "Tree & Rye (12k) & 91.2", "Tree & 300 & 91.4")], set()),
        ([table("Method & Corpus & F1", "Tree & Rye & 91.2", "Forest & Rye & 91.4")], {"Rye"}),
        ([table("Method & F1", "Tree & 91.2", "Forest & 93.1", caption="Results on three data sets")], set()),
        ([table("Layer & Size", "Conv & 3", "Pool & 2", caption="Details of the model")], set()),
    ],
)  # fmt: skip
def test_datasets_of_a_table(tables: list[Table], found: set[str]) -> None:
    assert found == datasets("Some text.", *tables)


def test_the_title_of_a_section_names_the_data_set_that_it_describes() -> None:
    assert datasets("The dataset contains videos.", section="Loaf-8M") == {"Loaf-8M"}
    assert datasets("The dataset contains videos.", section="Data Collection") == set()
    assert datasets("It is deep.", section="Loaf-8M") == set()


@pytest.mark.parametrize(
    ("tex", "found"),
    [
        ("It reaches 0.97 boundary recall.", {"recall"}),
        ("We reach a recall and a specificity of 0.73.", {"recall", "specificity"}),
        ("We recall that 3 of them fail.", set()),
        ("We compute the mean crust error (MCE), and the hole length (HL) of a loaf.", {"MCE", "hole length"}),
        ("The metrics that we report are, i.e., CRX, CRY, and CRZ-2.", {"CRX", "CRY", "CRZ-2"}),
        ("Prioritized experience replay (PER) is evaluated. With PER we achieve more.", set()),
        ("The phone error rate (PER) is reported. We achieve a lower PER.", {"PER"}),
        ("A masked autoencoder (MAE) learns to fill holes. The MAE is larger.", set()),
        ("We use F-1 for them. Training Time and Mean squared error are shown.", {"F1", "training time", "MSE"}),
        ("The learning rate (LRT) is reported.", set()),
        ("We took 9 EM steps; the longest run had 14.2 of them at the end of it all.", set()),
        ("The Script Sensitivity study reports results.", set()),
    ],
)  # fmt: skip
def test_metrics_of_a_sentence(tex: str, found: set[str]) -> None:
    assert found == metrics(tex)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (r"Latency (ms) ↓", {"latency"}),
        ("Precision [%]", {"precision"}),
        (r"Throughput $\uparrow$", {"throughput"}),
        ("Latency of the bus", set()),
        ("mAP ↑", {"mAP"}),
    ],
)
def test_a_head_names_a_metric_with_its_unit_and_arrow(head: str, found: set[str]) -> None:
    assert found == metrics("Some text.", table(f"Model & {head}", "Tree & 3"))


def test_a_row_of_a_table_means_what_the_paper_says() -> None:
    rows = table("Agent & Score", "PER & 3")
    assert metrics("Prioritized experience replay (PER) is one.", rows) == set()
    assert metrics("Others use it.", rows) == {"PER"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We use the mean average precision (mAP) here.", {"mAP": "mean average precision"}),
        ("Many click through rates (CTRs) are low.", {"CTR": "click through rates"}),
        ("It is a model (see Roe) of trees (DBH), and a list (a).", {}),
        ("The state-of-the-art (SOTA) wins.", {"SOTA": "state-of-the-art"}),
        ("A short one (XYZ) is no form of it.", {}),
    ],
)
def test_short_forms_are_written_out_where_they_are_defined(text: str, found: dict[str, str]) -> None:
    assert found == written_out([text])


@pytest.mark.parametrize(
    ("heads", "caption", "found"),
    [
        ("Model & BreadQA & LoafBench & CRUMB-2", "Accuracy on three baking benchmarks.", {"BreadQA", "LoafBench", "CRUMB-2"}),
        ("Model & Bread- QA (acc) & LoafBench & CRUMB-2 & Avg", "Results across multiple datasets.", {"Bread-QA", "LoafBench", "CRUMB-2"}),
        ("Model & BreadQA & LoafBench & CRUMB-2", "Accuracy of all ovens.", set()),
        ("Model & BreadQA & LoafBench & F1", "Accuracy on three baking benchmarks.", set()),
        ("Model & Crust & Crumb & Color", "Accuracy on three baking benchmarks.", set()),
        ("Model & BreadQA & LoafBench & Color & Crust & Crumb & Flour", "Accuracy on three baking benchmarks.", set()),
        ("Model & GPT-4 & BERT-L & LSTM-2", "Accuracy on three baking benchmarks.", set()),
    ],
)  # fmt: skip
def test_heads_of_a_table_on_so_many_sets_are_their_names(heads: str, caption: str, found: set[str]) -> None:
    width = heads.count("&")
    assert datasets("Text.", table(heads, "Glide" + " & 1.5" * width, caption=caption)) == found
