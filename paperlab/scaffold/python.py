"""The Python files of an implementation folder: model.py and test_<slug>.py; cases.py is written by entering.py.

model.py is written here, line by line, since its length follows the paper; the others come from `template/`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from importlib import resources
from string import Template

from paperlab.records.extracted import AlgorithmLine, Equation, Invariant
from paperlab.scaffold.attached import attach, where
from paperlab.scaffold.forms import TIES, draws, is_positive, mattering, samples, several, ties
from paperlab.scaffold.invariants import (
    ASSERTIONS,
    MOVED,
    TURN,
    TURNED,
    Held,
    invariants_of,
    moved_arguments,
    stated_invariants,
)
from paperlab.scaffold.loops import NOTHING, loop_head
from paperlab.scaffold.outcome import axes_of
from paperlab.scaffold.readable import readable
from paperlab.scaffold.sizes import guessed, sizes_of, sizes_of_axes
from paperlab.scaffold.stubs import Stub
from paperlab.scaffold.text import block, docstring, line, quoted
from paperlab.scaffold.traced import traced
from paperlab.scaffold.worked import Size, worked

_LOOPS = {"for": NOTHING, "while": "while False:", "repeat": "while False:", "if": "if False:"}
"""Legal headers that run nothing; the paper's own words stand beside them."""


def template(file: str, /, **values: str) -> str:
    """Give a file of `template/` with its `$words` filled in."""
    text = resources.files("paperlab.scaffold").joinpath("template", file).read_text(encoding="utf-8")
    return Template(text).substitute(values)


def model_file(title: str, stubs: Sequence[Stub]) -> str:
    """Give the text of model.py: one function a stub, then the sizes that the tests use."""
    parts = [_head(title, stubs), *("\n".join(_function(stub)) for stub in stubs), _sizes(stubs)]
    return "\n\n\n".join(parts) + "\n"


def _head(title: str, stubs: Sequence[Stub]) -> str:
    called = "\nfrom collections.abc import Callable\n" if any(stub.functions for stub in stubs) else ""
    shaped = "\nfrom jaxtyping import Float\n" if any(stub.shapes for stub in stubs) else "\n"
    tensor = f"from torch import {'Generator, ' if any(map(samples, stubs)) else ''}Tensor"
    lead = f'r"""{docstring(line(title, 90)).rstrip(ENDS)}: the method, to be written by you.'
    return (
        f"{lead}\n\nNames are the paper's symbols. Replace each `raise NotImplementedError` by the formula above it.\n"
        f'Imports torch, jaxtyping and the standard library alone, so that it can be read by itself.\n"""\n\n'
        f"from __future__ import annotations\n{called}{shaped}{tensor}"
    )


ENDS = '"\\ :'


def _function(stub: Stub) -> Iterator[str]:
    yield _signature(stub)
    body = docstring(block(stub.tex)).splitlines()
    # The closing quotes stand alone below a formula: TeX may end in a backslash.
    yield f'    r"""{docstring(stub.place)}.' + ("" if body else '"' * 3)
    yield from ["", *(f"    {part}" for part in body), '    """'] if body else []
    yield f"    raise NotImplementedError({quoted(stub.place)})"
    if stub.lines:
        yield "    # The paper's lines, loops in place: write each one, then delete the line above."
        yield from (f"    {part}" for part in skeleton(stub.lines, {*stub.arguments} - stub.functions, stub.counts))


def _signature(stub: Stub) -> str:
    positional = [f"{name}: {_annotation(stub, name)}" for name in stub.arguments]
    keyword = [f"{name}: {_annotation(stub, name)}" for name in stub.uses]
    keyword += ["generator: Generator"] * samples(stub)
    parameters = [*positional, *(["*"] if keyword else []), *keyword]
    end = f") -> {_annotation(stub, 'return')}:"
    whole = f"def {stub.name}({', '.join(parameters)}{end}"
    if len(whole) <= _WIDTH:
        return whole
    return "\n".join([f"def {stub.name}(", *(f"    {p}," for p in parameters), end])


