"""The digest: what it tells, the same for the same list and time, and no word of arXiv's that becomes more than a word."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from paperlab.lab import Lab
from paperlab.lab.digest import MOST, NEXT, Digest, Item, Section, gathered, marked, to_html, to_markdown
from paperlab.library import Library
from paperlab.records import scores
from paperlab.records.changes import NewEntry
from paperlab.records.paper import Announcement, PaperRecord

AT = "2026-11-26T12:00:00Z"
OLD, NEW = "2026-08-01T12:00:00Z", "2026-11-25T12:00:00Z"


def record(number: int, *, version: int = 1, title: str = "") -> PaperRecord:
    id = f"2001.{number:05d}"
    return PaperRecord(id=id, version=version, title=title or f"Title {number}", authors=("A B", "C D", "E F", "G H"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A list with a past: paper 1 waits since August, 2 came by a feed, 3 was read, 4 was revised, 5 was dropped again."""
    path = tmp_path / "reading_list.db"
    Library.create(path).close()
    with Library.open(path, write=True, clock=lambda: OLD) as library:
        library.add([NewEntry(id=f"2001.0000{n}") for n in (1, 3, 4)], records=[record(n) for n in (1, 3, 4)])
        library.add_feed("cs.LG")
    with Library.open(path, write=True, clock=lambda: NEW) as library:
        library.take("cs.LG", [Announcement(record=record(2), kind="new")], told={})
        library.move("2001.00003", "read", minutes=25, command="done 2001.00003")
        library.idea("2001.00003", main_idea="less\nis more")
        library.save_records([record(4, version=2)])
        library.add([NewEntry(id="2001.00005", why="said so")], records=[record(5)])
        library.add([NewEntry(id="2001.00006")], records=[record(6)])
        library.undo()
    return path


def made(path: Path, since: str = "2026-11-20", at: str = AT) -> Digest:
    with Library.open(path, clock=lambda: at) as library:
        return gathered(library, since, library.ranked(limit=NEXT))


def test_it_tells_what_came_what_was_done_and_what_is_next(path: Path) -> None:
    found = made(path)
    told = {s.heading: [(i.id[-1], i.lines) for i in s.items] for s in (*found.news, *found.outlook)}
    assert told["New from cs.LG (1)"] == [("2", ("A B, C D, E F and others",))]
    assert told["Queued (1)"] == [("5", ("A B, C D, E F and others", "Why: said so"))]
    assert told["Revised"] == [("4", ("queued; v1 is now v2: title and abstract as before",))]
    assert told["Finished"] == [("3", ("read, 25 minutes", "Main idea: less is more"))]
    assert [number for number, _ in told["Next"]] == ["1", "4", "5"]
    assert told["Waiting longest"] == [("1", ("queued, 117 days",)), ("4", ("queued, 117 days",))]


def test_a_revision_is_told_in_the_words_that_changed_in_one_line_a_paper(path: Path) -> None:
    """Also one whose notice was put away since; a paper in the inbox, for which nobody cares yet, has none."""
    first, second = "we train one big *model* on all the data", "we train one small *model* on all the data"
    with Library.open(path, write=True, clock=lambda: NEW) as library:
        library.save_records([replace(record(1), abstract=first), replace(record(2), abstract=first)])
        library.save_records([replace(record(n, version=2, title="Other"), abstract=second) for n in (1, 2)])
        library.see_notices(["2001.00001"])
        library.save_records([replace(record(1, version=3, title="Other"), abstract=second, withdrawn=True)])
    (section,) = (s for s in made(path).news if s.heading == "Revised")
    told = {item.id: item.lines for item in section.items}
    (line,) = told["2001.00001"]
    assert line.split("; ") == [
        "queued", "withdrawn, v2 is now v3: title and abstract as before",
        "v1 is now v2: title changed, abstract +1 -1 words: [-Title 1-]{+Other+}: train one [-big-] {+small+} *model* on",
    ]  # fmt: skip
    assert set(told) == {"2001.00001", "2001.00004"}
    assert r"\*model\* on" in to_markdown(made(path))


def test_it_is_the_same_for_the_same_list_and_time(path: Path) -> None:
    assert to_markdown(made(path)) == to_markdown(made(path))
    assert to_html(made(path)) == to_html(made(path))


