r"""Numbers that an algorithm comes to, by running the paper's own lines: an oracle that shows no line of the solution.

Only where every line that runs is understood. Sizes and inputs are those of `worked`, all above zero: a step size, a
variance and a number that a logarithm is taken of are.
"""

from __future__ import annotations

import copy
import math
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from paperlab.records.extracted import Algorithm
from paperlab.scaffold.arithmetic import Given, Value, numbers, rank
from paperlab.scaffold.formula import Unclear
from paperlab.scaffold.named import Names, Reference, give, target, value
from paperlab.scaffold.names import identifier
from paperlab.scaffold.program import Assignment, Step, assignments, condition, counted_over, program, returned
from paperlab.scaffold.stubs import Stub
from paperlab.scaffold.tex import Reader, atoms, bare, flat_name, tokens
from paperlab.scaffold.worked import Size, Worked, given

LOW = 0.2
"""The least of the numbers, see `Worked`; with it none of them is a half, nor what another one lacks to one."""


def traced(stub: Stub, sizes: Mapping[str, Size]) -> tuple[Worked, ...]:
    """Give what an algorithm's lines come to, none where they have no one reading.

    Args:
        stub: the function.
        sizes: its row of SHAPES.
    """
    origin = stub.origin
    if not isinstance(origin, Algorithm) or len(sizes) > _MOST or _conditions(origin):
        return ()
    answers = [_answer(stub, origin, sizes, low) for low in (LOW, LOW + _OFF)]
    near = len(answers[0]) == len(answers[1]) and all(map(_close, *answers))
    return (Worked(LOW, answers[0]),) if answers[0] and near else ()


_MOST = 11
"""Arguments that all differ, see `worked.given`."""
_MOST_NUMBERS = 27
_OFF = 1e-6
"""How far off the inputs of a second run are, which keeps numbers as a float32 does; an answer that this moves is none."""


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 2e-5 * max(abs(a), abs(b), 0.1)


def _conditions(origin: Algorithm) -> bool:
    """Say whether an algorithm asks more of its inputs than the numbers here hold, or gives them values of its own."""
    return _WISE.search(origin.caption) is not None or any(_ASKS.search(text) for text in origin.inputs)


_ASKS = re.compile(
    r"\\nabla|=\s*(?:\\math\w+\s*)?\{?\s*0|symmetric|definite|orthogon|unitary|distribution|normali[sz]|\bsorted|\bordered|integer|"
    r"natural|binary|\bset\b|graph|string|permut|triangular|diagonal|divis|\\mathbb\s*\{?\s*[NZ]|\\in\s*\\\{|simplex",
    re.IGNORECASE,
)
_WISE = re.compile(r"(?:element|coordinate|component|entry)[- ]?wise|entries|elements|coordinates", re.IGNORECASE)


def _answer(stub: Stub, origin: Algorithm, sizes: Mapping[str, Size], low: float) -> tuple[float, ...]:
    try:
        found = numbers(_Run(stub, origin, sizes, low).answer())
    except (Unclear, RecursionError, ArithmeticError):
        return ()
    fine = all(map(math.isfinite, found)) and 0 < len(found) <= _MOST_NUMBERS
    return tuple(float(f"{x:.7g}") for x in found) if fine else ()


class _Returned(Exception):
    """A line gave something back, and ended the run."""


class _Broken(Exception):
    """A line ended its loop."""


