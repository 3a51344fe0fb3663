r"""Commands that read files: `\input`, `\include`, `\subfile`, `\import`, `\usepackage` of a package beside the paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from paperlab.extract.counters import has_chapters
from paperlab.extract.dialects import speak
from paperlab.extract.tokens import Token

if TYPE_CHECKING:
    from paperlab.extract.expand import Expander

Handler = Callable[["Expander", str, int], None]

_DEPTH = 40
_OPENED = 2_000
_AGAIN = 60
"""Times that one file is read; more is a file that reads itself."""
_KNOWN_PACKAGES = frozenset(
    "algorithm algorithmic algorithmicx algpseudocode algorithm2e algcompatible amsmath amssymb amsthm array authblk babel balance bbm "
    "biblatex bm booktabs caption cite cleveref color colortbl enumitem epsfig epsf etoolbox eso-pic fancyhdr float floatflt fontenc "
    "forloop geometry graphics graphicx hyperref ifthen inputenc keyval lineno listings llncs longtable lscape makecell mathtools "
    "microtype minted multicol multirow natbib nicefrac placeins preprint psfig rotating setspace siunitx soul stfloats subcaption "
    "subfig subfigure tabularx tabulary tcolorbox tikz times titlesec titling tocloft todonotes trimspaces url wrapfig xcolor xspace "
    "xparse mathptmx threeparttable changepage pgf pgfplots physics pifont thmtools thm-restate IEEEtran elsarticle revtex4 revtex4-1 "
    "revtex4-2 acmart amsart article book report svjour3 quantumarticle".split()
)
"""Packages and classes of the TeX distribution: a copy beside the paper defines nothing of the authors'."""


def _input(expander: Expander, text: str, _place: int) -> None:
    r"""`\input{name}` and the old form without braces."""
    expander.skip_blank()
    token = expander.next()
    if token is None:
        return
    if token[0] == "{":
        expander.push([token])
        name = expander.words()
    else:
        name = _plain_name(expander, token)
    if speak(expander, name, token[1]):
        return
    if text == r"\include" and expander.only is not None and name.removesuffix(".tex") not in expander.only:
        return
    read(expander, name, endings=(".tex", ""))


def _standalone(expander: Expander, text: str, place: int) -> None:
    r"""`\includestandalone[options]{file}`: a table is read, anything else is a picture."""
    expander.bracket()
    name = expander.words()
    path = _find(expander, expander.imported, name, (".tex",))
    body = (expander.tree.text(path) if path else None) or ""
    if r"\begin{tabular" in body and "tikz" not in body:
        read(expander, name, endings=(".tex",))
    else:
        expander.emit(f"{text}{{{name}}}", place)


_LONGEST_CODE = 20_000
"""Characters of a file of code that are read."""


def _code_file(expander: Expander, text: str, place: int) -> None:
    r"""`\lstinputlisting[options]{file}`, `\inputminted[options]{language}{file}`, `\verbatiminput{file}` as the listing that they print."""
    expander.star()
    options = _bracketed(expander.bracket())
    if text == r"\inputminted":
        expander.argument()
    name = expander.words()
    path = _find(expander, expander.imported, name, ("",))
    again = path is not None and (len(expander.opened) > _OPENED or expander.opened.count(path) > _AGAIN)
    code = expander.tree.text(path) if path and not again else None
    if path is None or code is None:
        why = "printed too often" if again else "not in the e-print"
        if not expander.quiet:
            expander.problem("missing file", f"{name[:120]} is a listing of the paper and is {why}")
        return
    expander.opened.append(path)
    kept = "lstlisting" if text == r"\lstinputlisting" else "minted" if "minted" in text else "verbatim"
    options += "{code}" if kept == "minted" else ""
    body = _lines_asked(code, options)[:_LONGEST_CODE].replace(rf"\end{{{kept}}}", "")
    for sign in f"\\begin{{{kept}}}{options}\n{body}\n\\end{{{kept}}}":
        expander.emit(sign, place)  # one by one, so that each is known to stand where the command does


def _lines_asked(code: str, options: str) -> str:
    """Cut a file to `firstline=3, lastline=9`."""
    first, last = (re.search(rf"\b{key}\s*=\s*(\d{{1,6}})", options) for key in ("firstline", "lastline"))
    return "\n".join(code.splitlines()[int(first[1]) - 1 if first else 0 : int(last[1]) if last else None])


def _floatconts(expander: Expander, _text: str, place: int) -> None:
    r"""`\floatconts{label}{caption}{content}` of the class jmlr: the label belongs to the caption."""
    label, caption, content = (expander.argument() for _ in range(3))
    expander.push([*caption, (r"\label", place), ("{", place), *label, ("}", place), *content])


def _include_only(expander: Expander, _text: str, _place: int) -> None:
    r"""`\includeonly{a,b}`: other chapters are not printed."""
    expander.only = {name.strip() for name in expander.words().split(",")}


def _plain_name(expander: Expander, token: Token) -> str:
    if token[0].startswith('"'):
        expander.push([(token[0][1:], token[1] + 1)] if len(token[0]) > 1 else [])
        return "".join(t for t, _ in expander.until('"', limit=200))
    word, _, rest = token[0].partition(" ")
    expander.push([(rest, token[1] + len(word) + 1)] if rest else [])
    return word.strip()


