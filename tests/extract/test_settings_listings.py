r"""Settings that code states, with the line and its place; and code that states none."""

from pathlib import Path

import pytest

from paperlab.extract import extract
from paperlab.extract.passage import Passage
from paperlab.extract.settings_listings import of_listings

SAID: dict[str, set[tuple[str, str]]] = {
    "python train.py --lr 3e-4 --num-epochs=25 \\\n  --id_lambda=0.2 --name=faces --port 8080": {("learning rate", "3e-4"), ("epochs", "25"), ("id lambda", "0.2")},
    "model:\n  hidden_size: 320\n  dropout: 0.15  # as before\ntrain:\n  optimizer: adamw\n  ema: true": {("hidden size", "320"), ("dropout", "0.15"), ("optimizer", "adamw")},
    'config = {"batch_size": 40, "weight_decay": 0.03, "margin": 0.6, "name": "x"}': {("batch size", "40"), ("weight decay", "0.03"), ("margin", "0.6")},
    "trainer = Trainer(max_steps=30_000, warmup_steps=600, seed=7)\ntotal = 12": {("iterations", "30000"), ("warmup steps", "600"), ("random seed", "7")},
    "python run.py train.batch_size=24 model.heads=6 data.fold=3": {("batch size", "24"), ("attention heads", "6")},
    # no setting has a known name, or what is assigned is worked out
    "x = 3\nfor i in range(10):\n    y = x * 2": set(),
    "--port 8080 --host 0.0.0.0": set(),
    '{"answer": 4, "score": 0.9}': set(),
    "lr = base * 0.1\nbatch_size = 2 * n\ndropout = Dropout(0.1)": set(),
}  # fmt: skip


@pytest.mark.parametrize("code", SAID)
def test_settings_of_a_listing(code: str) -> None:
    found = [*of_listings([Passage(tex=code, kind="listing")])]
    assert {(h.name, h.value) for h in found} == SAID[code]
    assert all(h.quote in {line.strip() for line in code.splitlines()} for h in found)


PAPER = r"""\documentclass{article}
\usepackage{listings}
\title{Codes of trains}
\author{Ann Roe}
\begin{document}
\maketitle
\section{Training}
We start it with
\begin{lstlisting}[language=bash]
python train.py \
    --batch_size=36
\end{lstlisting}
or with
\begin{verbatim}
weight_decay: 0.07
\end{verbatim}
\end{document}
"""


def test_listings_of_a_paper_are_read_at_their_lines(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_text(PAPER, encoding="utf-8")
    paper = extract(tmp_path)
    found = {(h.name, h.value, h.quote): h.span.line if h.span else 0 for h in paper.hyperparameters}
    assert found == {("batch size", "36", "--batch_size=36"): 11, ("weight decay", "0.07", "weight_decay: 0.07"): 15}
    assert not paper.claims
