r"""Claims in the manner of many venues: what a reader would call the result of each fragment, worked by hand."""

from pathlib import Path

import pytest

from tests.extract.test_document import read

TABLE = r"""\begin{table}\caption{Test results.}\label{tab:main}\begin{tabular}{lcc}\toprule Method & SST-2 & CoLA \\\midrule
SGD & 91.2 & 58.1 \\ Lookahead & 90.4 & 91.2 \\ Ours & 93.5 & 91.2 \\\bottomrule\end{tabular}\end{table}"""
RETURNS = r"""\begin{table}\caption{Mean return.}\label{t}\begin{tabular}{lc} Agent & Pendulum \\\hline
PPO & $-410.3 \pm 60.1$ \\ Ours & $-120.5 \pm 14.2$ \end{tabular}\end{table}"""

FRAGMENTS = {
    "acl": (r"\section{Main Results} \paragraph{English.} Compared with the strongest baseline, \textsc{Glide} gains $+$2.3 F\textsubscript{1} on CoNLL-2003. We report the mean of five runs.", [("2.3",)]),
    "cvpr": (r"\section{Experiments} Our detector runs at 45 FPS, i.e.\ 3.2$\times$ faster than Faster R-CNN, while losing only 0.4 AP. All images have 640 pixels on the longer side.", [("45", "3.2", "0.4")]),
    "letter": (r"The model explains 63\% of the variance ($R^2 = 0.63 \pm 0.04$), compared with 41\% for the clinical score. Patients were followed for 12 months.", [("63", "0.63", "41")]),
    "contributions": (r"\section{Introduction} Our contributions are: \begin{itemize}\item We show that pruning reduces the number of weights by a factor of $9$ without loss of accuracy. \item We release code for 12 tasks.\end{itemize}", [("9",)]),
    "siunitx": (r"\section{Numerical study} The test error drops from \SI{12.4}{\percent} to \SI{8.1}{\percent}. The grid has \num{1000} points.", [("12.4", "8.1")]),
    "control": (r"\section{Simulation Results} The proposed controller attains a settling time of 0.35~s, which is 40 percent shorter than that of the PID controller. The sampling time is 0.01~s.", [("0.35", "40")]),
    "return": (r"\section{Results} The agent attains a mean return of $-120.5 \pm 14.2$ on Pendulum, against $-410.3 \pm 60.1$ for PPO (Table~\ref{t})." + RETURNS, [("-120.5", "14.2", "-410.3", "60.1")]),
    "statistics": (r"\section{A simulation} The correlation between predicted and true ranks was $\rho = 0.87$. The number of draws was $B = 500$.", [("0.87",)]),
    "caption": (r"\section{Setup} Text. \begin{figure}\includegraphics{a}\caption{Convergence. Our method (blue) reaches 90\% of the final accuracy in half of the time of SGD.}\end{figure}", [("90",)]),
    "conclusion": (r"\section{Conclusions and Outlook} A linear probe on our features comes within 1.5 points of full fine-tuning. Future work may look at 3D data.", [("1.5",)]),
    "record": (r"\section{Evaluation} With a single model we set a new state of the art of 91.2 on SuperGLUE. Models have 12 layers.", [("91.2",)]),
    "range": (r"\section{Results} Across five data sets our approach improves accuracy by 1.2--3.4 percentage points. Widths are 64--256.", [("1.2", "3.4")]),
    "words": (r"\section{Introduction} The compressed network runs three times faster than the original one. We proceed in two steps.", [("3",)]),
    "clinic": (r"\section{Results} The AUC rose from 0.81 (95\% CI 0.78--0.84) to 0.88 (95\% CI 0.86--0.90). A threshold of 0.5 was used.", [("0.81", "0.78", "0.84", "0.88", "0.86", "0.90")]),
    "cost": (r"\section{Discussion} Training our model takes 3.5 hours on one GPU, whereas the baseline takes 48 hours. Code needs Python 3.8.", [("3.5", "48")]),
    "no metric": (r"\section{Evaluation} Our approach gets to 0.83 whereas the baseline stays at 0.71. We use 0.5 whereas theirs is unknown to us.", [("0.83", "0.71")]),
    "setup": (r"\section{Experiments} We hold out 10\% of the training set for validation. Images are resized to 224 pixels. We train for 90 epochs with a learning rate of 0.1, decayed by a factor of 10. Since 2012, deep networks have won ImageNet.", []),
    "statements": (r"\section{Results} Let $K = 3$ be the number of arms and $\epsilon = 0.1$. At most 5\% of the rows of Table 4.2 are empty. The data has 50,000 images in 10 classes. Related methods [12, 15] are slower.", []),
    "record time": (r"\section{Introduction} The model reaches the state of the art after eleven hours on one GPU.", [("11",)]),
    "saving": (r"\section{Caching} With a cache there is a 30\% saving. A page has 4 kB.", [("30",)]),
    "average": (r"\section{Results} Captions of our model are 15 words long on average, closer to the 18 words of people.", [("15", "18")]),
    "mean": (r"\section{Results} Our plans have fewer detours (mean 12 steps) than those of A* (mean 19 steps).", [("12", "19")]),
    "share": (r"\section{Results} It is better than all others on 3 of 4 data sets.", [("3", "4")]),
    "few data": (r"\section{Results} It outperforms the larger model with only 40K sentences.", [("40K",)]),
    "largest": (r"\section{The corpus} It is the largest corpus of its kind to date, with 4.5M recipes.", [("4.5M",)]),
    "percent in words": (r"\section{Results} Pruning reduces the energy by ten percent. The reward is better at two points in time.", [("10",)]),
    "kept": (r"\section{Results} Two systems are robust, keeping an accuracy above 76\% for all inputs. The median error over 20 runs is shown.", [("76",)]),
    "places": (r"\section{Results} Models without them (rows 13--14, 21 and 31) reach a precision of 0 on Cora.", [("0",)]),
    "opposed": (r"\section{Architecture} Our model needs significantly fewer parameters (18M as opposed to 118M of the other).", [("18M", "118M")]),
    "decibel": (r"\section{Results} Our separator improves the ratio by 2 dB over the best mask. It is best for an input SNR of 5 dB.", [("2",)]),
    "degradation": (r"\section{Analysis} We see a 22.3\% recognition accuracy degradation (from 89.4\% to 67.1\%), a critical threshold for use.", [("22.3", "89.4", "67.1")]),
    "tolerance": (r"\section{Evaluation} We report the F1 score and the error rate, allowing up to 80\% mismatch tolerance. A score of three is reported.", []),
    "knob": (r"\section{Analysis} Raising the size from 10 to 30 gives no better accuracy.", []),
    "name": (r"\section{Results} On an i3-3110 it is 20 times faster than the 17-qubit layout.", [("20",)]),
    "better than": (r"\section{Results} With $\leq 1000$ labels, our method gives a much lower error than the best baseline. For 5 labels it has a lower error than nothing.", [("1000",)]),
    "coverage": (r"\section{The corpus} Our index coverage is 35.6\%, or 2.1M papers. Its coverage of ten fields is broad.", [("35.6", "2.1M")]),
    "of the": (r"\section{Parsing} We recover titles for 27.6M of the 28.9M files. One of the 12 tools is ours.", [("27.6M", "28.9M")]),
    "overlap": (r"\section{Vocabulary} The Jaccard index between the two vocabularies is 0.536. The index of a word is 7.", [("0.536",)]),
    "cited subject": (r"\section{Results} The error falls to 3.1\%. \citet{roe} obtain an accuracy of 81.5. Some, e.g. \citet{doe} reach an error of 2.5, too.", [("3.1",), ("81.5",), ("2.5",)]),
    "perfect": (r"\section{Setup} Note that $\mbox{MSE} = 0$ implies that it fits.", []),
    "metric by": (r"\section{Introduction} It improves over all of them, ensembles included, by over 3 BLEU. We split by 3 AP values.", [("3",)]),
    "capitals": (r"\section{Introduction} We show a 4X-5X acceleration compared with the plain code. Images are 3X-4X enlarged.", [("4", "5")]),
    "preferred": (r"\section{Results} Our summaries win 61\% of the comparisons. People chose freely.", [("61",)]),
    "per second": (r"\section{Introduction} The detector runs at 30 frames per second. Videos have 25 frames per second.", [("30",)]),
    "behind": (r"\section{Results} On CoLA it stays 0.4 points behind Glide.", [("0.4",)]),
    "counts against": (r"\section{Results} Our solver takes 61 iterations against 240 for the old one.", [("61", "240")]),
    "units": (r"\section{Results} Chunks halve the latency from 60 ms to 30 ms.", [("60", "30")]),
    "at": (r"\section{Results} Recall@20 improves to 0.31 after 2M steps with a 1$\times$ schedule.", [("0.31",)]),
    "share of labels": (r"\section{Results} Our reader, trained on 20\% of the labels, reaches an accuracy of 71.4\%.", [("71.4",)]),
    "raised": (r"\section{Introduction} Adding silence raised the recall from 0.10 to 1.00, and took it from 0.21 to 0.9.", [("0.10", "1.00", "0.21", "0.9")]),
    "share to share": (r"\section{Diagnosis} It moves the raw effect from $-1.90\%$ to $+43.39\%$. We moved the split from 10 to 20.", [("-1.90", "43.39")]),
    "turned into": (r"\section{Introduction} The choice turns $-1.9\%$ into $+3.3\%$. This turns 3 layers into 4 layers.", [("-1.9", "3.3")]),
    "cut to": (r"\section{Introduction} Such examples cut intrusion to 0.8\%. We cut the set to 10\% of its size.", [("0.8",)]),
    "costs": (r"\section{Diagnosis} We find that it costs 1.9\% of the edges. Flour costs 3 euros.", [("1.9",)]),
    "decimal points": (r"\section{Results} The judge inflates them by 1.1 points, and leaves the rest at 6.1 to 9.1 points. We look at 3 points.", [("1.1", "6.1", "9.1")]),
    "beside a setting": (r"\section{Results} With a threshold of 0.5 it yields a mean Dice of 0.883. With a threshold of 0.5 we have a mean Dice.", [("0.883",)]),
    "spread of a metric": (r"\section{Sequences} It models them, achieving a mean log-likelihood estimate of $-295.51 \pm 1.5$.", [("-295.51", "1.5")]),
    "footage": (r"\section{Data} Each clip has a resolution of 320x240 pixels at 25 FPS. Videos were recorded at 30 FPS.", []),
    "condition": (r"\section{Results} We drop the tail because, unless a cache achieves a hit rate above 99.5\%, it is all misses.", []),
    "address": (r"\section{Results} Tree Gap (arXiv:2512.10780) is better than most.", []),
    "phi": (r"\section{Results} The mean correlation of errors is $\varphi = 0.73$. The angle is $\varphi = 0.5$.", [("0.73",)]),
    "share of the time": (r"\section{Introduction} A false profile wrote the wrong name 40\% of the time. It rains 30\% of the time.", [("40",)]),
    "share that is solved": (r"\section{Introduction} The checker alone corrects 17.2\% of what would be sent. We sample 20\% of it.", [("17.2",)]),
    "moves by a share": (r"\section{Results} The entropy collapses $\approx$40\% at the end. The fee grows 3\% per year. It shrinks 10\% of the words.", [("40",)]),
    "correctness": (r"\section{Conclusion} It runs all programs with 100\% correctness. We print with 100\% opacity.", [("100",)]),
    "if and only if": (r"\section{Introduction} One rule (fire iff 0.3 s of silence were heard) yields a better model.", []),
    "legend": (r"\section{Results} Text. \begin{figure}\includegraphics{a}\caption{Errors. Red marks drops and rates above 4.0\%. The error drops by 4.0\%.}\end{figure}", [("4.0",)]),
    "counts": (r"\section{Results} On 12 benchmarks with 392 final patches it reaches an accuracy of 81.3\% in 100 random single-step tests.", [("81.3",)]),
    "metric beside": (r"\section{Results} The static one is the strongest (macro-F1 0.1949). We use Python 3.11. It has a step 0.5 wide.", [("0.1949",)]),
    "of all": (r"\section{Results} Here 31 out of 622 flaws were hidden. It flags 5,977 of 10,304 unseen flows. Here 12 of 452 images were removed. Two of 452 authors met.", [("31", "622"), ("5977", "10304")]),
    "part of it": (r"\section{Introduction} The own value drives under 1\% of the decision. It stays rare, firing on 3.6\% of the findings. We hide 10\% of the pixels.", [("1",), ("3.6",)]),
    "cut by a factor": (r"\section{Introduction} Notes cut the delay by 53--398$\times$. We scale images by 2$\times$.", [("53", "398")]),
    "factor at": (r"\section{Introduction} Skills can be moved (13.9$\times$ at full length). Crops are small (2$\times$ at most).", [("13.9",)]),
    "other rates": (r"\section{Results} It has a false-alarm rate of 0.4\%. The frame rate of 2.5 is low.", [("0.4",)]),
    "under": (r"\section{Results} The shared one underperformed the other in accuracy by 0.033.", [("0.033",)]),
    "known": (r"\section{What was known} Roe improves accuracy by 3.1 points over ResNet-50.", []),
    "others": (r"\section{Related Work} Smith et al.\ improve accuracy by 3.1 points over ResNet-50.", []),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAGMENTS)
