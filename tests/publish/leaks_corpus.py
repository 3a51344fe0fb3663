"""Planted secrets, made at run time from parts so that no scanner sees a token in this file, and clean look-alikes."""

import base64
import binascii
import gzip
import json
import random
import string
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from .conftest import b64, code, png, prose, shown, stream

ALNUM = string.ascii_letters + string.digits
Planted = tuple[str, str, dict[str, Any]]
"""(kind, how it is hidden, cell)"""


def _made(rng: random.Random, length: int, alphabet: str = ALNUM) -> str:
    """A random value that surely has a small letter, a capital and a digit where the alphabet does."""
    core = "".join(rng.choice(alphabet) for _ in range(length - 3))
    return core + "".join(
        rng.choice([c for c in kind if c in alphabet] or alphabet)
        for kind in (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    )


def tokens(seed: int = 0) -> dict[str, str]:
    """One secret a kind."""
    rng = random.Random(seed)  # noqa: S311  fixtures, not secrets
    upper, hexa = string.ascii_uppercase + "234567", "0123456789abcdef"
    jwt_head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()).decode().rstrip("=")
    jwt_body = base64.urlsafe_b64encode(json.dumps({"sub": "1234567890"}).encode()).decode().rstrip("=")
    return {
        "Hugging Face": "hf" + "_" + _made(rng, 34),
        "OpenAI": "sk" + "-" + _made(rng, 48),
        "OpenAI project": "sk-" + "proj-" + _made(rng, 60, ALNUM + "_-"),
        "Anthropic": "sk-" + "ant-" + "api03-" + _made(rng, 90),
        "GitHub": "gh" + "p_" + _made(rng, 36),
        "GitHub server": "gh" + "o_" + _made(rng, 36),
        "GitHub fine": "github" + "_pat_" + _made(rng, 82, ALNUM + "_"),
        "GitLab": "gl" + "pat-" + _made(rng, 20),
        "AWS": "AK" + "IA" + "".join(rng.choice(upper) for _ in range(16)),
        "Slack": "xo" + "xb-" + "123456789012-" + _made(rng, 24),
        "Slack hook": "https://hooks." + "slack.com/services/" + f"T{_made(rng, 8)}/B{_made(rng, 8)}/{_made(rng, 24)}",
        "Google": "AI" + "za" + _made(rng, 35),
        "npm": "np" + "m_" + _made(rng, 36),
        "PyPI": "py" + "pi-" + "AgEIcHlwaS5vcmc" + _made(rng, 60),
        "Postman": "PM" + "AK-" + _made(rng, 24, "0123456789abcdef") + "-" + _made(rng, 34, "0123456789abcdef"),
        "Doppler": "dp" + ".pt." + _made(rng, 43),
        "SendGrid": "S" + "G." + _made(rng, 22) + "." + _made(rng, 43),
        "Stripe": "sk" + "_live_" + _made(rng, 24),
        "Telegram": "1234567890" + ":AA" + _made(rng, 33),
        "JWT": f"{jwt_head}.{jwt_body}.{_made(rng, 43)}",
        "URL": "postgres" + "://lab:" + _made(rng, 14) + "@db.host.net/runs",
        "netrc": "machine api.host.net login me password " + _made(rng, 18),
        "wandb": "wandb" + " login " + "".join(rng.choice(hexa) for _ in range(40)),
    } | _rarer(rng)


