"""Settings that are counted, or named by the words around a number: `100 epochs`, `layers of width 64`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from paperlab.extract.numbers import VALUE, WORDS, row_before, sized
from paperlab.extract.settings_context import MAY, SETTING, SUPPOSED, Found
from paperlab.extract.settings_named import NAMED
from paperlab.extract.settings_names import canonical

_WORD = "|".join(WORDS)
_KINDS = {
    "epochs": r"epochs?",
    "meta-iterations": r"meta-iterations",
    "diffusion steps": r"(?:diffusion|denoising) (?:time-?)?steps",
    "iterations": r"iterations|steps|mini-?batches(?= of)",
    "attention heads": r"attention heads?|heads",
    "convolutional layers": r"conv(?:olution(?:al)?)? layers|convolutions",
    "fully connected layers": r"fully[- ]connected layers|dense layers",
    "hidden layers": r"hidden layers|(?<=hidden-)layer",
    "layers": r"(?:(?:attention|transformer|encoder|decoder|LSTM|GRU|GCN|GAT|graph|residual|recurrent|self-attention|message[- ]passing|bidirectional LSTM) )?layers|(?<=-)layer",
    "channels": r"(?:input |output |latent |hidden |feature )?channels",
    "blocks": r"(?:(?!of\b|and\b|or\b|per\b|each\b|more\b|other\b|such\b)(?:[A-Za-z]|\dD)[\w-]*[\s-]){0,2}?blocks",
    "filters": r"(?:convolution(?:al)? )?filters",
    "hidden units": r"hidden units|units(?= each| per)|(?:hidden )?neurons",
    "warmup steps": r"warm-?up steps",
    "sampling steps": r"(?:sampling|inference|sampler) steps",
    "seeds": r"seeds",
    "frames": r"frames",
    "episodes": r"episodes",
    "runs": r"runs|trials|repetitions|restarts|experiments|repeats|replications",
}
"""What a count is called -> how papers write it."""
_COUNTED = re.compile(
    rf"(?<![\w.])\$?(?P<value>{VALUE}|{_WORD})\$?(?P<unit>[kKMB](?![A-Za-z])|\s+million|\s+billion)?\$?[\s-]+"
    r"(?:(?:training|warm-?up|hidden|attention|random|sampling|diffusion|evaluation|test|gradient|full|total|optimi[sz]ation|parallel|identical|different|independent|separate|repeated|environment|(?!(?:at|in|on|of|to|for|and|or|the|consecutive|successive|more|fewer|extra|other|after|per|every|each|from|by|with)\b)[a-z]+(?= (?:iterations|epochs)))[\s-]+){0,2}?"
    rf"(?:{'|'.join(f'(?P<k{i}>{pattern})' for i, pattern in enumerate(_KINDS.values()))})(?![A-Za-z]|/)",
    re.IGNORECASE,
)
_KIND = tuple(_KINDS)
_ONLY_BEHIND = {
    "frames": re.compile(r"\b(?:for|to)\s+(?:a total of\s+|up to\s+)?\$?$"),
    "episodes": re.compile(r"\b(?:for|over|across)\s+\$?$"),
    "runs": re.compile(r"\b(?:over|across|(?<!total )of|using|from|for|with|given|averaged?)\s+(?:the\s+)?\$?$"),
}
"""What is counted elsewhere too: `100 frames of video`."""
_PHRASES = (
    (rf"\blayers?,?\s+(?:each\s+)?(?:of|with)\s+(?:width|size)\s+\$?(?P<value>{VALUE})(?![\w,]|\s*(?:,|and)\s*\d)", "hidden size"),
    (rf"\b(?P<what>input|output)\s+layers?\s+(?:of|with|has|having|containing)\s+\$?(?P<value>{VALUE}|{_WORD})\$?\s+(?:units|neurons|nodes)\b", "{what} units"),
    (rf"(?<!input )(?<!output )\blayers?,?\s+(?:each\s+)?(?:of|with|containing|having|consists?\s+of)\s+\$?(?P<value>{VALUE})\$?\s+(?:[A-Za-z-]+\s+)?(?:units|neurons|nodes|cells)\b", "hidden units"),
    (rf"\b(?:LSTM|GRU|RNN|MLP)s?\b[^.;,]{{0,20}}?\b(?:with|has|have|of)\s+\$?(?P<value>{VALUE})\$?\s+(?:hidden\s+)?(?:units|cells|neurons)\b", "hidden units"),
    (rf"(?<![\w.])(?P<value>{VALUE}[kK]?)[\s-]+(?:(?:shared|joint|BPE|byte-pair|word-?piece|sub-?word|sentence-?piece|token|word)[\s-]+){{1,2}}vocabulary", "vocabulary size"),
    (rf"\bvocabulary\s+(?:consists\s+of|contains|has)\s+(?:the\s+)?\$?(?P<value>{VALUE}[kK]?)", "vocabulary size"),
    (rf"\bbatch(?:es)?\b[^.;\d]{{0,70}}?\$?(?P<value>{VALUE}[kK]?)\$?\s+(?:source\s+|target\s+)?tokens", "batch size in tokens"),
    (r"\b(?P<value>single|one)[\s-]+hidden[\s-]+layer\b(?=[^.;]{0,15}\s(?:\d+|\$))", "hidden layers"),
    (r"\buses?\s+(?:only\s+)?(?:a\s+)?(?P<value>single|one)\s+attention\s+head\b", "attention heads"),
    (rf"(?<![\w.])(?P<value>{VALUE}|{_WORD})\s+(?:(?:NVIDIA|Cloud|Google|Tesla|GeForce|RTX|GTX|Quadro|Titan|Ti|[A-Z]+\d\w*|\d+(?:GB)?|X|RTX)[\s-]+){{0,5}}(?:[GT]PUs|graphics\s+cards)\b", "GPUs"),
    (rf"\b(?:trained|repeat(?:ed)?|ran|run|performed)\s+(?:\w+\s+){{0,3}}?(?P<value>{VALUE}|{_WORD})\s+times\b(?!\s+(?:\w+er|more|less|as)\b)", "runs"),
    (r"(?<![\w.])(?P<value>single|one|\d++)\s+(?:NVIDIA\s+)?(?:(?-i:Titan|TITAN|Tesla|GeForce|Quadro|RTX|GTX)\b(?:[\s-]+(?-i:RTX|GTX|[A-Z]{1,2}|[A-Z]?\d{2,4}\w*))*|(?-i:[AHKLPTV]\d{1,3}s?(?:-\d+\s?GB)?))(?![\w-]|[\s-]+(?:[GT]PUs|graphics))", "GPUs"),
    (rf"\bensembl\w*\b[^.;\d]{{0,50}}?\b(?:of|from|over)\s+(?P<value>{VALUE}|{_WORD})\s+(?:[A-Za-z-]+\s+){{0,2}}?(?:models|networks|members|classifiers|runs|predictors)\b", "ensemble size"),
    (rf"\b(?P<what>hidden|output|input|embedding|bottleneck)\s+layers?\s+\(\s*\$?(?P<value>{VALUE})\$?\s+(?:hidden\s+)?(?:units|neurons|nodes)\s*\)", "{what} units"),
    (rf"\bepisodes?\s+(?:lasts?|lasted|takes?|runs?\s+for|consists?\s+of|of|with|has|have)\s+(?:up\s+to\s+|exactly\s+)?\$?(?P<value>{VALUE}|{_WORD})\$?\s+(?:time[- ]?)?steps?\b", "episode length"),
    (r"(?<![\w.×,-])\$?(?P<value>\d+\$?(?:\s*(?:×|\\times|x)\s*\$?\d+){1,2})\$?\s+(?:[a-z-]+\s+)?(?:filters?|kernels?|convolutions?|conv(?:olutional)?\s+(?:layers?|filters?|kernels?))\b", "kernel size"),
    (r"(?<![\w.×,-])\$?(?P<value>\d\d+\$?\s*(?:×|\\times|x)\s*\$?\d\d+)\$?\s+(?:pixels?\b|resolution\b|(?:[\w-]+\s+)?(?:images|crops|photographs)\b)", "image size"),
    (rf"\baverag\w+\s+(?:\w+\s+){{0,3}}?last\s+(?P<value>{VALUE})\s+checkpoints", "averaged checkpoints"),
    (rf"\bstop\w*\b[^;]{{0,120}}?\b(?:not|no)\s+(?:further\s+)?(?:increas|improv|decreas)\w*\b[^.;\d$]{{0,40}}?\bfor\s+\$?(?P<value>{VALUE}|{_WORD})\$?\s+(?:(?:successive|consecutive)\s+)?(?:epochs|evaluations|validations|checks)\b", "patience"),
    (rf"\blast\s+(?P<value>{VALUE}|{_WORD})\s+checkpoints\s+(?:are|were)\s+averaged", "averaged checkpoints"),
    (rf"(?<![\w.])(?P<value>{VALUE}|{_WORD})\s+(?:images?|examples?|samples?|sequences?|clips?|videos?|graphs?)\s+(?:per|on\s+each)\s+(?:GPU|TPU|device)\b", "batch size per GPU"),
    (rf"\b(?P<what>short(?:er|est)?|long(?:er|est)?)\s+(?:side|edge)s?\s+(?:of|to|is|has|=|at)\s+(?:the\s+image\s+)?(?:most\s+)?\$?(?P<value>{VALUE})(?=\$?\s*(?:px\b|pixels?\b))", "{what} side"),
    (rf"(?<![\w.])(?P<value>{VALUE})\s+(?P<what>random|exploratory|uniformly random)\s+(?:environment\s+)?(?:time-?)?(?:steps|actions|interactions)\b", "random steps"),
    (rf"\b(?:evaluat|validat)\w*\s+(?:\w+\s+){{0,3}}?every\s+\$?(?P<value>{VALUE}[kKM]?\$?\s+(?:\w+\s+)?(?:steps|iterations|epochs|frames|updates|episodes|timesteps))\b", "evaluation interval"),
    (rf"\bdiscard\w*\s+(?:the\s+)?first\s+\$?(?P<value>{VALUE}\s?\\?%?)\$?\s+(?:[a-z]+\s+){{0,2}}?(?:as|for|of)\s+(?:the\s+)?(?:burn-?in|warm-?up)\b", "burn-in"),
    (rf"\bcheckpoints?\b[^.;]{{0,60}}?\bevery\s+\$?(?P<value>{VALUE}\$?\s+(?:\w+\s+)?(?:steps|iterations|epochs|frames|updates|episodes))\b", "checkpoint interval"),
    (rf"\bwarm\w*[\s-]*up\b[^.;]{{0,40}}?\bfirst\s+\$?(?P<value>{VALUE}\s*\\?%)", "warmup ratio"),
    (rf"\bnumber\s+of\s+(?P<what>(?:[a-z-]+\s+){{0,2}}?[a-z-]+s)\s+(?:\$[^$]*\$\s+)?(?:(?:in|of|for|per)\s+(?:(?:the|each|our|every)\s+)?(?:[\w-]+\s+){{1,4}}?(?=is|was|are|set|fixed))?(?:(?:(?:is|was|are)\s+)?(?:set|fixed)\s+(?:to|at|as)\s+|to\s+|\(\s*)\$?(?P<value>{VALUE}|{_WORD})\b", "number of {what}"),
    (rf"(?<![\w.])(?P<value>{VALUE}\s?%?)\s+(?P<what>hidden (?:size|dimensions?)|warm-?up ratio|dropout(?: rate| probability)?|weight decay|label smoothing|learning rate|momentum|entropy coefficient|discount factor)\b(?!\s+(?:of|=|is|decay|schedul|warm|\$?\d))", "{what}"),
    (rf"\bmask(?:s|ed|ing)?\s+(?:out\s+)?\$?(?P<value>{VALUE}\s?\\?%)\$?\s+of\b", "mask ratio"),
    (rf"(?<![\w.-])(?P<value>{VALUE}|{_WORD})-hidden-layer\b", "hidden layers"),
    (rf"(?<![\w.,])(?P<value>{VALUE})[- ]dim(?:ension(?:al)?)?\s+(?P<what>(?!space\b)(?:(?!(?:and|or|of|in|the|for)\b)[a-z-]+\s+){{0,2}}?(?:embedding|vector|representation|feature|code|state|space|latent|input|output|projection|encoding|descriptor|fingerprint|token|key|query|value|layer|(?:bi-?)?lstm|gru)(?:\s+(?:vector|space|embedding|representation))?)s?\b", "{what} dimension"),
    (rf"\b(?P<what>(?:embedding|vector|representation|feature|code|state|latent|descriptor|fingerprint|sequence|sentence|window|filter|patche?|chunk|segment|trajectory|context|memory|key|query)(?:\s+(?:vector|state|embedding|sequence))?)s?\s+(?:had|have|has|of|with)\s+(?:a\s+)?(?:fixed\s+)?(?P<extent>length|dimension(?:ality)?|size|width)\s+(?:of\s+)?\$?(?P<value>{VALUE})(?!\w|\$?\s*(?:,|and)\s*\$?\d|\$?\s*(?:×|\\times|x)\s*\$?\d)", "{what} {extent}"),
    (rf"\b(?:limit|limited|restrict|restricted|cap|capped|truncate|truncated)\b[^.;\d$]{{0,60}}?\bto\s+(?:an?\s+maximum\s+of\s+|at\s+most\s+|the\s+first\s+)?\$?(?P<value>{VALUE})\$?\s+(?P<what>(?:[a-z-]+\s+)?(?:tokens|words|characters|sentences|images|frames|nodes|examples|samples|steps|points|pixels|entities|objects))\b", "maximum {what}"),
    (r"\binitiali[sz]\w*\b[^;]{0,120}?\b(?:range|interval|in|from)\s+(?:of\s+)?\$?(?P<value>\[[^\[\]()$]{3,30}\])", "initialization range"),
    (rf"\b(?:images?|inputs?|crops|photographs)\s+(?:are|were|is|was)\s+(?:all\s+)?(?:re-?sized|re-?scaled|scaled|cropped|resampled)\s+to\s+\$?(?P<value>{VALUE}\$?\s*(?:×|\\times|x)\s*\$?{VALUE})", "image size"),
)  # fmt: skip
_PHRASE = tuple((re.compile(pattern, re.IGNORECASE), name) for pattern, name in _PHRASES)
_CHANNELS = re.compile(
    rf"\bwith\s+(?P<a>{VALUE})\s+input\s+(?:channels?\s+)?and\s+(?P<b>{VALUE})\s+output\s+channels?\b", re.IGNORECASE
)


def phrases(text: str, _: Mapping[str, str]) -> Found:
    """Read what has a name only by the words around the value."""
    for found in _CHANNELS.finditer(text):
        yield found.start("a"), found.end("a"), "input channels", found.group("a")
        yield found.start("b"), found.end("b"), "output channels", found.group("b")
    sets = SETTING.search(text) is not None
    for pattern, name in _PHRASE:
        if not (sets or name in _BY_THEMSELVES):
            continue
        for found in pattern.finditer(text):
            if name == "image size" and _DESCRIBES.search(text):
                continue
            value = re.sub(r"\$?\s*(?:\\times|×|x)\s*\$?", "×", found.group("value"))
            value = _IN_DIGITS.get(value.lower(), value)
            yield found.start("value"), found.end("value"), _called(name, found), value


_BY_THEMSELVES = frozenset(
    (
        "burn-in",
        "patience",
        "random steps",
        "batch size per GPU",
        "{what} side",
        "vocabulary size",
        "ensemble size",
        "kernel size",
        "{what} units",
        "{what} dimension",
        "episode length",
        "hidden layers",
    )
)
"""What is set wherever it stands, whatever verb the sentence has."""
_DESCRIBES = re.compile(r"\bdata ?sets?\s+(?:consists?|contains?|comprises?|includes?|is|has)\b", re.IGNORECASE)
"""What data are made of is not set."""
_IN_DIGITS = {**WORDS, "single": "1"}


def _called(name: str, found: re.Match[str]) -> str:
    """Fill in a name that holds words of the sentence."""
    called = name.format(**found.groupdict())
    return canonical(called) or called


def counted(text: str, _: Mapping[str, str]) -> Found:
    """Read numbers with what they count behind them: `100 epochs`."""
    for found in _COUNTED.finditer(text):
        if not _is_set(text) or SUPPOSED.search(text):
            return
        kind = next(kind for i, kind in enumerate(_KIND) if found.group(f"k{i}"))
        value = sized(found["value"], found["unit"])
        before = text[: found.start()]
        if kind == "hidden units" and (widths := _WIDTHS.search(before)):
            yield widths.start("row"), found.end("value"), kind, ", ".join([*re.findall(VALUE, widths["row"]), value])
            continue
        start, row = _row(text, found)
        if start is None or (value == "1" and not row) or value.startswith("-") or _of_no_setting(text, found, kind):
            continue
        yield start, found.end("value"), _narrowed(kind, found, before), ", ".join([*row, value])


def _is_set(text: str) -> bool:
    return any(pattern.search(text) for pattern in (SETTING, NAMED, _WARMS, _REPEATS))


def _row(text: str, found: re.Match[str]) -> tuple[int | None, list[str]]:
    """Give where a row of numbers begins and those before the last: `8 and 16 heads`; no place where a range ends there."""
    listed = _UP_TO.search(text, 0, found.start())
    start, row = row_before(text, found.start("value"))
    if listed and _ends_a_name(text, listed.end("last")):
        return found.start("value"), []
    return (None if listed and not row else start), row


def _of_no_setting(text: str, found: re.Match[str], kind: str) -> bool:
    """Tell what only may be, what is told by comparison, `in two steps`, and what is counted elsewhere too."""
    before = text[: found.start()]
    return bool(
        MAY.match(text, found.end())
        or (not _WARMING.search(before) and _RELATIVE.search(before))
        or re.fullmatch(r"[a-z]+\s+steps", found.group(), re.IGNORECASE)
        or (kind in _ONLY_BEHIND and not _ONLY_BEHIND[kind].search(before))
    )


def _narrowed(kind: str, found: re.Match[str], before: str) -> str:
    """Name what the words before the number say that it measures: a warm-up, a horizon, an epoch."""
    if measured := _MEASURE.search(before):
        return measured["what"].lower()
    if _WARMING.search(before) or "warm" in found.group().lower():
        return "warmup epochs" if kind == "epochs" else "warmup steps"
    if kind == "iterations" and re.search(r"\bepochs?, each (?:\w+ ){0,3}(?:of|with) \$?$", before):
        return "steps per epoch"
    return kind


def _ends_a_name(text: str, end: int) -> bool:
    """Tell whether what ends there has a name of its own."""
    return any(found.end() == end for found in NAMED.finditer(text))


_WARMING = re.compile(
    r"\bwarm(?:s|ed|ing)?[ -]?(?:up)?(?:\s+(?:of|for|over|in|during|the|first|an?|initial|period|phase|stage|linearly|learning|rate|up)){1,6}\s+\$?$",
    re.IGNORECASE,
)
"""The number counts what the warm-up takes: `a warm-up of 5000 steps`, `warmed up over the first 500 steps`."""
_WARMS = re.compile(r"\bwarm(?:s|ed|ing)?[ -]?up\b", re.IGNORECASE)
_REPEATS = re.compile(
    rf"\b(?:over|across)\s+\$?(?:{VALUE}|{_WORD})\$?\s+(?:[a-z]+\s+)?(?:replications|repetitions|trials|runs|seeds)\b",
    re.IGNORECASE,
)
"""How often something was done is a setting, whatever came out: `the error over 1,000 replications`."""
_RELATIVE = re.compile(
    r"\b(?:(?<!capped )(?<!limited )(?<!stopped )(?<!terminate )(?<!terminated )at|every|each|per|(?<!stop )(?<!stops )(?<!ends )after|than|first|last|within|top|fewer|more|previous|additional|another|took|takes|are(?:\s+only)?)\s+(?:the\s+)?(?:first\s+|last\s+)?\$?$",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"\b(?P<what>(?:(?!an?\b|the\b|of\b)[A-Za-z-]+\s+){0,2}?(?:horizon|length|window|interval|period|delay|duration|lag))\s+(?:of|is|to|at)\s+\$?$"
)
"""What is told in steps: `a horizon of 10 steps`."""
_WIDTHS = re.compile(
    rf"\b(?:with|of|having|has|have)\s+(?P<row>\$?{VALUE}\$?(?:\s*,\s*\$?{VALUE}\$?)*),?(?:\s+and)?\s+\$?$"
)
"""Widths of one layer after another: `with 128, 64 and 32 neurons`."""
_UP_TO = re.compile(rf"(?P<last>\d|\b(?:{_WORD}))\$?\s*(?:to|-|–|and|or|,)\s*\$?$", re.IGNORECASE)
"""The number is the end of a range or a list: `for 1 to 4 epochs`; what comes before it may have a name of its own."""
