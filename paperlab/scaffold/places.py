"""Where in the paper something stands: its number, and the section around it."""

from __future__ import annotations

from paperlab.records.extracted import Algorithm, Equation, Paper, Section, Span
from paperlab.scaffold.readable import readable
from paperlab.scaffold.text import line


def _numbered(section: Section) -> str:
    word = "Appendix" if (section.number or "")[:1].isalpha() else "Section"
    return f"{word} {line(section.number or '', 20)}"


def _holds(section: Section, last: Section) -> bool:
    """Say whether the last heading is this one, or stands within it: a heading as high as it is another section."""
    return last is section or last.level > section.level


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
        """Give `Section 3.2`, and behind it the title of a heading without a number; "" where none is known."""
        above = [s for at, s in self._headings.get(span.file, ()) if at <= span.line] if span else []
        numbered = next((s for s in reversed(above) if s.number), None)
        bare = [line(readable(s.title[:400]), 60).rstrip(".: ") for s in above[-1:] if not s.number]
        return ", ".join([*([_numbered(numbered)] if numbered and _holds(numbered, above[-1]) else []), *bare])

    def of_equation(self, equation: Equation) -> str:
        """Give `Equation (3), Section 3.2`; one without a number says so."""
        first = f"Equation ({line(equation.number, 20)})" if equation.number else "An unnumbered equation"
        return self._join(first, equation.span)

    def of_algorithm(self, algorithm: Algorithm) -> str:
        """Give `Algorithm 1, Section 2`, `Listing 1, Section 2`."""
        return self._join(f"{algorithm.kind.title()} {line(algorithm.number or '', 20)}".strip(), algorithm.span)

    def _join(self, first: str, span: Span | None) -> str:
        return ", ".join(part for part in (first, self.section(span)) if part)
