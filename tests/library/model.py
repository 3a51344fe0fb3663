"""The ladder written a second time, by hand, for the tests to compare with."""

from typing import Any

from paperlab.errors import NothingFound, Refused, UsageError

OPEN = {"queued", "skimmed", "reading", "read", "implementing", "snoozed", "dropped"}
FOLLOWERS_OF = {
    **dict.fromkeys(("inbox", "queued", "skimmed", "reading", "snoozed", "dropped"), OPEN),
    "read": OPEN | {"explained"},
    "implementing": OPEN | {"reproduced", "explained"},
    "reproduced": {"queued", "reading", "implementing", "explained", "dropped"},
    "explained": {"queued", "reading", "implementing", "reproduced", "dropped"},
}
BEGINS = ("inbox", "queued", "skimmed", "snoozed", "dropped")
RUNGS = ["inbox", "queued", "skimmed", "reading", "read", "implementing", "reproduced", "explained"]


class Model:
    """A list as a dict; each method gives the error that is due, or None when it did what was asked."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.entries: dict[str, dict[str, Any]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self.entries == other.entries

    __hash__ = None  # type: ignore[assignment]

    def add(self, id: str, state: str) -> None:
        fresh = {
            "state": state, "priority": 0, "minutes": None, "until": None, "tags": set(), "idea": "", "teach_back": "",
            "card": None,
        }  # fmt: skip
        entry = self.entries.setdefault(id, fresh)
        if state == "queued" and entry["state"] in ("inbox", "dropped"):
            entry["state"] = "queued"

    def move(self, id: str, state: str, until: str | None = None) -> type[Exception] | None:
        entry = self.entries[id]
        if state != entry["state"] and state not in FOLLOWERS_OF[entry["state"]]:
            return Refused
        entry |= {"state": state, "until": until}
        return None

    def decide(self, what: list[dict[str, Any]]) -> type[Exception] | None:
        for one in what:
            if one["id"] not in self.entries:
                return NothingFound
            entry = self.entries[one["id"]]
            idea = one["idea"] or {}
            entry["idea"] = idea.get("main_idea", entry["idea"])
            entry["teach_back"] = idea.get("teach_back", entry["teach_back"])
            entry["priority"] = min(max(entry["priority"] + one["raised"], 0), 9)
            entry["tags"] = (entry["tags"] | set(one["tags"])) - set(one["untags"])
            if one["state"] is not None:
                if error := self.move(one["id"], one["state"], one["until"]):
                    return error
                if one["minutes"] is not None:
                    entry["minutes"] = (entry["minutes"] or 0) + one["minutes"]
        return None

    def begin(self, ids: list[str], park: list[str]) -> type[Exception] | None:
        if set(ids) - set(self.entries):
            return NothingFound
        if set(park) - set(self.entries):
            return NothingFound
        reading = {id for id, entry in self.entries.items() if entry["state"] == "reading"}
        if set(park) - (reading - set(ids)):
            return UsageError
        if set(ids) - reading and len((reading | set(ids)) - set(park)) > self.limit:
            return Refused
        for id in park:
            self.move(id, "queued")
        for id in ids:
            self.move(id, "reading")
        return None

    def open(self, id: str) -> type[Exception] | None:
        if id not in self.entries:
            return NothingFound
        if self.entries[id]["state"] in BEGINS:
            self.begin([id], [])
        return None

    def climb(self, id: str, state: str, through: tuple[str, ...]) -> type[Exception] | None:
        if id not in self.entries:
            return NothingFound
        now = self.entries[id]["state"]
        if now in RUNGS and RUNGS.index(now) >= RUNGS.index(state):
            return None
        if state in FOLLOWERS_OF[now]:
            self.move(id, state)
        elif through:
            self.move(id, "implementing")
            self.move(id, state)
        return None

    def grade(self, id: str, card: str) -> type[Exception] | None:
        if id not in self.entries or not self.entries[id]["idea"]:
            return NothingFound
        self.entries[id]["card"] = card
        return None

    def remove(self, ids: list[str]) -> type[Exception] | None:
        if set(ids) - set(self.entries):
            return NothingFound
        for id in ids:
            del self.entries[id]
        return None
