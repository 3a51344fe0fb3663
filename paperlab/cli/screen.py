"""The screen of `paperlab ui`: the list, a filter, single keys, and a pane with all about one paper.

It loads `PAGE` papers at a time, so that ten thousand open as fast as ten. Texts from outside are never read as
textual's markup. Every change is a command of the lab; what it refuses is said in the line at the bottom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.events import Resize
from textual.widgets import DataTable, Input, Static

from paperlab.cli.change import change
from paperlab.cli.outdated import outdated
from paperlab.cli.output import moment, plain, printed
from paperlab.cli.queue import title
from paperlab.errors import PaperlabError
from paperlab.lab.acts import ACTS, VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.lab import Lab
    from paperlab.library import Library
    from paperlab.records.queue import Entry, Line

PAGE = 300
"""Papers loaded at once; more come when the cursor is near the last one."""
NEAR = 20
WIDE = 110
"""Columns from which list and pane stand side by side."""

_ASKED = {
    "drop": "why drop it? (enter: no reason)",
    "done": "its main idea in a sentence? (enter: later)",
    "tag": "tags? (nlp adds, -nlp removes)",
}
"""Acts that ask for a line first."""

_KEYS = (
    ("a", "act('accept')", "accept"), ("d", "act('drop')", "drop"), ("s", "act('snooze')", "snooze a week"),
    ("r", "act('start')", "read"), ("x", "act('done')", "done"), ("t", "act('tag')", "tag"),
    ("plus,equals_sign", "act('raise')", "priority up"), ("minus", "act('lower')", "priority down"),
    ("u", "undo", "undo"), ("U", "redo", "redo"), ("o", "browse", "open"), ("slash", "filter", "filter"),
    ("j", "down", "down"), ("k", "up", "up"), ("g", "ends(0)", "first"), ("G", "ends(-1)", "last"), ("question_mark", "keys", "keys"), ("q", "quit", "quit"),
)  # fmt: skip
_HELP = """a    accept: into the queue
d    drop, with a reason
s    snooze a week
r    start to read
x    done, with the main idea
+ -  priority
t    tags
u U  undo, redo
o    open at arXiv
/    filter: what `find` takes
j k  down, up
g G  first, last loaded

enter  the paper, or the list
escape back   q  quit

