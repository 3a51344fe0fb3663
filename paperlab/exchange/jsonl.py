"""JSON Lines: one record a line, with all that the list knows; also the array that `list --json` prints.

The keys down to `withdrawn` are those of `list --json`; the others follow where they are not empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from paperlab.exchange import dates, found
from paperlab.exchange.found import Broken
from paperlab.records.ids import PaperId
from paperlab.records.naming import canonical
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import STATES
from paperlab.records.works import Reading, Work

Row = dict[str, Any]


def read(text: str) -> Reading:
    """Read one object a line; a line that is none, or has a value of the wrong type, costs one line."""
    works: list[Work] = []
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            works.append(_work(json.loads(line)))
        except Broken as error:
            faults.append(f"line {number}: {error}")
        except (ValueError, RecursionError) as error:
            faults.append(f"line {number}: expected a JSON object, got {line.strip()[:40]!r} ({str(error)[:60]})")
    return Reading(works=found.once(works), faults=tuple(faults), format="jsonl")


def read_array(rows: Sequence[Any]) -> Reading:
    """Read the records of an array, as `list --json` prints it."""
    return found.each(rows, _work, word="record", format="jsonl")


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 100_000


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool) or (type(value) is int and value in (0, 1))


def _is_version(value: Any) -> bool:
    return type(value) is int and 1 <= value <= 9999


def _is_priority(value: Any) -> bool:
    return type(value) is int and 0 <= value <= 9


def _is_state(value: Any) -> bool:
    return isinstance(value, str) and value in STATES


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and (not value.strip() or dates.moment(value) is not None)


_IDEAS = ("main_idea", "build", "unclear", "teach_back")


def _is_ideas(value: Any) -> bool:
    return isinstance(value, dict) and all(v is None or isinstance(v, str) for v in value.values())


_TEXT = (_is_text, "a text")
_TEXTS = (_is_texts, "a list of texts")
_TIME = (_is_time, "a time like 2017-06-12T17:57:34Z")
_VERSION = (_is_version, "a version from 1")

TYPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "id": _TEXT, "version": _VERSION, "title": _TEXT, "authors": _TEXTS, "state": (_is_state, f"one of {', '.join(STATES)}"),
    "priority": (_is_priority, "a number from 0 to 9"), "why": _TEXT, "tags": _TEXTS,
    "minutes": (_is_count, "minutes from 0 to 100000"), "added_at": _TIME, "published": _TIME, "primary_category": _TEXT,
    "parent": _TEXT, "withdrawn": (_is_flag, "true or false"), "abstract": _TEXT, "categories": _TEXTS, "updated": _TIME,
    "comment": _TEXT, "journal_ref": _TEXT, "doi": _TEXT, "licence": _TEXT, "until": _TIME, "notes": _TEXT,
    "ideas": (_is_ideas, "an object with main_idea, build, unclear, teach_back"), "wanted_version": _VERSION, "newest_version": _VERSION,
}  # fmt: skip
"""Key -> what its value must be, in code and in words; null is as good as absent, and another key is ignored."""


def _work(row: Any) -> Work:
    if not isinstance(row, dict):
        raise Broken(f"expected a JSON object with an id, got {_shown(row)}")
    if "authors_parsed" in row:
        raise Broken("is of arXiv's metadata dump; `paperlab import --arxiv-metadata FILE` takes it into the corpus")
    told = {key: row[key] for key in TYPES if row.get(key) is not None}
    for key, value in told.items():
        fits, words = TYPES[key]
        if not fits(value):
            raise Broken(f"expected {key} to be {words}, got {_shown(value)}")
    times = ("added_at", "published", "updated", "until")
    told |= {key: dates.moment(told[key]) for key in times if key in told}
    text = told.get("id", "").strip()
    named = PaperId.maybe(text)
    id = named.base if named else _id(text, told)
    version = told.get("wanted_version") or (named.version if named else None)
    record = _record(id, told, version)
    return Work(
        id=id, version=version if record else version or told.get("version"), record=record, tags=found.tags(told.get("tags", ())),
        parent=_parent(told.get("parent")), notes=told.get("notes", ""),
        **{key: told.get(key) or None for key in ("state", "why", "until", "added_at")},
        **{key: told.get(key) for key in ("priority", "minutes")},
        **{key: (told.get("ideas") or {}).get(key) or None for key in _IDEAS},
    )  # fmt: skip


def _id(text: str, told: Row) -> str:
    id = canonical(text) or (text if text.startswith(("bib:", "doi:", "url:")) else None)
    if id is None and not text:
        return found.key_of(None, dois=[told.get("doi")], title="") if told.get("doi") else _no_id("nothing")
    return id or _no_id(_shown(text))


def _no_id(got: str) -> str:
    raise Broken(f"expected an id like 1706.03762, doi:10.1145/..., url:https://..., got {got}")


def _parent(text: str | None) -> str | None:
    return (canonical(text) or " ".join(text.split()) or None) if text else None


def _record(id: str, told: Row, version: int | None) -> PaperRecord | None:
    # Of a work with a version of its own the newest is known where it is told; `version` is that of the work.
    newest = told.get("newest_version") or (None if told.get("wanted_version") else told.get("version") or version)
    primary = told.get("primary_category") or None
    facts = {key: told.get(key) for key in ("published", "updated", "comment", "journal_ref", "doi", "licence")}
    made = found.work(
        id, newest, told.get("title", ""), told.get("authors", ()), primary=primary, of_arxiv=told.get("categories", ()),
        facts=facts | {"abstract": told.get("abstract", ""), "withdrawn": bool(told.get("withdrawn"))},
    )  # fmt: skip
    return made.record


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 50 else f"{text[:47]}..."


def write(works: Sequence[Work]) -> Iterator[str]:
    """Give one line a work."""
    dumps = json.JSONEncoder(ensure_ascii=False).encode
    for item in works:
        yield dumps(_row(item)) + "\n"


def _row(item: Work) -> Row:
    record = item.record
    newest = record.version if record else None
    row: Row = {
        "id": item.id, "version": item.version or newest, "title": record.title if record else "",
        "authors": record.authors if record else (), "state": item.state, "priority": item.priority, "why": item.why,
        "tags": item.tags, "minutes": item.minutes, "added_at": item.added_at,
        "published": record.published if record else None, "primary_category": record.primary_category if record else None,
        "parent": item.parent, "pending": record is None, "withdrawn": record.withdrawn if record else False,
    }  # fmt: skip
    more: Row = {
        "until": item.until, "notes": item.notes, "wanted_version": item.version,
        "newest_version": newest if item.version else None,
        "ideas": {k: v for k in _IDEAS if (v := getattr(item, k))},
    }  # fmt: skip
    if record:
        more |= {
            k: getattr(record, k)
            for k in ("abstract", "categories", "updated", "comment", "journal_ref", "doi", "licence")
        }
    return row | {key: value for key, value in more.items() if value}
