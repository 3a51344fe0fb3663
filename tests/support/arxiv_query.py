"""What the stand-in finds: dates and categories of the query language, and pages of OAI's ListRecords."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

Papers = Mapping[str, Any]


def matching(papers: Papers, query: Mapping[str, str]) -> list[str]:
    """Give the ids that a query finds: ranges of dates and categories are looked at, other words fit everything."""
    words = query.get("search_query", "")
    span = re.search(r"submittedDate:\[(\d+) TO (\d+)\]", words)
    terms = [term.rstrip(")") for term in re.findall(r"cat:(\S+)", words)]
    found = [
        p for p in papers.values()
        if (not span or span[1] <= _minute(p.versions[0]) <= span[2])
        and (not terms or any(fnmatchcase(c, t) for c in p.categories for t in terms))
    ]  # fmt: skip
    version = {"submittedDate": 0, "lastUpdatedDate": -1}.get(query.get("sortBy", ""))
    if version is not None:
        found.sort(key=lambda p: (p.versions[version], p.id), reverse=query.get("sortOrder") != "ascending")
    return [p.id for p in found]


def _minute(moment: str) -> str:
    return re.sub(r"\D", "", moment)[:12]


def list_records(papers: Papers, query: Mapping[str, str], *, day: str, page: int) -> tuple[Sequence[str], str | None]:
    """Give the ids of a page of OAI's, and the token of the next or the error code; a token is good for one `day`."""
    if token := query.get("resumptionToken"):
        made, start, since, set_ = base64.b64decode(token).decode().split("|")
        if made != day:
            return [], "badResumptionToken"
    else:
        start, since, set_ = "0", query["from"], query["set"]
    wanted = [p for p in papers.values() if p.versions[-1][:10] >= since and any(_in(c, set_) for c in p.categories)]
    wanted.sort(key=lambda p: (p.versions[-1], p.id))
    end = int(start) + page
    token = base64.b64encode(f"{day}|{end}|{since}|{set_}".encode()).decode() if end < len(wanted) else None
    return [p.id for p in wanted[int(start) : end]], token if wanted else "noRecordsMatch"


def _in(category: str, set_: str) -> bool:
    archive, _, part = category.partition(".")
    return f"{archive}:{archive}:{part}".startswith(set_)
