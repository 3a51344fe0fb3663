"""Which file is the paper: arXiv's own fixtures and real e-prints with several candidates, then small made ones."""

from pathlib import Path

import pytest

from paperlab.extract.mainfile import choose_main, read_readme
from paperlab.extract.source import Tree, decode

PREFLIGHT = {
    "anc_files_1": "NOBEL_PRIZE_WINNER.TEX", "anc_files_2": "NOBEL_PRIZE_WINNER.TEX", "include_1": "NOBEL_PRIZE_WINNER.TEX",
    "single_tex_1": "NOBEL_PRIZE_WINNER.TEX", "multi-include-cmds": "main.tex", "bye-no-newline": "main.tex", "bbl-no-bib": "main.tex",
}  # fmt: skip
PAPERS = {
    "1502.03492-hypergrad": {"paper_for_arxiv.tex", "hypergrad_paper.tex"},
    "1504.01344-early-stopping": {"md_paper.tex"},
    "1509.09292-neural-fingerprints": {"paper_for_arxiv.tex", "neural-fingerprints.tex"},
    "1609.02228-bohp": {"paper.tex"},
    "2002.02701-kmodes-init": {"main.tex", "arxiv/main.tex", "submission/main.tex"},
    "partimages-cbm": {"main.tex"},
    "1706.03762-transformer-flat": {"Transformer_cleaned.tex"},
}


@pytest.mark.parametrize("name", PREFLIGHT)
def test_agrees_with_arxiv_on_its_fixtures(shared_arxiv: Path, name: str):
    assert choose_main(Tree(shared_arxiv / "source" / "arxiv-preflight" / name)) == PREFLIGHT[name]


@pytest.mark.parametrize("name", ["multi_tex_1", "multi_tex_2"])
def test_takes_one_of_the_files_that_arxiv_would_set(shared_arxiv: Path, name: str):
    assert choose_main(Tree(shared_arxiv / "source" / "arxiv-preflight" / name)) in {
        "fake-file-1.Tex",
        "fake-file-2.tex",
        "fake-file-3.TEX",
    }


@pytest.mark.parametrize("name", PAPERS)
def test_takes_the_paper_and_not_its_template(shared_arxiv: Path, name: str):
    assert choose_main(Tree(shared_arxiv / "source" / name)) in PAPERS[name]


PAPER = r"\documentclass{article}\title{T}\begin{document}\begin{abstract}x\end{abstract}\section{A}text\end{document}"
README = {
    "json": ("00README.json", '{"sources": [{"usage": "toplevel", "filename": "b.tex"}, {"usage": "ignore", "filename": "a.tex"}]}'),
    "yaml": ("00README.yaml", "process:\n  compiler: latex\nsources:\n  - filename: b.tex\n    usage: toplevel\n  - filename: a.tex\n    usage: ignore\n"),
    "old": ("00README.XXX", "b.tex toplevelfile\na.tex ignore\nnohypertex\n"),
}  # fmt: skip


@pytest.mark.parametrize("form", README)
def test_follows_a_readme_in_every_form(tmp_path: Path, form: str):
    name, text = README[form]
    (tmp_path / name).write_text(text)
    (tmp_path / "a.tex").write_text(PAPER * 3)
    (tmp_path / "b.tex").write_text(PAPER)
    assert read_readme(Tree(tmp_path)) == (["b.tex"], ["a.tex"])
    assert choose_main(Tree(tmp_path)) == "b.tex"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"sources": 3}', '{"sources": [3, {"usage": 4}]}', "[" * 100_000])
def test_a_broken_readme_says_nothing(tmp_path: Path, text: str):
    (tmp_path / "00README.json").write_text(text)
    (tmp_path / "a.tex").write_text(PAPER)
    assert choose_main(Tree(tmp_path)) == "a.tex"


@pytest.mark.parametrize(
    "other",
    [
        "supplement.tex",
        "poster.tex",
        "anc/main.tex",
        "template/main.tex",
        "iclr2025.tex",
        "rebuttal.tex",
        ".main.tex",
        ".checkpoints/main.tex",
    ],
)
def test_passes_over_what_travels_with_a_paper(tmp_path: Path, other: str):
    (tmp_path / other).parent.mkdir(exist_ok=True)
    (tmp_path / other).write_text(PAPER + "x" * 5_000)
    (tmp_path / "work.tex").write_text(PAPER)
    assert choose_main(Tree(tmp_path)) == "work.tex"


def test_takes_the_file_that_reads_the_others(tmp_path: Path):
    (tmp_path / "z.tex").write_text(r"\documentclass{article}\begin{document}\input{a}\end{document}")
    (tmp_path / "a.tex").write_text(PAPER)
    assert choose_main(Tree(tmp_path)) == "z.tex"
    assert choose_main(Tree(tmp_path / "none")) is None


def test_takes_the_file_that_reads_its_class_and_looks_at_every_ending(tmp_path: Path):
    (tmp_path / "head.tex").write_text(r"\documentclass{article}" + "x" * 5_000)
    (tmp_path / "top.tex").write_text(r"\input{head}\begin{document}x\end{document}")
    assert choose_main(Tree(tmp_path)) == "top.tex"
    (tmp_path / "work.ltx").write_text(PAPER)
    (tmp_path / "top.tex").write_text(r"\documentclass{standalone}\begin{document}x\end{document}" + "x" * 5_000)
    (tmp_path / "head.tex").unlink()
    assert choose_main(Tree(tmp_path)) == "work.ltx"


def test_reads_old_and_plain_tex(tmp_path: Path):
    (tmp_path / "p").write_text(r"\documentstyle[12pt]{article}\begin{document}x\end{document}")
    assert choose_main(Tree(tmp_path)) == "p"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é".encode(), "é"),
        ("\ufeffé".encode(), "é"),
        ("é".encode("latin-1"), "é"),
        ("“é”".encode("cp1252"), "“é”"),
        (b"\\usepackage[latin2]{inputenc}" + "ř".encode("iso8859-2"), "\\usepackage[latin2]{inputenc}ř"),
        (b"\\usepackage[utf8]{inputenc}" + "é".encode("latin-1"), "\\usepackage[utf8]{inputenc}é"),
        ("é".encode("utf-16"), "é"),
        ("àéîõü àéîõü".encode() + b"\x93a\x94", "àéîõü àéîõü“a”"),
        (b"\\begin{CJK*}{GBK}{song}" + "深度".encode("gbk"), r"\begin{CJK*}{GBK}{song}深度"),
        (b"\\begin{CJK}[dnp]{SJIS}{min}" + "深度".encode("shift_jis"), r"\begin{CJK}[dnp]{SJIS}{min}深度"),
        (b"a\r\nb\rc\0", "a\nb\nc "),
        (bytes(range(128, 256)), None),
    ],
)
def test_decodes_what_papers_hold(data: bytes, text: str | None):
    found = decode(data)
    assert found == text if text is not None else len(found) == 128
