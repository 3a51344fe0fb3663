r"""The environments that set a display formula: one table for all who expand, number, quote or leave them out."""

from __future__ import annotations

import re

ROWS = frozenset(
    "align gather flalign alignat xalignat eqnarray IEEEeqnarray numcases subnumcases dgroup darray".split()
)
"""Environments that number each row, when they have no star."""
SINGLE = frozenset(["equation", "multline", "dmath", "empheq"])
NAMES = frozenset({n + s for n in ROWS | SINGLE for s in ("", "*")} | {"displaymath", "xxalignat"})
NAMED = "(" + "|".join(map(re.escape, sorted(NAMES))) + ")"
r"""One of them within a pattern, as a group: `\\begin\{NAMED\}.*?\\end\{\1\}`."""