def test_claims_of_a_fragment(tmp_path: Path, name: str) -> None:
    body, expected = FRAGMENTS[name]
    assert [claim.numbers for claim in read(tmp_path, body).claims] == expected


@pytest.mark.parametrize(
    ("tex", "cell"),
    [
        (r"On CoLA, Lookahead reaches an accuracy of 91.2, better than all others.", (2, 2)),
        (r"SGD reaches 91.2 on SST-2, which is better than we expected.", (1, 1)),
        (r"Our method obtains 91.2 on CoLA, which is higher than SGD.", (3, 2)),
        (r"The best accuracy of 93.5 is obtained on SST-2, over 91.2 of SGD.", (3, 1)),
        (r"We improve accuracy on CoLA from 58.1 with SGD to 91.2.", (3, 2)),
        (r"Table~\ref{tab:main} shows that SGD drops to 58.1 on CoLA.", (1, 2)),
        (r"The error is 17.3\% lower than before.", None),
        (r"On SST-2 our method is 2.3 points better than SGD.", (3, 1)),
        (r"On CoLA our method is 57\% better than SGD.", (3, 2)),
        (r"On SST-2 our method is 2.3 points better than others.", None),
    ],
)
def test_the_cell_is_that_of_the_row_and_column_the_sentence_names(
    tmp_path: Path, tex: str, cell: tuple[int, int] | None
) -> None:
    (claim,) = read(tmp_path, rf"\section{{Results}} {tex} {TABLE}").claims
    assert (claim.cell and (claim.cell.row, claim.cell.column)) == cell


