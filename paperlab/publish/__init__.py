"""Notebook and verdicts in, a safe page out.

inputs.py    what comes in (`PageInput`) and what is reported
notebook.py  the executed copy as plain cells; the cleaned notebook for download
leaks/       the gate: secrets refuse the page, with cell and kind
people.py    home paths, user and host names, e-mails: rewritten in the copy
rules.py     what a page must keep to: no failing cell, no number without a yardstick
claims.py    verdicts -> rows, the verdict line, numbers in text
tex.py, macros.py, markdown.py, code.py, safe.py, outputs.py, images.py, svg.py    one kind of content each -> safe HTML or a file
page.py, site.py, store.py    the page, the site, the folder on disk
targets/     where a site can go
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paperlab.publish.inputs import LeakHit as LeakHit
    from paperlab.publish.inputs import PageInput as PageInput
    from paperlab.publish.inputs import SiteReport as SiteReport
    from paperlab.publish.leaks import check_leaks as check_leaks
    from paperlab.publish.site import publish_site as publish_site

__all__ = ["LeakHit", "PageInput", "SiteReport", "check_leaks", "publish_site"]

_HOME = {
    "LeakHit": "inputs",
    "PageInput": "inputs",
    "SiteReport": "inputs",
    "check_leaks": "leaks",
    "publish_site": "site",
}


def __getattr__(name: str) -> object:
    """Load a public name on first use: the command line imports this package and must start fast."""
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
