"""The site on disk: same bytes twice, one step, nothing of anybody else lost."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path

import nbformat
import pytest
from lxml import html

from paperlab.errors import Conflict, LabUnusable, Unsafe
from paperlab.publish import PageInput, publish_site

from .conftest import CARD, b64, code, notebook, png, prose, shown, stream

Make = Callable[..., PageInput]
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='72pt' height='36pt'><path d='M0 0'/></svg>"


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rich(make: Make) -> PageInput:
    return make(
        prose("# A tiny paper\n\nText with $x^2$ and ours {{ claim:gain }}."),
        code("#| alt: a dot\nplot()", shown({"image/png": b64(png()), "text/plain": "<Figure>"}), execution_count=1),
        code("draw()", shown({"image/svg+xml": SVG}), execution_count=2, metadata={"paperlab": {"claim": "gain"}}),
        code("print(1)", stream("1\n"), execution_count=3),
        code={"model.py": "import torch\n", "paper.toml": "slug = 'tiny'\n"},
        readme="# Tiny\n",
        run={"at": "2026-01-02T03:04:05Z", "seconds": 75.0, "environment": {"device": "cpu", "threads": 1}},
    )


def test_two_builds_are_equal_to_the_byte_and_the_second_replaces_the_first(make_page: Make, tmp_path: Path) -> None:
    one = publish_site([rich(make_page)], tmp_path / "one", author="Me")
    two = publish_site([rich(make_page)], tmp_path / "two", author="Me")
    again = publish_site([rich(make_page)], tmp_path / "two", author="Me")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert (one.files, one.bytes, one.notes) == (two.files, two.bytes, again.notes)
    assert one.pages == ("tiny",)
    assert one.index == tmp_path / "one/index.html"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["implementations", "one", "two"]


def test_the_page_says_first_what_a_reader_wants_first(make_page: Make, tmp_path: Path) -> None:
    publish_site([rich(make_page)], tmp_path / "site", author="Me")
    text = " ".join(html.parse(tmp_path / "site/tiny/index.html").getroot().text_content().split())
    wanted = [
        "1 of 2 claims reproduced, 1 not tested",
        "A tiny paper",
        "A. Author, B. Author, 2021",
        "arXiv:2101.00001v2",
        "Reproduced by Me",
        "Run on 2026-01-02",
        "Hardware cpu, 1 thread",
        "Wall time 1 min 15 s",
        "Table 1 · counts from 0.02 accuracy",
        "0.9 accuracy",
        "0.931 accuracy 95 %: 0.910 to 0.950, 5 seeds",
        "✓ reproduced",
        "cell 3 run 0123456789ab",
        "Both forms agree.",
        "○ not tested",
        "ours 0.931 accuracy (95 % 0.910 to 0.950, 5 seeds).",
    ]
    at = text.index("← Reproductions")
    for phrase in wanted:
        assert phrase in text[at:], phrase
        at = text.index(phrase, at)


@pytest.mark.parametrize("control", [0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069])
def test_nothing_turns_the_order_of_a_page_round(make_page: Make, tmp_path: Path, control: int) -> None:
    sign, named = chr(control), f"&#{control};"
    claim = replace(CARD.claims[0], sentence=f"a{sign}b{named}", place=f"Table{sign} 1", scope=f"c{sign}")
    card = replace(
        CARD, title=f"A {sign}title{named}", authors=(f"A{sign}", "B"), idea=f"i{sign}{named}", claims=(claim,)
    )
    page = make_page(
        prose(f"# x{sign}\n\n{named} `{sign}` <b>{named}</b> ${sign}x$"),
        code(f"x = '{sign}'  # {sign}", stream(sign), shown({"text/html": f"<b>{sign}{named}</b>"})),
        card=card,
        readme=sign,
    )
    publish_site([page], tmp_path / "site", author=f"me{sign}", title=f"t{sign}")
    for path in ("index.html", "tiny/index.html"):
        text = unescape((tmp_path / "site" / path).read_text(encoding="utf-8"))
        assert sign not in text, path


def test_a_name_that_is_written_from_right_to_left_leaves_its_neighbours_where_they_are(
    make_page: Make, tmp_path: Path
) -> None:
    publish_site([make_page(card=replace(CARD, title="מאמר", authors=("אבי", "B. Author")))], tmp_path / "site")
    text = (tmp_path / "site" / "tiny" / "index.html").read_text(encoding="utf-8")
    assert "<bdi>אבי</bdi>, <bdi>B. Author</bdi>, 2021" in text
    assert "<title>מאמר&lrm;: " in text


def test_every_link_and_picture_of_the_site_exists_and_nothing_is_absolute(make_page: Make, tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish_site([rich(make_page)], site)
    for page in site.rglob("*.html"):
        root = html.parse(page).getroot()
        ids = set(root.xpath("//@id"))
        assert len(ids) == len(root.xpath("//@id"))
        for address in root.xpath("//@href | //@src"):
            if address.startswith("https://arxiv.org/"):
                continue
            name, _, fragment = address.partition("#")
            assert not name or (page.parent / name).is_file(), address
            assert not fragment or fragment in ids, address


def test_the_notebook_for_download_is_valid_and_clean(make_page: Make, tmp_path: Path) -> None:
    page = make_page(
        code("a", shown({"text/html": "<script>x</script><b>t</b>", "application/javascript": "x"}), execution_count=1),
        code("b", shown({"application/vnd.jupyter.widget-view+json": {"model_id": "1"}})),
        prose("x", attachments={"a.png": {"image/png": b64(png((b"tEXt", b"k\0v")))}}, id="not/legal"),
        {"cell_type": "raw", "source": "r", "metadata": {}},
    )
    noisy = {
        **page.notebook,
        "metadata": {
            "widgets": {"no": "state"},
            "kernelspec": {"name": "k", "display_name": "K"},
            "accelerator": "GPU",
        },
    }
    publish_site([replace(page, notebook=noisy)], tmp_path / "site")
    found = nbformat.read(tmp_path / "site/tiny/notebook.ipynb", as_version=4)
    nbformat.validate(found)
    kernel = {"name": "k", "display_name": "K"}
    assert found.metadata == {"kernelspec": kernel, "language_info": {"name": "python"}, "accelerator": "GPU"}
    assert found.cells[0].outputs[0].data == {"text/html": "<b>t</b>"}
    assert found.cells[1].outputs == []
    assert found.cells[2].attachments == {"a.png": {"image/png": b64(png())}}


@pytest.mark.parametrize("kernel", [{}, {"display_name": "Mine"}, {"name": "k"}, {"name": 5}, None, ["k"]])
def test_the_notebook_for_download_names_a_kernel(make_page: Make, tmp_path: Path, kernel: object) -> None:
    page = make_page(code("1"))
    publish_site([replace(page, notebook={**page.notebook, "metadata": {"kernelspec": kernel}})], tmp_path / "site")
    nbformat.validate(nbformat.read(tmp_path / "site/tiny/notebook.ipynb", as_version=4))


def test_reproductions_json_says_the_same_for_a_machine(make_page: Make, tmp_path: Path) -> None:
    publish_site([rich(make_page)], tmp_path / "site", author="Me", title="Mine")
    found = json.loads((tmp_path / "site/reproductions.json").read_text())
    assert (found["schema"], found["title"], found["author"]) == (1, "Mine", "Me")
    gain, equal = found["papers"][0]["claims"]
    assert (gain["claim"], gain["ours"], gain["interval"], gain["verdict"]) == (
        "gain",
        0.93127,
        [0.91, 0.95],
        "reproduced",
    )
    assert (equal["ours"], equal["verdict"], equal["run"]) == (None, "not tested", None)


def test_a_page_is_small_and_the_sheet_too(make_page: Make, tmp_path: Path) -> None:
    cells = [prose(f"## Part {n}\n\n" + f"Words and $x_{{{n}}}$ and more words. " * 20) for n in range(20)]
    cells += [code("for i in range(10):\n    print(i)\n" * 3, stream("1\n" * 30)) for _ in range(30)]
    publish_site([make_page(*cells)], tmp_path / "site")
    assert (
        tmp_path / "site/tiny/index.html"
    ).stat().st_size <= 100_000 * 2  # 400 formulas; a real notebook has about 40
    assert (tmp_path / "site/style.css").stat().st_size <= 15_000


def test_files_of_somebody_else_stay(make_page: Make, tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish_site([make_page()], site)
    (site / "CNAME").write_text("me.org")
    (site / "tiny/mine").mkdir()
    (site / "tiny/mine/a.txt").write_text("mine")
    (site / "link").symlink_to(tmp_path)
    publish_site([rich(make_page)], site)
    assert (site / "CNAME").read_text() == "me.org"
    assert (site / "tiny/mine/a.txt").read_text() == "mine"
    assert (site / "link").is_symlink()
    assert (tmp_path / "implementations").is_dir()
    assert b"ours" in (site / "tiny/index.html").read_bytes()


def test_a_page_that_is_gone_is_taken_off_the_site(make_page: Make, tmp_path: Path) -> None:
    other = make_page()
    other = replace(other, card=replace(other.card, slug="other"))
    publish_site([make_page(), other], tmp_path / "site")
    publish_site([make_page()], tmp_path / "site")
    assert not (tmp_path / "site/other").exists()


def test_a_folder_of_somebody_else_is_refused(make_page: Make, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/thesis.tex").write_text("years of work")
    with pytest.raises(Conflict, match="holds files that paperlab did not make"):
        publish_site([make_page()], tmp_path / "site")
    assert tree(tmp_path / "site") == {"thesis.tex": b"years of work"}


def test_a_page_edited_by_hand_is_a_conflict(make_page: Make, tmp_path: Path) -> None:
    publish_site([make_page()], tmp_path / "site")
    (tmp_path / "site/tiny/index.html").write_text("my own words")
    with pytest.raises(Conflict, match="edited by hand"):
        publish_site([make_page()], tmp_path / "site")
    assert (tmp_path / "site/tiny/index.html").read_text() == "my own words"


def test_a_strange_file_in_the_place_of_a_page_is_a_conflict(make_page: Make, tmp_path: Path) -> None:
    publish_site([make_page()], tmp_path / "site")
    (tmp_path / "site/tiny/model.py").write_text("mine")
    with pytest.raises(Conflict, match="stands where a page must go"):
        publish_site([make_page(code={"model.py": "theirs"})], tmp_path / "site")


@pytest.mark.parametrize("manifest", ["", "{}", '{"files": 3}', '{"files": {"../../victim": "0"}}', "[" * 5000])
def test_a_broken_manifest_deletes_nothing(make_page: Make, tmp_path: Path, manifest: str) -> None:
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/.paperlab-site.json").write_text(manifest)
    (tmp_path / "site/a.txt").write_text("mine")
    with contextlib.suppress(Conflict):
        publish_site([make_page()], tmp_path / "site")
    assert (tmp_path / "site/a.txt").read_text() == "mine"
    assert (tmp_path / "victim").read_text() == "precious"


def test_a_read_only_place_is_one_line(make_page: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabUnusable, match="cannot write the site"):
        publish_site([make_page()], tmp_path / "file/site")


@pytest.mark.parametrize("slug", ["../up", "a/b", "A", "", "a b", ".", "x" * 81, "a\n", "con.html"])
def test_a_slug_never_leaves_the_site(make_page: Make, tmp_path: Path, slug: str) -> None:
    page = make_page()
    with pytest.raises(Unsafe, match="expected a slug"):
        publish_site([replace(page, card=replace(page.card, slug=slug), verdicts=())], tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_two_pages_of_one_slug_are_a_conflict(make_page: Make, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="2 pages are called 'tiny'"):
        publish_site([make_page(), make_page()], tmp_path / "site")


@pytest.mark.parametrize(
    "name",
    [
        "../x.py",
        "/etc/x.py",
        "a/../b.py",
        "index.html",
        "INDEX.HTML",
        "notebook.ipynb",
        ".git/config",
        "figures/x.py",
        "a\\b.py",
        "a b.py",
    ],
)
def test_a_bundle_file_never_leaves_its_folder(make_page: Make, tmp_path: Path, name: str) -> None:
    with pytest.raises(Unsafe, match="tiny: expected a plain relative file name"):
        publish_site([make_page(code={name: "x"})], tmp_path / "site")


def test_a_bundle_file_that_a_browser_would_run_is_left_out(make_page: Make, tmp_path: Path) -> None:
    report = publish_site([make_page(code={"x.html": "<script>", "y.svg": "<svg/>", "z.py": "1"})], tmp_path / "site")
    assert sorted(p.name for p in (tmp_path / "site/tiny").iterdir()) == ["index.html", "notebook.ipynb", "z.py"]
    assert [note for note in report.notes if "left out" in note] == [
        "tiny, bundle: left out x.html: only text files travel",
        "tiny, bundle: left out y.svg: only text files travel",
    ]


KILLED = """
import json, os, signal, sys
from pathlib import Path
from paperlab.publish.targets import folder
count, stop = 0, int(sys.argv[2])
def step(real):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == stop:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
for owner, name in ((Path, "write_bytes"), (Path, "rename"), (Path, "unlink"), (Path, "mkdir"), (Path, "rmdir"), (folder, "_exchange"), (folder, "_tidy")):
    setattr(owner, name, step(getattr(owner, name)))
