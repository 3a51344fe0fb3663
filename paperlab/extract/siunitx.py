r"""Numbers and units of siunitx as text: `\num{1.5 +- 0.2}`, `\SI{3}{\milli\second}`, `\unit{\per\metre}`."""

from __future__ import annotations

import re

from paperlab.extract.scan import argument, commands, options

_PREFIXES = {
    "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P",
    "kibi": "Ki", "mebi": "Mi", "gibi": "Gi", "tebi": "Ti",
}  # fmt: skip
_UNITS = {
    "second": "s", "metre": "m", "meter": "m", "gram": "g", "kilogram": "kg", "hertz": "Hz", "byte": "B", "bit": "bit", "watt": "W", "joule": "J", "volt": "V",
    "ampere": "A", "kelvin": "K", "mole": "mol", "newton": "N", "pascal": "Pa", "ohm": "Ω", "minute": "min", "hour": "h", "day": "d", "percent": "%",
    "degree": "°", "celsius": "°C", "degreeCelsius": "°C", "decibel": "dB", "electronvolt": "eV", "litre": "L", "liter": "L", "candela": "cd", "parsec": "pc", "tesla": "T", "angstrom": "Å", "siemens": "S", "farad": "F", "radian": "rad",
    "flop": "FLOP", "ms": "ms", "us": "µs", "ns": "ns", "km": "km", "cm": "cm", "mm": "mm", "um": "µm", "nm": "nm", "GHz": "GHz", "MHz": "MHz", "kHz": "kHz",
    "Hz": "Hz", "kg": "kg", "mg": "mg", "GB": "GB", "MB": "MB", "kB": "kB", "TB": "TB", "s": "s", "m": "m", "g": "g", "W": "W", "J": "J", "V": "V", "dB": "dB", "eV": "eV",
}  # fmt: skip
_POWERS = {"squared": "^2", "cubed": "^3"}
_POWERS_BEFORE = {"square": "^2", "cubic": "^3"}
_WORD = re.compile(r"\\([A-Za-z]+)|([^\\]+)")
_VALUES = {
    "num": 1,
    "SI": 1,
    "qty": 1,
    "numprint": 1,
    "tablenum": 1,
    "ang": 1,
    "numrange": 2,
    "SIrange": 2,
    "qtyrange": 2,
}
_MEASURES = frozenset(("SI", "qty", "SIrange", "qtyrange", "si", "unit"))
_ANY = re.compile(r"\\(?:num|SI|si|qty|unit|ang|tablenum)")


def unit(tex: str) -> str:
    r"""Give a unit as text.

    >>> unit(r"\milli\second"), unit(r"\metre\per\second\squared"), unit("km/h")
    ('ms', 'm/s^2', 'km/h')
    >>> unit(r"\per\cubic\centi\metre"), unit(r"\kilo\parsec\cubed")
    ('/cm^3', 'kpc^3')
    """
    out, power = [], ""
    for found in _WORD.finditer(tex):
        word, text = found.groups()
        known = _PREFIXES.get(word or "") or _UNITS.get(word or "") or _POWERS.get(word or "")
        out.append(re.sub(r"[{}~\s]+", "", text) if text else "/" if word == "per" else known or "")
        power = _POWERS_BEFORE.get(word or "", power)
        if power and word in _UNITS:
            out.append(power)
            power = ""
    return "".join(out)


def without_siunitx(tex: str) -> str:
    r"""Replace the commands of siunitx by what they print.

    >>> without_siunitx(r"\SI{3}{\ms} or \num{1e-4}, \numrange{1}{2}")
    '3 ms or 1e-4, 1–2'
    """
    if not _ANY.search(tex):
        return tex
    out, last = [], 0
    for found in commands(tex, *_VALUES, *_MEASURES):
        if found.start() >= last:
            shown, end = _shown(tex, found.group()[1:].rstrip("*"), found.end())
            out += [tex[last : found.start()], shown]
            last = end
    return "".join(out) + tex[last:]


def _shown(tex: str, name: str, at: int) -> tuple[str, int]:
    at = options(tex, at)
    values = []
    for _ in range(_VALUES.get(name, 0)):
        value, at = argument(tex, at)
        values.append(value.replace("+-", "±").replace("\\pm", "±"))
    shown = "–".join(values)
    if name in _MEASURES:
        measure, at = argument(tex, options(tex, at))
        shown = f"{shown} {unit(measure)}".strip().replace("%", "\\%")
    return shown, at
