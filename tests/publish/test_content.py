"""Each kind of content alone: Markdown, pictures, drawings, outputs, names of people."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.publish import PageInput, code, images, markdown, outputs, people, publish_site, svg
from paperlab.publish.workshop import Workshop

from .conftest import b64, png, prose, shown, stream
from .conftest import code as cell

Make = Callable[..., PageInput]


# Markdown


def test_markdown_shows_what_people_write(shop: Workshop) -> None:
    html = markdown.render("# One\n\n## Two\n\n**b** `c` ~~d~~ $x$\n\n|a|\n|-|\n|1|\n\n1. x\n", shop, where="cell 1")
    assert '<h2 id="one">One</h2>' in html
    assert '<h3 id="two">Two</h3>' in html
    for part in ("<strong>b</strong>", "<code>c</code>", "<s>d</s>", "<math", "<table>", "<ol>"):
        assert part in html
    assert shop.headings == [(2, "one", "One"), (3, "two", "Two")]


def test_links_go_only_where_they_may(shop: Workshop) -> None:
    text = "[a](https://e.org) [b](mailto:a@e.org) [c](model.py) [d](#One) [e](file:///etc/passwd) [f](../x) [g](//e.org) [h](/x)"
    html = markdown.render(text, shop, where="cell 1")
    assert [part.split('"')[0] for part in html.split('href="')[1:]] == [
        "https://e.org",
        "mailto:a@e.org",
        "model.py",
        "#one",
    ]
    assert len(shop.notes) == 4
    assert " e f g h" in html.replace("</a>", "")


def test_a_number_in_text_comes_from_the_verdict(shop: Workshop) -> None:
    assert "is 1.5 (2 seeds)." in markdown.render("ours is {{ claim:a }}.", shop, where="cell 1")
    assert "is 1.5 (2 seeds)." in markdown.render("ours is {{claim: a}}.", shop, where="cell 1")


def test_pictures_beside_the_notebook_are_kept_by_content(shop: Workshop) -> None:
    (shop.folder / "a b.png").write_bytes(png((b"tEXt", b"Author\0me")))
    html = markdown.render("![dot](<a b.png>)", shop, where="cell 1")
    ((name, data),) = shop.files.items()
    assert data == png()
    assert f'<img src="{name}" alt="dot" width="1" height="1"' in html


@pytest.mark.parametrize(
    "source",
    [
        "../secret.png",
        "link.png",
        "https://e.org/a.png",
        "//e.org/a.png",
        "/etc/hostname",
        "%2e%2e/secret.png",
        "file:///etc/hostname",
        "no.png",
        "page.png",
        ".",
    ],
)
def test_pictures_from_elsewhere_are_dropped_and_told(shop: Workshop, source: str) -> None:
    (shop.folder.parent / "secret.png").write_bytes(png())
    (shop.folder / "link.png").symlink_to(shop.folder.parent / "secret.png")
    (shop.folder / "page.png").write_text("<script>")
    html = markdown.render(f"![words]({source})", shop, where="cell 1")
    assert "<img" not in html
    assert "words" in html
    assert len(shop.notes) == 1
    assert shop.files == {}


@given(st.text(max_size=200))
def test_no_markdown_ever_raises(text: str) -> None:
    shop = Workshop(slug="s", folder=Path("nowhere"), numbers={})
    markdown.render(text.replace("claim", "c"), shop, where="cell 1")


# pictures


def test_a_png_loses_every_text_and_what_stands_behind_its_end() -> None:
    marked = png(
        (b"tEXt", b"a\0b"), (b"zTXt", b"c"), (b"iTXt", b"d"), (b"eXIf", b"e"), (b"tIME", b"1234567"), tail=b"behind"
    )
    assert images.strip(marked) == png()
    assert images.strip(png((b"pHYs", b"123456789"))) == png((b"pHYs", b"123456789"))


def test_real_encoders_pictures_survive_stripping() -> None:
    """Pillow, as the oracle, decodes the same pixels from what is left, and finds no metadata."""
    import io

    from PIL import Image

    picture = Image.effect_noise((40, 30), 50).convert("RGB")
    for kind, options in (
        ("PNG", {}),
        ("JPEG", {"comment": b"me", "quality": 90}),
        ("JPEG", {"progressive": True}),
        ("GIF", {"comment": b"me"}),
    ):
        made = io.BytesIO()
        picture.save(made, kind, **options)
        left = images.strip(made.getvalue())
        assert left is not None
        assert images.size(left) == (40, 30)
        assert b"me" not in left[:200] or kind == "PNG"
        one, two = Image.open(io.BytesIO(made.getvalue())), Image.open(io.BytesIO(left))
        assert one.convert("RGB").tobytes() == two.convert("RGB").tobytes()
        assert "comment" not in two.info


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        png()[:-8],
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"GIF89a" + b"\xff" * 20,
        b"<svg/>",
        b"%PDF-1.4",
    ],
)
def test_broken_pictures_are_none(data: bytes) -> None:
    assert images.strip(data) is None


@given(st.binary(max_size=200), st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1", b"GIF89a", b""]))
def test_no_bytes_ever_raise(data: bytes, head: bytes) -> None:
    images.strip(head + data)
    images.size(head + data)
    list(images.texts(head + data))


# drawings


def test_a_matplotlib_drawing_survives_and_loses_its_date() -> None:
    import io

    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([1, 2], label="line")
    axes.legend()
    made = io.StringIO()
    figure.savefig(made, format="svg")
    plt.close(figure)
    cleaned = svg.clean(made.getvalue())
    assert cleaned is not None
    data, size, dropped = cleaned
    assert dropped == ()
    assert size == (614, 461)  # 6.4 x 4.8 inches at 96 pixels
    assert data.count(b"<path") == made.getvalue().count("<path")
    assert b"Matplotlib" not in data
    assert b"DOCTYPE" not in data


@pytest.mark.parametrize(
    "text",
    ["", "<svg/>", "<svg xmlns='http://www.w3.org/2000/svg'", "<html xmlns='http://www.w3.org/2000/svg'/>", "\0"],
)
def test_what_is_no_drawing_is_none(text: str) -> None:
    assert svg.clean(text) is None


def test_a_drawing_that_is_nested_deep_or_grows_by_entities_costs_nothing() -> None:
    bomb = "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {chr(98 + n)} '{('&' + chr(97 + n) + ';') * 10}'>" for n in range(9)
    )
    made = svg.clean(f"{bomb}]><svg xmlns='http://www.w3.org/2000/svg'><text>&j;</text></svg>")
    assert made is None or len(made[0]) < 1000
    deep = "<svg xmlns='http://www.w3.org/2000/svg'>" + "<g>" * 5000 + "</g>" * 5000 + "</svg>"
    assert svg.clean(deep) is None or b"<g" in svg.clean(deep)[0]  # type: ignore[index]


# outputs


def test_a_long_output_is_cut_with_a_note(make_page: Make, tmp_path: Path) -> None:
    report = publish_site([make_page(cell("x", stream("\n".join(map(str, range(500))))))], tmp_path / "site")
    text = (tmp_path / "site/tiny/index.html").read_text()
    assert "\n59</pre>" in text
    assert "cut here: 500 lines in all" in text
    assert report.notes == ("tiny, cell 1 (c1), output 1: cut: 500 lines, 1889 characters",)


def test_terminal_text_becomes_what_a_terminal_would_show() -> None:
    assert outputs.plain("\x1b[31mred\x1b[0m 10%\r 50%\r100%\nb\x1b]0;title\x07\x08") == "100%\nb"
    assert outputs.plain("a\r\nb\u202ec") == "a\nbc"


def test_a_table_survives_and_a_chart_library_falls_back_to_text(make_page: Make, tmp_path: Path) -> None:
    table = (
        "<style scoped>td {}</style><table border='1' class='dataframe'><tr><th>a</th></tr><tr><td>1</td></tr></table>"
    )
    page = make_page(
        cell("t", shown({"text/html": table, "text/plain": "a 1"})),
        cell("p", shown({"application/vnd.plotly.v1+json": {"data": []}, "text/plain": "Figure()"})),
        cell("w", shown({"text/html": "<script>draw()</script>", "text/plain": "Widget()"})),
        cell("d", shown({"image/png": "bm90IGEgcG5n", "text/plain": "Image()"})),
    )
    report = publish_site([page], tmp_path / "site")
    text = (tmp_path / "site/tiny/index.html").read_text()
    assert "<table><tbody><tr><th>a</th></tr><tr><td>1</td></tr></tbody></table>" in text
    for fallback in ("Figure()", "Widget()", "Image()", "not shown: application/vnd.plotly.v1+json"):
        assert fallback in text
    assert len(report.notes) == 4, report.notes


def test_a_figure_says_what_its_cell_says(make_page: Make, tmp_path: Path) -> None:
    plot = shown({"image/png": b64(png())})
    report = publish_site(
        [make_page(cell("#| alt: loss falls\nplot()", plot), cell("plot()", plot))], tmp_path / "site"
    )
    text = (tmp_path / "site/tiny/index.html").read_text()
    assert 'alt="loss falls"' in text
    assert 'alt="Figure of cell 2, without a description"' in text
    assert "#|" not in text
    assert [note for note in report.notes if "alt" in note] == [
        "tiny, cell 2 (c2), output 1: a figure without words: write `#| alt: what it shows` as the cell's first line"
    ]


def test_cells_fold_and_hide_by_tag(make_page: Make, tmp_path: Path) -> None:
    tags = ("hide-input", "remove-input", "remove-cell", "hide-output")
    cells = [cell(f"code_{n}()", stream(f"out {n}"), metadata={"tags": [tag]}) for n, tag in enumerate(tags)]
    publish_site([make_page(*cells)], tmp_path / "site")
    text = (tmp_path / "site/tiny/index.html").read_text()
    assert "<summary>Code</summary>" in text
    assert "code_1" not in text
    assert "out 1" in text
    assert "out 2" not in text
    assert "<summary>Output</summary>" in text


def test_highlighting_uses_classes_only() -> None:
    html = code.block("def f(x):\n    return '<b>'", "python")
    assert '<span class="k">def</span>' in html
    assert "style=" not in html
    assert "&lt;b&gt;" in html


# people


def rewriter(tmp_path: Path, spare: str = "") -> people.People:
    return people.rewriter(spare=spare, folder=tmp_path / "implementations" / "tiny")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/home/alice/data/x.csv", "~/data/x.csv"),
        ("File /Users/alice/x.py", "File ~/x.py"),
        (r"C:\Users\alice\x.py", r"~\x.py"),
        ("/tmp/ipykernel_123/456.py in <module>", "<cell> in <module>"),  # noqa: S108
        ("mail alice.b@uni.edu now", "mail <e-mail> now"),
        ("host 192.168.1.20:8080", "host <address>:8080"),
        ("https://e.org/home/alice", "https://e.org/home/alice"),
        ("version 10.1.243 and 1.10.0.2.1", "version 10.1.243 and 1.10.0.2.1"),
        (r"\home and /homework/x", r"\home and /homework/x"),
        ("x@example.com", "x@example.com"),
    ],
)
def test_names_and_paths_are_rewritten_and_nothing_else(tmp_path: Path, text: str, expected: str) -> None:
    assert rewriter(tmp_path).text(text, "here") == expected


def test_in_code_only_strings_and_comments_are_touched(tmp_path: Path) -> None:
    source = "y = x@self.net\npath = '/home/alice/d'  # ask alice@uni.edu\nz = q@k.org"
    assert rewriter(tmp_path).code(source, "here") == "y = x@self.net\npath = '~/d'  # ask <e-mail>\nz = q@k.org"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("%cd /home/alice/runs\nx = y@W.net", "%cd ~/runs\nx = y@W.net"),
        ("  !ls /Users/bob/data | wc", "  !ls ~/data | wc"),
        ("%%bash\ncp /home/alice/a .\nmail me@host.net", "%%bash\ncp ~/a .\nmail <e-mail>"),
        ("z = 7 % (x@W.net)", "z = 7 % (x@W.net)"),
    ],
)
def test_a_shells_lines_in_a_notebook_are_read_as_text(tmp_path: Path, source: str, expected: str) -> None:
    assert rewriter(tmp_path).code(source, "here") == expected


def test_this_machine_and_its_user_are_rewritten_unless_the_paper_says_the_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "_machine", lambda: ("labhost7", "mallory"))
    assert rewriter(tmp_path).text("mallory@labhost7:~ mallorys", "here") == "<user>@<host>:~ mallorys"
    assert rewriter(tmp_path, spare="The Mallory method").text("mallory", "here") == "mallory"


def test_what_was_rewritten_is_told_once_with_its_places(make_page: Make, tmp_path: Path) -> None:
    page = make_page(prose("see /home/alice"), cell("p()", stream("/home/alice/x /home/bob/y")))
    report = publish_site([page], tmp_path / "site")
    assert report.notes == ("tiny: rewritten in the copy: 3 x home path (cell 1 (c1), cell 2 (c2), output 1)",)
    for path in (tmp_path / "site").rglob("*.*"):
        assert path.is_dir() or b"alice" not in path.read_bytes()
    assert "alice" in str(page.notebook)


def options_of(source: str) -> Any:
    return code.options(source)


def test_options_are_the_leading_comments_only() -> None:
    assert options_of("#| alt: a: b\n#| x: 'y'\ncode\n#| late: z") == ({"alt": "a: b", "x": "y"}, "code\n#| late: z")


def test_a_drawing_keeps_the_functions_that_ask_for_nothing() -> None:
    style = "<style>@media (min-width: 9px) { rect { fill: rgb(1, 2, 3); transform: translate(1px) } }</style>"
    rect = '<rect transform="rotate(30 1 2)" clip-path="url(#c)" style="filter: blur(2px)"/>'
    found = svg.clean(f"<svg xmlns='http://www.w3.org/2000/svg'>{style}{rect}</svg>")
    assert found is not None
    assert found[2] == ()
    for kept in ("@media", "rgb(1, 2, 3)", "rotate(30 1 2)", "url(#c)", "blur(2px)"):
        assert kept.encode() in found[0]


def test_a_long_word_in_a_drawing_is_read_once() -> None:
    begin = time.perf_counter()
    assert svg.clean(f"<svg xmlns='http://www.w3.org/2000/svg'><path d='{'a' * 1_000_000}'/></svg>")
    assert time.perf_counter() - begin < 5


def test_a_table_keeps_its_alignment_without_inline_style(shop: Workshop) -> None:
    made = markdown.render("|a|b|c|d|\n|:-|:-:|-:|-|\n|1|2|3|4|", shop, where="cell 1")
    assert "style" not in made
    assert made.count('class="right"') == made.count('class="center"') == made.count('class="left"') == 2


@pytest.mark.parametrize(
    ("metadata", "code_shown", "output_shown", "folds"),
    [
        ({"tags": ["remove-output"]}, True, False, 0),
        ({"tags": ["remove_input"]}, False, True, 0),
        ({"tags": ["remove-cell"]}, False, False, 0),
        ({"tags": ["hide_input"]}, True, True, 1),
        ({"jupyter": {"source_hidden": True, "outputs_hidden": True}}, True, True, 2),
        ({"jupyter": "odd", "tags": "odd"}, True, True, 0),
    ],
)
def test_a_cell_is_folded_as_its_metadata_asks(
    make_page: Make, tmp_path: Path, metadata: dict[str, Any], code_shown: bool, output_shown: bool, folds: int
) -> None:
    publish_site([make_page(cell("first = 1", stream("second"), metadata=metadata))], tmp_path / "site")
    page = (tmp_path / "site/tiny/index.html").read_text()
    assert (">first<" in page, "second" in page) == (code_shown, output_shown)
    assert page.count('class="fold"') == folds


def test_bare_tags_that_people_type_in_markdown_are_shown_and_no_others(shop: Workshop) -> None:
    text = "H<sub>2</sub>O <b>bold & <c></b><br>new <!-- hidden --> <b onclick=x>no</b> <i>open `<b>code</b>` <script>x</script>"
    made = markdown.render(text, shop, where="cell 1")
    assert "H<sub>2</sub>O <b>bold &amp; &lt;c&gt;</b><br>new  &lt;b onclick=x&gt;no&lt;/b&gt; &lt;i&gt;open" in made
    assert "hidden" not in made
    assert "<code>&lt;b&gt;code&lt;/b&gt;</code> &lt;script&gt;x&lt;/script&gt;" in made
