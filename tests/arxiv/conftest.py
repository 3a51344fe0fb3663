"""Clients of the stand-in server."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paperlab.arxiv import ArxivClient
from tests.support.arxiv_server import ArxivServer, arxiv_server

__all__ = ["arxiv_server"]

Build = Callable[..., ArxivClient]


@pytest.fixture
def build(arxiv_server: ArxivServer, tmp_path: Path) -> Build:
    """Build a client of the stand-in; keywords override."""

    def made(**settings: Any) -> ArxivClient:
        defaults = {"mirror": arxiv_server.url, "delay": 0.0, "timeout": 2.0, "state": tmp_path / "state"}
        return ArxivClient(**(defaults | settings))

    return made
