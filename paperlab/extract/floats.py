r"""Floats: tables, figures and algorithms, each cut into one part a caption."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

_FIGURES = "figure figure* wrapfigure wrapfigure* SCfigure SCfigure* sidewaysfigure sidewaysfigure* floatingfigure marginfigure teaserfigure figwindow"  # fmt: skip
_TABLES = "table table* wraptable wraptable* sidewaystable sidewaystable* SCtable margintable longtable longtable* deluxetable deluxetable* supertabular xltabular longtabu tablehere"  # fmt: skip
_ALGORITHMS = "algorithm algorithm* algorithm2e algorithm2e* algorithme procedure function Algorithm algo algorithms"
FLOATS: Mapping[str, str] = (
    dict.fromkeys(_FIGURES.split(), "figure")
    | dict.fromkeys(_TABLES.split(), "table")
    | dict.fromkeys(_ALGORITHMS.split(), "algorithm")
    | dict.fromkeys("subfigure subfigure* subtable subtable* subfloat subcaptionblock".split(), "sub")
    | {"listing": "listing", "listing*": "listing"}
)
"""Environment -> what its caption counts."""
LONG = frozenset("longtable longtable* supertabular xltabular longtabu".split())
"""Tables that break over pages: their number counts once, however often a caption is written."""
BIBLIOGRAPHIES = frozenset(("thebibliography", "references", "biblist"))
"""LaTeX's own, REVTeX's and that of amsrefs."""
TABULARS = frozenset(
    "tabular tabular* tabularx tabulary tabu tblr longtblr talltblr NiceTabular NiceTabular* NiceTabularX".split()
)
OUTER = frozenset("figure figure* table table* sidewaysfigure sidewaystable".split())
"""Floats that stand in no other."""
SHAPES: Mapping[str, str] = (
    dict.fromkeys(FLOATS, "o")
    | {"wrapfigure": "omom", "wraptable": "omom", "wrapfigure*": "omom", "longtable": "om", "xltabular": "omm", "longtabu": "om", "deluxetable": "m", "deluxetable*": "m"}
    | {"subfigure": "om", "subtable": "om", "subfigure*": "om", "SCfigure": "oo", "floatingfigure": "om"}
    | {"tabular": "om", "tabular*": "mom", "tabularx": "mom", "tabulary": "mom", "tabu": "m", "tblr": "om", "longtblr": "om", "talltblr": "om", "NiceTabular": "om", "NiceTabular*": "mom", "NiceTabularX": "mom", "algorithmic": "o", "thebibliography": "m", "minipage": "ooom"}
)  # fmt: skip
"""Arguments behind `\\begin{name}`."""
_TABLENUM = re.compile(r"\\tablenum\s*\{([^{}]{1,20})\}")
_HEAD = 20_000
"""Characters in which a table's data have to begin."""
_GRAPHICS = re.compile(
    r"\\(?:includegraphics|includesvg|includepdf|epsfbox|epsffile|plotone|includestandalone|adjincludegraphics)\*?\s*(?:<[^<>]*>)?(?:\[[^\[\]]*\]\s*){0,2}\{([^{}]+)\}"
    r"|\\(?:epsfig|psfig)\s*\{[^{}]*?(?:file|figure)\s*=\s*([^,{}]+)[^{}]*\}|\\begin\s*\{overpic\}\s*(?:\[[^\[\]]*\])?\s*\{([^{}]+)\}"
    r"|\\plottwo\s*\{([^{}]+)\}\s*\{([^{}]+)\}|\\(?:left|right|boxed)?fig\s*\{([^{}]+\.\w+)\}\s*\{"
)


@dataclass(slots=True)
class Caption:
    """A caption: what it counts, its printed number, and where it stands."""

    kind: str
    number: str | None
    tex: str
    at: int
    end: int
    label: str | None = None


@dataclass(slots=True)
class Environment:
    """An environment in the expanded text: `start` at its begin, `begin` after the arguments, `end` at its end, `stop` behind it."""

    name: str
    start: int
    begin: int
    end: int = 0
    stop: int = 0
    args: tuple[str, ...] = ()
    number: str | None = None
    labels: list[str] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    inner: list[Environment] = field(default_factory=list)
    continued: bool = False
    before: tuple[str, int, str | None] | None = None
    """A counter that ends with the environment: its name, value and format before."""


@dataclass(slots=True)
class Float:
    """A float, or a tabular or algorithmic that stands alone."""

    environment: Environment
    kind: str


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a float that belongs to one caption."""

    kind: str
    name: str
    caption: Caption | None
    start: int
    begin: int
    end: int
    label: str | None
    args: tuple[str, ...] = ()
    whole: tuple[int, int] | None = None
    """The float, where this is its only caption of a figure beside those of tables."""

    @property
    def number(self) -> str | None:
        """Its printed number."""
        return self.caption.number if self.caption else None


def given_number(text: str, environment: Environment) -> str | None:
    r"""Give the number that `\tablenum` of AASTeX sets above the data; None where the table is counted."""
    if not environment.name.startswith("deluxetable"):
        return None
    head = text.find(r"\startdata", environment.begin, environment.begin + _HEAD)
    found = _TABLENUM.search(text, environment.begin, head) if head >= 0 else None
    return found[1].strip() if found else None


def is_named(text: str, environment: Environment | None) -> bool:
    """Tell whether a float prints a name in place of a number: algorithm2e's `procedure`, without its option `procnumbered`."""
    return environment is not None and environment.name in ("procedure", "function") and "procnumbered" not in text