def test_a_queue_in_which_nothing_happened_is_no_news(path: Path) -> None:
    found = made(path, since="2026-11-26")
    assert found.news == ()
    assert found.outlook != ()


def test_of_many_papers_the_rest_is_counted(path: Path) -> None:
    with Library.open(path, write=True, clock=lambda: NEW) as library:
        library.add([NewEntry(id=f"2002.{n:05d}") for n in range(1, MOST + 4)])
    section = next(s for s in made(path).news if s.heading.startswith("Queued"))
    assert (len(section.items), section.more) == (MOST, 4)
    assert "and 4 more" in to_markdown(made(path))


def digest(text: str) -> Digest:
    return Digest("2026-11-20", AT, (Section("New", (Item("2001.00001", text, (text,)),)),), ())


def shown(text: str) -> str:
    """What a reader sees of a text: one line, without what steers."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


HOSTILE = [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://e.vil/a.png)", "a\n\n# Heading", "`code`",
    "<a href='http://e.vil'>x</a>", "www.e.vil and http://e.vil/x and a@b.cd", "\\[x\\]", "| a | b |", "&lt;b&gt; &copy;",
    "](http://e.vil)", "*a* _b_ ~~c~~ **d**", "<!-- ", "- x", "1. x", "    code", "\u202e<b>", "[x]: http://e.vil", "$x^2$",
    "&#60;b&#62;", "<https://e.vil>", "a\\", "]", "```", "ftp://x.y", "---", "===", "+ a", "#", "> q",
]  # fmt: skip

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from([*"[]()<>!`*_#|&;:/@.-~$\\ ax", "\n", "www.", "http://", "&amp;"]), max_size=14).map(
        "".join
    ),
    st.text(max_size=20),
)


@settings(max_examples=300, deadline=None)
@given(texts.filter(lambda t: bool(shown(t))))
@example("a [x](http://e.vil) b")
def test_in_markdown_a_title_stays_the_text_of_our_one_link(text: str) -> None:
    parser = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    tokens = [t for block in parser.parse(to_markdown(digest(text))) for t in (block, *(block.children or ()))]
    links = [t.attrs["href"] for t in tokens if t.type == "link_open"]
    assert links == ["https://arxiv.org/abs/2001.00001"]
    assert {t.type for t in tokens} <= {
        "heading_open", "heading_close", "inline", "text", "text_special", "bullet_list_open", "bullet_list_close",
        "list_item_open", "list_item_close", "paragraph_open", "paragraph_close", "link_open", "link_close",
    }  # fmt: skip
    words = [
        "".join(t.content for t in block.children)
        for block in parser.parse(to_markdown(digest(text)))
        if block.children
    ]
    assert words[-2:] == [shown(text), shown(text)]


@pytest.mark.parametrize("text", ["see http://e.vil/x", "HTTPS://e.vil", "at www.e.vil", "a@b.cd", "mailto:a@b.cd"])
def test_no_bare_address_is_left_that_a_mail_program_makes_a_link(text: str) -> None:
    assert not re.search(r"(?<!\\)(?:://|@)|www\.|mailto:", marked(text), re.IGNORECASE)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, str | None]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs).get("href")))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@settings(max_examples=200, deadline=None)
@given(texts.filter(lambda t: bool(shown(t))))
def test_in_html_a_title_adds_no_tag(text: str) -> None:
    mine, plain = Tags(), Tags()
    mine.feed(to_html(digest(text)))
    plain.feed(to_html(digest("title")))
    assert mine.tags == plain.tags
    assert mine.text.count(shown(text)) >= 2 or mine.text == plain.text


def test_what_is_next_is_what_next_says_in_my_own_weights(path: Path) -> None:
    lab = Lab(path.parent, flags={"queue.weight.list": 7.0})
    best = lab.ranked(limit=1)[0]
    (section,) = [s for s in lab.digest(since="2000").outlook if s.heading == "Next"]
    assert section.items[0].id == best.entry.id
    assert section.items[0].lines[0].startswith(f"{best.minutes} minutes, score {scores.shown(best)}: +")
    assert scores.shown(best) != scores.shown(Lab(path.parent).ranked(limit=1)[0])