folder.write({f"{n}.txt": b"new" for n in range(3)}, Path(sys.argv[1]))
"""


def test_a_kill_at_any_step_leaves_the_old_site_or_the_new_one(tmp_path: Path) -> None:
    """SIGKILL before each step of the writing; the program lives on only when every step was survived."""
    from paperlab.publish.targets import folder

    seen = set()
    for stop in range(1, 40):
        site = tmp_path / f"s{stop}" / "site"
        folder.write({f"{n}.txt": b"old" for n in range(3)}, site)
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(site), str(stop)],
            capture_output=True,
            env={**os.environ, "PYTHONPATH": "."},
        )
        words = {(site / f"{n}.txt").read_bytes() for n in range(3)}
        assert words in ({b"old"}, {b"new"})
        seen |= words
        folder.write({f"{n}.txt": b"next" for n in range(3)}, site)
        assert (site / "0.txt").read_bytes() == b"next"
        if run.returncode == 0:
            break
        assert run.returncode == -signal.SIGKILL, run.stderr
    assert seen == {b"old", b"new"}
    assert run.returncode == 0


def test_importing_the_room_loads_nothing_slow() -> None:
    program = textwrap.dedent(
        """
        import sys, paperlab.publish
        print([m for m in ("jinja2", "lxml", "nh3", "markdown_it", "pygments", "requests", "numpy", "torch") if m in sys.modules])
        """
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": "."}
    )
    assert run.stdout.strip() == "[]", run.stderr


def test_no_page_of_the_site_asks_for_anything_outside(make_page: Make, tmp_path: Path) -> None:
    publish_site([rich(make_page)], tmp_path / "site")
    for page in (tmp_path / "site").rglob("*.html"):
        assert (
            re.findall(r"(?:src|<link[^>]*href)=\"(?!\.\./style\.css|style\.css|figures/)[^\"]*", page.read_text())
            == []
        )
    assert "url(" not in (tmp_path / "site/style.css").read_text()


def test_hostile_shapes_of_a_notebook_never_crash(make_page: Make, tmp_path: Path) -> None:
    odd = [
        None,
        3,
        "x",
        [],
        {},
        {"cell_type": 3, "source": 5, "outputs": "no"},
        code(["a\n", 3], {"output_type": "stream", "text": 5}),
    ]  # type: ignore[arg-type]
    page = make_page(notebook={"cells": odd, "metadata": 3})
    publish_site([page], tmp_path / "site")
    nbformat.validate(nbformat.read(tmp_path / "site/tiny/notebook.ipynb", as_version=4))
    assert notebook()["cells"] == []
