"""What every test shares: real data when it is there, a home of its own, no network but loopback."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

# The same commit gives the same answer: both tiers try the same examples each time. `make explore` looks for new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("same")

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A shell starts its background jobs so, and what they start inherits it: no command could be interrupted in a test.
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(__file__).parents[2] / "shared"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a test by the length of its bytes: an archive holds the second it was packed in, and xdist's workers must agree."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def shared_arxiv() -> Path:
    """Real recorded arXiv data; private to our tests and never part of the repository."""
    folder = SHARED / "arxiv"
    if not folder.is_dir():
        pytest.skip("real arXiv recordings (../shared/arxiv) are not here")
    return folder


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the settings and state of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("PAPERLAB_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("PAPERLAB_STATE_DIR", str(home / "state"))
    for variable in ("PAPERLAB_HOME", "PAPERLAB_ARXIV_MIRROR", "PAPERLAB_ARXIV_DELAY", "PAPERLAB_OFFLINE"):
        monkeypatch.delenv(variable, raising=False)
