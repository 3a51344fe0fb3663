"""The site as an archive."""

import zipfile
from pathlib import Path

from paperlab.publish.targets import folder, zip


def test_two_archives_are_equal_to_the_byte_and_hold_the_site(tmp_path: Path) -> None:
    folder.write({"index.html": b"i", "a/b.txt": b"b"}, tmp_path / "site")
    (tmp_path / "site/link").symlink_to("/etc/passwd")
    one = zip.write(tmp_path / "site", tmp_path / "one.zip")
    two = zip.write(tmp_path / "site", tmp_path / "two.zip")
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {n: archive.read(n) for n in archive.namelist()} == {"a/b.txt": b"b", "index.html": b"i"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.zip", "site", "two.zip"]