def parts(item: Float) -> list[Part]:
    """Cut a float into one part a caption; one part where it has none."""
    environment = item.environment
    captions = environment.captions
    if len(captions) <= 1:
        caption = captions[0] if captions else None
        label = caption.label if caption and caption.label else next(iter(environment.labels), None)
        kind = caption.kind if caption else item.kind
        return [_part(environment, kind, caption, environment.begin, environment.end, label)]
    result = []
    for index, caption in enumerate(captions):
        start, end = _region(environment, index)
        label = caption.label or (environment.labels[index] if index < len(environment.labels) else None)
        part = _part(environment, caption.kind, caption, start, end, label)
        alone = caption.kind == "figure" and sum(c.kind == "figure" for c in captions) == 1
        result.append(replace(part, whole=(environment.begin, environment.end)) if alone else part)
    return result


def _part(
    environment: Environment, kind: str, caption: Caption | None, start: int, end: int, label: str | None
) -> Part:
    name = environment.name if FLOATS.get(environment.name, kind) == kind else kind
    return Part(kind, name, caption, environment.start, start, end, label, environment.args)


def _region(environment: Environment, index: int) -> tuple[int, int]:
    """Give where the content of one of several captions lies: its own box, else up to the neighbouring caption."""
    captions = environment.captions
    caption = captions[index]
    boxes = [
        e
        for e in environment.inner
        if e.begin <= caption.at < e.end and sum(e.begin <= c.at < e.end for c in captions) == 1
    ]
    if boxes:
        box = max(boxes, key=lambda e: e.end - e.begin)
        cells = None if caption.kind != "table" or _has_cells(environment, box) else _loose_cells(environment, index)
        return (min(box.begin, cells.start), max(box.end, cells.stop)) if cells else (box.begin, box.end)
    content = min((e.start for e in environment.inner if e.name in TABULARS), default=None)
    leads = captions[0].at < content if content is not None else False
    if leads:
        start = environment.begin if index == 0 else caption.at
        return start, captions[index + 1].at if index + 1 < len(captions) else environment.end
    start = environment.begin if index == 0 else captions[index - 1].end
    return start, environment.end if index + 1 == len(captions) else caption.end


def _has_cells(environment: Environment, box: Environment) -> bool:
    return any(e.name in TABULARS and box.begin <= e.start < box.end for e in environment.inner)


def _loose_cells(environment: Environment, index: int) -> Environment | None:
    """Give the last tabular between this caption of a table and the one before, where its own box holds none."""
    before = environment.captions[index - 1].end if index else environment.begin
    found = [e for e in environment.inner if e.name in TABULARS and before <= e.start < environment.captions[index].at]
    return max(found, key=lambda e: (e.stop, -e.start), default=None)


def parts_alone(environment: Environment, text: str) -> bool:
    """Tell whether a float has no numbered caption, and boxes that may have one."""
    if any(c.number for c in environment.captions):
        return False
    boxes = any(FLOATS.get(e.name) == "sub" for e in environment.inner)
    return boxes or text.find(r"\subcaptionbox", environment.begin, environment.end) >= 0


def meant(name: str, open_names: Sequence[str]) -> str | None:
    r"""Give the innermost open environment that `\end{name}` closes although it has another name: one of its family.

    >>> meant("table", ["center", "table*", "tabular"]), meant("tabular", ["table", "tabular*"]), meant("figure", ["center"])
    ('table*', 'tabular*', None)
    """
    family = next((f for f in (frozenset(n for n in FLOATS if FLOATS[n] != "sub"), TABULARS) if name in f), frozenset())
    return next((n for n in reversed(open_names) if n in family), None)


_HEADING = re.compile(r"\\(?:chapter|section|subsection)(?![A-Za-z])|\\end\s*\{document\}")
_FAR = 100_000
"""Characters in which the end of a float is looked for."""


_ABSTRACT = 6_000
"""Characters of an abstract; one that goes on has lost its end."""


def in_abstract(stack: Sequence[Environment], text: str, at: int) -> bool:
    """Tell whether a place stands in an abstract that ends."""
    return any(e.name == "abstract" for e in stack) and text.find(r"\end{abstract}", at, at + _ABSTRACT) >= 0


def is_lost(text: str, at: int, name: str) -> bool:
    """Tell whether an open float has no end between a place and the next heading, where each of its kind that begins takes one."""
    beyond = _HEADING.search(text, at + 1, at + _FAR)
    ahead = text[at : beyond.start() if beyond else at + _FAR]
    return ahead.count(rf"\end{{{name}}}") <= ahead.count(rf"\begin{{{name}}}")


def graphics(body: str) -> tuple[str, ...]:
    """Give the names of the pictures in a figure, as written, each once."""
    names = [next(g for g in found.groups() if g).strip().strip('"') for found in _GRAPHICS.finditer(body)]
    doubles = [found.group(5).strip() for found in _GRAPHICS.finditer(body) if found.group(5)]
    return tuple(dict.fromkeys(names + doubles))
