"""What can be measured of the looks: contrast of every colour pair, width of a phone, size of the sheet."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from shutil import which

import pytest

from paperlab.publish import PageInput, publish_site

from .conftest import CARD, code, prose, shown, stream

SHEET = (files("paperlab.publish") / "style.css").read_text(encoding="utf-8")
TEXT = ("ink", "soft", "link", "good", "part", "bad", "idle")
CODE = ("k", "s", "c", "f", "m", "ink", "soft", "link")
PRINT = SHEET.split("@media print")[1]


def colours(part: str) -> dict[str, str]:
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", part))
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]) for name, value in found.items()
    }


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark", "print"])
def test_every_pair_of_colours_can_be_read(mode: str) -> None:
    light, dark = SHEET.split("@media screen and (prefers-color-scheme: dark)")
    found = colours(light) | colours({"light": "", "dark": dark.split("@media")[0], "print": PRINT}[mode])
    pairs = [(name, "paper") for name in TEXT] + [(name, "tint") for name in CODE]
    pairs += [(name, f"{name}-bg") for name in ("good", "part", "bad", "idle")]
    assert [(a, b, contrast(found[a], found[b])) for a, b in pairs if contrast(found[a], found[b]) < 4.5] == []


def test_paper_has_no_scroll_bar() -> None:
    """What scrolls on a screen is cut on paper, unless it may stand out or break."""
    scrolled = {name.strip() for name in re.findall(r"(?m)^([^{}@]+)\{[^}]*overflow-x: auto", SHEET)}
    assert scrolled == {".scroll", "pre"}
    assert ".scroll, .formula { overflow: visible; }" in PRINT
    assert "pre { white-space: pre-wrap;" in PRINT


def test_the_sheet_asks_for_nothing_and_is_small() -> None:
    assert len(SHEET.encode()) <= 15_000
    assert "url(" not in SHEET
    assert "@import" not in SHEET


@pytest.mark.slow
@pytest.mark.skipif(which("chromium") is None, reason="chromium is not installed (Debian: apt-get install chromium)")
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_scrolls_sideways(make_page: Callable[..., PageInput], tmp_path: Path, width: int) -> None:
    """The page stands in a frame of that width, since Chromium's own window is never narrower than 500."""
    wide = "word " * 3 + "x" * 300
    page = make_page(
        prose(
            f"# {wide}\n\n{wide} `{'y' * 200}` $${'a + ' * 80} b$$\n\n|{'c|' * 30}\n|{'-|' * 30}\n|{'long cell|' * 30}"
        ),
        code("z = " + "1 + " * 100 + "1", stream("o" * 400)),
        code("t", shown({"text/html": "<table><tr>" + "<td>value</td>" * 60 + "</tr></table>"})),
    )
    claim = replace(CARD.claims[0], unit="share of all " * 9, sentence=wide, place=wide)
    card = replace(CARD, title=wide, authors=(wide, wide), idea=wide, claims=(claim,))
    page = replace(page, card=card, code={f"{'z' * 90}.py": ""}, verdicts=(replace(page.verdicts[0], reason=wide),))
    publish_site([page], tmp_path / "site", author=wide, title=wide)
    for path in ("tiny/index.html", "index.html"):
        text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", (tmp_path / "site" / path).read_text())
        script = "<script>onload=()=>parent.postMessage([document.documentElement.clientWidth,document.documentElement.scrollWidth]+'','*')</script>"
        (tmp_path / "site" / path).with_name("probe.html").write_text(text + script)
        frame = tmp_path / "site" / "frame.html"
        source = path.replace("index.html", "probe.html")
        frame.write_text(
            f"<title>none</title><script>onmessage=e=>document.title=e.data</script><iframe src='{source}' style='border:0;width:{width}px;height:800px'></iframe>"
        )
        run = subprocess.run(
            [
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--virtual-time-budget=3000",
                "--dump-dom",
                frame.as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )
        title = re.findall(r"<title>(.*?)</title>", run.stdout)[0]
        seen, scrolled = map(int, title.split(","))
        assert width - 20 <= seen <= width  # less a scroll bar
        assert scrolled == seen, path
