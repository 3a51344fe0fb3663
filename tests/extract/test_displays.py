"""Every display environment that numbers formulas stays out of claims, quotes and meanings too."""

from pathlib import Path

from paperlab.extract import displays
from tests.extract.test_document import read

ARGUMENTS = {"alignat": "{2}", "xalignat": "{2}", "xxalignat": "{2}", "IEEEeqnarray": "{rCl}", "numcases": "{f}", "subnumcases": "{f}", "empheq": "{align}"}  # fmt: skip


def _display(name: str) -> str:
    argument = ARGUMENTS.get(name.rstrip("*"), "")
    return rf"\begin{{{name}}}{argument} v_t = 0.9 v_{{t-1}} \end{{{name}}}"


def test_every_display_stays_out_of_what_sentences_say(tmp_path: Path) -> None:
    sentences = "\n\n".join(
        rf"Our model reaches an accuracy of 91.2\% with the velocity {_display(name)} and a learning rate of 0.1."
        for name in sorted(displays.NAMES)
    )
    paper = read(tmp_path, rf"\section{{Results}} {sentences}")
    assert [e.tex for e in paper.equations] == ["v_t = 0.9 v_{t-1}"] * len(displays.NAMES)
    said = {claim.text for claim in paper.claims} | {h.quote for h in paper.hyperparameters}
    assert said == {"Our model reaches an accuracy of 91.2% with the velocity and a learning rate of 0.1."}


def test_a_display_of_any_name_gives_what_leads_to_it_a_meaning(tmp_path: Path) -> None:
    shapes = "".join(rf"The loss is given by {_display(name)} \par " for name in ("IEEEeqnarray", "alignat", "dmath"))
    symbols = read(tmp_path, rf"\section{{Loss}} {shapes}").symbols
    assert {(s.symbol, s.meaning) for s in symbols} == {("v_t", "loss")}