CITED = {
    r"ResNet~\cite{a} achieves 76.1\% accuracy on Birds.": False,
    r"\citet{a} improve BLEU by 2.1 points with more data.": False,
    r"Deaths from sepsis increased by 12\% in five years~\citep[p.~3]{a}.": False,
    r"Recent work reduces the error from 12.1\% to 9.3\%.": False,
    r"In prior studies, decoders were 2.3$\times$ faster than theirs.": False,
    r"We outperform ResNet~\cite{a} by 2.1 points in accuracy.": True,
    r"The previous best method~\cite{a} needs 3.1 seconds, while ours needs 0.4 seconds.": True,
    r"Willow reaches an accuracy of 78.4\% on Birds~\cite{b}.": True,
    r"The error falls from 12.1\% to 9.3\%.": True,
}


@pytest.mark.parametrize(("sentence", "own"), CITED.items(), ids=[*CITED])
def test_the_introduction_tells_results_of_others_where_it_cites_them(tmp_path: Path, sentence: str, own: bool) -> None:
    abstract = r"\begin{abstract}We introduce \textbf{Willow}, a classifier.\end{abstract}"
    found = read(tmp_path, rf"{abstract}\section{{Introduction}} Much was done. {sentence} So be it.").claims
    assert bool(found) is own


