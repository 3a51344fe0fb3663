r"""What the symbols in a line of pseudocode stand for while it runs, and what its formulas come to.

`m_{t-1}` is the member t - 1 of m, `\beta_1^t` a power of what was handed over, `x_i` an entry of a vector. Each symbol is
looked up first and the rest is read as any formula is. What has no value yet, or two meanings, is Unclear.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from paperlab.scaffold.arithmetic import Given, Value, rank, worth
from paperlab.scaffold.formula import APPLIED, Unclear, read
from paperlab.scaffold.names import identifier
from paperlab.scaffold.tex import Reader, bare, flat_name, tokens, transposition

Key = tuple[int, ...]


@dataclass
class Names:
    """All that has a value at one moment of a run."""

    given: Given
    """What the function is handed over."""
    running: Collection[str]
    """Names that a running number tells apart: m of `m_t`, where a line gives a value to it."""
    raised: Collection[str]
    """Those of them whose number stands as an exponent does: x of `x^{t+1}`."""
    single: bool
    """Whether each number on the way is kept as a float32 is."""
    values: dict[str, Value] = field(default_factory=dict)
    members: dict[str, dict[Key, Value]] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    """Counters of loops that are over; they number, and are no values."""
    firsts: dict[str, int] = field(default_factory=dict)
    """Name of what the inputs list, x of `x_1, ..., x_n` -> the number of its first entry. No other vector is numbered:
    `w_1` may be its first entry, or a whole vector at time one."""

    def plain(self, name: str) -> Value | None:
        """Give what a name stands for by itself; None where it has no value."""
        return self.values.get(name, self.given.values.get(name))

    def counter(self, name: str) -> int | None:
        """Give the whole number that a name stands for; None where it is none."""
        value = self.plain(name)
        value = self.ended.get(name) if value is None else value
        return value if isinstance(value, int) else None


class Reference(NamedTuple):
    """A symbol with what hangs on it."""

    name: str
    """Without its numbers."""
    whole: str
    """With them, as an argument is called: `theta_0`."""
    numbers: Key = ()
    runs: bool = False
    """Whether one of the numbers is worked out from a counter."""
    powers: tuple[str, ...] = ()
    """Exponents and transpositions, as TeX."""


def value(tex: str, names: Names) -> Value:
    """Give what one side of a line comes to; a whole number where it is made of whole numbers alone.

    Raises:
        Unclear: it has no one reading.
    """
    if _FOREIGN.search(tex) or len(tex) > _LONGEST:
        raise Unclear(tex)
    writer = _Writer(Reader(tokens(_BOLD_NOUGHT.sub(" 0 ", tex))), names)
    text = writer.written()
    lists = {k: v for k, v in {**names.given.values, **names.values}.items() if rank(v)}
    floats = {word: float(v) if isinstance(v, int) else v for word, v in writer.values.items()}
    found = worth(read(text, writer.functions), Given(lists | floats, writer.functions, {}))
    counts = not writer.functions and not _DIVIDES.search(text)
    counts = counts and not rank(found) and all(isinstance(v, int) for v in writer.values.values())
    if counts and found == int(found):
        return int(found)
    return _single(found) if names.single else found


def _single(found: Value) -> Value:
    if isinstance(found, list):
        return type(found)(map(_single, found))
    return struct.unpack("f", struct.pack("f", found))[0]


_LONGEST = 400
_FOREIGN = re.compile(
    r"\\(?:begin|end|mathbb|mathbbm|mathds|cite|ref|eqref|color|tag|stackrel|overset|underset|dots|ldots|cdots|mod|bmod|pmod|div|"
    r"sim|Pr|E)(?![A-Za-z])|\\\\|[%&~?]"
)
_BOLD_NOUGHT = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*0\s*\}|\s0|0)(?!\s*_)")
"""It is added to what has a size, and multiplied with it: a number will do."""
_DIVIDES = re.compile(r"\d\.\d|\\[a-z]*frac|/|\\sqrt|\\exp|e \^|\\pi")


@dataclass
class _Writer:
    """Writes a formula with a word of its own for each symbol, and keeps what the words stand for."""

    reader: Reader
    names: Names
    values: dict[str, Value] = field(default_factory=dict)
    functions: dict[str, Callable[..., Value]] = field(default_factory=dict)
    summed: set[str] = field(default_factory=set)
    """Indices of sums: what they number stays as it is."""

    def written(self) -> str:
        out: list[str] = []
        while self.reader.peek():
            out.append(self._piece(out[-1] if out else ""))
        return " ".join(out)

    def _piece(self, before: str) -> str:
        reader, known = self.reader, self.names.plain
        start, piece = reader.at, reader.peek()
        if piece in (r"\sum", r"\prod"):
            self.summed.add(identifier(reader.peek(3 if reader.peek(2) == "{" else 2)))
        if piece == r"\nabla":
            return self._gradient()
        found, kind = bare(reader)
        if not found:
            reader.at = start + 1
            return piece
        applied = kind == "word" and found[-1].lower() in APPLIED
        if applied and reader.peek() in ("_", "^"):
            raise Unclear(found[-1])
        written = " ".join(reader.tokens[start : reader.at])
        if (applied or found == ["pi"] or (found == ["e"] and reader.peek() == "^")) and known(found[-1]) is None:
            return written
        firsts = [self._placed(Reference(identifier(n), identifier(n)), "") for n in found[:-1]]
        return " ".join([*firsts, self._symbol(found[-1], found[-1] if firsts else written, "" if firsts else before)])

    def _symbol(self, base: str, written: str, before: str) -> str:
        """Write a symbol with its scripts: what a sum numbers as it stands, else the word for its value."""
        at = self.reader.at
        if self._summed(base):
            return " ".join([written, *self.reader.tokens[at : self.reader.at]])
        one = reference(self.reader, base, self.names)
        function = self._function(one)
        return self._called(function, one) if function else self._placed(one, before)

    def _summed(self, base: str) -> bool:
        """Say whether a symbol is the index of a sum or is numbered by one, and pass its index then."""
        reader, at = self.reader, self.reader.at
        if reader.peek() == "_" and self.summed:
            reader.at += 1
            if {identifier(t) for t in reader.group() if t.isalpha()} & self.summed:
                return True
        reader.at = at
        return identifier(base) in self.summed and reader.peek() not in ("_", "^")

    def _function(self, one: Reference) -> Callable[..., Value] | None:
        functions = self.names.given.functions
        first = functions.get(one.whole.removesuffix("_prime"))
        return functions.get(one.whole) or (_slope(first) if first else None)

    def _gradient(self) -> str:
        r"""Write `\nabla_\theta f` as the word for f's slope."""
        self.reader.at += 1
        if self.reader.peek() == "_":
            self.reader.at += 1
            self.reader.group()
        found, _ = bare(self.reader)
        one = reference(self.reader, "".join(found[-1:]), self.names)
        function = self.names.given.functions.get(one.whole)
        if function is None or len(found) != 1:
            raise Unclear("nabla")
        return self._called(_slope(function), one)

    def _called(self, function: Callable[..., Value], one: Reference) -> str:
        if self.reader.peek() != "(" or one.powers:
            raise Unclear(one.whole)
        word = "qqqf" + "f" * len(self.functions)
        self.functions[word] = (lambda *given: _single(function(*given))) if self.names.single else function
        return rf"\mathrm{{{word}}}"

    def _placed(self, one: Reference, before: str) -> str:
        """Keep a symbol's value, and write the word for it with its exponents."""
        word = "qqqq" + "q" * len(self.values)
        self.values[word] = looked_up(one, self.names)
        powers = "".join(f" ^ {{ {self._power(power)} }}" for power in one.powers)
        if self.reader.peek() in ("(", "["):
            self._multiplies()
        elif not powers:
            return rf"\mathrm{{{word}}}"
        if before.rstrip("} ").rpartition("{")[2].strip("\\ ").lower() in APPLIED:
            raise Unclear(f"{before} a b")
        return rf"{{ \mathrm{{{word}}} }}{powers}"

    def _power(self, power: str) -> str:
        """Write an exponent: what has a value is one, whatever letter it has."""
        turned = transposition(tokens(power))
        if power in ("0", "1") or (turned and self.names.counter(turned) is not None):
            raise Unclear(f"^{power}")
        inner = _Writer(Reader(tokens(power)), self.names, self.values, self.functions, self.summed)
        return power if turned else inner.written()

    def _multiplies(self) -> None:
        """See that brackets behind a value are a factor: a sum that is no index."""
        inside, depth = [], 0
        for piece in self.reader.tokens[self.reader.at :]:
            depth += (piece in ("(", "[")) - (piece in (")", "]"))
            inside.append(piece)
            if depth == 0:
                break
        names = [identifier(p.lstrip("\\")) for p in inside if p.lstrip("\\").isalpha()]
        if not {"+", "-"} & {*inside} or all(self.names.counter(name) is not None for name in names):
            raise Unclear("brackets")


