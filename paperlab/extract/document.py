r"""Walk through expanded LaTeX: headings, floats, captions, formulas, labels, and the numbers that LaTeX would print.

One pass, from left to right, with a stack of open environments; what is closed wrongly is closed where it can be.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from paperlab.extract import counting, equations, floats
from paperlab.extract.clock import OutOfTime, check, until
from paperlab.extract.counters import Counters, class_options, has_chapters, resolved, standard, to_appendix
from paperlab.extract.displays import NAMES
from paperlab.extract.environments import VERBATIM
from paperlab.extract.expanded import Expanded
from paperlab.extract.floats import FLOATS, LONG, SHAPES, TABULARS, Caption, Environment, Float, given_number
from paperlab.extract.keyed import CODE, KEYED, keep_listing, open_keyed
from paperlab.extract.scan import caption_words
from paperlab.extract.structure import LEVELS, Document, Formula, Heading, Kind
from paperlab.extract.tokens import arguments, group, opens_group, option
from paperlab.records.extracted import Problem

_COMMAND = re.compile(
    r"\\(?:begin|end|part|chapter|section|subsection|subsubsection|paragraph|subparagraph|appendix|appendices|label|caption|captionof|tablecaption|topcaption|bottomcaption|ContinuedFloat|"
    rf"subfloat|subcaptionbox|{'|'.join(name[1:] for name in counting.COMMANDS)}|verb)(?![A-Za-z@])|\\.|\$\$?",
    re.DOTALL,
)
_AFTER_HEADING = re.compile(r"(?:\s++|\\(?:vspace|vskip|hspace)\*?\s*(?:\{[^{}]*\}|-?[\d.]+\s*\w\w)|\\(?:noindent|smallskip|medskip|bigskip|par|normalfont)(?![A-Za-z]))*+\\label\s*\{([^{}]*)\}")  # fmt: skip
_UNCLOSED = 20_000
"""Characters that an environment without end is taken to have."""
_STACK = 60


class Walker:
    """The state of one walk."""

    def __init__(self, expanded: Expanded, deadline: float) -> None:
        self.text = expanded.text
        self.deadline = deadline
        self.document = Document(expanded)
        self.document_class = expanded.document_class
        self.counters: Counters = standard(self.document_class, class_options(self.text), expanded.packages)
        self.counters.only = equations.only_referred(self.text, expanded.packages)
        self.stack: list[Environment] = []
        self.theorems: dict[str, Kind] = counting.theorems_of(self.document_class, self.counters)

    def walk(self) -> Document:
        """Go through the text once."""
        start = re.search(r"\\begin\{document\}", self.text)
        self.document.begin = start.end() if start else 0
        try:
            with until(self.deadline):
                self._through()
        except OutOfTime:
            self.document.late = True
        if self.document.late:
            self.problem("time limit", "the source takes too long to walk; what was found until then is given")
        self._close_all()
        self._resolve()
        return self.document

    def _resolve(self) -> None:
        """Put numbers into tags that refer to labels, now that every label has one."""
        labels = self.document.labels
        for formula in self.document.formulas:
            formula.number = resolved(formula.number, labels)
        labels.update({name: resolved(number, labels) or "" for name, number in labels.items()})

    def _close_all(self) -> None:
        while self.stack:
            self.problem("unclosed environment", rf"\begin{{{self.stack[-1].name[:60]}}} has no \end")
            environment = self.stack.pop()
            end = min(len(self.text), environment.begin + _UNCLOSED)
            self._close(environment, end, end)

    def _through(self) -> None:
        at = steps = 0
        while found := _COMMAND.search(self.text, at):
            steps += 1
            if steps & 31 == 0:
                check()
            at = max(self._one(found), found.end())

    def _one(self, found: re.Match[str]) -> int:
        command = found.group()
        in_preamble = found.end() <= self.document.begin
        if command[0] == "$":
            return found.end() if in_preamble else self._dollars(found)
        if command == r"\[":
            return found.end() if in_preamble else self._brackets(found)
        handler = _HANDLERS.get(command)
        if handler is None or (in_preamble and command not in _PREAMBLE):
            return found.end()
        return handler(self, found.start(), found.end())

    # Formulas ------------------------------------------------------------------------------------------------------

    def _dollars(self, found: re.Match[str]) -> int:
        """Pass over a formula in the line; keep one between double dollars, and one alone in the middle."""
        end = equations.dollars_end(self.text, found.group(), found.end())
        if end is None:
            return found.end()
        whole = found.group() == "$$" or equations.centred(self.text, found.start(), end.end())
        return self._between(found, end) if whole else end.start() + 1

    def _brackets(self, found: re.Match[str]) -> int:
        end = equations.brackets_end(self.text, found.end())
        return found.end() if end is None else self._between(found, end)

    def _between(self, found: re.Match[str], end: re.Match[str]) -> int:
        r"""Keep the formula between two signs, or up to what it cannot hold where the second is another one's."""
        sign, begin, last, stop = found.group().strip("\\"), found.end(), end.start(), end.end()
        if (broken := equations.broken_off(self.text, begin, stop)) is not None:
            last = stop = broken
            self.problem("unclosed environment", f"{found.group()} has no end")
        self._formulas(sign, found.start(), begin, last, stop)
        return stop

    def _formulas(self, name: str, start: int, begin: int, end: int, stop: int) -> None:
        self.document.display.append((start, stop))
        if name.startswith("subnumcases"):
            self.counters.begin_letters()
        for row in equations.rows(name, self.text[begin:end], self.counters):
            self.document.formulas.append(Formula(name, row.number, row.label, begin + row.start, begin + row.end))
            for label in re.findall(r"\\label\s*\{([^{}]*)\}", self.text[begin + row.start : begin + row.end]):
                self.document.labels[label.strip()] = row.number or ""
            if row.label:
                self.document.labels[row.label] = row.number or ""
        if name.startswith("subnumcases"):
            self.counters.end_letters()

    def _display(self, name: str, start: int, at: int) -> int:
        read = arguments(self.text, at, shape=equations.SHAPES.get(name, ""))
        begin = read[1] if read else at
        closing = f"\\end{{{name}}}"
        end = self.text.find(closing, begin, begin + equations.FORMULA_LIMIT)
        stop = end + len(closing)
        whole = name.startswith("dgroup") or equations.broken_off(self.text, begin, end, blank=False) is None
        if end < 0 or not whole:
            end, stop, other = equations.broken_display(self.text, begin)
            self.problem("unclosed environment", rf"\begin{{{name}}} {other}")
        if name == "empheq" and read and read[0][1]:
            name = read[0][1].split("=")[-1].strip()
        self._formulas(name, start, begin, end, stop)
        return stop

    # Environments --------------------------------------------------------------------------------------------------

    def begin(self, start: int, at: int) -> int:
        r"""Open an environment."""
        found = group(self.text, at)
        if found is None:
            return at
        name, at = found[0].strip(), found[1]
        if at <= self.document.begin:
            return at
        if name in NAMES:
            return self._display(name, start, at)
        if name in VERBATIM:
            end = self.text.find(f"\\end{{{name}}}", at)
            if name in CODE and end >= 0 and self._float() is None:
                keep_listing(self.document, self.counters, name, start, at, end)
            return end + len(name) + 6 if end >= 0 else at
        if name in ("appendices", "appendix"):
            before = self.counters.section(self.document_class) if name == "appendices" else None
            self.appendix(start, at)
            return self._open(Environment(name, start, at, before=before))
        if name in ("restatable", "restatable*") and (restated := arguments(self.text, at, shape="omm")):
            environment = Environment(name, start, restated[1])
            counting.open_theorem(self, environment, (restated[0][1] or "").strip(), restated[0][0])
            return self._open(environment)
        read = arguments(self.text, at, shape=SHAPES.get(name, ""))
        at = read[1] if read else at
        environment = Environment(name, start, at, args=tuple(a for a in read[0] if a is not None) if read else ())
        if name in floats.OUTER:
            self._end_lost(start)
        self._opened(environment)
        return self._open(environment)

    def _end_lost(self, start: int) -> None:
        """Close a float that lost its end, where another float begins or a heading stands."""
        lost = next(
            (
                i
                for i, e in enumerate(self.stack)
                if e.name in floats.OUTER and floats.is_lost(self.text, start, e.name)
            ),
            None,
        )
        while lost is not None and len(self.stack) > lost:
            self.problem("unclosed environment", rf"\begin{{{self.stack[-1].name[:60]}}} has no \end")
            self._close(self.stack.pop(), start, start)

    def _open(self, environment: Environment) -> int:
        if len(self.stack) < _STACK:
            self.stack.append(environment)
        return environment.begin

    def _opened(self, environment: Environment) -> None:
        if environment.name == "subequations":
            environment.number = self.counters.begin_letters()
        elif environment.name in KEYED and self._float() is None:
            open_keyed(environment, self.counters, self.document.labels)
        else:
            counting.open_theorem(self, environment, environment.name)

    def end(self, start: int, at: int) -> int:
        """Close an environment, and what was left open inside it."""
        found = group(self.text, at)
        if found is None:
            return at
        name = found[0].strip()
        open_names = [e.name for e in self.stack[-40:]]
        if name not in open_names and (other := floats.meant(name, open_names)):
            self.problem("unclosed environment", rf"\begin{{{other}}} is closed by \end{{{name[:60]}}}")
            name = other
        elif name not in open_names:
            if name != "document" and at > self.document.begin:
                self.problem("stray end", rf"\end{{{name[:60]}}} closes nothing")
            return found[1]
        while self.stack:
            environment = self.stack.pop()
            self._close(environment, start, found[1])
            if environment.name == name:
                break
            self.problem("unclosed environment", rf"\begin{{{environment.name[:60]}}} has no \end")
        return found[1]

    def _close(self, environment: Environment, end: int, stop: int) -> None:
        environment.end, environment.stop = end, stop
        name = environment.name
        parent = self._float()
        if name == "subequations":
            self.counters.end_letters()
        elif environment.before:
            self.counters.restore(*environment.before)
        elif name in floats.BIBLIOGRAPHIES:
            self.document.bibliographies.append(environment)
        elif FLOATS.get(name, "sub") != "sub" or (name in KEYED and environment.captions):
            self._uncaptioned(environment)
            self.document.floats.append(Float(environment, FLOATS.get(name, "table")))
        elif parent is None and (name in TABULARS or name == "algorithmic"):
            inside = any(e.name in TABULARS or e.name == "algorithmic" for e in self.stack)
            if not inside:
                self.document.bare.append(Float(environment, "table" if name in TABULARS else "algorithm"))
        if parent is not None:
            parent.inner.append(environment)
            parent.inner.extend(environment.inner if name not in FLOATS or FLOATS[name] == "sub" else [])

    def _uncaptioned(self, environment: Environment) -> None:
        """Count a float that has captions of its parts alone, as the package subcaption does; others do not."""
        if "subcaption" in self.document.expanded.packages and floats.parts_alone(environment, self.text):
            self.counters.step(FLOATS.get(environment.name, "table"))

    def _float(self) -> Environment | None:
        return next((e for e in reversed(self.stack) if FLOATS.get(e.name, "sub") != "sub"), None)

    # Captions, labels, headings ------------------------------------------------------------------------------------

    def caption(self, start: int, at: int) -> int:
        r"""Number a caption: `\caption`, `\caption*`, `\captionof{table}`."""
        of = self.text.startswith(r"\captionof", start)
        read = arguments(self.text, at, shape="*mo" if of else "*o")
        words = caption_words(self.text, read[1]) if read else None
        if read is None or words is None:
            return self._unread(start, at)
        if not words.closed:
            self._unread(start, at)
        star, caption = read[0][0], words.tex
        parent = self._float()
        if parent is not None and parent.captions and parent.name in LONG and not of:
            return words.end  # printed again over each further page
        in_sub = any(FLOATS.get(e.name) == "sub" for e in self.stack) and not of
        kind = (read[0][1] or "").strip() if of else FLOATS.get(parent.name, "figure") if parent else ""
        if in_sub or not kind:
            return at
        number = given_number(self.text, parent) if parent else None
        if star is None and number is None and not floats.is_named(self.text, parent):
            if not (parent and parent.continued):
                self.counters.step(kind)
            number = self.counters.printed(kind)
        item = Caption(kind, number, caption, start, words.end)
        if parent is None:
            outer = next((e for e in reversed(self.stack) if e.name in ("minipage", "center")), None)
            if outer is None or kind not in ("table", "figure", "algorithm"):
                return at
            outer.captions.append(item)
            self.document.floats.append(Float(outer, kind))
        else:
            parent.captions.append(item)
        return at

    def _unread(self, start: int, at: int) -> int:
        if opens_group(self.text, at):
            self.problem("unclosed group", f"{self.text[start:at].strip()} opens a brace that is never closed")
        return at

    def continued(self, _start: int, at: int) -> int:
        """The caption of this float repeats the number of the one before."""
        if (parent := self._float()) is not None:
            parent.continued = True
        return at

    def label(self, _start: int, at: int) -> int:
        """Give a label to the innermost thing that can bear one."""
        found = group(self.text, at)
        if found is None:
            return at
        name = found[0].strip()
        parent = next((e for e in reversed(self.stack) if e.name in FLOATS or e.number is not None or e.captions), None)
        if parent is not None:
            self._label_environment(parent, name)
        else:
            self.document.labels.setdefault(name, self.document.current())
        return found[1]

    def _label_environment(self, parent: Environment, name: str) -> None:
        if FLOATS.get(parent.name) == "sub":
            return
        if parent.captions and parent.captions[-1].label is None:
            parent.captions[-1].label = name
            self.document.labels[name] = parent.captions[-1].number or ""
        else:
            parent.labels.append(name)
            self.document.labels.setdefault(name, parent.number or "")

    def heading(self, start: int, at: int) -> int:
        """Number a heading; in an abstract there is none, though Frontiers writes one."""
        if floats.in_abstract(self.stack, self.text, at):
            return at
        self._end_lost(start)
        name = self.text[start + 1 : at].strip()
        read = arguments(self.text, at, shape="*om")
        if read is None:
            return self._unread(start, at)
        star, _, title = read[0]
        depth = -1 if name == "part" and has_chapters(self.document_class) else LEVELS[name]
        number = self.counters.heading(name, depth) if star is None else None
        self._heading(name, number, title or "", start, read[1])
        return read[1]

    def _heading(self, name: str, number: str | None, title: str, start: int, at: int) -> None:
        """Keep a heading, with the label in it or right behind it."""
        label = re.search(r"\\label\s*\{([^{}]*)\}", title)
        behind = _AFTER_HEADING.match(self.text, at)
        heading = Heading(name, number, title, start, at)
        heading.label = (label or behind or [None, None])[1]
        self.document.headings.append(heading)
        if heading.label:
            heading.label = heading.label.strip()
            self.document.labels[heading.label] = self.document.current()

    def appendix(self, start: int, at: int) -> int:
        r"""Count headings in letters from here on; IEEEtran's `\appendix[title]` is a heading itself, the only one."""
        environment, alone = self.text.startswith(r"\begin", start), self.text.startswith("*", at)
        to_appendix(self.counters, self.document_class, alone=alone, environment=environment)
        if not self.document_class.startswith("IEEEtran") or not re.match(
            r"\\appendix(?![A-Za-z])", self.text[start:at]
        ):
            return at
        self.counters.formats["subsection"] = r"\Alph{subsection}"
        if (titled := option(self.text, at)) is None:
            return at
        self._heading("section", self.counters.next("section"), titled[0], start, titled[1])
        return titled[1]

    def problem(self, kind: str, message: str) -> None:
        """Keep a problem beside those of the expansion."""
        item = Problem(kind=kind, message=message)
        if len(self.document.expanded.problems) < 100 and item not in self.document.expanded.problems:
            self.document.expanded.problems.append(item)

    def verb(self, _start: int, at: int) -> int:
        r"""Pass over `\verb|...|`."""
        end = self.text.find("|", at + 1)
        return end + 1 if self.text.startswith("|", at) and end >= 0 else at

    def count(self, start: int, at: int) -> int:
        """Do what the commands on counters say."""
        return counting.count(self, start, at)


_HANDLERS: dict[str, Callable[[Walker, int, int], int]] = {
    r"\begin": Walker.begin, r"\end": Walker.end, r"\label": Walker.label, r"\caption": Walker.caption, r"\captionof": Walker.caption,
    **dict.fromkeys((r"\tablecaption", r"\topcaption", r"\bottomcaption"), Walker.caption), r"\ContinuedFloat": Walker.continued,
    r"\appendix": Walker.appendix, r"\appendices": Walker.appendix, r"\verb": Walker.verb,
    **{"\\" + name: Walker.heading for name in LEVELS}, **dict.fromkeys(counting.COMMANDS, Walker.count),
}  # fmt: skip
_PREAMBLE = frozenset([*counting.COMMANDS, r"\begin", r"\verb"])


def walk(expanded: Expanded, deadline: float) -> Document:
    """Give the structure of an expanded text."""
    return Walker(expanded, deadline).walk()