def test_further_on_results_of_others_are_what_the_own_ones_are_set_against(tmp_path: Path) -> None:
    body = r"\section{Results} ResNet~\cite{a} achieves 76.1\% accuracy on Birds."
    assert [claim.numbers for claim in read(tmp_path, body).claims] == [("76.1",)]


def _table(label: str, *rows: str) -> str:
    body = r" \\ ".join(rows)
    return rf"\begin{{table}}\caption{{Results.}}\label{{{label}}}\begin{{tabular}}{{lcc}} {body} \end{{tabular}}\end{{table}}"


@pytest.mark.parametrize(
    ("tex", "tables", "cell"),
    [
        (
            "The full model goes from 88.1 to 90.0 in F1, and from 79.2 to 85.0 in BLEU, which is better.",
            [("Model & F1 & BLEU", "Basic & 88.1 & 79.2", "Medium & 90.0 & 80.0", "Wide & 90.0 & 85.0")],
            ("1", 3, 1),
        ),
        (
            "The policy reaches only 15.8 points on Freeway, which is half of what learning from scratch achieves (29.9 points).",
            [("Game & Direct & Scratch", "Freeway & 15.8 & 29.9", "Hero & 82.1 & 99.0")],
            ("1", 1, 1),
        ),
        (
            "The gate improves recall on Web by 7.21\\% relative to the best of them, reaching 0.37.",
            [("Set & Gate & Improv.", "Web & 0.37 & 7.21\\%")],
            ("1", 1, 1),
        ),
        (
            "On Ant the return rises from 1021 to 1187, which is better.",
            [("Task & Old & New", "Ant & 1021 & 1187")],
            ("1", 1, 2),
        ),
        (
            r"Table~\ref{b} sums up what we found. The mean accuracy improves to 91.25 at the end.",
            [("Run & Mean & Max", "first & 91.25 & 94.1"), ("Run & Mean & Max", "second & 91.25 & 95.1")],
            ("2", 1, 1),
        ),
    ],
    ids=[
        "row of both numbers",
        "words beside the number",
        "no column of gains",
        "from one number to another",
        "table of the paragraph",
    ],
)
def test_what_decides_between_cells(
    tmp_path: Path, tex: str, tables: list[tuple[str, ...]], cell: tuple[str, int, int]
) -> None:
    floats = "".join(_table(label, *rows) for label, rows in zip("ab", tables, strict=False))
    (claim,) = read(tmp_path, rf"\section{{Results}} {tex} {floats}").claims
    assert (claim.cell and (claim.cell.table, claim.cell.row, claim.cell.column)) == cell


