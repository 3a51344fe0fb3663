"""One request per delay over all processes; blocks that outlast the process; files that were torn."""

import json
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.arxiv import next_request_at
from paperlab.arxiv.pace import LONGEST_BLOCK_SECONDS, Ledger, Pace
from paperlab.errors import LabUnusable, Throttled
from paperlab.records.ids import PaperId
from tests.arxiv.conftest import Build
from tests.support.arxiv_server import ArxivServer

ASK = """
import sys
from pathlib import Path
from paperlab.arxiv import ArxivClient
from paperlab.records.ids import PaperId
client = ArxivClient(mirror=sys.argv[1], delay=float(sys.argv[3]), timeout=10, state=Path(sys.argv[2]))
for _ in range(int(sys.argv[4])):
    client.lookup([PaperId("2401.00001")])
"""


def start(server: ArxivServer, state: Path, *, delay: float, times: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", ASK, server.url, str(state), str(delay), str(times)])


def test_processes_take_turns_and_keep_their_distance(arxiv_server: ArxivServer, tmp_path: Path) -> None:
    processes = [start(arxiv_server, tmp_path, delay=0.05, times=3) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert len(arxiv_server.log) == 12
    assert arxiv_server.most_busy == 1
    assert min(arxiv_server.gaps()) >= 0.05
    # From the end of one to the beginning of the next, too.
    ordered = sorted(arxiv_server.log, key=lambda request: request.at)
    assert all(later.at > earlier.ended - 0.01 for earlier, later in pairwise(ordered))


def test_a_killed_process_leaves_no_lock_and_its_request_counts(
    arxiv_server: ArxivServer, tmp_path: Path, build: Build
) -> None:
    arxiv_server.fail("/api/query", "hang")
    process = start(arxiv_server, tmp_path / "state", delay=0.0, times=1)
    while arxiv_server.busy == 0:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    last = Pace(tmp_path / "state", 1.0).read().last
    assert 0 <= time.time() - last < 30
    assert len(build().lookup([PaperId("2401.00001")]).found) == 1


def test_one_block_holds_for_every_process(arxiv_server: ArxivServer, tmp_path: Path) -> None:
    arxiv_server.fail("/api/query", "429", retry_after="600")
    processes = [start(arxiv_server, tmp_path, delay=0.0, times=1) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [1, 1]
    assert len(arxiv_server.log) == 1


def test_the_distance_is_kept_on_the_way_of_a_redirect(arxiv_server: ArxivServer, build: Build) -> None:
    arxiv_server.fail("/api/query", "redirect", location="/api/query?id_list=2401.00001&max_results=1")
    assert len(build(delay=0.2).lookup([PaperId("2401.00001")]).found) == 1
    assert len(arxiv_server.log) == 2
    assert min(arxiv_server.gaps()) >= 0.2


def test_the_distance_is_kept_within_one_process(arxiv_server: ArxivServer, build: Build) -> None:
    client = build(delay=0.2)
    for _ in range(3):
        client.lookup([PaperId("2401.00001")])
    assert min(arxiv_server.gaps()) >= 0.2
    assert max(arxiv_server.gaps()) < 1.0


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"last": "x"}', b'{"last": 1e400, "blocked_at": 0, "blocked_until": 0, "strikes": 0}',
     b'{"last": NaN, "blocked_at": 0, "blocked_until": 0, "strikes": 0}', b'{"last":0,"blocked_at":0,"blocked_until":0,"strikes":-9}',
     b"[" * 100_000, b'{"last":[]}'],
    ids=range(11),
)  # fmt: skip
def test_a_torn_file_costs_one_delay_and_never_a_crash(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "arxiv.json").write_bytes(content)
    assert next_request_at(tmp_path) is None
    before = time.monotonic()
    with Pace(tmp_path, 0.2).turn():
        waited = time.monotonic() - before
    assert 0.15 <= waited < 1.0
    assert Pace(tmp_path, 0.2).read().last == pytest.approx(time.time(), abs=5)


def ledger(state: Path, **values: float) -> None:
    state.mkdir(exist_ok=True)
    whole = {"last": 0.0, "blocked_at": 0.0, "blocked_until": 0.0, "strikes": 0} | values
    (state / "arxiv.json").write_text(json.dumps(whole))


def test_a_clock_that_was_set_back_costs_one_delay(tmp_path: Path) -> None:
    future = time.time() + 86_400
    ledger(tmp_path, last=future, blocked_at=future, blocked_until=future + 600)
    assert next_request_at(tmp_path) is None
    before = time.monotonic()
    with Pace(tmp_path, 0.2).turn():
        assert 0.15 <= time.monotonic() - before < 1.0


def test_a_block_of_a_year_is_cut_to_an_hour(tmp_path: Path) -> None:
    now = time.time()
    ledger(tmp_path, blocked_at=now, blocked_until=now + 365 * 86_400)
    assert Pace(tmp_path, 0).read().block_left(now) == pytest.approx(LONGEST_BLOCK_SECONDS, abs=1)
    with pytest.raises(Throttled), Pace(tmp_path, 0).turn():
        pytest.fail("asked while blocked")


def test_a_block_that_is_over_does_not_count(tmp_path: Path) -> None:
    ledger(tmp_path, blocked_at=time.time() - 60, blocked_until=time.time() - 1, strikes=2)
    assert next_request_at(tmp_path) is None
    with Pace(tmp_path, 0).turn():
        pass


def test_waits_grow_with_each_throttling_and_end_with_an_answer(tmp_path: Path) -> None:
    pace = Pace(tmp_path, 3.0)
    tmp_path.joinpath("arxiv.json").unlink(missing_ok=True)
    waits = [pace.block(None) for _ in range(9)]
    # 3 s, 6 s, then minutes, never more than an hour; up to a tenth more by chance.
    assert all(
        low <= wait <= low * 1.1 for low, wait in zip((3, 6, 60, 120, 240, 480, 960, 960, 960), waits, strict=True)
    )
    pace.clear()
    assert pace.block(None) < 3.4


def test_a_403_blocks_for_long(tmp_path: Path) -> None:
    pace = Pace(tmp_path, 3.0)
    pace.forbid()
    assert pace.read().block_left(time.time()) >= 59


def test_a_state_folder_that_is_a_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("x")
    with pytest.raises(LabUnusable, match="PAPERLAB_STATE_DIR"), Pace(tmp_path / "state", 0).turn():
        pass


def test_a_neighbour_that_never_ends_is_named(tmp_path: Path) -> None:
    import filelock

    said: list[str] = []
    with filelock.FileLock(tmp_path / "arxiv.lock"):
        pace = Pace(tmp_path, 3, talk=said.append, lock_seconds=0.1)
        with pytest.raises(Throttled, match="another paperlab"), pace.turn():
            pass
    assert said == ["waiting for another paperlab that is asking arXiv"]


times = st.floats(-1e12, 1e12)


@given(times, times, times, times, st.floats(0, 100))
def test_no_ledger_makes_anyone_wait_longer_than_the_limits(
    now: float, last: float, at: float, until: float, delay: float
) -> None:
    found = Ledger(last, at, until, 1)
    assert 0 <= found.block_left(now) <= LONGEST_BLOCK_SECONDS
    assert 0 <= found.pause_left(now, delay) <= delay
