"""Where in the paper something stands: its number, and the section around it."""

from __future__ import annotations

from paperlab.records.extracted import Algorithm, Equation, Paper, Section, Span
from paperlab.scaffold.readable import readable
from paperlab.scaffold.text import line


class Places:
    """Finds the section of a span: the last heading above it in the same file."""

    def __init__(self, paper: Paper) -> None:
        self._headings: dict[str, list[tuple[int, Section]]] = {}
        for section in paper.sections:
            if section.span is not None:
                self._headings.setdefault(section.span.file, []).append((section.span.line, section))
        for headings in self._headings.values():
            headings.sort(key=lambda pair: pair[0])

    def section(self, span: Span | None) -> str:
        """Give `Section 3.2`, or the heading's title where it has no number, or "" where none is known."""
        above = None
        for at, section in self._headings.get(span.file, ()) if span else ():
            if span is not None and at <= span.line:
                above = section
        if above is None:
            return ""
        word = "Appendix" if (above.number or "")[:1].isalpha() else "Section"
        return f"{word} {line(above.number, 20)}" if above.number else line(readable(above.title[:400]), 60)

    def of_equation(self, equation: Equation) -> str:
        """Give `Equation (3), Section 3.2`; one without a number says so."""
        first = f"Equation ({line(equation.number, 20)})" if equation.number else "An unnumbered equation"
        return self._join(first, equation.span)

    def of_algorithm(self, algorithm: Algorithm) -> str:
        """Give `Algorithm 1, Section 2`."""
        return self._join(f"Algorithm {line(algorithm.number or '', 20)}".strip(), algorithm.span)

    def _join(self, first: str, span: Span | None) -> str:
        return ", ".join(part for part in (first, self.section(span)) if part)
