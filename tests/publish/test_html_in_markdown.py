"""HTML that people write in Markdown: what a browser would show of it, and nothing that acts or loads."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from paperlab.publish import PageInput, markdown, publish_site
from paperlab.publish.workshop import Workshop

from .conftest import code, notebook, png, prose, shown

Make = Callable[..., PageInput]
SHOWN = {
    "a box": ('<div class="alert" onclick=x>\n<b>Note</b> well\n</div>', "<b>Note</b> well"),
    "a table": ("<table><tr><td>1</td></tr></table>", "<table><tbody><tr><td>1</td></tr></tbody></table>"),
    "headings": ('<h1 align="center">Big</h1>', "<h3>Big</h3>"),
    "a colour": ('a <font color="red">**red** one</font> and <span style="x">two</span>', "a <strong>red</strong> one and two"),
    "a link": ("see <a href='https://e.org/a_b' target=_blank>here</a>.", '<a href="https://e.org/a_b"'),
    "a picture": ('<center><img src="a b.png" width=9 alt="A &lt;b> <c>" onerror=x></center>', 'alt="A &lt;b&gt; &lt;c&gt;" width="1"'),
    "a picture in a line": ('as <img src="a b.png" alt="dot"> shows', 'alt="dot" width="1"'),
    "a picture elsewhere": ('<img src="https://e.org/x.png" alt="far">', "[picture not shown: far]"),
    "a comment over lines": ("<!-- one\n\ntwo -->\nrest", "<p>rest</p>"),
    "no HTML at all": ("List<int> and a < b > c", "List&lt;int&gt; and a &lt; b &gt; c"),
}  # fmt: skip


@pytest.fixture
def beside(tmp_path: Path) -> Workshop:
    (tmp_path / "a b.png").write_bytes(png())
    return Workshop(slug="tiny", folder=tmp_path)


@pytest.mark.parametrize(("text", "part"), SHOWN.values(), ids=list(SHOWN))
def test_html_in_markdown_is_shown_and_its_tags_are_not(beside: Workshop, text: str, part: str) -> None:
    html = markdown.render(text, beside, where="cell 1")
    assert part in html
    assert not re.search(r"&lt;(div|h1|font|span|a |img|center|!--)|on\w+=|style=|two -->", html)


@pytest.mark.parametrize(
    "text",
    [
        "<script>\nfire()\n</script>",
        "<style>\nbody{}\n</style>",
        "<div>\n<iframe src=x></iframe>\n</div>",
        '<a href=\'https://e.org/<img src="a b.png" alt=" onclick=fire() ">\'>x</a>\n\n<div><a href=\'https://e.org/<img src="a b.png">\'>x</a></div>',
        "<div>\ue0000\ue001</div>",
        "<p title='<img src=\"a b.png\">'>x</p>",
        "<a href=' java\tscript:fire()'>x</a> <a href=\"javascript&colon;fire()\">x</a>",
    ],
)
def test_html_in_markdown_does_nothing(beside: Workshop, text: str) -> None:
    from lxml import html

    tree = html.fragment_fromstring(markdown.render(text, beside, where="cell 1"), create_parent="div")
    for element in tree.iter():
        assert element.tag in {"div", "p", "a", "img", "span", "figure"}
        assert set(element.attrib) <= {"href", "rel", "src", "alt", "width", "height", "loading", "class"}
        assert "script:" not in str(element.get("href"))


def links(page: Path) -> tuple[list[str], set[str]]:
    text = page.read_text()
    return re.findall(r'href="#([^"]*)"', text), set(re.findall(r'\bid="([^"]*)"', text))


def test_each_link_inside_a_page_leads_somewhere(make_page: Make, tmp_path: Path) -> None:
    """Headings of any script, anchors by hand as Kaggle's notebooks have them, and links that lead nowhere."""
    book = notebook(
        prose("[1](#目录-Part) [2](#toc) [3](#sec2) [4](#nowhere) [5](#Über-uns) [6](#) <a href='#gone'>7</a>"),
        prose("<a id='toc'></a>\n\n# 目录 Part\n\n## <a name=\"sec2\"></a> Two\n\n# Über uns\n\n# مقدمة"),
        code("x", shown({"text/html": "<a href='#toc'>up</a> <a href='#no'>no</a>"})),
    )
    report = publish_site([make_page(notebook=book)], tmp_path / "site")
    found, known = links(tmp_path / "site/tiny/index.html")
    assert set(found) <= known
    assert {"目录-part", "toc", "sec2", "über-uns", "مقدمة"} <= known
    assert {"目录-part", "toc", "sec2", "über-uns"} <= set(found)
    assert [n.split("#")[1].split(",")[0] for n in report.notes if "leads to" in n] == ["nowhere", "", "gone", "no"]


@pytest.mark.parametrize("number", ["7", "0", "9" * 5000])
def test_signs_that_stand_for_html_of_ours_are_nobody_elses(beside: Workshop, number: str) -> None:
    html = markdown.render(
        f'<div><img src="a b.png" alt="dot"> &#xe000;{number}&#xe001; end</div>', beside, where="cell 1"
    )
    assert html.count("<img") == 1
    assert "end" in html
