"""Heads of columns, and captions, by which a table of settings tells itself."""

from __future__ import annotations

import re

from paperlab.extract.lexicon import is_metric

ABOUT = re.compile(
    r"hyper-?\s?parameters?|(?:training|implementation|experimental|simulation) (?:settings?|set-?ups?|details?|configuration|parameters?)|optimi[sz]ation settings|configurations?",
    re.IGNORECASE,
)
SURELY_NAMED = re.compile(
    r"(?:hyper-?\s?)?param(?:eter)?s?\.?(?: names?)?|settings?|configs?(?:uration)?|factors?", re.IGNORECASE
)
"""Heads of a column of names of settings, wherever it stands."""
NAMED = re.compile(rf"{SURELY_NAMED.pattern}|options?|items?|components?", re.IGNORECASE)
"""Heads of a column of names of settings, or of the parts that have them."""
NAME_HEAD = re.compile(rf"{NAMED.pattern}|name|symbol|notation|description", re.IGNORECASE)
FITTED = re.compile(r"\bfit|\bestimat|\bposterior|\blearn(?:ed|t)\b|\bresults?\b", re.IGNORECASE)
"""Captions of tables whose parameters are what a fit found."""
GROUP_HEAD = re.compile(
    r"(?:models?|algorithms?|methods?|networks?|data\s?sets?|tasks?|phases?|stages?|modules?|agents?|environments?|experiments?|learners?|classifiers?|groups?|category|categories|components?|parts?)(?: type| name)?",
    re.IGNORECASE,
)
"""Heads of a column that tells for what a row sets something."""
BEFORE_NAMES = re.compile(rf"symbol|notation|#|no\.?|sn|{GROUP_HEAD.pattern}", re.IGNORECASE)
"""Heads of columns that may stand before the one of names."""
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
    r"symbol|#|no\.?|sn|id|description|notation|meaning|units?|comments?|notes?|remarks?|references?|refs?\.?|explanation|rationale|type|(?:\w+ )?name|distribution|prior|scale|domain|source",
    re.IGNORECASE,
)
_REACHED = re.compile(
    r"(?:final|best|mean|average|train(?:ing)?|val(?:idation)?|test|dev)\b.*\b(?:loss(?:es)?|acc\.?|error)",
    re.IGNORECASE,
)


def is_measured(name: str) -> bool:
    """Tell whether what a row names is a result: it may stand below the settings it comes of.

    >>> is_measured("Final training loss"), is_measured("Test accuracy"), is_measured("Loss"), is_measured("Loss weight")
    (True, True, False, False)
    """
    name = name.replace("_", " ")
    return _REACHED.fullmatch(name) is not None or is_metric(name.lower())