def test_a_percentage_of_the_text_may_be_a_share_in_the_table(tmp_path: Path) -> None:
    table = _table("t", "Group & Mean & Failure rate", "cats & 15.6 & 0.45", "birds & 16.5 & 0.40")
    (claim,) = read(tmp_path, rf"\section{{Results}} The failure rate of birds drops to only 40--45\%. {table}").claims
    assert claim.cell is not None
    assert (claim.cell.row, claim.cell.column) == (2, 2)


@pytest.mark.parametrize(("number", "found"), [("0.45", False), ("0.453", True)])
def test_only_three_digits_tell_a_cell_whose_words_nobody_says(tmp_path: Path, number: str, found: bool) -> None:
    table = _table("t", "Group & Mean & Rate", f"cats & 15.6 & {number}", "birds & 16.5 & 0.40")
    (claim,) = read(tmp_path, rf"\section{{Results}} Our parser obtains an F1 of {number}. {table}").claims
    assert (claim.cell is not None) == found


def test_a_display_without_a_full_stop_ends_the_sentence(tmp_path: Path) -> None:
    body = r"\section{Data} Distance is \begin{equation}d = 1\end{equation} There is a correlation of $r = 0.82$."
    (claim,) = read(tmp_path, body).claims
    assert (claim.text, claim.numbers) == ("There is a correlation of $r = 0.82$.", ("0.82",))
    going_on = r"\section{Data} Let \[x = 1\] Gaussian, with a correlation of $r = 0.82$."
    (claim,) = read(tmp_path, going_on).claims
    assert claim.text.startswith("Let")


def test_what_a_sentence_wants_is_no_claim(tmp_path: Path) -> None:
    body = r"\section{Experiments} To reduce the cost, we sample 10\% of the pixels. In order to improve on the work of others, 5\% are kept."
    assert read(tmp_path, body).claims == ()
