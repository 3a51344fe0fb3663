r"""Commands that change counters: `\setcounter`, `\numberwithin`, `\newtheorem`, `\renewcommand{\theequation}{...}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from paperlab.extract.counters import Counters, evaluate
from paperlab.extract.structure import LEVELS, Kind, Statement
from paperlab.extract.tokens import arguments, option

if TYPE_CHECKING:
    from paperlab.extract.document import Walker
    from paperlab.extract.floats import Environment

Values = list[str | None]


def count(walker: Walker, start: int, at: int) -> int:
    """Do what one command on counters says, and give the place behind it."""
    command = walker.text[start:at]
    shape, act = COMMANDS[command]
    read = arguments(walker.text, at, shape=shape)
    if read is None:
        return at
    act(walker, [a.strip() if a is not None else None for a in read[0]])
    return read[1]


def _set(walker: Walker, values: Values) -> None:
    if (value := evaluate(values[1] or "", walker.counters)) is not None and values[0]:
        walker.counters.set(values[0], value)


def _add(walker: Walker, values: Values) -> None:
    if (value := evaluate(values[1] or "", walker.counters)) is not None and values[0]:
        walker.counters.set(values[0], walker.counters.values.get(values[0], 0) + value)


def _step(walker: Walker, values: Values) -> None:
    walker.counters.step(values[0] or "")


def _within(walker: Walker, values: Values) -> None:
    prints = len(values) < 4 or values[0] is None
    walker.counters.within(values[-2] or "", values[-1] or "", prints=prints)


def _without(walker: Walker, values: Values) -> None:
    walker.counters.parents.pop(values[1] or "", None)
    walker.counters.formats.pop(values[1] or "", None)


def _reset_only(walker: Walker, values: Values) -> None:
    walker.counters.within(values[0] or "", values[1] or "", prints=False)


def _new_counter(walker: Walker, values: Values) -> None:
    if values[0] and values[1]:
        walker.counters.within(values[0], values[1], prints=False)


def _format(walker: Walker, values: Values) -> None:
    r"""`\renewcommand{\theequation}{S\arabic{equation}}`."""
    name = values[0] or ""
    if name.startswith(r"\the") and name[4:]:
        walker.counters.change(name[4:], values[1] or "")


def _theorem(walker: Walker, values: Values) -> None:
    r"""`\newtheorem{name}[shared]{Title}[within]`; with a star it has no number."""
    star, name, shared, _, within = values
    if not name:
        return
    counter = _counter_of(walker, shared) if shared else name
    walker.theorems[name] = Kind(values[3] or name, None if star else counter)
    if within and not shared:
        walker.counters.within(name, within)


def _counter_of(walker: Walker, name: str) -> str | None:
    """Give the counter of a kind of theorem, or the counter of this name."""
    known = walker.theorems.get(name)
    return known.counter if known else name


def _alias(walker: Walker, values: Values) -> None:
    r"""`\newaliascnt{lemma}{theorem}`: a lemma counts as a theorem does. Source: aliascnt.sty."""
    name, of = values[0] or "", values[1] or ""
    walker.theorems.setdefault(name, Kind(name, _counter_of(walker, of)))


def _framed_theorem(walker: Walker, values: Values) -> None:
    r"""`\newmdtheoremenv[style]{name}[shared]{Title}[within]`. Source: the manual of mdframed."""
    _theorem(walker, [None, *values[1:]])


def _boxed_theorem(walker: Walker, values: Values) -> None:
    r"""`\newtcbtheorem[use counter from=theorem]{name}{Title}{style}{prefix}`. Source: the manual of tcolorbox, 18.1."""
    options = dict(re.findall(r"([a-z ]*[a-z])\s*=\s*\{?([\w* ]+)", values[0] or ""))
    shared = options.get("use counter from") or options.get("use counter") or options.get("use counter*")
    _theorem(walker, [None, values[1], shared, values[2], options.get("number within")])
    for name in (values[1] or "", f"{values[1]}*"):
        known = walker.theorems[values[1] or ""]
        walker.theorems[name] = replace(known, prefix=values[4], counter=None if name[-1:] == "*" else known.counter)


def open_theorem(walker: Walker, environment: Environment, name: str, title: str | None = None) -> None:
    r"""Number what `\begin{lemma}[title]` opens, if it is one of the kinds of theorem, and keep it."""
    kind = walker.theorems.get(name)
    if kind is None:
        return
    if kind.counter:
        environment.number = walker.counters.next(kind.counter)
    if kind.prefix is not None and (read := arguments(walker.text, environment.begin, shape="omm")):
        (_, title, label), environment.begin = read
        environment.labels.append(f"{kind.prefix}:{label}".strip())
        walker.document.labels[environment.labels[-1]] = environment.number or ""
    elif title is None and (given := option(walker.text, environment.begin)):
        title, environment.begin = given
    walker.document.statements.append(Statement(kind.word, title, environment))


def _declared_theorem(walker: Walker, values: Values) -> None:
    r"""`\declaretheorem[sibling=theorem]{name}` of thmtools."""
    options = dict(re.findall(r"(\w+)\s*=\s*\{?([\w* ]+)", values[1] or ""))
    sibling = options.get("sibling") or options.get("numberlike") or options.get("sharenumber")
    star = "*" if options.get("numbered", "yes").strip() in ("no", "false") else values[0]
    parent = options.get("numberwithin") or options.get("parent") or options.get("within")
    for name in map(str.strip, (values[2] or "").split(",")):
        word = (options.get("name") or options.get("title") or options.get("heading") or name.capitalize()).strip()
        _theorem(walker, [star, name, sibling, word, parent])


def _springer_theorem(walker: Walker, values: Values) -> None:
    _theorem(walker, [values[0], values[1], values[2], values[3], values[4]])


_WITH_MATTERS = ("book", "memoir", "scrbook", "svmono")


def _matter(walker: Walker, _values: Values, *, main: bool, front: bool = False) -> None:
    r"""`\frontmatter`, `\mainmatter`, `\backmatter`; memoir numbers nothing in front and behind, and its floats by themselves."""
    counters = walker.counters
    if not walker.document_class.startswith(_WITH_MATTERS):
        return
    counters.main = main
    if walker.document_class.startswith("memoir"):
        counters.values["secnumdepth"] = counters.values["maxsecnumdepth"] if main else _NONE
        for name in ("figure", "table"):
            if main:
                counters.within(name, "chapter")
            else:
                _without(walker, [None, name, "chapter"])
                counters.set(name, counters.values.get(name, 0) if front else 0)


_NONE = -10
_DEPTHS = {**LEVELS, "part": -1, "none": _NONE, "all": 5}


def _depth(walker: Walker, values: Values, *, most: bool = False) -> None:
    r"""`\setsecnumdepth{subsection}` of memoir, and `\maxsecnumdepth`, which counts from `\mainmatter` on."""
    if (depth := _DEPTHS.get(values[0] or "")) is not None:
        walker.counters.values["maxsecnumdepth" if most else "secnumdepth"] = depth


_OF_CLASSES = {
    "llncs": ("theorem lemma corollary proposition definition example remark", ""),
    "jmlr": ("theorem lemma proposition remark corollary definition conjecture axiom example", "theorem"),
    "acmart": ("theorem conjecture proposition lemma corollary definition example", "theorem"),
}
"""Class -> the theorems that it brings, and the counter that all of them share. Source: llncs.cls, jmlr.cls, acmart.cls."""


def theorems_of(document_class: str, counters: Counters) -> dict[str, Kind]:
    """Give the kinds of theorem that a class brings, by the names of their environments."""
    names, shared = next((v for c, v in _OF_CLASSES.items() if document_class.startswith(c)), ("", ""))
    if document_class.startswith("acmart"):
        counters.within("theorem", "section")
    return {name: Kind(name.capitalize(), shared or name) for name in names.split()}


COMMANDS: dict[str, tuple[str, Callable[[Walker, Values], None]]] = {
    r"\setcounter": ("mm", _set), r"\addtocounter": ("mm", _add), r"\stepcounter": ("m", _step), r"\refstepcounter": ("m", _step),
    r"\numberwithin": ("omm", _within), r"\counterwithin": ("*omm", _within), r"\counterwithout": ("*mm", _without), r"\@addtoreset": ("mm", _reset_only),
    r"\newcounter": ("mo", _new_counter), r"\renewcommand": ("mm", _format), r"\newtheorem": ("*momo", _theorem),
    r"\newaliascnt": ("mm", _alias), r"\newmdtheoremenv": ("omomo", _framed_theorem), r"\newtcbtheorem": ("ommmm", _boxed_theorem),
    r"\declaretheorem": ("*om", _declared_theorem), r"\spnewtheorem": ("*momo", _springer_theorem),
    r"\frontmatter": ("*", partial(_matter, main=False, front=True)), r"\mainmatter": ("*", partial(_matter, main=True)),
    r"\backmatter": ("*", partial(_matter, main=False)),
    r"\setsecnumdepth": ("m", _depth), r"\maxsecnumdepth": ("m", partial(_depth, most=True)),
}  # fmt: skip