def _slope(function: Callable[..., Value]) -> Callable[..., Value]:
    """Give the derivative of a smooth function of one number."""

    def answer(first: Value, *others: Value) -> Value:
        if rank(first) or others:
            raise Unclear("along what")
        return (function(first + _STEP) - function(first - _STEP)) / (2 * _STEP)

    return answer


_STEP = 1e-5


def reference(reader: Reader, base: str, names: Names) -> Reference:
    """Read what hangs on a symbol at the reader's place.

    Raises:
        Unclear: an index is neither a number nor a word.
    """
    parts: list[str | int] = [base]
    powers, runs = [], False
    while reader.peek() in ("_", "^") or reader.peek().startswith("'"):
        sign = reader.peek()
        reader.at += 1
        inner = reader.group() if sign in ("_", "^") else [r"\prime"] * len(sign)
        held = inner[1:-1] if inner[:1] == ["("] and inner[-1:] == [")"] else None
        if sign == "^" and held is None and not _is_word(inner) and identifier(base) not in names.raised:
            powers.append(" ".join(inner))
            continue
        found, counted = _script(held or inner, names)
        parts, runs = [*parts, *found], runs or counted
    numbers = tuple(p for p in parts if isinstance(p, int))
    name = identifier([p for p in parts if isinstance(p, str)])
    return Reference(name, identifier([str(p) for p in parts]), numbers, runs, tuple(powers))


