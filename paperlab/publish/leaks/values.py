"""Whether the value of what looks like a secret is one: random enough, typed by somebody, no stand-in, no word."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter

_STAND_IN = re.compile(
    "example|your(?:[_-]|token|key|api|pass|secret)|placeholder|replace|change_?me|abcdefghij|1234567890abcdef",
    re.IGNORECASE,
)
"""What documentation writes where a secret goes."""


def machine_made(value: str) -> bool:
    """Say whether a value looks made by a machine: mixed signs, high entropy, no words joined by dashes."""
    body = value.split("-", 1)[-1]
    classes = sum(bool(re.search(c, body)) for c in ("[a-z]", "[A-Z]", "[0-9]"))
    if _STAND_IN.search(body):
        return False
    return (classes >= 2 and entropy(body) >= 3.0 and bool(re.search("[0-9]", body))) or (
        classes >= 2 and entropy(body) >= 4.0
    )


def likely(value: str) -> bool:
    """Take every value but a row of one sign such as `xxxx` and the examples of documentation."""
    tail = re.sub(r"[^A-Za-z0-9]", "", value)[-12:].lower()
    return set(tail) - set("x.*0") != set() and not _STAND_IN.search(value)


def no_bases(value: str) -> bool:
    """Pass twenty bases of DNA, as primers and k-mers are written."""
    return likely(value) and not set(value) <= set("ACGTN")


def last_random(value: str) -> bool:
    """Judge what stands behind the last blank or sign of an address."""
    return machine_made(re.split(r"[\s/@]+", value.removesuffix("@"))[-1])


def mixed(value: str) -> bool:
    """Say whether a password has a letter and a digit or sign, and does not stand for one."""
    return bool(re.search("[0-9!@#%^&*?]", value) and re.search("[A-Za-z]", value) and not _STAND_IN.search(value))


def last_mixed(value: str) -> bool:
    """Judge what stands in the last quotes."""
    return mixed(re.split("[\"']", value)[-1])


def token_head(value: str) -> bool:
    """Say whether the first part of a JSON web token names its algorithm or type."""
    head = value.split(".", 1)[0]
    try:
        found = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (binascii.Error, ValueError):
        return False
    return isinstance(found, dict) and ("alg" in found or "typ" in found)


def no_template(value: str) -> bool:
    """Pass templates: `https://{user}:{password}@host`, `$USER:$PASS`, `<user>:<password>`, `***`."""
    secret = value.split("://", 1)[1].rsplit("@", 1)[0].split(":", 1)[1]
    return not re.match(r"[{$<%]", secret) and set(secret) != {"*"} and set(secret.lower()) != {"x"}


def login(value: str) -> bool:
    """Say whether base64 holds a user and a password."""
    try:
        user, _, secret = base64.b64decode(value.split()[-1], validate=True).decode("ascii").partition(":")
    except (binascii.Error, ValueError):
        return False
    return user.isprintable() and len(secret) >= 4


def last_login(value: str) -> bool:
    """Judge the base64 in the last quotes."""
    return login(re.split("[\"']", value)[-1])


_NO_KEY = re.compile(r"github\.com|commit|tree/|blob/|@[0-9a-f]{40}|sha|rev|hash|digest|cache", re.IGNORECASE)


def no_commit(value: str) -> bool:
    """Pass the forty hex digits of a commit or a checksum near wandb's name."""
    return not _NO_KEY.search(value)


_TOLD = re.compile(
    r"(?:(?:my|your|the|some|db|user|root|admin)[_-]?)*(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|api[_-]?key|key|value)"
    r"(?:[_-]?here)?|x+|[*.]+|\d{1,5}",
    re.IGNORECASE,
)


def typed(value: str) -> bool:
    """Say whether the last word of a command is a password that somebody typed, and no word for one."""
    word = re.split(r"""[\s"',:]+""", value)[-1].removeprefix("-p")
    return _TOLD.fullmatch(word) is None and not _STAND_IN.search(word)


def typed_last(value: str) -> bool:
    """Judge what stands behind the last sign that sets a value."""
    return typed(re.split(r"""["'=]""", value)[-1].strip().replace(" ", ""))


def mixed_last(value: str) -> bool:
    """Judge the password behind a colon."""
    return mixed(value.split(":", 1)[1]) and typed_last(value.split(":", 1)[1])


def secretive(value: str) -> bool:
    """Say whether a value is random enough to be a secret, and no word, path, version, date or plain number."""
    if not value.isascii() or len(value) < 12 or re.fullmatch(r"[\d._:/T+-]+Z?", value) or _STAND_IN.search(value):
        return False
    classes = sum(bool(re.search(c, value)) for c in ("[a-z]", "[A-Z]", "[0-9]"))
    return not worded(value) and classes >= 2 and entropy(value) >= 3.0


def worded(value: str) -> bool:
    """Say whether words make up a value: `resnet50_imagenet1k_v2`, `query.weight`, `epoch=10-step=5000`, `model12`."""
    parts = re.split(r"[-_./:=]", value)
    if len(parts) == 1:
        return bool(re.fullmatch(r"[a-z]+\d{0,3}", value))
    if all(re.fullmatch(r"[A-Za-z]*[0-9]{0,4}", part) for part in parts) and value[0].isalpha():
        return True
    long = sum(map(len, re.findall(r"[a-z]{4,}|[A-Z]{4,}", value)))
    return 2 * long >= len(value) and all(map(_PART.fullmatch, parts))


_PART = re.compile(r"\d{0,4}[A-Za-z]*\d{0,4}[A-Za-z]{0,2}\d{0,2}")


def entropy(value: str) -> float:
    """Give Shannon's entropy in bits a sign."""
    total = len(value)
    return -sum(n / total * math.log2(n / total) for n in Counter(value).values()) if total else 0.0