_WIDTH = 120


def _annotation(stub: Stub, name: str) -> str:
    axes = stub.shapes.get(name)
    if name in stub.functions:
        return "Callable[..., Tensor]"
    if name in stub.counts:
        return "int"
    if axes is None:
        return "Tensor" if name == "return" else "Tensor | float"
    # A single axis takes a leading blank, else linters read the string as a name to resolve.
    return f'Float[Tensor, "{axes if " " in axes else " " + axes}"]'


def skeleton(lines: Sequence[AlgorithmLine], given: Collection[str] = (), counts: Collection[str] = ()) -> list[str]:
    """Give pseudocode as legal Python that does nothing: loops over what is given, headers that never run, comments.

    An `else` without its `if`, or a jump of the indent, becomes a comment: the result always parses.
    """
    out: list[str] = []
    open_blocks: list[tuple[int, str]] = []
    for item in lines[:300]:
        words = spoken(item)
        while open_blocks and item.indent <= open_blocks[-1][0] and not _continues(item, open_blocks[-1]):
            _close(out, open_blocks)
        pad = "    " * len(open_blocks)
        if item.kind in ("else", "elif") and open_blocks and _continues(item, open_blocks[-1]):
            _close(out, open_blocks)
            pad = "    " * len(open_blocks)
            header = "else:" if item.kind == "else" else "elif False:"
            out.append(f"{pad}{header}  # {words}" if words.lower() != "else" else f"{pad}{header}")
            open_blocks.append((item.indent, "else" if item.kind == "else" else "if"))
        elif item.kind in _LOOPS and len(open_blocks) < 15:
            head = loop_head(item.text, given, counts) if item.kind == "for" else _LOOPS[item.kind]
            out.append(f"{pad}{head}  # {words}")
            open_blocks.append((item.indent, item.kind))
        else:
            out.append(f"{pad}# {words}" if words else f"{pad}#")
    while open_blocks:
        _close(out, open_blocks)
    return out


_WORDS = {"for": "for", "while": "while", "if": "if", "elif": "else if", "else": "else", "repeat": "repeat",
          "until": "until", "return": "return"}  # fmt: skip


def spoken(item: AlgorithmLine) -> str:
    """Give a line of pseudocode with its keyword, once: readers differ in whether the text repeats it."""
    words, keyword = line(readable(item.text[:1000]), 160), _WORDS.get(item.kind, "")
    return words if words.lower().startswith(keyword) else f"{keyword} {words}".strip()


def _continues(item: AlgorithmLine, opened: tuple[int, str]) -> bool:
    return item.kind in ("else", "elif") and opened == (item.indent, "if")


def _close(out: list[str], open_blocks: list[tuple[int, str]]) -> None:
    open_blocks.pop()
    out.append("    " * (len(open_blocks) + 1) + "...")


def _sizes(stubs: Sequence[Stub]) -> str:
    rows = [_size_row(stub, sizes_of_axes(stubs)) for stub in stubs]
    return "\n".join(
        [
            "# Sizes with which tests and cases call each function; () is a single number, 3 a count that is handed over as it",
            "# stands, None a function that the formula calls. Where the paper states no shape they are a guess of ours: change",
            "# them to what your function takes.",
            "SHAPES: dict[str, dict[str, tuple[int, ...] | int | None]] = {",
            *rows,
            "}",
        ]
    )


def _size_row(stub: Stub, sizes: Mapping[str, int]) -> str:
    inner = ", ".join(f'"{name}": {size}' for name, size in sizes_of(stub, sizes).items())
    return f'    "{stub.name}": {{{inner}}},'