class _Run:
    """One run of an algorithm."""

    def __init__(self, stub: Stub, origin: Algorithm, sizes: Mapping[str, Size], low: float) -> None:
        handed = given(stub, sizes, low)
        counts = {name: size for name, size in sizes.items() if isinstance(size, int)}
        self.steps = program(origin.lines)
        running, raised = _numbered(self.steps)
        self.names = Names(Given({**handed.values, **counts}, handed.functions, {}), running, raised, single=low != LOW)
        self.origin = origin
        self.left = _MOST_STEPS
        for text in origin.inputs:
            _told(text[:1000], self.names)

    def answer(self) -> Value:
        """Give what comes back."""
        try:
            self._block(self.steps)
        except _Returned as found:
            (answer,) = found.args
        else:
            if any(one.kind == "return" for one in self.origin.lines) or len(self.origin.outputs) != 1:
                raise Unclear("nothing comes back")
            answer = self._back(self.origin.outputs[0])
        return answer

    def _block(self, steps: Sequence[Step]) -> None:
        done = False
        for step in steps:
            self.left -= 1
            if self.left < 0:
                raise Unclear("no end")
            if step.kind in ("elif", "else"):
                done = done or self._branch(step)
            elif step.kind == "if":
                done = self._branch(step)
            elif step.kind != "until":
                self._one(step, steps)

    def _branch(self, step: Step) -> bool:
        if step.kind != "else" and not self._holds(step.text):
            return False
        self._block(step.body)
        return True

    def _one(self, step: Step, beside: Sequence[Step]) -> None:
        match step.kind:
            case "statement" if step.text.strip(" .;").lower() == "break":
                raise _Broken
            case "statement":
                self._assign(assignments(step.text))
            case "return":
                raise _Returned(self._back(step.text))
            case "for":
                self._count(step)
            case "while" | "repeat":
                until = next((one.text for one in beside[beside.index(step) + 1 :]), "")
                self._repeat(step, until)
            case _:
                raise Unclear(step.kind)

    def _assign(self, found: Sequence[Assignment]) -> None:
        """Give values; what a second formula of a line uses must not hang on whether the first was done before."""
        before = copy.deepcopy(self.names) if len(found) > 1 else self.names
        for at, one in enumerate(found):
            values = [value(side, self.names) for side in one.sides]
            if at and any(_otherwise(side, before, new) for side, new in zip(one.sides, values, strict=True)):
                raise Unclear("at once, or one after the other")
            values = values * len(one.targets) if len(values) == 1 else values
            for name, new in zip([target(t, self.names) for t in one.targets], values, strict=True):
                give(name, new, self.names)

    def _count(self, step: Step) -> None:
        head = counted_over(step.text)
        low, high = (self._whole(tex) for tex in (head.low, head.high))
        way = -1 if head.down or (head.second and self._whole(head.second) < low) else 1
        if (high - low) * way < 0 or (head.second and self._whole(head.second) != low + way):
            raise Unclear(step.text)
        name = identifier(head.name)
        for number in range(low, high + way, way):
            self.names.values[name] = number
            if self._ends(step):
                break
            if self.names.values[name] != number:
                raise Unclear("a counter that is changed")
        self.names.ended[name] = number
        del self.names.values[name]

    def _whole(self, tex: str) -> int:
        found = value(tex, self.names)
        if not isinstance(found, int):
            raise Unclear(tex)
        return found

    def _ends(self, step: Step) -> bool:
        try:
            self._block(step.body)
        except _Broken:
            return True
        return False

    def _repeat(self, step: Step, until: str) -> None:
        while step.kind == "repeat" or self._holds(step.text):
            if self._ends(step) or (step.kind == "repeat" and self._holds(until)):
                return

    def _holds(self, text: str) -> bool:
        left, sign, right = condition(text)
        return _stands(value(left, self.names), sign, value(right, self.names))

    def _back(self, text: str) -> Value:
        """Give what a line gives back; a member before the last may be meant for the last."""
        answer = [value(tex, self.names) for tex in returned(text)]
        for name in _symbols(returned(text), self.names):
            last = next(reversed(self.names.members.get(name.name, {})), name.numbers)
            stale = (
                name.name in self.names.running
                and name.name not in self.names.values
                and name.name in self.names.given.values
            )
            if (name.numbers and name.numbers != last) or (stale and not name.numbers):
                raise Unclear(f"{name.whole} is not the last")
        return answer


_MOST_STEPS = 200


