"""The folder as a whole: legal, the same twice, hostile papers, licences, files of the learner's."""

import ast
import dataclasses
import importlib
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import tomllib
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from IPython.core.inputtransformer2 import TransformerManager

from paperlab.errors import Conflict, LabUnusable
from paperlab.harness import Probe
from paperlab.records.card import card_from_toml
from paperlab.records.extracted import AlgorithmLine, Hyperparameter, Paper
from paperlab.scaffold import Report, make_slug, scaffold
from paperlab.scaffold.files import MANIFEST

from .papers import ATTENTION, BARE, QUOTE, RECORD, case, equation, papers

FILES = {"model.py", "cases.py", "test_transformer.py", "notebook.ipynb", "README.md", "paper.toml", MANIFEST}


def write(folder: Path, paper: Paper = ATTENTION, **more: object) -> Report:
    arguments = {"slug": "transformer", "record": RECORD, "cases": ()} | more
    return scaffold(paper, folder, **arguments)


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def assert_legal(folder: Path) -> None:
    """Every file can be read by what reads it."""
    for path in folder.glob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    card_from_toml(tomllib.loads((folder / "paper.toml").read_text(encoding="utf-8")), where="paper.toml")
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            ast.parse(TransformerManager().transform_cell(cell.source))
            assert (cell.outputs, cell.execution_count) == ([], None)


def test_a_folder_has_its_files_and_each_is_legal(tmp_path: Path) -> None:
    report = write(tmp_path / "t")
    assert set(content(tmp_path / "t")) == FILES
    assert_legal(tmp_path / "t")
    assert (report.created, report.found["stubs"], report.found["claims"]) == (True, 3, 1)
    assert report.first_step.endswith("write `Attention` in model.py")
    assert "a shared case that fits" in report.not_found