def test_file(
    slug: str, title: str, stubs: Sequence[Stub], stated: Sequence[Invariant], equations: Sequence[Equation]
) -> str:
    """Give the text of test_<slug>.py: for each stub its signature, shape, finite, the same twice, and what must hold."""
    told, placed = stated_invariants(stated), attach(stated, stubs, equations)
    sizes = sizes_of_axes(stubs)
    each = (_tests(stub, invariants_of(stub, told, placed.known), sizes_of(stub, sizes)) for stub in stubs)
    tests = "\n\n\n".join(each) + "".join(_OF_WHAT.format(where(one), one.property) for one in placed.open)
    head = docstring(line(title, 90)).rstrip(ENDS)
    return template("test.py.txt", slug=slug, title=head, tests=tests, **shared_helpers())


def shared_helpers() -> dict[str, str]:
    """Give the functions that the test file and cases.py both hold, since each is read and run by itself."""
    return {name: template(f"{name}.py.txt").rstrip("\n") for name in ("stand_in", "tensors")}


def _tests(stub: Stub, held: Sequence[Held], sizes: Mapping[str, Size]) -> str:
    def message(wrong: str) -> str:
        return quoted(f"{stub.name} {wrong}: look at {stub.short}")

    drawing = draws(stub)
    of_form = [
        *([] if held else _positive(stub, message)),
        *(_held(stub, one, message(f"is not {_adjective(one.property)}")) for one in held),
        *_ties(stub, message),
    ]
    return template(
        "one_test.py.txt",
        name=stub.name,
        place=docstring(stub.place),
        arguments=quoted(f"{stub.name} takes other arguments than its row in model.SHAPES says"),
        dtype=message("gave another dtype than float32, that of its inputs"),
        double=message("gave float32 for inputs of float64"),
        shape=_shape_test(stub, sizes, message),
        finite=message("gave values that are not finite"),
        twice=message("gave two different answers"),
        again=f', draw=draws_by_generator("{stub.name}")' if samples(stub) else "" if drawing else ", draw=1",
        alone=quoted(f": {stub.name} changes this input: look at {stub.short}"),
        held=_hangs(stub)
        + ("".join(of_form) or _TODO.format(stub.name))
        + _several(stub)
        + "".join(_worked(stub, sizes, message)),
    ).rstrip("\n")


def _hangs(stub: Stub) -> str:
    keys = mattering(stub, [p for p in stub.parameters if p in stub.shapes or guessed(stub, p)])
    wrong = quoted(f": {stub.name} gives the same whatever this is: look at {stub.short}")
    named = ", ".join(f'"{key}"' for key in keys)
    return (
        template("hangs.py.txt", name=stub.name, place=docstring(stub.place), keys=named, message=wrong) if keys else ""
    )


def _several(stub: Stub) -> str:
    """Give the test that all is given back that an algorithm returns."""
    if len(names := several(stub)) < 2:
        return ""
    wrong = quoted(f"{stub.name} does not give {len(names)} things, {', '.join(names)}: look at {stub.short}")
    return template("several.py.txt", name=stub.name, place=docstring(stub.place), count=str(len(names)), message=wrong)


def _positive(stub: Stub, message: Callable[[str], str]) -> Iterator[str]:
    """Give the test that nothing comes out below zero, where nothing tells more."""
    if is_positive(stub):
        yield template("positive.py.txt", name=stub.name, place=docstring(stub.place), message=message("gives a number below zero"),
                       arguments=repr(list(stub.parameters)).replace("'", '"'))  # fmt: skip


def _ties(stub: Stub, message: Callable[[str], str]) -> Iterator[str]:
    """Give the tests of what the form of the formula says of single arguments."""
    for tied in ties(stub):
        put, expected, wrong = TIES[tied.kind]
        added = "adds" if tied.sign == "+" else "takes away"
        yield template("tied.py.txt", name=stub.name, kind=tied.kind, argument=tied.argument, place=docstring(stub.place),
                       put=put.format(tied.argument), expected=expected.format("", tied.sign),
                       message=message("does not " + wrong.format(tied.argument, "", added)))  # fmt: skip


