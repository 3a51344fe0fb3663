"""Write docs/page.png: the page of a shipped reproduction as Chromium shows it, from a site built for it just now.

Run by `make picture`. Where Chromium is not installed nothing is written and the reason is told.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SLUG = "mnist1d"
WIDTH, HEIGHT = 1280, 1250
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TARGET = Path(__file__).parent / "page.png"


def main() -> int:
    """Build the site in a lab of its own and take the picture."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        sys.stderr.write(f"skipped: none of {', '.join(BROWSERS)} is installed; {TARGET} stays as it is\n")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        lab = Path(scratch) / "lab"
        paperlab = [sys.executable, "-m", "paperlab"]
        subprocess.run([*paperlab, "init", str(lab)], check=True)
        subprocess.run([*paperlab, "--lab", str(lab), "publish", SLUG], check=True)
        shoot(browser, lab / "site" / SLUG / "index.html", Path(scratch) / "page.png")
        shrink(Path(scratch) / "page.png", TARGET)
    sys.stdout.write(f"{TARGET}: {TARGET.stat().st_size / 1e3:.0f} kB\n")
    return 0


def shoot(browser: str, page: Path, out: Path) -> None:
    """Take one picture of a page from disk; as root Chromium runs only without its sandbox, and the page is ours."""
    flags = ["--headless", "--disable-gpu", "--hide-scrollbars", f"--window-size={WIDTH},{HEIGHT}"]
    flags += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    profile = f"--user-data-dir={out.parent / 'profile'}"
    subprocess.run(
        [browser, *flags, profile, f"--screenshot={out}", page.as_uri()], check=True, capture_output=True, timeout=120
    )


def shrink(picture: Path, target: Path) -> None:
    """Keep 128 colours: text and badges need no more, and the repository carries a third of the bytes."""
    from PIL import Image

    with Image.open(picture) as image:
        image.convert("RGB").quantize(128).save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
