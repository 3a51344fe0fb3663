"""The leak gate against a planted corpus and a clean one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paperlab.errors import Leak
from paperlab.publish import PageInput, check_leaks, publish_site
from paperlab.publish.leaks.values import entropy

from .conftest import b64, code, prose, stream
from .leaks_corpus import CLEAN, HIDDEN, planted, tokens

Make = Callable[..., PageInput]
PLANTED = list(planted())


def test_the_corpus_is_as_large_and_as_varied_as_it_should_be() -> None:
    hidden = [way for _, way, _ in PLANTED if way in HIDDEN]
    assert len(PLANTED) >= 60
    assert len({kind for kind, _, _ in PLANTED}) >= 12
    assert len(hidden) * 3 >= len(PLANTED)


@pytest.mark.parametrize(("kind", "way", "cell"), PLANTED, ids=[f"{k}-{w}" for k, w, _ in PLANTED])
def test_every_planted_secret_is_found_and_placed(make_page: Make, kind: str, way: str, cell: dict[str, Any]) -> None:
    hits = check_leaks(make_page(prose("Before."), cell))
    assert hits, f"{kind} hidden by {way}"
    assert {hit.cell for hit in hits} == {"c2"}


@pytest.mark.parametrize("cell", CLEAN, ids=[str(c["source"])[:40] for c in CLEAN])
def test_clean_cells_do_not_trip(make_page: Make, cell: dict[str, Any]) -> None:
    assert check_leaks(make_page(cell)) == ()


def test_a_value_of_the_environment_is_found_in_each_form(make_page: Make) -> None:
    secret = "correct horse/battery+staple"  # noqa: S105
    forms = [secret, b64(secret.encode()), b64(b"ab" + secret.encode() + b"z"), secret.encode().hex(), secret[::-1]]
    for form in forms:
        hits = check_leaks(make_page(code("x", stream(f"<<{form}>>"))), [secret])
        assert [h.kind for h in hits] == ["secret of this process's environment"], form
    assert check_leaks(make_page(code("x", stream("nothing"))), [secret]) == ()


def test_short_values_of_the_environment_do_not_trip(make_page: Make) -> None:
    assert check_leaks(make_page(prose("true and main")), ["true", "main", ""]) == ()


@pytest.mark.parametrize("part", ["readme", "code", "file name", "run", "notebook metadata"])
def test_every_part_of_a_page_is_read(make_page: Make, part: str) -> None:
    token = tokens()["GitHub"]
    changes: dict[str, Any] = {
        "readme": {"readme": f"use {token}"},
        "code": {"code": {"model.py": f"K = {token!r}"}},
        "file name": {"code": {f"{token}.py": ""}},
        "run": {"run": {"environment": {"note": token}}},
        "notebook metadata": {"notebook": {"cells": [], "metadata": {"widgets": {"state": {"a": token}}}}},
    }
    assert [hit.kind for hit in check_leaks(make_page(**changes[part]))] == ["GitHub token"]


def test_a_leak_refuses_before_anything_is_written_and_never_tells_the_secret(make_page: Make, tmp_path: Path) -> None:
    token = tokens()["Hugging Face"]
    page = make_page(prose("Hello."), code("login()", stream("ok"), stream(token, "stderr")))
    with pytest.raises(
        Leak, match=r"tiny, cell 2 \(c2\), output 2: found what looks like a Hugging Face token"
    ) as caught:
        publish_site([page], tmp_path / "site")
    assert token not in str(caught.value) + repr(caught.value.context)
    assert caught.value.exit_code == 4
    assert not (tmp_path / "site").exists()
    assert caught.value.context["hits"][0].output == 2


def test_a_refusal_names_the_other_cells_too(make_page: Make, tmp_path: Path) -> None:
    token = tokens()["GitHub"]
    page = make_page(*(code(f"K = {token!r}", stream("ok")) for _ in range(8)))
    with pytest.raises(
        Leak, match=r"cell 1 .*, more in cell 2 \(c2\), source; cell 3 .*cell 6 .* and 2 other places; nothing"
    ):
        publish_site([page], tmp_path / "site")


def test_entropy_is_shannons() -> None:
    assert (entropy("aaaa"), entropy("abab"), entropy("abcd"), entropy("")) == (0.0, 1.0, 2.0, 0.0)


def test_a_large_notebook_is_read_in_seconds(make_page: Make) -> None:
    """15 outputs of 20 kB that look like everything: digits, hex, base64, braces."""
    noise = ("0123456789abcdef" * 40 + "\n" + "QUJD" * 200 + "\n" + "{'a': [1, 2, 3]} " * 40 + "\n") * 10
    assert check_leaks(make_page(*(code("x", stream(noise)) for _ in range(15)))) == ()
