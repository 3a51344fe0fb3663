"""The frozen records that travel between rooms; no input or output happens here.

Import from the module that holds the record (`from paperlab.records.queue import Entry`): building a
dataclass costs about half a millisecond, and `paperlab list` must not pay for the records of the harness.

    ids.py          PaperId
    idforms.py      what stands around an id where people copy it
    paper.py        PaperRecord, Announcement, Eprint, Provenance: what arXiv says and gives
    queue.py        Entry, Event, Ranked: the reading list
    extracted.py    Paper and its parts: what was read out of an e-print (schema 1)
    card.py         Card, Claim: paper.toml of an implementation
    measurement.py  Measurement, Verdict: what the harness found
"""