def test_running_again_changes_no_byte_and_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    before = content(tmp_path)
    stamps = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    report = write(tmp_path)
    assert content(tmp_path) == before
    assert {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == stamps
    assert (report.created, report.written, report.marked) == (False, (), ())


def test_running_again_after_the_learner_wrote_in_the_notebook_changes_no_byte_of_the_folder(tmp_path: Path) -> None:
    """The learner's bytes never count as ours either."""
    write(tmp_path)
    notebook = nbformat.read(tmp_path / "notebook.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("mine"))
    nbformat.write(notebook, tmp_path / "notebook.ipynb")
    before = content(tmp_path)
    assert write(tmp_path).written == ()
    assert content(tmp_path) == before


def test_two_folders_of_one_paper_are_equal(tmp_path: Path) -> None:
    write(tmp_path / "a")
    write(tmp_path / "b")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_no_sentence_of_the_paper_is_written_when_the_licence_is_not_known(tmp_path: Path) -> None:
    write(tmp_path)
    assert not [name for name, data in content(tmp_path).items() if QUOTE[:30].encode() in data]


def test_remarks_and_captions_of_algorithms_stay_in_the_paper_when_the_licence_is_not_known(tmp_path: Path) -> None:
    (algorithm,) = ATTENTION.algorithms
    remark = AlgorithmLine(indent=0, kind="comment", text=QUOTE)
    paper = dataclasses.replace(
        ATTENTION,
        algorithms=(dataclasses.replace(algorithm, caption=f"Fit: {QUOTE}", lines=(*algorithm.lines, remark)),),
    )
    write(tmp_path / "closed", paper)
    assert not [name for name, data in content(tmp_path / "closed").items() if QUOTE[:30].encode() in data]
    write(
        tmp_path / "open",
        paper,
        record=dataclasses.replace(RECORD, licence="http://creativecommons.org/licenses/by/4.0/"),
    )
    assert QUOTE[:30] in (tmp_path / "open" / "model.py").read_text()


def test_a_step_in_words_is_cut_when_the_licence_is_not_known(tmp_path: Path) -> None:
    (algorithm,) = ATTENTION.algorithms
    step = AlgorithmLine(indent=0, kind="statement", text=f"Since {QUOTE.lower()} we set $\\beta = 2$")
    paper = dataclasses.replace(
        ATTENTION,
        algorithms=(
            dataclasses.replace(algorithm, lines=(*algorithm.lines, step), inputs=(f"{QUOTE} $X$", r"rate $\eta$")),
        ),
    )
    write(tmp_path / "closed", paper)
    written = (tmp_path / "closed" / "model.py").read_text()
    assert "points of accuracy" not in written
    assert "# Since our approach handily outperforms everything by 4.2 points … β = 2\n" in written
    assert "def fit_model(X: Tensor | float, eta: Tensor | float)" in written
    open_licence = dataclasses.replace(RECORD, licence="http://creativecommons.org/licenses/by/4.0/")
    write(tmp_path / "open", paper, record=open_licence)
    assert "points of accuracy we set" in (tmp_path / "open" / "model.py").read_text()


def test_formulas_in_titles_and_settings_are_readable(tmp_path: Path) -> None:
    setting = Hyperparameter(name=r"rate $\alpha$", value=r"$10^{-4}$", quote="", span=None)
    paper = dataclasses.replace(ATTENTION, id=None, title=r"$\beta$-nets", hyperparameters=(setting,))
    write(tmp_path, paper, record=None)
    text = (tmp_path / "notebook.ipynb").read_text()
    assert "| rate α | 10^{-4} |" in text
    assert "`paperlab add ID`" in text  # a paper without an id is nobody's parent
    assert (tmp_path / "README.md").read_text().startswith("# β-nets\n")


def test_a_formula_in_a_heading_is_readable_where_the_heading_names_a_place(tmp_path: Path) -> None:
    headed = tuple(dataclasses.replace(s, number=None, title=r"Coefficients $\mathbf{b}$") for s in ATTENTION.sections)
    write(tmp_path, dataclasses.replace(ATTENTION, sections=headed))
    assert "Equation (1), Coefficients b" in (tmp_path / "model.py").read_text(encoding="utf-8")


def test_an_open_licence_lets_the_meaning_of_a_symbol_stand(tmp_path: Path) -> None:
    write(tmp_path, record=dataclasses.replace(RECORD, licence="http://creativecommons.org/licenses/by/4.0/"))
    assert QUOTE[:30].encode() in (tmp_path / "notebook.ipynb").read_bytes()


def test_says_that_no_reference_was_read_and_not_that_none_has_an_id(tmp_path: Path) -> None:
    bare = dataclasses.replace(ATTENTION.references[0], arxiv_id=None)
    for name, references, words in (("a", (), "no reference was found in what was read"), ("b", (bare,), "none of the references carries")):  # fmt: skip
        write(tmp_path / name, dataclasses.replace(ATTENTION, references=references))
        assert words in (tmp_path / name / "notebook.ipynb").read_text()


def test_a_touched_file_stays_and_an_untouched_one_follows_the_new_version(tmp_path: Path) -> None:
    write(tmp_path)
    mine = (tmp_path / "README.md").read_text() + "\nmine\n"
    (tmp_path / "README.md").write_text(mine)
    newer = dataclasses.replace(ATTENTION, equations=ATTENTION.equations[:1])
    report = write(tmp_path, newer)
    assert (tmp_path / "README.md").read_text() == mine
    assert "README.md" in report.marked
    assert "test_transformer.py" in report.written
    assert "FFN" not in (tmp_path / "test_transformer.py").read_text()
    before = content(tmp_path)
    write(tmp_path, newer)
    assert content(tmp_path) == before


def test_a_missing_file_comes_back(tmp_path: Path) -> None:
    write(tmp_path)
    before = content(tmp_path)
    (tmp_path / "cases.py").unlink()
    assert write(tmp_path).written == ("cases.py",)
    assert content(tmp_path) == before


def test_without_the_manifest_what_is_there_is_the_learners(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("mine = 1\n")
    report = write(tmp_path)
    assert (tmp_path / "model.py").read_text() == "mine = 1\n"
    assert "model.py" in report.marked


def test_a_link_is_never_followed_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("keep me\n")
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / "model.py").symlink_to(outside)
    (folder / "notebook.ipynb").symlink_to(tmp_path / "nowhere.ipynb")
    write(folder)
    assert outside.read_text() == "keep me\n"
    assert not (tmp_path / "nowhere.ipynb").exists()


def test_a_broken_notebook_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "notebook.ipynb").write_text("{ my notes")
    with pytest.raises(Conflict, match="expected a Jupyter notebook"):
        write(tmp_path)
    assert set(content(tmp_path)) == {"notebook.ipynb"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_one_clear_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(LabUnusable, match="free space or check rights"):
        write(tmp_path / "t")


def test_a_file_in_place_of_the_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("")
    with pytest.raises(LabUnusable, match="expected"):
        write(tmp_path / "t")


def test_the_learners_idea_opens_the_notebook(tmp_path: Path) -> None:
    write(tmp_path, idea={"question": "Is recurrence needed?"}, reading_minutes=45)
    text = (tmp_path / "notebook.ipynb").read_text()
    assert "**Question:** Is recurrence needed?" in text
    assert "about 45 minutes" in text


def test_a_matched_case_is_named_with_its_reason(tmp_path: Path) -> None:
    report = write(tmp_path, cases=(dataclasses.replace(case("wmt", "wmt 2014", "translation"), slot="sequence"),))
    assert (report.case, report.case_reason) == ("wmt", "case wmt: the paper's data set names wmt, wmt 2014")
    assert 'rungs(\\"wmt\\"' in (tmp_path / "notebook.ipynb").read_text()


def check_hostile(paper: Paper) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "t"
        slug = make_slug(paper.title, ())
        scaffold(paper, folder, slug=slug, record=None, cases=(case("digits", "digit"),))
        assert_legal(folder)
        before = content(folder)
        scaffold(paper, folder, slug=slug, record=None, cases=(case("digits", "digit"),))
        assert content(folder) == before
        for data in before.values():
            assert not [sign for sign in ("\u202e", "\x00", "\u2028") if sign.encode() in data]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(papers)
def test_any_paper_gives_a_legal_folder(paper: Paper) -> None:
    check_hostile(paper)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(papers)
def test_a_thousand_papers_give_legal_folders(paper: Paper) -> None:
    check_hostile(paper)


def test_a_bare_paper_gives_a_folder(tmp_path: Path) -> None:
    write(tmp_path, BARE, record=None)
    assert_legal(tmp_path)


STUB_RUN = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
for path in sys.argv[1:]:
    spec = spec_from_file_location("t", path); t = module_from_spec(spec); spec.loader.exec_module(t)
    for name in [n for n in vars(t) if n.startswith(("test_Attention", "test_D_star_is_finite"))]:
        try: getattr(t, name)(); print(name, "green")
        except Exception as error: print(name, type(error).__name__, error)
"""


def test_each_test_is_red_for_its_equation_and_green_once_it_is_written(tmp_path: Path) -> None:
    """The generated tests run in a process of their own, as the learner's do."""
    stub, done = tmp_path / "stub", tmp_path / "done"
    called = equation("5", r"D^*(x, z) = \frac{q(x, z)}{q(x, z) + p(x, z)}")
    paper = dataclasses.replace(ATTENTION, equations=(*ATTENTION.equations, called))
    write(stub, paper)
    write(done, paper)
    model = (done / "model.py").read_text()
    old = '    raise NotImplementedError("Equation (1), Section 3.2")'
    assert old in model
    model = model.replace(old, "    return (Q @ K.mT / Q.shape[-1] ** 0.5).softmax(-1) @ V")
    # What the formula calls comes as a function.
    old = '    raise NotImplementedError("Equation (5), Section 3.2")'
    assert old in model
    (done / "model.py").write_text(model.replace(old, "    return q(x, z) / (q(x, z) + p(x, z))"))
    # The shapes of Q and K are the paper's, V has K's rows, and its width is our guess: the learner sets it.
    (done / "model.py").write_text((done / "model.py").read_text().replace('"V": (4, 3)', '"V": (4, 5)'))
    paths = [str(folder / "test_transformer.py") for folder in (stub, done)]
    out = subprocess.run([sys.executable, "-c", STUB_RUN, *paths], capture_output=True, text=True)
    assert out.stdout.splitlines() == [
        "test_Attention_signature green",
        "test_Attention_shape_and_dtype NotImplementedError Equation (1), Section 3.2",
        "test_Attention_is_finite NotImplementedError Equation (1), Section 3.2",
        "test_Attention_is_the_same_twice NotImplementedError Equation (1), Section 3.2",
        "test_Attention_leaves_its_inputs_alone NotImplementedError Equation (1), Section 3.2",
        "test_Attention_hangs_on_its_arguments NotImplementedError Equation (1), Section 3.2",
        "test_Attention_is_non_negative NotImplementedError Equation (1), Section 3.2",
        "test_Attention_averages_with_V NotImplementedError Equation (1), Section 3.2",
        "test_Attention_gives_the_numbers_of_its_formula NotImplementedError Equation (1), Section 3.2",
        "test_D_star_is_finite NotImplementedError Equation (5), Section 3.2",
        "test_Attention_signature green",
        "test_Attention_shape_and_dtype green",
        "test_Attention_is_finite green",
        "test_Attention_is_the_same_twice green",
        "test_Attention_leaves_its_inputs_alone green",
        "test_Attention_hangs_on_its_arguments green",
        "test_Attention_is_non_negative green",
        "test_Attention_averages_with_V green",
        "test_Attention_gives_the_numbers_of_its_formula green",
        "test_D_star_is_finite green",
    ]


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        ("Q", True),
        ("(Q, [K, 1.0])", True),
        ('{"out": Q, "weights": (K, V)}', True),
        ('{"out": Q, "weights": [K / 0]}', False),
        ("None", False),
    ],
)
def test_a_check_takes_every_answer_that_the_test_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, holds: bool
) -> None:
    write(tmp_path)
    model = (tmp_path / "model.py").read_text()
    old = 'raise NotImplementedError("Equation (1), Section 3.2")'
    (tmp_path / "model.py").write_text(model.replace(old, f"return {answer}"))
    for name in ("model", "cases", "test_transformer"):
        sys.modules.pop(name, None)
    monkeypatch.syspath_prepend(str(tmp_path))
    cases, tests = importlib.import_module("cases"), importlib.import_module("test_transformer")
    for name in ("model", "cases", "test_transformer"):
        sys.modules.pop(name, None)

    def checked() -> bool:
        (check,) = (c for c in cases.CHECKS if c.name == "Attention")
        return bool(check.run(Probe()) <= check.limit)

    for judge in (checked, lambda: tests.test_Attention_is_finite() is None):
        try:
            assert judge() is holds
        except AssertionError:
            assert not holds


def test_a_kill_between_files_loses_nothing_and_the_next_run_completes(tmp_path: Path) -> None:
    """A child is killed while it writes; whatever stands is whole, and one more run gives the full folder."""
    write(tmp_path / "whole")
    whole = content(tmp_path / "whole")
    for stop in (3, 7):
        folder = tmp_path / f"k{stop}"
        script = f"""
            import os, signal, pathlib
            from paperlab.scaffold import files
            real, count = files.write_atomically, [0]
            def killed(path, data):
                count[0] += 1
                if count[0] == {stop}:
                    path.with_name(f".{{path.name}}.1.tmp").write_bytes(data[:10])
                    os.kill(os.getpid(), signal.SIGKILL)
                real(path, data)
            files.write_atomically = killed
            from tests.scaffold.test_folder import write
            pathlib.Path({str(folder)!r}).mkdir()
            write(pathlib.Path({str(folder)!r}))
        """
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=Path(__file__).parents[2])
        assert done.returncode == -signal.SIGKILL
        left = {n: d for n, d in content(folder).items() if not n.endswith(".tmp") and n != MANIFEST}
        assert left == {n: whole[n] for n in left}
        write(folder)
        assert content(folder) == whole
