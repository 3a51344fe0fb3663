"""Which file of an e-print is the paper.

arXiv's own rules come first (a 00README names the top-level file); then the file that can be set alone and looks most like the
paper: long with what it reads in, with title and abstract, not a template, supplement, poster or reply to reviewers.
Source: arxiv/submission-tools, tex2pdf-tools (preflight and zerozeroreadme).
"""

from __future__ import annotations

import re

from paperlab.extract.readme import is_readme, read_readme
from paperlab.extract.source import Tree

_TEX = (".tex", ".ltx", ".latex")
_NO_TEX = (".pdf", ".ps", ".eps", ".html", ".htm", ".xhtml")
_OTHER = (".txt", "")
"""Endings of TeX where no file has a proper one."""
_CLASS = re.compile(r"^[^%\n]*?\\document(?:class|style)\s*(?:\[[^\[\]]*\])?\s*\{([^{}]*)\}", re.MULTILINE)
_BEGIN = re.compile(r"^[^%\n]*?\\begin\s*\{document\}", re.MULTILINE)
_READS = re.compile(r"^[^%\n]*?\\(?:input|include|subfile|subfileinclude|import\s*\{[^{}]*\}|subimport\s*\{[^{}]*\})\s*\{?\s*\"?([^{}\s\"]+)", re.MULTILINE)  # fmt: skip
_TITLE = re.compile(r"\\(?:icml|mlsys|aistats)?title(?![A-Za-z])")
_ABSTRACT = re.compile(r"\\begin\s*\{abstract|\\abstract(?![A-Za-z])")
_PLAIN = re.compile(r"\\bye(?![A-Za-z])|\\magnification|\\input\s+amstex|\\documentstyle")
_ASIDE = re.compile(
    r"example|sample|template|supp(?:l|_|-|\.|$)|supplement|poster|slides|rebuttal|response|cover|letter|bare_|backup|(?:^|[_/-])old|"
    r"diff|style_?files?|instructions|workshop|draft|camera|howto|readme|test"
)
_STYLE_NAME = re.compile(
    r"(?:nips|neurips|iclr|icml|cvpr|iccv|eccv|acl|emnlp|aaai|ijcai|uai|jmlr|colm|corl)[_-]?(?:20)?\d\d\w*"
)
_TEMPLATE = re.compile(
    r"formatting instructions|paper title goes here|this is a sample|bare demo of|submission guidelines", re.IGNORECASE
)
_OTHER_CLASSES = ("beamer", "letter", "tikzposter", "a0poster", "baposter", "sciposter", "moderncv")
_PARTS = ("subfiles", "standalone")
_USUAL = ("main", "ms", "paper", "article", "manuscript", "root", "arxiv", "thesis")


def choose_main(tree: Tree) -> str | None:
    """Give the path of the main file, or None where nothing is TeX."""
    top, ignored = read_readme(tree)
    named = [found for name in top if (found := tree.find(name))]
    if named:
        return next((name for name in named if not name.lower().endswith(_NO_TEX)), None)
    texts = _texts(tree, ignored)
    if not texts:
        return None
    able = {name: text for name, text in texts.items() if _alone(text)}
    able |= {
        name: text for name, text in texts.items() if _BEGIN.search(text) and _class_elsewhere(tree, name, text, able)
    }
    able = able or {name: text for name, text in texts.items() if _BEGIN.search(text)}
    able = able or {name: text for name, text in texts.items() if _PLAIN.search(text)}
    able = able or texts
    inner = _read_by_others(tree, able)
    left = {name: text for name, text in able.items() if name not in inner} or able
    return max(left, key=lambda name: (_score(tree, name, left[name], texts), -len(name), name))


def _alone(text: str) -> bool:
    found = _CLASS.search(text)
    return found is not None and found[1].strip() not in _PARTS


def _class_elsewhere(tree: Tree, name: str, text: str, able: dict[str, str]) -> bool:
    """Tell whether a file without a class reads one that has it."""
    reads = _READS.findall(text)[:200] if _CLASS.search(text) is None else []
    return any(tree.find(read, folder=_folder(name), endings=(".tex", "")) in able for read in reads)


def _texts(tree: Tree, ignored: list[str]) -> dict[str, str]:
    """Read every file that may be TeX; what lies in anc/ never is the paper."""
    for endings in (_TEX, *((ending,) for ending in _OTHER)):
        texts = _texts_ending(tree, endings, ignored)
        if texts:
            return texts
    return {}


def _texts_ending(tree: Tree, endings: tuple[str, ...], ignored: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    total = 0
    for name in tree.names:
        lower = name.lower()
        matches = lower.endswith(endings) if endings != ("",) else "." not in lower.rsplit("/", 1)[-1]
        if not matches or name in ignored or lower.startswith("anc/") or is_readme(name):
            continue
        text = tree.text(name) or ""
        total += len(text)
        if "\\" in text and (endings == _TEX or _CLASS.search(text) or _PLAIN.search(text)):
            texts[name] = text
        if total > 30_000_000:
            break
    return texts


def _read_by_others(tree: Tree, texts: dict[str, str]) -> set[str]:
    found = set()
    for name, text in texts.items():
        for read in _READS.findall(text):
            path = tree.find(read, folder=_folder(name), endings=(".tex", ""))
            if path and path != name:
                found.add(path)
    return found


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _score(tree: Tree, name: str, text: str, texts: dict[str, str]) -> float:
    """Say how much a file looks like the paper; the weights were set by hand on papers with several candidates."""
    lower = name.lower()
    stem = lower.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    score = min(_length(tree, name, text, texts), 60_000) / 10_000
    score += 1.5 * bool(_TITLE.search(text)) + 1.5 * bool(_ABSTRACT.search(text))
    score += 2.0 * ("arxiv" in lower) + 1.5 * (stem in _USUAL) + 1.0 * (name.rsplit(".", 1)[0] + ".bbl" in tree.names)
    score -= 4.0 * bool(_ASIDE.search(lower)) + 3.0 * bool(_STYLE_NAME.fullmatch(stem)) + lower.count("/")
    score -= 8.0 * lower.startswith(".") + 8.0 * ("/." in lower)  # an editor's copy, a checkpoint
    found = _CLASS.search(text)
    score -= 8.0 * (found is not None and found[1].strip() in _OTHER_CLASSES)
    return score - 6.0 * bool(_TEMPLATE.search(text[:20_000]))


def _length(tree: Tree, name: str, text: str, texts: dict[str, str]) -> int:
    """Count the characters with those of the files that are read in, two levels deep."""
    seen = {name}
    pending, length = [(text, 0)], 0
    while pending:
        current, depth = pending.pop()
        length += len(re.sub(r"(?m)(?<!\\)%.*$", "", current))
        for read in _READS.findall(current)[:200] if depth < 2 else []:
            path = tree.find(read, folder=_folder(name), endings=(".tex", ""))
            if path and path not in seen:
                seen.add(path)
                pending.append((texts.get(path) or tree.text(path) or "", depth + 1))
    return length
