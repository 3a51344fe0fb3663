"""`Library`: the reading list in one SQLite file, `reading_list.db`."""

from __future__ import annotations

from paperlab.library.commands import Commands
from paperlab.library.exchanging import Exchanging
from paperlab.library.following import Following
from paperlab.library.judgement import Judgement
from paperlab.library.ladder import Ladder
from paperlab.library.origins import Origins
from paperlab.library.overtime import Overtime
from paperlab.library.queries import Queries


class Library(Queries, Judgement, Commands, Following, Ladder, Origins, Overtime, Exchanging):
    """The reading list.

    Opened for reading it changes no byte and leaves no file beside its own; opened for writing it holds one
    connection in WAL mode, and each call is one transaction. Every call raises LabUnusable where the file is
    read-only, full, locked for long, corrupt or made by a newer paperlab, and nothing has changed then.

    Attributes:
        path: the file.
        writable: whether it was opened for writing.
    """