0 all           1 inbox
2 queued        3 skimmed
4 reading       5 read
6 implementing  7 reproduced
8 explained     9 snoozed, dropped"""


class Cell(NamedTuple):
    """A cell of the table: of a bare str textual would read `[red]` as markup, and `[/]` as an error."""

    text: str

    def __str__(self) -> str:
        """Give the text itself."""
        return self.text


class Screen(App[None]):
    """The list on a screen."""

    CSS = """
    #views, #status { height: 1; padding: 0 1; }
    #status { text-style: bold; }
    #line { display: none; height: 1; border: none; padding: 0 1; }
    #line.asking { display: block; }
    #list { width: 3fr; scrollbar-size-horizontal: 0; }
    #pane { width: 2fr; padding: 0 1; border-left: solid $primary; }
    .narrow #pane { display: none; }
    .narrow.reading #pane { display: block; width: 1fr; border-left: none; }
    .narrow.reading #list { display: none; }
    """
    TITLE = "paperlab"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = [
        *(Binding(key, act, label) for key, act, label in _KEYS),
        *(Binding(key, f"view('{key}')", show=False) for key in VIEWS),
        Binding("enter", "detail", "detail", priority=True),
        Binding("escape", "escape", "back", priority=True),
    ]

    def __init__(self, lab: Lab) -> None:
        """Show the list of a lab, from what waits to be read on."""
        super().__init__()
        self.lab = lab
        self.view = "0"
        self.query_text = ""
        self.most = PAGE
        self.rows: list[Entry | Line] = []
        self.asking: str | None = None
        self.old = outdated(lab)

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Static("", id="views", markup=False)
        with Horizontal(id="body"):
            yield DataTable(id="list", cursor_type="row", zebra_stripes=True)
            with VerticalScroll(id="pane"):
                yield Static("", id="detail", markup=False)
        yield Input(id="line", compact=True)
        yield Static("", id="status", markup=False)

    def on_mount(self) -> None:
        """Show the first page."""
        self.table.add_columns("id", "state", "p", "title")
        self.table.focus()
        self.reload()
        self.say("? shows the keys")

    @property
    def table(self) -> DataTable[Cell]:
        """The list."""
        return self.query_one("#list", DataTable)

    @property
    def line(self) -> Input:
        """Where a filter or an answer is typed."""
        return self.query_one("#line", Input)

    def say(self, text: str) -> None:
        """Put a line at the bottom."""
        self.query_one("#status", Static).update(plain(text))

    # What is shown

    def reload(self) -> None:
        """Read the list again; the cursor stays at its place."""
        place = self.table.cursor_row
        try:
            with self.lab.library() as library:
                self.rows = list(self.found(library))
                self.show_views(library)
        except PaperlabError as error:  # a filter that is half typed, or a list that somebody else broke
            self.say(error.message)
            return
        self.table.clear()
        self.more(0)
        if self.rows:
            self.table.move_cursor(row=min(place, len(self.rows) - 1))
        self.show_detail()

    def found(self, library: Library) -> Sequence[Entry | Line]:
        """Give the papers of the view that fit the filter."""
        states = VIEWS[self.view]
        if not self.query_text.strip():
            return library.lines(state=states, limit=self.most)
        text = self.query_text.rstrip()
        # While a word is typed it is the beginning of one.
        begun = text + "*" if text == self.query_text and text[-1].isalnum() and ":" not in text.split()[-1] else text
        return library.find(f"{begun} state:{','.join(states)}" if states else begun, limit=self.most)

    def more(self, start: int) -> None:
        """Put the rows from `start` on into the table."""
        for row in self.rows[start:]:
            cells = (row.id, row.state, str(row.priority or ""), plain(title(row, self.old)))
            self.table.add_row(*map(Cell, cells))

    def show_views(self, library: Library) -> None:
        """Say what is shown, and how many papers wait where."""
        states = VIEWS[self.view]
        shown = "all" if states is None else " and ".join(states)
        counts = [f"{key} {state[0]} {library.count(state[0])}" for key, state in VIEWS.items() if state]
        text = f"{shown}{f' / {self.query_text}' if self.query_text else ''}   {'  '.join(counts[:4])}"
        self.query_one("#views", Static).update(plain(text))

    def current(self) -> str | None:
        """Give the id of the paper under the cursor."""
        place = self.table.cursor_row
        return self.rows[place].id if 0 <= place < len(self.rows) else None

    def show_detail(self) -> None:
        """Fill the pane with all about the paper under the cursor."""
        paper = self.current()
        if paper is None:
            self.query_one("#detail", Static).update("nothing here" if not self.rows else "")
            return
        try:
            with self.lab.library() as library:
                text = described(library, paper)
        except PaperlabError as error:
            text = error.message
        self.query_one("#detail", Static).update(text)
        self.query_one("#pane", VerticalScroll).scroll_home(animate=False)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Follow the cursor; load more when it comes near the end of what is loaded."""
        if event.cursor_row >= len(self.rows) - NEAR and len(self.rows) == self.most:
            self.most += PAGE
            self.extend()
        self.show_detail()

    def extend(self) -> None:
        """Load more papers below those that are shown; where those are others by now, all of them anew."""
        before = self.rows
        try:
            with self.lab.library() as library:
                self.rows = list(self.found(library))
        except PaperlabError as error:
            self.say(error.message)
            return
        if self.rows[: len(before)] == before:
            self.more(len(before))
        else:
            self.reload()

    def on_resize(self, event: Resize) -> None:
        """Put list and pane side by side where there is room."""
        self.query_one("#body").set_class(event.size.width < WIDE, "narrow")

    # What keys do

    def action_act(self, name: str) -> None:
        """Do something to the paper under the cursor, after a line of text where it asks for one."""
        if self.current() is None:
            self.say("no paper here")
        elif name in _ASKED:
            self.ask(name, _ASKED[name])
        else:
            self.act(name, "")

    def act(self, name: str, text: str) -> None:
        """Do it, and say what became of it."""
        paper = self.current()
        if paper is not None:
            self.attempt(lambda: ACTS[name](self.lab, paper, text))

    def attempt(self, act: Callable[[], str]) -> None:
        """Run a change; what is refused costs a line at the bottom, and nothing else."""
        try:
            said = act()
        except (PaperlabError, OSError) as error:
            self.say(getattr(error, "message", str(error)))
            return
        self.reload()
        self.say(said)

    def action_undo(self) -> None:
        """Take back the last command."""
        self.attempt(lambda: f"took back: {self.lab.undo()}")

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self.attempt(lambda: f"did again: {self.lab.redo()}")

    def action_view(self, key: str) -> None:
        """Show other states."""
        self.view, self.most = key, PAGE
        self.table.move_cursor(row=0)
        self.reload()

    def action_browse(self) -> None:
        """Open the paper's page in the browser; it is being read then, where there is room."""
        paper = self.current()
        if paper is not None:
            self.attempt(lambda: self.browse(paper))

    def browse(self, paper: str) -> str:
        """Open where a paper can be read, and say so."""
        place = self.lab.open_paper(paper)
        self.open_url(place.where)
        return f"opened {place.where}{'; reading it' if place.began else ''}"

    def action_down(self) -> None:
        """Go to the next paper."""
        self.table.action_cursor_down()

    def action_up(self) -> None:
        """Go to the paper before."""
        self.table.action_cursor_up()

    def action_ends(self, place: int) -> None:
        """Go to the first paper, or to the last of those that are loaded."""
        self.table.move_cursor(row=place % max(len(self.rows), 1))

    def action_keys(self) -> None:
        """Show the keys in the pane."""
        self.read(True)
        self.query_one("#detail", Static).update(_HELP)

    # The line at the bottom

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.ask("filter", "words, author: tag: since: (enter: keep, escape: none)")
        self.line.value = self.query_text

    def ask(self, name: str, question: str) -> None:
        """Ask for a line."""
        self.asking = name
        self.line.value = ""
        self.line.placeholder = question
        self.line.add_class("asking")
        self.line.focus()
        self.say(question)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as it is typed."""
        if self.asking == "filter" and event.value != self.query_text:
            self.query_text, self.most = event.value, PAGE
            self.say("")
            self.reload()

    def action_detail(self) -> None:
        """Take the line that was typed; else show the paper alone, or the list again."""
        if self.asking is None:
            self.read(not self.query_one("#body").has_class("reading"))
            self.show_detail()
            return
        name, text = self.asking, self.line.value
        self.leave()
        if name != "filter":
            self.act(name, text)

    def action_escape(self) -> None:
        """Leave the line, the pane or the filter, whichever is open."""
        body = self.query_one("#body")
        if self.asking not in (None, "filter"):
            self.leave()
            self.say("left as it is")
        elif body.has_class("reading"):
            self.read(False)
            self.show_detail()
        else:
            self.leave()
            self.query_text = ""
            self.reload()

    def leave(self) -> None:
        """Close the line."""
        self.asking = None
        self.line.remove_class("asking")
        self.read(self.query_one("#body").has_class("reading"))

    def read(self, on: bool) -> None:
        """Give the keys that scroll to the pane, which a narrow terminal then shows alone, or back to the list."""
        self.query_one("#body").set_class(on, "reading")
        (self.query_one("#pane") if on else self.table).focus()


def described(library: Library, paper: str) -> str:
    """Give all about a paper as plain text."""
    entry = library.entry(paper)
    ideas = {name.replace("_", " "): text for name, text in library.ideas(paper).items()}
    facts = {
        "id": entry.id, "authors": ", ".join(entry.authors), "published": (entry.published or "")[:10],
        "category": entry.primary_category, "comment": entry.comment, "state": entry.state,
        "priority": entry.priority or None, "why": entry.why, "from": entry.parent, "tags": " ".join(entry.tags),
        "minutes": entry.minutes, **ideas,
    }  # fmt: skip
    parts = [plain(title(entry)), "\n".join(f"{name}: {plain(value)}" for name, value in facts.items() if value)]
    parts += [_lines(text) for text in (printed(entry.abstract), library.notes(paper)) if text]
    events = library.history(paper)
    parts.append("\n".join(plain(f"{moment(e.at)[:16]}  {change(e)} {e.reason or ''}").rstrip() for e in events))
    return "\n\n".join(parts)


def _lines(text: str) -> str:
    return "\n".join(map(plain, text.splitlines()))
