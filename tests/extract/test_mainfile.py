"""Which file is the paper: arXiv's own fixtures and real e-prints with several candidates, then small made ones."""

from pathlib import Path

import pytest

from paperlab.extract import extract
from paperlab.extract.mainfile import choose_main
from paperlab.extract.readme import read_readme
from paperlab.extract.source import Tree, decode

FAKE = ("fake-file-1.Tex", "fake-file-2.tex", "fake-file-3.TEX")
PREFLIGHT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("anc_files_1", "anc_files_2", "include_1", "single_tex_1"), ("NOBEL_PRIZE_WINNER.TEX",)),
    **dict.fromkeys(("bbl_version_good_33", "bbl_version_mismatch"), ("bla.tex",)), "index_test_1": ("ms.tex",),
    "single_tex_3": ("fake-file-1.tex",), "single_tex_4": ("fake-file-1.tex", "fake-package.tex"), "multi_tex_1": FAKE,
    "multi_tex_2": ("fake-file-2.tex",), "pdfoutput_1": ("fake-file-1.Tex",), "pdf-with-javascript": (),
    **dict.fromkeys((
        "addplot", "addplot-2", "bbl-bib", "bbl-no-bib", "biblatex-bibliography", "bibtex-and-biber", "bst-detection-system", "bye-no-newline",
        "eps-test", "fontspec-font-detection", "graphics-driver-dvipdfm", "graphics-driver-none", "last-line-no-newline", "multi-bib-no-bbl",
        "multi-include-cmds", "no-bbl-no-bib", "svg-include-compiler", "tcblibrary", "tikzlib-2", "tikzlib-3", "unicode-tex-polyglossia",
        "unicode-tex-unicode-math",
    ), ("main.tex",)),
}  # fmt: skip
"""Fixture -> the files that arXiv's own test takes for top-level ones."""
TOP, IGNORED = "fake-file-2.tex", ["fake-file-3.TEX"]
READMES: dict[str, tuple[list[str], list[str]]] = {
    **dict.fromkeys((
        "zzrm_comment", "zzrm_comment_number", "zzrm_texlive_version", "zzrm_v2_02", "zzrm_v2_current", "zzrm_version_missing_with_texlive_version",
        "zzrm_version_out_of_range",
    ), ([TOP, "jackson-5.tex"], IGNORED)),
    "zzrm_pdftex": ([], []), "zzrm_v2_01": ([TOP, "yaml-5.tex"], IGNORED), "zzrm_v2_04": ([TOP, "yaml1.tex", "yaml2.tex"], IGNORED),
    "zzrm_v2_05": ([TOP, "fake-file-5.tex", "fake-file-6.tex"], IGNORED),  # two of them: arXiv refuses, we take the first
}  # fmt: skip
"""Fixture -> what arXiv's own test reads; a version that arXiv refuses names its files all the same."""
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
    chosen = choose_main(Tree(shared_arxiv / "source" / "arxiv-preflight" / name))
    assert chosen in PREFLIGHT[name] or (chosen is None and not PREFLIGHT[name])
    assert extract(shared_arxiv / "source" / "arxiv-preflight" / name).source.main_file == (chosen or "main.pdf")


@pytest.mark.parametrize("name", READMES)
def test_reads_each_readme_as_arxiv_does(shared_arxiv: Path, name: str):
    assert read_readme(Tree(shared_arxiv / "source" / "arxiv-00readme" / name)) == READMES[name]


@pytest.mark.parametrize(("folder", "table"), [("arxiv-preflight", PREFLIGHT), ("arxiv-00readme", READMES)])
def test_every_fixture_of_arxiv_is_used(shared_arxiv: Path, folder: str, table: dict[str, object]):
    assert {path.name for path in (shared_arxiv / "source" / folder).iterdir()} == set(table)


@pytest.mark.parametrize("name", PAPERS)
def test_takes_the_paper_and_not_its_template(shared_arxiv: Path, name: str):
    assert choose_main(Tree(shared_arxiv / "source" / name)) in PAPERS[name]


PAPER = r"\documentclass{article}\title{T}\begin{document}\begin{abstract}x\end{abstract}\section{A}text\end{document}"
README = {
    "json": ("00README.json", '{"sources": [{"usage": "toplevel", "filename": "b.tex"}, {"usage": "ignore", "filename": "a.tex"}]}'),
    "yaml": ("00README.yaml", "process:\n  compiler: latex\nsources:\n  - filename: b.tex\n    usage: toplevel\n  - filename: a.tex\n    usage: ignore\n"),
    "yaml between braces": ("00readme.yml", "sources:\n- {filename: 'b.tex', usage: toplevel} # the paper\n- {filename: a.tex, usage: ignore}\nstamp: no\n"),
    "yaml without usage": ("00README.yaml", "sources:\n- filename: \"b.tex\"\n- filename: a.tex\n  usage: ignore\n- filename: f.dvi\n  orientation: landscape\nstamp: yes\n"),
    "toml": ("00README.TOML", 'stamp = false\nsources = [{ filename = "b.tex" }, { filename = "a.tex", usage = "ignore" }]\n'),
    "toml tables": ("00README.toml", '[[sources]]\nfilename = "b.tex"\nusage = "toplevel"\n[[sources]]\nfilename = "a.tex"\nusage = "ignore"\n'),
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


def test_takes_the_newer_readme_and_only_one_at_the_root(tmp_path: Path):
    (tmp_path / "00README.XXX").write_text("a.tex toplevelfile\n")
    (tmp_path / "00README.json").write_text('{"sources": [{"filename": "b.tex"}]}')
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "00README.json").write_text('{"sources": [{"filename": "c.tex"}]}')
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.tex").write_text(PAPER)
    assert choose_main(Tree(tmp_path)) == "b.tex"


def test_leaves_a_paper_that_is_no_tex_to_the_other_readers(tmp_path: Path):
    (tmp_path / "00README.XXX").write_text("paper.html toplevelfile\n")
    (tmp_path / "paper.html").write_text("<html><h1>T</h1><h2>One</h2><p>\\[x=1\\]</p></html>")
    (tmp_path / "figure.tex").write_text(PAPER)
    assert extract(tmp_path).source.kind == "html"


BROKEN = ["", "{", "[]", '{"sources": 3}', '{"sources": [3, {"usage": 4}]}', '{"sources": [{"filename": ["x"], "usage": []}]}', "[" * 100_000, "- " * 50_000, "a:" * 50_000]  # fmt: skip


@pytest.mark.parametrize("ending", ["json", "yaml", "toml", "XXX", "md"])
@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_readme_says_nothing(tmp_path: Path, text: str, ending: str):
    (tmp_path / f"00README.{ending}").write_text(text)
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
