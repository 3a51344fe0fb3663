"""Where a paper keeps its references: in its text, in a .bbl, or in a .bib."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from paperlab.extract.bibfile import reference_of
from paperlab.extract.citeproc import read_citeproc
from paperlab.extract.references import MOST, only_cited, read_references
from paperlab.extract.source import Tree
from paperlab.extract.structure import Document
from paperlab.records.extracted import Reference

_CITE = re.compile(r"\\[A-Za-z]*?[cC]ite[a-zA-Z]*\*?((?:\s*(?:\[[^\[\]]*\]\s*){0,2}\{[^{}]*\}){1,50})")
_KEYS = re.compile(r"\{([^{}]*)\}")
_FILES = re.compile(r"\\(?:bibliography|addbibresource|addglobalbib)\s*(?:\[[^\[\]]*\])?\{([^{}]*)\}")

_AMSREFS = re.compile(r"\\begin\s*\{biblist\*?\}")


def references(tree: Tree, main: str, document: Document) -> tuple[Reference, ...]:
    """Give the references that the paper prints.

    What stands in the text comes first, then the .bbl that arXiv would use, then the entries of .bib files that are cited.
    """
    text = document.expanded.text
    inline = [(main, text[b.start : b.stop]) for b in document.bibliographies if r"\bibitem" in text[b.start : b.stop]]
    inline = inline or [(main, text[document.begin :])] * (_AMSREFS.search(text, document.begin) is not None)
    if inline and (found := read_references(inline)):
        return found
    if found := tuple(_amstex(text)) or tuple(read_citeproc(text)):
        return found
    bbl = _bbl(tree, main, document)
    if bbl and (found := read_references([(name, tree.text(name) or "") for name in bbl])):
        return found
    bib = _bib(tree, main, document)
    found = read_references([(name, tree.text(name) or "") for name in bib])
    keys = cited(document)
    return found if not keys or "*" in keys else only_cited(found, keys)


_AMSTEX = re.compile(r"\\ref(?![A-Za-z])(.{1,3000}?)\\endref(?![A-Za-z])", re.DOTALL)
_FIELD = re.compile(
    r"\\(no|key|by|paper|book|yr|jour|eprint|inbook)(?![A-Za-z])\s*((?:[^\\]|\\(?!(?:no|key|by|paper|book|yr|jour|eprint|inbook|vol|pages|publ\w*|ed|bookinfo|paperinfo|toappear|moreref|manyby|lang|issue|page|finalinfo|procinfo)(?![A-Za-z])))*)"
)
_NAMES = {"by": "author", "paper": "title", "book": "title", "yr": "year", "jour": "journal"}


def _amstex(text: str) -> Iterator[Reference]:
    r"""Give the entries of AmS-TeX: `\ref\no 1\by A. Lang\paper Traces\yr 1990\endref`."""
    for found in islice(_AMSTEX.finditer(text), MOST):
        fields: dict[str, str] = {}
        for name, value in _FIELD.findall(found[1]):
            fields.setdefault(_NAMES.get(name, name), value.strip())
        if key := fields.get("no") or fields.get("key"):
            yield reference_of(key.strip("{} "), fields)


def cited(document: Document) -> tuple[str, ...]:
    """Give the keys that the paper cites, in the order of citing."""
    calls = _CITE.finditer(document.expanded.text, document.begin)
    keys = [key.strip() for call in calls for some in _KEYS.findall(call[1]) for key in some.split(",")]
    return tuple(dict.fromkeys(key for key in keys if key))


def _named(document: Document) -> list[str]:
    r"""Give the names in `\bibliography{a,b}`."""
    return [
        name.strip()
        for found in _FILES.finditer(document.expanded.text)
        for name in found[1].split(",")
        if name.strip()
    ]


def _bbl(tree: Tree, main: str, document: Document) -> list[str]:
    stem = main.rsplit(".", 1)[0]
    every = [name for name in tree.names if name.lower().endswith(".bbl")]
    own = [name for name in every if name == stem + ".bbl"]
    if own:
        return own
    named = [path for name in _named(document) if (path := tree.find(name, folder=_folder(main), endings=(".bbl",)))]
    if named:
        return named[:1]
    if document.bibliographies or not _named(document):
        return []
    beside = [name for name in every if _folder(name) == _folder(main)]
    return beside if len(beside) == 1 else every if len(every) == 1 else []


def _bib(tree: Tree, main: str, document: Document) -> list[str]:
    found = [path for name in _named(document) if (path := tree.find(name, folder=_folder(main), endings=(".bib", "")))]
    if found or not cited(document):
        return list(dict.fromkeys(p for p in found if p.lower().endswith((".bib", ".bbl"))))
    return [name for name in tree.names if name.lower().endswith(".bib")][:5]


def _folder(name: str) -> str:
    return name.rpartition("/")[0]