def _rarer(rng: random.Random) -> dict[str, str]:
    """Kinds that fewer people carry about."""
    hexa = "0123456789abcdef"
    return {
        "Google refresh": "1/" + "/0" + _made(rng, 50),
        "Azure signature": "https://x.blob.host/c?sv=2022&" + "sig=" + quote(b64(rng.randbytes(32)), safe=""),
        "Azure secret": _made(rng, 3) + "8" + "Q~" + _made(rng, 34),
        "Shopify": "shp" + "at_" + "".join(rng.choice(hexa) for _ in range(32)),
        "Docker": "dckr" + "_pat_" + _made(rng, 27),
        "Docker login": '{"auths":{"https://index.host":{"auth":"' + b64(b"me:" + _made(rng, 9).encode()) + '"}}}',
        "Vault": "hv" + "s." + _made(rng, 90),
        "Terraform": _made(rng, 14) + ".atlas" + "v1." + _made(rng, 60),
        "Grafana": "gl" + "sa_" + _made(rng, 32) + "_" + "".join(rng.choice(hexa) for _ in range(8)),
        "Discord": "M" + _made(rng, 23) + "." + _made(rng, 6) + "." + _made(rng, 27),
        "Kaggle": '{"username":"me","key":"' + "".join(rng.choice(hexa) for _ in range(32)) + '"}',
        "curl": "curl -s -u me:" + _made(rng, 12) + " https://host.net",
        "crypt": "root:$" + "6$" + _made(rng, 8) + "$" + _made(rng, 86),
        "cookie": "Cookie: theme=dark; session" + "id=" + _made(rng, 32),
        "PEM": "-----BEGIN " + "RSA PRIVATE" + " KEY-----\n" + _made(rng, 64),
    }


def planted() -> Iterator[Planted]:
    """Every token as it stands, and hidden in turn in each way."""
    for kind, token in tokens().items():
        yield kind, "source", code(f"login({token!r})")
    for kind, token in tokens(1).items():
        yield kind, "output", code("run()", stream(f"using {token} now\n"))
    ways = list(HIDDEN.items())
    for number, (kind, token) in enumerate(tokens(2).items()):
        for step in range(2):
            way, hide = ways[(2 * number + step) % len(ways)]
            yield kind, way, hide(token)
    for way, hide in ways:
        yield "Hugging Face", way, hide(tokens(3)["Hugging Face"])
    rng = random.Random(9)  # noqa: S311
    for name in ("API_KEY", "secret", "db_password", "ACCESS_TOKEN"):
        yield "assigned", name, code(f'{name} = "{_made(rng, 28)}"')
        yield "assigned", f"{name} in a mapping", code(f'cfg = {{"{name.lower()}": "{_made(rng, 28)}"}}')
        yield "assigned", f"{name} in the environment", code(f'os.environ["{name}"] = "{_made(rng, 28)}"')
        yield "assigned", f"{name} printed", code("env()", stream(f"{name}={_made(rng, 28)}\n"))


def _split(token: str) -> tuple[str, str]:
    return token[: len(token) // 2], token[len(token) // 2 :]


def _concatenated(token: str) -> dict[str, Any]:
    one, two = _split(token)
    return code(f"key = {one!r} + {two!r}")


def _variables(token: str) -> dict[str, Any]:
    one, two = _split(token)
    return code(f"%matplotlib inline\nhead = {one!r}\ntail = {two!r}\nlogin(head + tail)")


def _lines(token: str) -> dict[str, Any]:
    one, two = _split(token)
    return code(f"key = ({one!r}\n       {two!r})")


def _folded_output(token: str) -> dict[str, Any]:
    one, two = _split(token)
    return code("show()", stream(f"| {one}\n| {two}\n"))


def _two_writes(token: str) -> dict[str, Any]:
    one, two = _split(token)
    return code("show()", stream(one), shown({"text/plain": "between"}), stream(two))


def _fstring(token: str) -> dict[str, Any]:
    one, two = _split(token)
    return code(f"a = {one!r}\nb = {two!r}\nlogin(f'{{a}}{{b}}')")


def _traceback(token: str) -> dict[str, Any]:
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "no",
        "traceback": ["\x1b[31mValueError\x1b[0m", f"bad {token}"],
    }
    return code("run()", error, metadata={"tags": ["raises-exception"]})


def _png(token: str, kind: bytes, body: bytes) -> dict[str, Any]:
    return code("plot()", shown({"image/png": b64(png((kind, body)))}))


def _jpeg(token: str) -> dict[str, Any]:
    note = token.encode()
    data = b"\xff\xd8\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + b"\xff\xda\x00\x02\x00\xff\xd9"
    return code("plot()", shown({"image/jpeg": b64(data)}))


def _grown(token: str) -> dict[str, Any]:
    parts = "".join(f"key += {token[at : at + 9]!r}\n" for at in range(0, len(token), 9))
    return code(f"key = ''\n{parts}")


def _coloured(token: str) -> dict[str, Any]:
    one, two = _split(token)
    return code("show()", stream(f"{one}\x1b[0m\x1b[32m{two}"))


