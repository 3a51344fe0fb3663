"""The page `A week with the queue`: each of its commands, in its order, against the stand-in for arXiv."""

import json
import re

import pytest

from tests.support.arxiv_server import ArxivServer, Paper, arxiv_server, tar_gz
from tests.support.commands import ROOT, Shell, shell

__all__ = ["arxiv_server", "shell"]

PAGE = (ROOT / "docs" / "week.md").read_text(encoding="utf-8")
TEX = rb"""\documentclass{article}\title{Attention}\begin{document}\section{Model}
\begin{equation}y = \mathrm{softmax}(x)\end{equation}
\begin{thebibliography}{1}\bibitem{a} A. Author. Another. arXiv:1409.0473.\end{thebibliography}\end{document}"""


def lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture
def week(shell: Shell, arxiv_server: ArxivServer) -> Shell:
    arxiv_server.papers |= {id: Paper(id, title=f"Title of {id}") for id in ("2401.00001", "2401.00002")}
    arxiv_server.papers |= {
        "1706.03762": Paper("1706.03762", title="Attention Is All You Need"),
        "1412.6980": Paper("1412.6980", title="Adam: A Method for Stochastic Optimization"),
    }
    arxiv_server.announcements = [("2401.00001", 1, "new"), ("2401.00002", 1, "new")]
    arxiv_server.sources["1706.03762"] = tar_gz({"main.tex": TEX})
    (shell.lab / "library.bib").write_text("@misc{b, title={Old one}, author={A B}, eprint={1312.6114}}")
    decisions = [
        {"id": "2401.00001", "decision": "accept", "why": "small and clear"},
        {"id": "2401.00002", "decision": "drop", "reason": "not my area"},
    ]
    (shell.lab / "decisions.json").write_text("\n".join(map(json.dumps, decisions)))
    return shell


def test_every_command_of_the_page_works_and_leaves_what_it_says(week: Shell) -> None:
    import shlex

    for line in lines():
        words, redirected, _ = line.partition(" > ")
        command = shlex.split(words.partition(" || ")[0], comments=True)
        assert command[0] == "paperlab", line
        done = week(*command[1:])
        assert done.stdout or done.stderr or redirected, line
    listed = week.listed()
    assert {id: entry.state for id, entry in listed.items()} == {
        "1706.03762": "implementing", "1412.6980": "queued", "1312.6114": "queued", "2401.00001": "queued",
        "2401.00002": "dropped",
    }  # fmt: skip
    assert (listed["1706.03762"].minutes, listed["2401.00001"].why) == (55, "small and clear")
    assert listed["1412.6980"].parent == "1706.03762"
    assert any((week.lab / ".paperlab" / "backups").iterdir())
