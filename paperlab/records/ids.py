"""arXiv identifiers in every form that people paste.

Source: info.arxiv.org/help/arxiv_identifier (schemes since 2007-04 and before).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from paperlab.errors import BadId

_ARCHIVES = frozenset(
    "acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas cond-mat cs "
    "dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex nucl-th patt-sol physics "
    "plasm-ph q-alg q-bio quant-ph solv-int stat supr-con".split()
)
"""Archives that gave out ids before April 2007."""
OLD_ARCHIVES = tuple(sorted(_ARCHIVES))
"""The same in a fixed order: none has been added since, and none can be."""
_UNHYPHENED = {archive.replace("-", ""): archive for archive in _ARCHIVES}
"""`hepth/9901001`, as people write it, is `hep-th/9901001`."""

_VERSION = r"(?:v(?P<version>[0-9]{1,4}))?"
_NEW = re.compile(rf"(?P<yy>\d\d)(?P<mm>\d\d)\.(?P<number>\d{{4,5}}){_VERSION}", re.ASCII | re.IGNORECASE)
_OLD = re.compile(
    r"(?P<archive>[a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2}|\.[a-z]{3,4}-[a-z]{2,4})?/"
    rf"(?P<yy>\d\d)(?P<mm>\d\d)(?P<number>\d{{3}}){_VERSION}",
    re.ASCII | re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:oai:arXiv\.org:|arXiv:)?(\d{4}\.\d{4,5}(?:v\d{1,4})?)", re.ASCII)
"""What feeds and answers hold thousands of: nothing is to be stripped."""


@dataclass(frozen=True, slots=True)
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
    def parse(cls, text: object) -> PaperId:
        """Read an id, link or DOI.

        Raises:
            BadId: with what was expected and what came; a number is refused, since 2105.00010 is not 2105.0001.
        """
        if not isinstance(text, str):
            raise BadId(f"expected an arXiv id as text, got the {type(text).__name__} {text!r:.40}; put it in quotes")
        found, reason = _read(_core(text))
        if found is None:
            got = f"{_shown(text)}{reason}"
            raise BadId(f"expected an arXiv id, link or DOI like 1706.03762v5 or hep-th/9901001, got {got}", got=got)
        return found

    @classmethod
    def maybe(cls, text: str) -> PaperId | None:
        """Read an id, link or DOI; None where the text is none."""
        return _read(_core(text))[0]

    @classmethod
    def fault(cls, text: str) -> BadId | None:
        """Say what keeps a text from being an id, `context["got"]` in short; None where it is one."""
        try:
            cls.parse(text)
        except BadId as error:
            return error
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
    """Strip what stands around an id; the patterns for it cost more than reading one that stands alone."""
    if plain := _PLAIN.fullmatch(text):
        return plain[1]
    if _OLD.fullmatch(text):
        return text
    from paperlab.records.idforms import stripped

    return stripped(text, _OLD)


def _read(core: str) -> tuple[PaperId | None, str]:
    """Give the id, or None and why the text is none."""
    if match := _NEW.fullmatch(core):
        base, reason = f"{match['yy']}{match['mm']}.{match['number']}", _new_fault(match)
    elif match := _OLD.fullmatch(core):
        archive = match["archive"].lower()
        archive = _UNHYPHENED.get(archive, archive)
        base, reason = f"{archive}/{match['yy']}{match['mm']}{match['number']}", _old_fault(match, archive)
    else:
        return None, ""
    version = int(match["version"]) if match["version"] else None
    if version == 0:
        reason = reason or "versions count from v1"
    return (None, f": {reason}") if reason else (PaperId(base, version), "")


def _new_fault(match: re.Match[str]) -> str:
    """Ids since 2007-04: four digits until 2014-12, five from 2015-01."""
    year, month, digits = int(match["yy"]), int(match["mm"]), len(match["number"])
    if not 1 <= month <= 12:
        return f"there is no month {match['mm']}"
    if (year, month) < (7, 4):
        return "ids of this form begin in April 2007, with 0704"
    if digits == 5 and year < 15:
        return "ids had four digits after the point until December 2014"
    if digits == 4 and year >= 15:
        return "ids have five digits after the point since January 2015; is a zero lost at the end?"
    return ""


def _old_fault(match: re.Match[str], archive: str) -> str:
    """Ids of 1991 to 2007-03: archive, two digits of the year, month, three digits."""
    year, month = int(match["yy"]), int(match["mm"])
    if archive not in _ARCHIVES:
        return f"no archive called {archive!r} gave out ids of this form"
    if not 1 <= month <= 12:
        return f"there is no month {match['mm']}"
    if 8 <= year <= 90 or (year == 7 and month > 3):
        return "ids of this form were given out from 1991 to March 2007"
    return ""


def _shown(text: str) -> str:
    """Show what came, on one line and short."""
    return repr(text if len(text) <= 80 else f"{text[:77]}...")
