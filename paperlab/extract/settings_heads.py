"""Heads of columns, and captions, by which a table of settings tells itself."""

from __future__ import annotations

import re

ABOUT = re.compile(
    r"hyper-?\s?parameters?|(?:training|implementation|experimental) (?:settings?|details?|configuration|parameters?)|optimi[sz]ation settings|configurations?",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"(?:hyper-?\s?)?param(?:eter)?s?\.?(?: names?)?|settings?|configs?(?:uration)?|options?|items?|components?",
    re.IGNORECASE,
)
"""Heads of a column of names of settings."""
NAME_HEAD = re.compile(rf"{NAMED.pattern}|name|symbol|notation|description", re.IGNORECASE)
GROUP_HEAD = re.compile(
    r"(?:models?|algorithms?|methods?|networks?|data\s?sets?|tasks?|phases?|stages?|modules?|agents?|environments?|experiments?|learners?|classifiers?|groups?|category)(?: type| name)?",
    re.IGNORECASE,
)
"""Heads of a column that tells for what a row sets something."""
VALUE_HEAD = re.compile(
    r"values?|settings?|default(?: value)?|ours|configuration|choice|used|(?:best|chosen|selected|optimal|final|tuned)(?: values?| settings?)?",
    re.IGNORECASE,
)
NO_VALUE = frozenset(
    ("", "-", "–", "—", "n/a", "na", "none", "not applicable", "not implemented", "not used", "✓", "✗", "/", "?")
)
SEARCHED = re.compile(
    r"(?:(?:hyper-?parameter )?search |tuning )?(?:ranges?|space|grid)|candidates?|(?:tried|searched) values|values (?:tried|searched)",
    re.IGNORECASE,
)
"""Heads of a column of what was searched: no value, but where nothing says what was chosen."""
ASIDE_HEAD = re.compile(
    r"symbol|description|notation|meaning|units?|comments?|notes?|remarks?|references?|refs?\.?|explanation|rationale|type|(?:\w+ )?name|distribution|prior|scale|domain|source",
    re.IGNORECASE,
)
