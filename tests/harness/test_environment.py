"""The commit that a measurement belongs to: told where there is one, and the repository's settings start nothing."""

import subprocess
from pathlib import Path

import pytest

from paperlab.harness.environment import commit_of


def git(folder: Path, *words: str) -> str:
    named = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *named, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "model.py").write_text("alpha = 1\n", encoding="utf-8")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    return tmp_path / "toy"


def test_a_commit_is_told_with_a_plus_for_what_changed_in_the_folder_since(folder: Path) -> None:
    head = git(folder, "rev-parse", "HEAD")
    assert head.startswith(commit_of(folder))
    assert len(commit_of(folder)) == 12
    (folder.parent / "elsewhere").write_text("x", encoding="utf-8")
    assert "+" not in commit_of(folder)
    (folder / "model.py").write_text("alpha = 2\n", encoding="utf-8")
    assert commit_of(folder) == head[:12] + "+"


def test_where_there_is_no_repository_or_no_commit_there_is_none(tmp_path: Path) -> None:
    assert commit_of(tmp_path / "nowhere") == ""
    git(tmp_path, "init", "-q")
    assert commit_of(tmp_path) == ""


def test_a_repositorys_settings_start_no_program(folder: Path) -> None:
    seen = folder.parent / "seen"
    spy = folder.parent / "spy"
    spy.write_text(f"#!/bin/sh\ntouch {seen}\n", encoding="utf-8")
    spy.chmod(0o755)
    git(folder, "config", "core.fsmonitor", str(spy))
    assert commit_of(folder)
    assert not seen.exists()


def test_what_windows_lacks_is_said_there_and_nowhere_else() -> None:
    from paperlab.harness import missing

    assert [line.startswith("on Windows") for line in missing("win32")] == [True, True]
    assert missing("linux") == missing("darwin") == ()