def read(expander: Expander, name: str, *, endings: tuple[str, ...], imported: str | None = None) -> None:
    r"""Go on in another file; a missing one costs a problem.

    Args:
        expander: reads it.
        name: as written.
        endings: tried in this order.
        imported: folder where `\input` in that file looks first; None leaves it as it is.
    """
    first = expander.imported if imported is None else imported
    depth = sum(f.is_file for f in expander.frames)
    path = _find(expander, first, name, endings)
    text = expander.tree.text(path) if path is not None else None
    if text is None or path is None:
        if not expander.quiet and name.removesuffix(".tex") not in _DISTRIBUTED:
            expander.problem("missing file", f"{name[:120]} is read by the paper and is not in the e-print")
        return
    inside = any(f.is_file and f.name == path for f in expander.frames)
    if inside or depth > _DEPTH or len(expander.opened) > _OPENED or expander.opened.count(path) > _AGAIN:
        expander.problem("recursion", f"{path} is read inside itself, or files are nested too deep")
        return
    expander.opened.append(path)
    expander.open_file(path, _body(text))
    if imported is not None:
        expander.frames[-1].imported, expander.imported = expander.imported, imported


def _find(expander: Expander, first: str, name: str, endings: tuple[str, ...]) -> str | None:
    """Look in the folder of an import, then beside the main file, then at the root."""
    places = (expander.tree.find(f + name, folder=expander.folder, endings=endings) for f in dict.fromkeys([first, ""]))
    return next((path for path in places if path), None)


_DISTRIBUTED = frozenset(
    "xy epsf amssym amssym.def amstex psfig pstricks pictex xypic tikz colordvi graphicx eplain".split()
)
"""Files of the TeX distribution that papers read by `\\input`."""


def _body(text: str) -> str:
    r"""Of a file that could also be set alone, only what stands in its document counts."""
    start = re.search(r"(?m)^[^%\n]*\\begin\s*\{document\}", text)
    if start is None:
        return text
    head = text[: start.end()]
    kept = "\n" * head.count("\n")
    end = text.find(r"\end{document}", start.end())
    return kept + text[start.end() : end if end >= 0 else len(text)]


def _import(expander: Expander, text: str, _place: int) -> None:
    r"""`\import{folder/}{file}`, from the main file's folder, and `\subimport`, from the folder of the last import."""
    expander.star()
    folder, name = expander.words(), expander.words()
    base = expander.imported if text.startswith(r"\sub") else ""
    read(expander, name, endings=(".tex", ""), imported=f"{base}{folder}/")


def _subfile(expander: Expander, _text: str, _place: int) -> None:
    r"""`\subfile{folder/file}`: what it reads lies beside it."""
    name = expander.words()
    folder = name.rpartition("/")[0]
    read(
        expander,
        name.rpartition("/")[2],
        endings=(".tex", ""),
        imported=f"{expander.imported}{folder}/" if folder else "",
    )


def _packages(expander: Expander, text: str, place: int) -> None:
    """Read the definitions of packages that travel with the paper."""
    options = expander.bracket()
    names = expander.words()
    after = [] if text == r"\documentstyle" else expander.bracket()
    del after
    expander.emit(f"{text}{_bracketed(options)}{{{names}}}", place)
    first = text in (r"\documentclass", r"\documentstyle") and not expander.document_class
    if first or (has_chapters(names.strip()) and text.startswith(r"\LoadClass")):  # a university's class over book.cls
        expander.document_class = names.strip()
    words = names.split(",") + ("".join(t for t, _ in options or []).split(",") if text == r"\documentstyle" else [])
    expander.packages.update(w.strip() for w in words)
    endings = (".cls", ".sty") if "ass" in text or text == r"\documentstyle" else (".sty",)
    for name in reversed([w.strip() for w in words]):
        if name and not speak(expander, name, place) and name not in _KNOWN_PACKAGES:
            _read_package(expander, name, endings)


def _bracketed(options: list[Token] | None) -> str:
    return "" if options is None else "[" + "".join(t for t, _ in options) + "]"


def _read_package(expander: Expander, name: str, endings: tuple[str, ...]) -> None:
    path = expander.tree.find(name, folder=expander.folder, endings=endings)
    if path is None or path in expander.opened or len(expander.opened) > _OPENED:
        return
    text = expander.tree.text(path)
    if text is not None and sum(f.is_file for f in expander.frames) <= _DEPTH:
        expander.opened.append(path)
        expander.open_file(path, text, quiet=True, internal=True)


def _endinput(expander: Expander, _text: str, _place: int) -> None:
    expander.close_file()


def _if_file(expander: Expander, text: str, _place: int) -> None:
    r"""`\IfFileExists{name}{yes}{no}` and `\InputIfFileExists`, which reads it too."""
    name = expander.words()
    path = _find(expander, expander.imported, name, ("", ".tex"))
    yes, no = expander.argument(), expander.argument()
    expander.push(yes if path else no)
    if path and text == r"\InputIfFileExists":
        read(expander, name, endings=("", ".tex"))


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys((r"\input", r"\include", r"\@input"), _input),
    **dict.fromkeys((r"\subfile", r"\subfileinclude"), _subfile),
    **dict.fromkeys((r"\import", r"\subimport", r"\inputfrom", r"\includefrom", r"\subinputfrom"), _import),
    **dict.fromkeys((r"\usepackage", r"\RequirePackage", r"\documentclass", r"\documentstyle", r"\LoadClass", r"\LoadClassWithOptions"), _packages),
    **dict.fromkeys((r"\lstinputlisting", r"\inputminted", r"\verbatiminput", r"\VerbatimInput"), _code_file),
    r"\includestandalone": _standalone, r"\floatconts": _floatconts, r"\includeonly": _include_only, r"\endinput": _endinput, r"\IfFileExists": _if_file, r"\InputIfFileExists": _if_file,
}  # fmt: skip
