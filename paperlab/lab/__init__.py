"""The facade: `Lab` joins the rooms, and is the Python API for notebooks and scripts.

Each verb of the command line is a method; a file of this package holds the verbs of one group. Rooms are imported
inside the methods that need them, since `paperlab list` must load neither torch nor a web library.
"""

from __future__ import annotations

from paperlab.lab.care import Care
from paperlab.lab.corpus import Corpus
from paperlab.lab.exchange import Exchange
from paperlab.lab.feeds import Feeds
from paperlab.lab.judgement import Judgement
from paperlab.lab.ladder import Ladder
from paperlab.lab.loop import Loop
from paperlab.lab.notices import Notices
from paperlab.lab.opening import Opening
from paperlab.lab.origins import Origins
from paperlab.lab.overtime import Overtime
from paperlab.lab.queue import Queue
from paperlab.lab.review import Review
from paperlab.lab.triage import Triage


class Lab(
    Queue, Ladder, Opening, Triage, Review, Judgement, Feeds, Notices, Loop, Origins, Overtime, Exchange, Corpus, Care
):
    """A reading list, its implementations and what was measured, under one folder.

    Attributes:
        root: the folder that holds reading_list.db.
        settings: see `paperlab.settings`.
    """

    # The verbs whose methods have names that say what comes back.
    list = Queue.entries
    next = Judgement.ranked
    find = Queue.find_papers
    show = Queue.entry
    rm = Queue.remove
    feed = Feeds.follow
    open = Opening.open_paper
    review = Review.due