def _is_word(inner: list[str]) -> bool:
    return flat_name(inner) in ("star", "plus") or inner[:1] in ([r"\prime"], [r"\text"], [r"\mathrm"])


def _script(inner: list[str], names: Names) -> tuple[list[str | int], bool]:
    """Read an index: numbers, what counters come to, or a word; and whether a counter stands in it."""
    if inner[:1] == [r"\prime"]:
        return [*["prime"] * len(inner)], False
    parts: list[str | int] = []
    runs = False
    for piece in (p.split() for p in " ".join(inner).split(" , ")):
        found, word = _numbers(piece, names), flat_name(piece)
        if found is None and (not word or {"+", "-"} & {*piece[1:]} or "," in piece):
            raise Unclear("an index")
        parts += [word] if found is None else found
        runs = runs or (found is not None and not all(p.isdigit() for p in piece))
    return parts, runs


def _numbers(piece: list[str], names: Names) -> list[int] | None:
    """Give the numbers that an index is, one for `t - 1` and two for `ij`; None where it is a word."""
    if len(piece) == 1 and piece[0].isalpha() and len(piece[0]) > 1:
        each = [names.counter(letter) for letter in piece[0]]
        return [n for n in each if n is not None] if None not in each else None
    total, sign = 0, 1
    for at, one in enumerate(piece):
        if at % 2:
            sign = {"+": 1, "-": -1}.get(one, 0)
            continue
        number = int(one) if one.isdigit() else names.counter(identifier(one.lstrip("\\")))
        if number is None or sign == 0:
            return None
        total += sign * number
    return [total] if len(piece) % 2 else None


def looked_up(one: Reference, names: Names) -> Value:
    """Give a symbol's value.

    Raises:
        Unclear: it has none, or it is not known which.
    """
    members = names.members.get(one.name, {})
    if not one.numbers:
        return _alone(one.name, members, names)
    if one.numbers in members:
        return members[one.numbers]
    handed = names.given.values.get(one.whole)
    if (handed is not None and one.runs and one.name not in names.running) or (handed is None and members):
        raise Unclear(f"{one.whole}: one of many, or before it has a value")
    return _entry(one, names) if handed is None else handed


def _alone(name: str, members: Mapping[Key, Value], names: Names) -> Value:
    """Give what has no number; all members, as a vector, where there are as many as the inputs list."""
    found = names.plain(name)
    if found is None:
        keys = [(1 + n,) for n in range(len(members))]
        lengths = {len(vector) for vector in map(names.plain, names.firsts) if isinstance(vector, list)}
        if sorted(members) != keys or 0 in names.firsts.values() or len(keys) not in lengths:
            raise Unclear(f"{name}: all its members, or the last")
        return [members[n] for n in keys]
    if members and rank(found) == 1 + min(map(rank, members.values())):
        raise Unclear(name)
    return found


def _entry(one: Reference, names: Names) -> Value:
    found = names.plain(one.name)
    for number in one.numbers:
        at = number - names.firsts.get(one.name, _FAR)
        if not isinstance(found, list) or not 0 <= at < len(found):
            raise Unclear(one.whole)
        found = found[at]
    return found


_FAR = 10**6


def target(tex: str, names: Names) -> Reference:
    """Read what a line gives a value to.

    Raises:
        Unclear: it is no symbol.
    """
    reader = Reader(tokens(tex))
    found, _ = bare(reader)
    one = reference(reader, "".join(found[-1:]), names)
    if _FOREIGN.search(tex) or len(found) != 1 or reader.peek() or one.powers:
        raise Unclear(tex)
    return one


def give(one: Reference, found: Value, names: Names) -> None:
    """Give a symbol a value.

    Raises:
        Unclear: it is a part of what has another size.
    """
    whole, members = names.plain(one.name), names.members.get(one.name, {})
    if not one.numbers:
        if members and rank(found) == 1 + min(map(rank, members.values())):
            raise Unclear(one.name)
        names.values[one.name] = found
    elif one.name in names.firsts:
        if rank(_entry(one, names)) != rank(found):
            raise Unclear(one.name)
        names.values[one.name] = _with(whole, [n - names.firsts[one.name] for n in one.numbers], found)
    elif isinstance(whole, list) and rank(whole) != rank(found):
        raise Unclear(one.name)
    else:
        names.members.setdefault(one.name, {})[one.numbers] = found


def _with(whole: Value, at: list[int], found: Value) -> Value:
    first, *rest = at
    new = _with(whole[first], rest, found) if rest else found
    return [*whole[:first], new, *whole[first + 1 :]]