def _gif(token: str) -> dict[str, Any]:
    note = b"x" * 250 + b" " + token.encode()
    parts = b"".join(bytes([len(note[at : at + 255])]) + note[at : at + 255] for at in range(0, len(note), 255))
    head = b"GIF89a\1\0\1\0\x80\0\0" + bytes(6)
    picture = b"\x2c" + bytes(4) + b"\1\0\1\0\0\2\2\x44\1\0"
    return code("plot()", shown({"image/gif": b64(head + b"\x21\xfe" + parts + b"\0" + picture + b"\x3b")}))


HIDDEN = {
    "base32": lambda t: code(f"key = b32decode('{base64.b32encode(t.encode()).decode()}')"),
    "grown by +=": _grown,
    "colours of a terminal": _coloured,
    "GIF comment over blocks": _gif,
    "base64": lambda t: code(f"key = b64decode('{b64(t.encode())}')"),
    "base64 in an output": lambda t: code("x()", stream(f"cfg {b64(b'{auth: ' + t.encode() + b'}')}\n")),
    "base64 over lines": lambda t: code("x()", stream(base64.encodebytes(b"0" * 40 + b" " + t.encode()).decode())),
    "base64 twice": lambda t: code(f"key = '{b64(b64(t.encode()).encode())}'"),
    "zlib in base64": lambda t: code(f"key = '{b64(zlib.compress(b'x' * 50 + b' ' + t.encode()))}'"),
    "gzip in base64": lambda t: code(f"key = '{b64(gzip.compress(t.encode()))}'"),
    "hex": lambda t: code(f"key = bytes.fromhex('{binascii.hexlify(t.encode()).decode()}')"),
    "hex escapes": lambda t: code("key = '" + "".join(f"\\x{b:02x}" for b in t.encode()) + "'"),
    "byte list": lambda t: code(f"key = bytes({list(t.encode())})"),
    "URL": lambda t: prose(f"[x](https://host.net/?q={''.join(f'%{b:02X}' for b in t.encode())})"),
    "HTML entities": lambda t: code("x()", shown({"text/html": "".join(f"&#{b};" for b in t.encode())})),
    "unicode escapes": lambda t: code("key = '" + "".join(f"\\u{b:04x}" for b in t.encode()) + "'"),
    "reversed": lambda t: code(f"key = '{t[::-1]}'[::-1]"),
    "concatenated": _concatenated,
    "variables": _variables,
    "f-string": _fstring,
    "over lines": _lines,
    "folded output": _folded_output,
    "two writes": _two_writes,
    "invisible signs": lambda t: prose(t[:9] + "\u200b" + t[9:]),
    "traceback": _traceback,
    "cell metadata": lambda t: code("x()", metadata={"note": {"deep": [t]}}),
    "output metadata": lambda t: code("x()", shown({"text/plain": "1"}, note=t)),
    "widget": lambda t: code("x()", shown({"application/vnd.jupyter.widget-view+json": {"model": t}})),
    "attachment name": lambda t: prose("![a](attachment:a)", attachments={t: {"image/png": b64(png())}}),
    "attachment": lambda t: prose(
        "x", attachments={"a.png": {"image/png": b64(png((b"tEXt", b"Note\0" + t.encode())))}}
    ),
    "PNG text": lambda t: _png(t, b"tEXt", b"Comment\0" + t.encode()),
    "PNG compressed text": lambda t: _png(t, b"zTXt", b"Comment\0\0" + zlib.compress(t.encode())),
    "PNG international text": lambda t: _png(t, b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(t.encode())),
    "PNG EXIF": lambda t: _png(t, b"eXIf", b"II*\0" + t.encode()),
    "behind a PNG": lambda t: code("plot()", shown({"image/png": b64(png(tail=t.encode()))})),
    "JPEG comment": _jpeg,
    "SVG comment": lambda t: code(
        "plot()", shown({"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'><!-- {t} --></svg>"})
    ),
    "URL quoted": lambda t: code("x()", stream(f"callback?state={quote(quote(t, safe=''), safe='')}")),
}