def _worked(stub: Stub, sizes: Mapping[str, Size], message: Callable[[str], str]) -> Iterator[str]:
    """Give the test of the numbers that the formula, or an algorithm's lines, come to, where they have one reading."""
    what, told = ("lines", "lines as printed were") if stub.lines else ("formula", "formula as printed was")
    if found := worked(stub, sizes) or traced(stub, sizes):
        rows = "".join(f"({one.low}, {[*one.answer]}), " for one in found).rstrip()
        shapes = repr(dict(sizes)).replace("'", '"')
        yield template("worked.py.txt", name=stub.name, place=docstring(stub.place), sizes=shapes, rows=rows,
                       what=what, told=told, message=message(f"gives other numbers than its {what} as printed"))  # fmt: skip


_OF_WHAT = """

# TODO: {} says `{}` without a symbol. Of which function? Write its test, or delete this."""
_TODO = """
# TODO: nothing that {} must hold was recognised in the paper. Does it sum to one, is it symmetric, non-negative, causal,
# unchanged by a permutation, right in a limit that you can work by hand?
"""


def _adjective(name: str) -> str:
    nouns = ("unit norm", "zero mean", "unit variance")
    return "of sum one" if name == "sums to one" else f"of {name}" if name in nouns else name


def _held(stub: Stub, one: Held, message: str) -> str:
    words = {"name": stub.name, "place": docstring(stub.place), "why": docstring(one.why), "message": message}
    word = _adjective(one.property).replace("-1", "minus_1").replace(" ", "_").replace("-", "_")
    if one.property in TURNED:
        size = quoted(f"give what {stub.name} takes a size in model.SHAPES: a single number has no order")
        return template("turned.py.txt", **words, word=word, expected=TURNED[one.property], size=size)
    if one.property in MOVED and (keys := moved_arguments(stub, one.property)):
        return _moved(stub, one, keys, words | {"word": word})
    return template("held.py.txt", **words, word=word, assertion=ASSERTIONS[one.property])


def _moved(stub: Stub, one: Held, keys: Sequence[str], words: dict[str, str]) -> str:
    """Give the test of how an answer follows what is in the brackets."""
    moved = MOVED[one.property]
    ways = "".join(f"lambda x: {way}, " for way in moved.ways[: 1 if len(keys) > 1 else None]).rstrip()
    size = quoted(f"give what {stub.name} takes a size in model.SHAPES: a single number cannot be turned")
    return template("moved.py.txt", **words, keys="".join(f'"{key}", ' for key in keys).rstrip(), holds=moved.holds,
                    ways=ways.format(name=stub.name), turn=TURN.format(size=size, key=quoted(keys[0])) if moved.axes else "")  # fmt: skip


def _shape_test(stub: Stub, sizes: Mapping[str, Size], message: Callable[[str], str]) -> str:
    """Give the lines that hold a shape: as the paper states it, else as the formula comes to it; else nothing.

    The axes are read off the sizes of the arguments. What a formula comes to holds while these have the axes that we
    gave them; an axis of length one more or less is no fault.
    """
    if stated := _stated_axes(stub):
        wrong = message("gave another shape than the paper states")
        return f"\n        assert tuple(part.shape) == ({', '.join(stated)},), {wrong}"
    if (axes := axes_of(stub, sizes)) is None:
        return ""
    of = ", ".join(_length_of(stub, axis.argument, axis.place) for axis in axes)
    ranks = ", ".join(str(len(size)) if isinstance(size, tuple) else "None" for size in sizes.values())
    wrong = message("gave another shape than its formula comes to")
    return (
        f'\n        if ranks("{stub.name}") == [{ranks}]:\n            assert long(part.shape) == long([{of}]), {wrong}'
    )


def _stated_axes(stub: Stub) -> list[str]:
    axes = stub.shapes.get("return", "").split()
    places = {
        axis: (name, at)
        for name in reversed(stub.parameters)
        for at, axis in enumerate(stub.shapes.get(name, "").split())
    }
    known = all(axis in places for axis in axes) and "_" not in axes
    return [_length_of(stub, *places[axis]) for axis in axes] if known else []


def _length_of(stub: Stub, argument: str, place: int) -> str:
    return f'model.SHAPES["{stub.name}"]["{argument}"][{place}]'
