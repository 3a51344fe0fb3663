"""What a secret looks like.

Forms of tokens as their providers document them (GitHub, GitLab, AWS, Google, Slack, Stripe, SendGrid, npm, PyPI,
Hugging Face, OpenAI, Anthropic, Telegram, Weights & Biases and others, JOSE RFC 7519, PEM RFC 7468, crypt(5)).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from paperlab.publish.leaks.values import (
    last_login,
    last_mixed,
    last_random,
    likely,
    login,
    machine_made,
    mixed,
    mixed_last,
    no_bases,
    no_commit,
    no_template,
    secretive,
    token_head,
    typed,
    typed_last,
)

_LEFT = r"(?<![A-Za-z0-9])"
_RIGHT = r"(?![A-Za-z0-9])"
_HEX40 = r"(?<![0-9A-Fa-f])[0-9a-f]{40}(?![0-9A-Fa-f])"
_GAP = r"""(?:[ \t"',]|\\\r?\n){1,12}"""
"""Between two words of a command, also in a list of Python; bounded, as each word may have such a run behind it."""
_REST = r"(?:[^\n|;&!]|(?<=\\)\n){0,200}?"
_WORD = r"""["']?[^\s"'`$<>{|;&(),]{4,100}"""
"""A value that is none of a shell's or a template's names."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of secret: its form, and what a match must also be."""

    kind: str
    form: re.Pattern[str]
    also: Callable[[str], bool]
    hints: tuple[str, ...]
    """Small letters, one of which any match holds: looking for these first is twenty times as fast."""
    plain: bool
    """Whether lines that another reading joins would make it up: the end of one command and the `-p` of the next."""


def _p(
    kind: str,
    hints: str,
    form: str,
    also: Callable[[str], bool] = likely,
    *,
    flags: int = 0,
    bounded: bool = True,
    plain: bool = False,
) -> Pattern:
    whole = f"{_LEFT}(?:{form}){_RIGHT}" if bounded else form
    return Pattern(kind, re.compile(whole, flags), also, tuple(hints.split()), plain)


PATTERNS: tuple[Pattern, ...] = (
    _p("Hugging Face token", "hf_ api_org_", r"(?:hf|api_org)_[A-Za-z0-9]{30,}"),
    _p("Anthropic key", "sk-ant-", r"sk-ant-[A-Za-z0-9_-]{20,}"),
    _p("OpenAI key", "sk-", r"sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}"),
    _p("OpenAI or like key", "sk-", r"sk-(?:or-v1-)?[A-Za-z0-9]{32,}", machine_made),
    _p("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", r"gh[pousr]_[A-Za-z0-9]{30,}"),
    _p("GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{40,}"),
    _p("GitLab token", "gl", r"gl(?:pat|dt|rt|soat|cbt|ptt|ft|imt|agent)-[A-Za-z0-9_-]{18,}"),
    _p("AWS access key", "akia asia abia acca", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7][A-Z0-9]{15}", no_bases),
    _p("Slack token", "xox", r"xox[a-eo-s]-(?:[0-9A-Za-z]+-)*[0-9A-Za-z%-]{10,}", machine_made),
    _p("Slack token", "xapp-", r"xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+"),
    _p("Slack webhook", "hooks.slack", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{20,}"),
    _p("Teams webhook", "webhook", r"https://[\w.-]+\.webhook\.office\.com/webhookb2/[\w@/-]{60,}"),
    _p("Discord webhook", "discord", r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{15,}/[\w-]{30,}"),
    _p("Google key", "aiza", r"AIza[A-Za-z0-9_-]{35}"),
    _p("Google OAuth secret", "gocspx-", r"GOCSPX-[A-Za-z0-9_-]{24,}"),
    _p("Google OAuth token", "1//0", r"1//0[A-Za-z0-9_-]{40,}"),
    _p("Google OAuth token", "ya29.", r"ya29\.[A-Za-z0-9_-]{30,}"),
    _p(
        "Weights & Biases key",
        "wandb",
        rf"wandb(?:[^\n]{{0,100}}?(?:login|key|token)(?: from your profile[^\n]{{0,60}}?:)?(?:\s--[\w-]{{1,20}}(?:[ =]\S{{1,80}})?){{0,3}}"
        rf"[\s\"'()\[\],:=]{{1,12}}|[\"'\]]{{0,2}}\s?=\s?[\"']?){_HEX40}",
        no_commit,
        flags=re.I,
        bounded=False,
    ),
    _p("Weights & Biases key", "wandb_v", r"wandb_v\d_[A-Za-z0-9_]{30,}"),
    _p("npm token", "npm_", r"npm_[A-Za-z0-9]{30,}"),
    _p("PyPI token", "pypi-", r"pypi-[A-Za-z0-9_-]{50,}"),
    _p("SendGrid key", "sg.", r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    _p("Stripe key", "_live_ _test_ whsec_", r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{24,}"),
    _p("Twilio key", "sk", r"SK[0-9a-f]{32}"),
    _p("Telegram token", ":aa", r"(?<![0-9])\d{8,10}:AA[A-Za-z0-9_-]{32,35}" + _RIGHT, bounded=False),
    _p("DigitalOcean token", "_v1_", r"do[opr]_v1_[0-9a-f]{64}"),
    _p("Databricks token", "dapi", r"dapi[0-9a-f]{32}"),
    _p("Replicate token", "r8_", r"r8_[A-Za-z0-9]{37}"),
    _p("Shopify token", "shp", r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}"),
    _p("Square token", "sq0", r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,}"),
    _p("Docker token", "dckr_", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}"),
    _p(
        "Docker login", "auth", r"""["']auth["']\s*:\s*["'][A-Za-z0-9+/]{8,}={0,2}(?=["'])""", last_login, bounded=False
    ),
    _p("Vault token", "hv", r"hv[sbr]\.[A-Za-z0-9_-]{24,}"),
    _p("Terraform token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}"),
    _p("Grafana token", "glsa_ glc_", r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,}={0,2}"),
    _p("Sentry token", "sntry", r"sntry[su]_[A-Za-z0-9+/=_-]{40,}"),
    _p("New Relic key", "nrak-", r"NRAK-[A-Z0-9]{27}"),
    _p("Linear key", "lin_api_", r"lin_api_[A-Za-z0-9]{40}"),
    _p("Notion token", "ntn_", r"ntn_[A-Za-z0-9]{40,}"),
    _p("Postman key", "pmak-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    _p("Doppler token", "dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{40,}"),
    _p("Figma token", "figd_", r"figd_[A-Za-z0-9_-]{40,}"),
    _p("LangSmith key", "lsv2_", r"lsv2_(?:pt|sk)_[A-Fa-f0-9]{32}_[A-Fa-f0-9]{10}"),
    _p("Pinecone key", "pcsk_", r"pcsk_[A-Za-z0-9_]{40,}"),
    _p("Mailgun key", "key-", r"key-[0-9a-f]{32}"),
    _p("Mailchimp key", "-us", r"[0-9a-f]{32}-us\d{1,2}"),
    _p("Airtable token", "pat", r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    _p("Atlassian token", "atatt3", r"ATATT3[A-Za-z0-9_=-]{60,}"),
    _p("Heroku key", "hrku-", r"HRKU-[A-Za-z0-9_-]{30,}"),
    _p("Mapbox token", "sk.eyj", r"sk\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    _p("ElevenLabs key", "sk_", r"sk_[0-9a-f]{48}"),
    _p("Supabase token", "sbp_", r"sbp_[0-9a-f]{40}"),
    _p("ngrok token", "ngrok", r"ngrok[^\n]{0,80}?(?<![A-Za-z0-9])[A-Za-z0-9]{25,30}_[A-Za-z0-9]{19,23}"),
    _p(
        "Kaggle key",
        "username",
        r"""["']username["']\s*:\s*["'][^"']+["']\s*,\s*["']key["']\s*:\s*["'][0-9a-f]{32}|"""
        r"""["']key["']\s*:\s*["'][0-9a-f]{32}["']\s*,\s*["']username["']""",
        bounded=False,
    ),
    _p("Discord bot token", ".", r"[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}", machine_made),
    _p("Neptune token", "eyjhcglf", r"eyJhcGlf(?:YWRkcmVzcyI|a2V5Ij)[A-Za-z0-9+/=_-]{40,}", bounded=False),
    _p("NVIDIA key", "nvapi-", r"nvapi-[A-Za-z0-9_-]{40,}"),
    _p("Together key", "tgp_v1_", r"tgp_v1_[A-Za-z0-9_-]{30,}"),
    _p("Tavily key", "tvly-", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{24,}", machine_made),
    _p("Jina key", "jina_", r"jina_[A-Za-z0-9_-]{40,}"),
    _p("Langfuse key", "sk-lf-", r"sk-lf-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    _p("Cerebras key", "csk-", r"csk-[a-z0-9]{40,}"),
    _p("RunPod key", "rpa_", r"rpa_[A-Z0-9]{40,}"),
    _p("Kaggle token", "kgat_", r"KGAT_[A-Za-z0-9]{30,}"),
    _p("Pulumi token", "pul-", r"pul-[0-9a-f]{40}"),
    _p("RubyGems key", "rubygems_", r"rubygems_[0-9a-f]{48}"),
    _p("Sourcegraph token", "sgp_", r"sgp_(?:[A-Za-z0-9]+_)?[0-9a-f]{40}"),
    _p("Brevo key", "xkeysib-", r"xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    _p("Tailscale key", "tskey-", r"tskey-[a-z]+-[A-Za-z0-9]{10,}-[A-Za-z0-9]{20,}"),
    _p("Notion token", "secret_", r"secret_[A-Za-z0-9]{43}", machine_made),
    _p("age key", "age-secret-key-", r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    _p("Groq, xAI or Perplexity key", "gsk_ xai- pplx-", r"(?:gsk_|xai-|pplx-)[A-Za-z0-9]{40,}"),
    _p("Azure storage key", "accountkey=", r"AccountKey=[A-Za-z0-9+/]{60,}={0,2}", bounded=False),
    _p("Azure signature", "sig=", r"[?&]sig=[A-Za-z0-9+/%]{40,}={0,2}", bounded=False),
    _p("Azure secret", "q~", r"[A-Za-z0-9_.~-]{3}\dQ~[A-Za-z0-9_.~-]{31,34}"),
    _p("private key", "private", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----", bounded=False),
    _p("private key", "putty", r"PuTTY-User-Key-File-\d:", bounded=False),
    _p("JSON web token", "eyj", r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}", token_head),
    _p(
        "address with a password",
        "://",
        rf"{_LEFT}[A-Za-z][A-Za-z0-9+.-]{{1,20}}://[^\s/:@'\"<>`]{{0,200}}:[^\s/@'\"`]{{3,200}}@[\w.\[-]",
        no_template,
        bounded=False,
    ),
    _p(
        "address with a token",
        "://",
        rf"{_LEFT}https?://[A-Za-z0-9_-]{{32,200}}@(?!o\d+\.ingest\.)(?=[\w\[])",  # Sentry's is meant to be seen
        last_random,
        bounded=False,
    ),
    _p(
        "password of a request",
        "auth",
        r"""(?:\bauth\s*=\s*|HTTP(?:Basic|Digest)Auth)\(\s*["'][^"'\n]{1,100}["']\s*,\s*["'][^"'\n]{6,100}(?=["']\s*\))""",
        last_mixed,
        bounded=False,
    ),
    _p(
        "password of a login",
        ".login(",
        r"""\.login\(\s*["'][^"'\n]{1,100}["']\s*,\s*["'][^"'\n]{6,100}(?=["']\s*[,)])""",
        typed_last,
        bounded=False,
    ),
    _p(
        "password of a connection",
        "password pwd",
        r"\b(?:host|server|dbname|database|user|uid)\s?=\s?[^\s;,\"']{1,100}[\s;][^\n\"',]{0,200}?\b(?:password|pwd)\s?=\s?[^\s;,\"'(){}<>$]{4,}",
        typed_last,
        flags=re.I,
        bounded=False,
    ),
    _p(
        "password of a settings file",
        "password passwd",
        r"^[ \t]{0,40}[\w-]{0,40}passw(?:or)?d[ \t]{0,8}:[ \t]{1,8}[^\s\"'(){}<>\[\]$]{6,60}(?=[ \t\r]{0,8}$)",
        mixed_last,
        flags=re.I | re.M,
        bounded=False,
        plain=True,
    ),
    _p("netrc line", "machine", r"machine\s+\S+\s+login\s+\S+\s+(?:account\s+\S+\s+)?password\s+(?![<${])\S{4,}"),
    _p(
        "password of a command",
        "curl http",
        rf"\b(?:curl|https?(?=[ \"',])){_REST}{_GAP}(?:-\w{{0,8}}[ua]|--user|--auth)[ =\"',]{{0,4}}[^\s:\"'$<{{]{{1,100}}:[^\s\"'`$<{{]{{4,}}",
        typed,
        bounded=False,
    ),
    *(
        _p("password of a command", hints, rf"\b{form}{_WORD}", typed, bounded=False, plain=True)
        for hints, form in (
            ("sshpass", rf"sshpass{_GAP}-p[ \"',]{{0,8}}"),
            ("mysql mariadb", rf"(?:mysql|mariadb)(?:dump|admin|import|-dump)?\b{_REST}{_GAP}-p"),
            ("mongo", rf"mongo(?:sh|dump|restore|export|import)?\b{_REST}{_GAP}-p{_GAP}"),
            (
                "login",
                rf"(?:docker|podman|nerdctl|helm|az|oc|cf)\b[^\n|;&]{{0,40}}?\blogin\b{_REST}{_GAP}-p[ =\"',]{{1,8}}",
            ),
            ("redis-cli", rf"redis-cli\b{_REST}{_GAP}-a{_GAP}"),
            ("zip", rf"(?:un)?zip\b{_REST}{_GAP}-P[ \"',]{{0,8}}"),
            ("pass:", r"openssl\b[^\n|;&]{0,200}?\bpass:"),
        )
    ),
    _p(
        "password of a command",
        "sudo passwd stdin",
        rf"\b(?:echo|printf)\s{{1,8}}(?:-\w\s{{1,8}})?{_WORD}(?=[\"']?\s{{0,8}}\|\s{{0,8}}(?:sudo\s[^\n|]{{0,60}}?-\w{{0,8}}S\b|[^\n|]{{0,100}}?--(?:password-)?stdin\b|(?:sudo\s+)?chpasswd))",
        typed,
        bounded=False,
    ),
    _p(
        "password hash",
        "$",
        r"\$(?:apr1|1|5|6|y)\$[^\s$:]{1,60}\$(?:[^\s$:]{1,60}\$)?[A-Za-z0-9./]{22,}|\$2[aby]\$\d\d\$[A-Za-z0-9./]{53}",
        bounded=False,
    ),
    _p(
        "session cookie",
        "cookie",
        r"\b(?:set-)?cookie[\"']?\s*[:=]\s*[\"']?[^\n\"']{0,200}?\b\w{0,40}(?:sess|auth|token|sid)\w{0,40}=[A-Za-z0-9%._~+/-]{16,}",
        machine_made,
        flags=re.I,
        bounded=False,
    ),
    _p(
        "authorization header",
        "authorization",
        r"authorization[\"']?\s*[:=]\s*[\"']?(?:token|key|apikey)\s+[A-Za-z0-9._~+/-]{20,}",
        last_random,
        flags=re.I,
        bounded=False,
    ),
    _p("authorization header", "basic", r"basic\s+[A-Za-z0-9+/]{8,}={0,2}", login, flags=re.I, bounded=False),
    _p("authorization header", "bearer", r"bearer\s+[A-Za-z0-9._~+/-]{20,}=*", machine_made, flags=re.I, bounded=False),
)

_NAME = (
    r"(?:token|secret|passw(?:or)?d|passwd|passphrase|pwd|bearer|credentials?|"
    r"(?:api|access|secret|auth|private|account|encryption|signing|master)[_-]?key|(?-i:(?<=[A-Z0-9])_KEY))"
)
_NAME_HINTS = ("token", "secret", "passw", "passphrase", "pwd", "key", "credential", "bearer")
_ASSIGNED = re.compile(
    # No prefix here: a pattern that begins with a run of word signs is quadratic on long runs. `_before` reads it.
    rf"""{_NAME}(?:[_-]?(?:id|v?\d+|value|str|string))?["']?\s*(?:\]|\))?\s*"""
    r"""(?::\s*(?:str|bytes|Final(?:\[str\])?)\s*)?(?::=|=>|==?|:|,)\s*[rbfuRBFU]{0,2}"""
    r"""(?P<quote>["']{0,3})(?P<value>[^\s"'`]{6,400}?)(?P=quote)(?=$|[\s"',;)\]}&])""",
    re.IGNORECASE | re.MULTILINE,
)
_OPTION = re.compile(
    rf"""(?<![a-z-])--[a-z-]{{0,40}}(?P<name>{_NAME})[= ]["']?(?P<value>[^\s"'`]{{6,}})""", re.IGNORECASE
)
_LISTED = re.compile(r"(?<=[A-Z0-9])_(?:TOKEN|SECRET|PASSWORD|KEY)[ \t]+(?P<value>[^\s\"'`]{12,400})(?=\s|$)")
"""A variable beside its value, as `%env NAME value` and tables of text have them."""
_PASSWORD = re.compile(r"passw|passphrase|pwd", re.IGNORECASE)
_NOT_A_VALUE = re.compile(
    r"[(){}<>$\[\]]|^[*.x]+$|^(?:os|self|getpass|config|args|settings|env)\.|://|^\.{0,2}/|\\", re.IGNORECASE
)
_HASH_NAME = re.compile(
    r"(?<![a-z])(?:eos|bos|pad|unk|sep|cls|mask|next|special|end|start|stop)[_-]?token|"
    r"(?<![a-z])(?:cache|hash|content|primary|public|sort|state)[_-]key",
    re.IGNORECASE,
)
_VARIABLE = re.compile("(?:PASSWORD|PASSWD|PASSPHRASE|PWD)=$")
"""As a dump of the environment has it, without quotes."""


def kinds(text: str, *, plain: bool) -> Iterator[str]:
    """Give the kinds of secret in a text; assigned random values are judged only in a `plain` one."""
    small = text.lower()
    for pattern in PATTERNS:
        if (
            (plain or not pattern.plain)
            and any(hint in small for hint in pattern.hints)
            and any(pattern.also(match[0]) for match in pattern.form.finditer(text))
        ):
            yield pattern.kind
    if not plain or not any(hint in small for hint in _NAME_HINTS):
        return
    if any(_assigned(match) for match in _ASSIGNED.finditer(text)):
        yield "random value in a name that says secret"
    if any(secretive(match["value"]) and not _NOT_A_VALUE.search(match["value"]) for match in _LISTED.finditer(text)):
        yield "random value beside a name that says secret"
    if any(_option(match) for match in _OPTION.finditer(text)):
        yield "random value in an option that says secret"


def _assigned(match: re.Match[str]) -> bool:
    value, quoted = match["value"], bool(match["quote"])
    name = match.string[max(0, match.start() - 16) : match.start("value")]
    if _HASH_NAME.search(name) or _NOT_A_VALUE.search(value):
        return False
    if _PASSWORD.search(name) and quoted:
        return mixed(value)
    return secretive(value) or (_VARIABLE.search(name) is not None and mixed(value))


def _option(match: re.Match[str]) -> bool:
    value = match["value"]
    return secretive(value) or bool(_PASSWORD.search(match["name"]) and not _NOT_A_VALUE.search(value) and mixed(value))
