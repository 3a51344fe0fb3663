"""The ladder written a second time, by hand, for the tests to compare with."""

OPEN = {"queued", "skimmed", "reading", "read", "implementing", "snoozed", "dropped"}
FOLLOWERS_OF = {
    **dict.fromkeys(("inbox", "queued", "skimmed", "reading", "snoozed", "dropped"), OPEN),
    "read": OPEN | {"explained"},
    "implementing": OPEN | {"reproduced", "explained"},
    "reproduced": {"queued", "reading", "implementing", "explained", "dropped"},
    "explained": {"queued", "reading", "implementing", "reproduced", "dropped"},
}
