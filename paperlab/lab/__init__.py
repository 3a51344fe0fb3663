"""The facade: `Lab` joins the rooms, and is the Python API for notebooks and scripts.

Each method is a verb of the command line; a file of this package holds the verbs of one group. Rooms are imported
inside the methods that need them, since `paperlab list` must load neither torch nor a web library.
"""

from __future__ import annotations

from paperlab.lab.corpus import Corpus
from paperlab.lab.feeds import Feeds
from paperlab.lab.loop import Loop
from paperlab.lab.queue import Queue


class Lab(Queue, Feeds, Corpus, Loop):
    """A reading list, its implementations and what was measured, under one folder.

    Attributes:
        root: the folder that holds reading_list.db.
        settings: see `paperlab.settings`.
    """
