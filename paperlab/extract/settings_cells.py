r"""What a cell of a table of settings holds: one value, several for several names, or one that has settings of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paperlab.extract.numbers import VALUE, plain
from paperlab.extract.settings_names import SYMBOLS, canonical
from paperlab.records.extracted import Hyperparameter, Table

LONGEST_QUOTE = 300
_OWN = re.compile(r"(?P<name>[^()=$]+?)\s*\((?P<own>[^()]*=[^()]*(?:\([^()]*\)[^()]*)?)\)")
_SYMBOL = r"\$?\s*(?P<symbol>[^$=,(]*?[A-Za-z}\]|][^$=,(]{0,3}?)\s*\$?\s*=\s*\$?"
_SETS = re.compile(rf"{_SYMBOL}(?P<value>{VALUE})\s*\$?")
_SAYS = re.compile(
    rf"\$?(?P<own>[a-z|\\][^$=,\d]{{0,30}}?)\$?\s*=\s*\$?(?P<value>{VALUE})\$?(?:\s+\([^()]*\))?", re.IGNORECASE
)
"""A value that says its own name: `max norm = 1.0`."""
_SEPARATORS = (re.compile(r",\s+"), re.compile(r"\s*;\s*"), re.compile(r"\s+/\s+"))
_LISTED = re.compile(r"[,;]\s+")
_IN_FORMULA = re.compile(r",(?:\\[,;: ]|\s)*")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_TUPLE = re.compile(r"(?P<head>[^$]*)\$(?P<inner>[^$]+)\$")
_SIDES = re.compile(r"(?P<head>.+?)\s*\((?P<sides>[^()/]+(?:/[^()/]+)+)\)")
"""A name of several: `Max length (query / item)`."""


def parts(name: str, value: str) -> Iterator[tuple[str, str]]:
    r"""Give what a row sets: an optimizer and its own settings, several names with as many values, or one.

    >>> list(parts("Optimizer", r"Adam ($\beta_1 = 0.5$)")), list(parts("Weight, bias decay", "0.1, 0"))
    ([('Optimizer', 'Adam'), ('Adam beta1', '0.5')], [('Weight decay', '0.1'), ('bias decay', '0')])
    >>> list(parts("layers / heads", "6 / 8")), list(parts(r"$(\beta_1,\,\beta_2)$", "$(0.9, 0.99)$"))
    ([('layers', '6'), ('heads', '8')], [('$\\beta_1$', '0.9'), ('$\\beta_2$', '0.99')])
    """
    own = _OWN.fullmatch(value.replace("{=}", "="))
    if own and (sets := [*_SETS.finditer(own["own"])]):
        yield name, own["name"]
        yield from ((_own_name(name, own["name"], found["symbol"].strip()), found["value"]) for found in sets)
    elif several := _several(name, value) or _chained(name, value):
        yield from several
    else:
        said = _SAYS.fullmatch(value)
        its = f" {said['own'].lower()}" if said and canonical(name) is None and "$" not in name else ""
        yield name + its, said["value"] if said else value


def _own_name(name: str, value: str, symbol: str) -> str:
    """Name what a value has of its own: after the optimizer that has it, else after the row."""
    of = value if canonical(name) == "optimizer" else name
    usual = SYMBOLS.get(symbol) or canonical(symbol)
    return usual or f"{of} {symbol.lstrip(chr(92))}"


def _several(name: str, value: str) -> list[tuple[str, str]]:
    """Pair the names of a row with its values, where it has as many; nothing where it has one of each, or not as many."""
    sides = _SIDES.fullmatch(name)
    if sides:
        names = [f"{sides['head']} ({side.strip()})" for side in sides["sides"].split("/")]
        values = [part.strip() for part in value.split("/")]
        return [*zip(names, values, strict=True)] if len(names) == len(values) and all(values) else []
    for one in _SEPARATORS:
        names, values = _split(name, one), _split(value, one)
        if len(names) > 1 and len(values) == 1:
            values = _split(_opened(value), one)
        if len(names) == len(values) > 1:
            return [*zip(_shared(names), values, strict=True)]
    formula = _TUPLE.fullmatch(name)
    if formula is None:
        return []
    names = [f"{formula['head']}${n}$" for n in _split(_opened(formula["inner"]), _IN_FORMULA)]
    values = _split(_opened(value), _IN_FORMULA)
    return [*zip(names, values, strict=True)] if len(names) == len(values) > 1 else []


def _chained(name: str, value: str) -> list[tuple[str, str]]:
    r"""Give what a row sets of its own, two things or more: `$\gamma = 0.2$, $T = 4$`."""
    found = []
    for piece in pieces(value.replace("{=}", "=")):
        *symbols, last = [part.strip("$ ") for part in piece.split("=")]
        if not symbols or not re.fullmatch(VALUE, last) or not all(symbols):
            return []
        found += [(f"{name} {symbol.lstrip(chr(92))}", last) for symbol in symbols]
    return found if len(found) > 1 else []


def _shared(names: list[str]) -> list[str]:
    """Give each name what the last one says for all: `Weight, bias decay`."""
    shared = names[-1].partition(" ")[2] if canonical(names[0]) is None and " " not in names[0] else ""
    shared = "" if "$" in names[0] + names[-1] else shared
    return [*(f"{n} {shared}" if shared else n for n in names[:-1]), names[-1]]


def _opened(text: str) -> str:
    r"""Take the inside of a formula, and of its brackets: `$(\beta_1, \beta_2)$`."""
    inner = text.strip("$ ") if text.count("$") <= 2 else text
    return inner[1:-1] if re.fullmatch(r"\([^()]*\)", inner) else inner


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """Cut at the separators outside of brackets and formulas; the whole where brackets do not close."""
    pieces, begin = [], 0
    for found in separator.finditer(text):
        if _whole(text[begin : found.start()]):
            pieces.append(text[begin : found.start()])
            begin = found.end()
    pieces.append(text[begin:])
    return [piece for piece in pieces if piece] if _whole(pieces[-1]) else [text]


def pieces(text: str) -> list[str]:
    """Cut a cell at its commas and semicolons outside of brackets and formulas."""
    return [piece.strip() for piece in _split(text, _LISTED)]


def _whole(piece: str) -> bool:
    open_: list[str] = []
    for c in re.findall(r"[()\[\]{}]", piece):
        if c not in _CLOSING:
            open_.append(c)
        elif not open_ or open_.pop() != _CLOSING[c]:
            return False
    return not open_ and piece.count("$") % 2 == 0


_LAST = re.compile(r"\s*(?:\(\$[^$]*\$\)|\$[^$]*\$)$")
_WHICH = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)$")


def item_of(name: str, value: str, quote: str, table: Table) -> Hyperparameter:
    """Make a setting of what a table says."""
    return Hyperparameter(name=usual_name(name), value=plain(value), quote=quote[:LONGEST_QUOTE], span=table.span)


def usual_name(name: str) -> str:
    r"""Give a setting its usual name; what stands in brackets at the end of its name stays.

    >>> usual_name("Training epochs (large)"), usual_name(r"$\beta_1$"), usual_name("Discount ($\\gamma$)"), usual_name("colour")
    ('epochs (large)', 'Adam beta1', 'discount factor', 'colour')
    """
    name = _LAST.sub("", name) if canonical(_LAST.sub("", name)) else name
    where = _WHICH.search(name)
    bare = _WHICH.sub("", name)
    usual = canonical(bare.replace("_", " ")) or SYMBOLS.get(bare.strip("$ "))
    return usual + (where.group() if where else "") if usual else re.sub(r"\s+", " ", name)
