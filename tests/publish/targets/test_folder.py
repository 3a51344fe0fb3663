"""The site in a folder: what killed runs leave behind."""

import os
import subprocess
import sys
from pathlib import Path

from paperlab.publish.targets import folder


def test_what_a_killed_run_left_is_swept_and_a_live_ones_stays(tmp_path: Path) -> None:
    out = tmp_path / "site"
    folder.write({"index.html": b"1"}, out)
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    half = tmp_path / f".site.{gone.pid}.half.new"
    (half / "x").mkdir(parents=True)
    (half / "x" / "index.html").write_bytes(b"half")
    old = tmp_path / f".site.{gone.pid}.old.new"
    folder.write({"index.html": b"0", "gone.html": b"0"}, old)
    (old / "mine.txt").write_bytes(b"appeared while publishing")
    alive = tmp_path / f".site.{os.getpid()}.alive.new"
    alive.mkdir()
    stranger = tmp_path / ".site.backup.new"
    stranger.mkdir()
    notes = folder.write({"index.html": b"2"}, out)
    assert not half.exists()
    assert sorted(p.name for p in old.iterdir()) == ["mine.txt"]
    assert alive.is_dir()
    assert stranger.is_dir()
    assert [n for n in notes if "mine.txt" in n]
    assert (out / "index.html").read_bytes() == b"2"
