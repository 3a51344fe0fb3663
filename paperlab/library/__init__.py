"""The reading list: the only room that speaks SQL.

`Library` is the list (`reading_list.db`), `Measurements` the harness's rows (`.paperlab/measurements.db`), `Corpus`
all of arXiv's metadata (`.paperlab/corpus.db`). Each loads on first use and reads through plain sqlite3: `paperlab list` must not pay for sqlite_utils, which
imports numpy and pandas where they are installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.library.corpus import Corpus as Corpus
    from paperlab.library.library import Library as Library
    from paperlab.library.measurements import Measurements as Measurements

__all__ = ["Corpus", "Library", "Measurements"]


def __getattr__(name: str) -> object:
    """Load the stores on first use."""
    if name == "Corpus":
        from paperlab.library.corpus import Corpus

        return Corpus
    if name == "Library":
        from paperlab.library.library import Library

        return Library
    if name == "Measurements":
        from paperlab.library.measurements import Measurements

        return Measurements
    raise AttributeError(f"module 'paperlab.library' has no attribute {name!r}")