def _told(text: str, names: Names) -> None:
    r"""Take what an input says of numbers: how many `x_1, \ldots, x_n` are, and that `x^{(0)}` is the x handed over."""
    for base, first, last, less in _RUN.findall(text):
        name = "".join(atom.name for atom in atoms(base))
        whole = names.given.values.get(name)
        if not isinstance(whole, list):
            continue
        count = len(whole) + int(first) - 1 + int(less or 0)
        if names.counter(identifier(last.lstrip("\\"))) not in (None, count):
            raise Unclear("how many there are")
        names.firsts[name] = int(first)
        names.values[identifier(last.lstrip("\\"))] = count
    for base, number in _STARTS.findall(text):
        name = "".join(atom.name for atom in atoms(base))
        if name in names.given.values:
            names.members[name] = {(int(number),): names.given.values[name]}


_BASE = r"((?:\\[A-Za-z]+\s*)?\{?\\?[A-Za-z]+\}?)"
_RUN = re.compile(
    rf"{_BASE}_\{{?([01])\}}?\s*,(?:[^,$]+,)?\s*\\(?:ldots|dots|cdots|dotsc)\s*,\s*\1_(?:\{{\s*)?(\\?[A-Za-z])(?:\s*-\s*(1))?(?:\s*\}})?(?![A-Za-z])"
)
_STARTS = re.compile(rf"{_BASE}\^(?:\{{\((\d)\)\}})(?=\s*[,$])")


def _otherwise(side: str, before: Names, new: Value) -> bool:
    try:
        return bool(value(side, before) != new)
    except Unclear:
        return False


def _stands(left: Value, sign: str, right: Value) -> bool:
    """Compare two numbers that are no tie: a float32 would decide it by chance."""
    if rank(left) or rank(right):
        raise Unclear("compared")
    exact = isinstance(left, int) and isinstance(right, int)
    if not exact and (sign in ("=", "!=") or abs(left - right) <= _TIE * max(abs(left), abs(right), 0.01)):
        raise Unclear("a tie")
    return _COMPARES[sign](left, right)


_TIE = 1e-3
_COMPARES: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def _symbols(sides: Sequence[str], names: Names) -> Iterator[Reference]:
    """Give the symbols of formulas that are one symbol each."""
    for side in sides:
        try:
            yield target(side, names)
        except Unclear:
            continue


def _numbered(steps: Sequence[Step]) -> tuple[frozenset[str], frozenset[str]]:
    """Give the names to whose members lines give values by a running number, and those whose number stands above."""
    every = [*_flat(steps)]
    sides = [
        t
        for one in every
        if one.kind == "statement" and "$" in one.text
        for a in assignments(one.text)
        for t in a.targets
    ]
    heads = {identifier(counted_over(one.text).name) for one in every if one.kind == "for"}
    counters = heads | {identifier(t.strip().lstrip("\\")) for t in sides if re.fullmatch(r"\s*\\?[A-Za-z]+\s*", t)}
    found = [one for t in sides if (one := _running(t, counters))]
    return frozenset(name for name, _ in found), frozenset(name for name, above in found if above)


def _flat(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _flat(step.body)


def _running(tex: str, counters: Collection[str]) -> tuple[str, bool] | None:
    """Give the name that a target's running number tells apart, and whether the number stands above without brackets."""
    reader = Reader(tokens(tex))
    words, runs, above = bare(reader)[0][:1], False, False
    while reader.peek() in ("_", "^"):
        sign = reader.peek()
        reader.at += 1
        inner = reader.group()
        letters = {identifier(p.lstrip("\\")) for p in inner} | ({*inner[0]} if len(inner) == 1 else set())
        counts = bool(letters & {*counters})
        runs, above = runs or counts, above or (counts and sign == "^" and inner[0] != "(")
        words += [] if counts or flat_name(inner).isdigit() else [flat_name(inner)]
    return (identifier(words), above) if runs and words else None
