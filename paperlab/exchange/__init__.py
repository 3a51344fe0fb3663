"""Files of other tools: bytes in, works out, and back; pure functions, no disk, no network, no SQL.

A room of its own beside `library`, since a format is neither SQL nor a rule of the list: `lab` reads the file,
this room makes works of it, and `library` joins them to what it knows.

| format | read | written | what it carries |
| --- | --- | --- | --- |
| jsonl | yes | yes | everything: id and version, all that arXiv tells, state, priority, why, tags, minutes, added_at, until, parent, notes, ideas |
| bibtex | yes | yes | id and version, title, authors, year and month, primary category, abstract, DOI, journal, comment, tags, notes (on one line) |
| csl | yes | yes | the same, with the day |
| ris | yes | yes | the same, with the day |
| opml | yes | yes | id and version, title, authors, date, state (as groups), tags, added_at, notes |
| markdown | yes | yes | id and version, read or not, tags; the title only of what arXiv does not have |
| links | yes | no | id and version |
| medline | yes | no | PubMed's .nbib: title, authors, day, abstract, DOI, journal, keywords |
| zotero | yes | no | RDF, CSV and Better BibTeX JSON: as bibtex, with tags, notes and date added |
| atom | no | yes | for feed readers: title, authors, abstract, link, state and tags as categories |
"""

from __future__ import annotations

from paperlab.exchange.reading import FORMATS as READ
from paperlab.exchange.reading import read as read
from paperlab.exchange.writing import CITED as CITED
from paperlab.exchange.writing import FORMATS as WRITTEN
from paperlab.exchange.writing import write as write

__all__ = ["CITED", "READ", "WRITTEN", "read", "write"]