CLEAN = (
    code(
        "import hashlib\nprint(hashlib.sha256(b'x').hexdigest())",
        stream("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\n"),
    ),
    code("SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'"),
    prose("run `0123456789ab`, id 550e8400-e29b-41d4-a716-446655440000"),
    code("uuid.uuid4()", stream("f47ac10b-58cc-4372-a567-0e02b2c3d479\n")),
    code(
        "plot()",
        shown({"image/png": b64(png((b"tEXt", b"Software\0Matplotlib version3.11.2, https://matplotlib.org/")))}),
    ),
    code("tokenizer = AutoTokenizer.from_pretrained('bert-base-uncased')\ntokens = tokenizer('the quick brown fox')"),
    code("eos_token = '<|endoftext|>'\npad_token = '[PAD]'\nbos_token='<s>'"),
    code(
        "token = tokens[0]\nsecret = getpass.getpass()\npassword = os.environ['PASSWORD']\napi_key = settings.api_key"
    ),
    code("max_new_tokens = 1024\nnum_tokens: int = 512\ntokens_per_second = 12345.678"),
    code("login(token=os.environ['HF_TOKEN'])\nHF_TOKEN = 'hf_' + 'x' * 34"),
    prose("Put your key in `export HF_TOKEN=hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, then `wandb login`."),
    prose(r"$$\mathrm{Attention}(Q,K,V)=\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V$$ and $\theta_{t-1}$"),
    code("# pip install git+https://github.com/wandb/wandb@0123456789abcdef0123456789abcdef01234567"),
    code("run", stream("commit 0123456789abcdef0123456789abcdef01234567\nAuthor: somebody\n")),
    code("url = f'https://{user}:{password}@host/db'\nother = 'https://user:$PASS@host'"),
    prose(
        "See <https://arxiv.org/abs/1706.03762> and [docs](https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html#torch.nn.MultiheadAttention)."
    ),
    code("class MultiHeadScaledDotProductAttentionWithRotaryPositionEmbedding(nn.Module): ..."),
    code("x", stream("tensor([[0.1234, 0.5678], [-1.2345, 2.3456]])\nepoch 100/100 loss=0.001234567890123 lr=1e-05\n")),
    code("x = np.array([104, 101, 108, 108, 111, 32, 119, 111, 114, 108, 100, 33, 33, 33, 33, 33, 33, 33])"),
    code("MD5 = 'd41d8cd98f00b204e9800998ecf8427e'\nURL = 'https://host.net/mnist1d_data.pkl'"),
    prose("The word task-specific-learning-rate-schedules and sk-learn-like-pipelines-with-many-words-in-them."),
    code(
        "print(model)",
        stream("Sequential(\n  (0): Linear(in_features=40, out_features=100, bias=True)\n  (1): ReLU()\n)\n"),
    ),
    code("secret_word = 'xylophone'\ntoken_type_ids = 'segment-embedding-layer'\npassword_field = 'password'"),
    code(
        "key = jax.random.PRNGKey(0)\nkey, subkey = jax.random.split(key)\nattention_key = 'transformer.h.0.attn.k_proj.weight'"
    ),
    code("state['layers.0.self_attn.k_proj.weight'].shape", stream("torch.Size([4096, 4096])\n")),
    code(
        "cell", metadata={"paperlab": {"generated": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"}}
    ),
    code("access_key = 'query'\nauth = None\ncredentials = 'none'\ntoken_count = {'the': 10, 'a': 20}"),
    code("date", stream("2026-11-22T10:00:00Z 2026-11-22 10:00:00,123 INFO root: token=1234567890123\n")),
    code("data:image", shown({"text/html": f"<img src='data:image/png;base64,{b64(png())}'>"})),
    prose("For $1$-dimensional data and $2$ or $6$ classes `$HOME` costs $5$/$6$ a month."),
    code("!curl -L -o data.zip https://host.net/data.zip\n# key-value store, primary key-2021, cookie=1"),
    prose("Set the session cookie: `cookie: consent=accepted-by-the-user`, then `--user` and `curl -u $USER:$PASS`."),
    code("state", stream("conv1.weight.bias.running_mean.num_batches_tracked.NormalizationLayerWithLongName\n")),
    code("decoded = base64.b64decode('SGVsbG8gd29ybGQsIHRoaXMgaXMgYSB0ZXN0IG9mIGEgbm9ybWFsIHRleHQ=')"),
)
