"""MEDLINE, as PubMed's `.nbib` files hold it: told over as RIS, whose reader then reads it.

Source: the National Library of Medicine's MEDLINE/PubMed Data Element (Field) Descriptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from paperlab.exchange import ris
from paperlab.records.works import Reading

_FIELD = re.compile(r"^([A-Z]{2,4}) *- (.*(?:\n {6}.*)*)", re.MULTILINE)
_START = re.compile(r"^(?=PMID *- )", re.MULTILINE)
_RIS = {
    "TI": "TI", "AB": "AB", "FAU": "AU", "CN": "AU", "DP": "PY", "JT": "JO", "OT": "KW", "MH": "KW", "LID": "DO", "AID": "DO",
}  # fmt: skip
"""Field of MEDLINE -> tag of RIS."""
_DOI = " [doi]"


def read(text: str) -> Reading:
    """Read every record."""
    records = _START.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = chain.from_iterable(_told(record) for record in records if record.startswith("PMID"))
    return replace(ris.read("\n".join(lines)), format="medline")


def _told(record: str) -> Iterator[str]:
    """Give the lines of a record in RIS; the names of authors are in short where no full ones are."""
    fields = [(match[1], " ".join(match[2].split())) for match in _FIELD.finditer(record)]
    short = {} if any(name == "FAU" for name, _ in fields) else {"AU": "AU"}
    yield "TY  - JOUR"
    for name, value in fields:
        if name == "PMID":
            yield f"UR  - https://pubmed.ncbi.nlm.nih.gov/{value}/"
        elif (tag := (_RIS | short).get(name)) and (tag != "DO" or value.endswith(_DOI)):
            yield f"{tag}  - {value.removesuffix(_DOI)}"
    yield "ER  - "
