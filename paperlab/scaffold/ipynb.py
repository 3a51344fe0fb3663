"""Notebooks as plain dictionaries: nbformat reads and writes, nothing else here touches the format."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from paperlab.errors import Conflict, PaperlabError

Cell = dict[str, Any]
Notebook = dict[str, Any]


def node(path: Path, *, error: type[PaperlabError] = Conflict) -> Any:
    """Read a notebook of any format that nbformat knows as its NotebookNode, format 4.5.

    Raises:
        error: the file is missing or no notebook.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbformat warns while it mends ids that are missing or doubled
            return _nbformat().reads(_mended(path.read_text(encoding="utf-8-sig")), as_version=4)
    except Exception as cause:
        words = str(cause).splitlines()[0][:120] if str(cause) else type(cause).__name__
        words = "a merge that was left open (a line <<<<<<<)" if _conflicted(path) else words
        raise error(f"{path}: expected a Jupyter notebook, got: {words}; mend it or move it away") from cause


def _conflicted(path: Path) -> bool:
    """Say whether git left both sides of a merge in a file."""
    try:
        return any(line.startswith(b"<<<<<<< ") for line in path.read_bytes().splitlines())
    except OSError:
        return False


def _mended(text: str) -> str:
    """Put in what every reader of a notebook takes for granted: mappings of metadata, text as source."""
    data = json.loads(text)
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        return text  # of an older format, or none
    cells = [cell for cell in data["cells"] if isinstance(cell, dict)]
    for part in (data, *cells):
        if not isinstance(part.get("metadata"), dict):
            part["metadata"] = {}
    for cell in cells:
        if cell.get("cell_type") not in ("code", "markdown"):
            cell["cell_type"] = "raw"
            for field in ("outputs", "execution_count"):
                cell.pop(field, None)
        if not isinstance(cell.get("source"), str | list):
            cell["source"] = "" if cell.get("source") is None else json.dumps(cell["source"])
    kernel = data["metadata"].get("kernelspec")
    if not isinstance(kernel, dict):
        data["metadata"].pop("kernelspec", None)
    return json.dumps(data)


def whole(book: Any) -> Any:
    r"""Put `?` for halves of characters: JSON can hold them (`\ud83d` alone), no kernel and no UTF-8 file takes them."""
    text = json.dumps(book, ensure_ascii=False)
    clean = text.encode("utf-8", "replace").decode()
    return book if clean == text else _nbformat().from_dict(json.loads(clean))


def load(path: Path) -> Notebook:
    """Read a notebook as plain dictionaries, each source one string.

    Raises:
        Conflict: the file is no notebook.
    """
    plain: Notebook = json.loads(_write(node(path)))
    for cell in plain["cells"]:
        cell["source"] = "".join(cell["source"])
    return plain


def dumps(notebook: Any) -> bytes:
    """Give the bytes of a notebook in format 4.5, keys sorted, one line a source line."""
    data = notebook | {"nbformat_minor": max(5, int(notebook.get("nbformat_minor", 5)))}
    text = _write(_nbformat().from_dict(data))
    return (text.rstrip("\n") + "\n").encode("utf-8", "surrogatepass")


def _write(notebook: Any) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text: str = _nbformat().writes(notebook, version=4)
    return text


def _nbformat() -> Any:
    """Import nbformat on first use (0.2 s); it ships half of its types, so it is Any here."""
    import nbformat

    return nbformat
