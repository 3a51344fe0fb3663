"""arXiv identifiers in every form that people paste.

Source: info.arxiv.org/help/arxiv_identifier (schemes since 2007-04 and before), help/doi (10.48550/arXiv).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from paperlab.errors import BadId

_ARCHIVES = frozenset(
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs "
    "dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics "
    "plasm-ph q-alg q-bio quant-ph solv-int stat supr-con".split()
)
"""Archives that gave out ids before April 2007."""

_NEW = re.compile(r"(?P<yy>\d\d)(?P<mm>\d\d)\.(?P<number>\d{4,5})(?:v(?P<version>[1-9]\d*))?", re.ASCII | re.IGNORECASE)
_OLD = re.compile(
    r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?/(?P<yy>\d\d)(?P<mm>\d\d)(?P<number>\d{3})(?:v(?P<version>[1-9]\d*))?",
    re.ASCII | re.IGNORECASE,
)
_PREFIX = re.compile(
    r"(?:https?://)?(?:[\w-]+\.)*"
    r"(?:arxiv\.org|lanl\.gov|ar5iv\.org|alphaxiv\.org|huggingface\.co|hf\.co|scirate\.com|arxiv-vanity\.com|semanticscholar\.org)"
    r"(?::\d+)?/(?:abs|pdf|html|src|e-print|ps|format|tb|list|overview|papers|arxiv|paper|api/papers)/",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:https?://)?(?:(?:dx\.)?doi\.org/|doi:\s*)?10\.48550/arxiv\.", re.IGNORECASE)
_LABEL = re.compile(r"(?:oai:arxiv\.org:|arxiv\s*:|arxiv\.org:)\s*", re.IGNORECASE)
_TAIL = re.compile(r"(?:\.(?:pdf|ps|tar\.gz|gz))?[/.,;)\]}>\"']*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class PaperId:
    """An arXiv id: the canonical base, and the version if one was named.

    >>> PaperId.parse("https://arxiv.org/pdf/1706.03762v5.pdf")
    PaperId(base='1706.03762', version=5)
    >>> PaperId.parse("math.GT/0309136").base
    'math/0309136'
    """

    base: str
    """Without version; old style without subject class."""
    version: int | None = None
    """1 or more; None means the newest."""

    @classmethod
    def parse(cls, text: str) -> PaperId:
        """Read an id, link or DOI.

        Raises:
            BadId: with what was expected and what came.
        """
        found = cls.maybe(text)
        if found is None:
            raise BadId(f"expected an arXiv id, link or DOI like 1706.03762v5 or hep-th/9901001, got {text[:80]!r}")
        return found

    @classmethod
    def maybe(cls, text: str) -> PaperId | None:
        """Read an id, link or DOI; None where the text is none."""
        core = _core(text)
        if match := _NEW.fullmatch(core):
            return _new_style(match)
        if match := _OLD.fullmatch(core):
            return _old_style(match)
        return None

    def __str__(self) -> str:
        """Give the id with its version, if one was named."""
        return self.base if self.version is None else f"{self.base}v{self.version}"

    @property
    def file_name(self) -> str:
        """The id as one path component: the slash of old ids becomes an underscore."""
        return str(self).replace("/", "_")

    @property
    def abs_url(self) -> str:
        """Address of the abstract page."""
        return f"https://arxiv.org/abs/{self}"


def _core(text: str) -> str:
    """Strip address, label, query, fragment, file ending and a trailing category."""
    core = unquote(text.strip()).split("?")[0].split("#")[0].strip()
    core = re.sub(r"\s+\[[\w.\- ]+\]$", "", core).strip("<([{\"' ")
    for pattern in (_PREFIX, _DOI, _LABEL):
        core = pattern.sub("", core, count=1) if pattern.match(core) else core
    return _TAIL.sub("", core)


def _version(match: re.Match[str]) -> int | None:
    return int(match["version"]) if match["version"] else None


def _new_style(match: re.Match[str]) -> PaperId | None:
    """Ids since 2007-04: four digits until 2014-12, five from 2015-01."""
    year, month = int(match["yy"]), int(match["mm"])
    digits = 5 if year >= 15 else 4
    if not 1 <= month <= 12 or (year, month) < (7, 4) or len(match["number"]) != digits:
        return None
    return PaperId(f"{match['yy']}{match['mm']}.{match['number']}", _version(match))


def _old_style(match: re.Match[str]) -> PaperId | None:
    """Ids of 1991-08 to 2007-03: archive, two digits of the year, month, three digits."""
    archive, year, month = match["archive"].lower(), int(match["yy"]), int(match["mm"])
    if archive not in _ARCHIVES or not 1 <= month <= 12 or 8 <= year <= 90:
        return None
    return PaperId(f"{archive}/{match['yy']}{match['mm']}{match['number']}", _version(match))
