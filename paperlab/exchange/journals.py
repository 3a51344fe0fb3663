r"""Journals that ADS names by a macro of AASTeX: `journal = {\apj}`.

Source: the AASTeX guide, Appendix on journal abbreviations, which the NASA Astrophysics Data System follows.
"""

from __future__ import annotations

import re

_NAMES = {
    "aj": "Astronomical Journal", "actaa": "Acta Astronomica", "araa": "Annual Review of Astronomy and Astrophysics",
    "apj": "Astrophysical Journal", "apjl": "Astrophysical Journal Letters",
    "apjs": "Astrophysical Journal Supplement", "ao": "Applied Optics", "apss": "Astrophysics and Space Science",
    "aap": "Astronomy and Astrophysics", "aapr": "Astronomy and Astrophysics Reviews",
    "aaps": "Astronomy and Astrophysics Supplement", "azh": "Astronomicheskii Zhurnal",
    "baas": "Bulletin of the American Astronomical Society", "bain": "Bulletin Astronomical Institute of the Netherlands",
    "caa": "Chinese Astronomy and Astrophysics", "cjaa": "Chinese Journal of Astronomy and Astrophysics",
    "fcp": "Fundamentals of Cosmic Physics", "gca": "Geochimica et Cosmochimica Acta", "grl": "Geophysical Research Letters",
    "iaucirc": "IAU Circulars", "icarus": "Icarus", "jcap": "Journal of Cosmology and Astroparticle Physics",
    "jcp": "Journal of Chemical Physics", "jgr": "Journal of Geophysical Research",
    "jqsrt": "Journal of Quantitative Spectroscopy and Radiative Transfer",
    "jrasc": "Journal of the Royal Astronomical Society of Canada", "maps": "Meteoritics and Planetary Science",
    "memras": "Memoirs of the Royal Astronomical Society", "memsai": "Memorie della Societa Astronomica Italiana",
    "mnras": "Monthly Notices of the Royal Astronomical Society", "na": "New Astronomy", "nar": "New Astronomy Reviews",
    "nat": "Nature", "nphysa": "Nuclear Physics A", "pasa": "Publications of the Astronomical Society of Australia",
    "pasj": "Publications of the Astronomical Society of Japan",
    "pasp": "Publications of the Astronomical Society of the Pacific", "physrep": "Physics Reports",
    "physscr": "Physica Scripta", "planss": "Planetary and Space Science", "pra": "Physical Review A",
    "prb": "Physical Review B", "prc": "Physical Review C", "prd": "Physical Review D", "pre": "Physical Review E",
    "prl": "Physical Review Letters", "procspie": "Proceedings of the SPIE", "psj": "Planetary Science Journal",
    "qjras": "Quarterly Journal of the Royal Astronomical Society",
    "rmxaa": "Revista Mexicana de Astronomia y Astrofisica", "skytel": "Sky and Telescope", "solphys": "Solar Physics",
    "sovast": "Soviet Astronomy", "ssr": "Space Science Reviews", "zap": "Zeitschrift fuer Astrophysik",
}  # fmt: skip
_MACRO = re.compile(r"\\([a-z]+)(?:\{\})?")


def spelled(journal: str) -> str:
    r"""Give the name of a journal; what is no macro that we know stays.

    >>> spelled(r"\apjl"), spelled(r"\mnras{}"), spelled("Nature"), spelled(r"\foo")
    ('Astrophysical Journal Letters', 'Monthly Notices of the Royal Astronomical Society', 'Nature', '\\foo')
    """
    macro = _MACRO.fullmatch(journal.strip())
    return _NAMES.get(macro[1], journal) if macro else journal
