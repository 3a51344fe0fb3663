"""Secrets as people type and print them in notebooks, and what documentation writes in their place."""

import random
import string
import time
from collections.abc import Callable
from typing import Any

import pytest

from paperlab.publish import PageInput
from paperlab.publish.leaks import check_leaks

from .conftest import code, notebook, prose, shown, stream

RNG = random.Random(11)  # noqa: S311  fixtures, not secrets
HEXA = "0123456789abcdef"
SIGNS = string.ascii_letters + string.digits


def made(length: int, alphabet: str = SIGNS) -> str:
    """A value that has a letter and a digit."""
    return "".join(RNG.choice(alphabet) for _ in range(length - 2)) + "a7"


GITHUB = "gh" + "p_" + made(36)
TYPED: dict[str, dict[str, Any]] = {
    "%env with a blank": code(f"%env COMET_API_KEY {made(25)}"),
    "environment, any key": code(f"os.environ['KAGGLE_KEY'] = '{made(32, HEXA)}'"),
    "environment, a short password": code("!env", stream("DB_PASSWORD=" + "hunter22\n")),
    "a frame of variables": code("df", shown({"text/plain": f"     name        value\n0  API_TOKEN  {made(32)}\n"})),
    "a table of variables": code("df", shown({"text/html": f"<tr><td>API_TOKEN</td>\n<td>{made(32)}</td></tr>"})),
    "signs in two tags": code("df", shown({"text/html": f"<b>{GITHUB[:9]}</b><i>{GITHUB[9:]}</i>"})),
    "an escaped sign": prose(GITHUB.replace("_", r"\_")),
    "header of GitHub": code(f"get(u, headers={{'Authorization': 'token {made(40, HEXA)}'}})"),
    "token as user of an address": code(f"!git clone https://{made(40, HEXA)}@github.com/me/private.git"),
    "password of wget": code("!wget --user=me --password=" + "hunter22 https://data.host/set.zip"),
    "auth of requests": code(f"get(u, auth=('me', '{made(10)}'))"),
    "auth class of requests": code(f"get(u, auth=HTTPBasicAuth('me', '{made(10)}'))"),
    "bot in an address": code(f"post('https://api.telegram.org/bot{'12345' * 2}:AA{made(33)}/sendMessage')"),
    "ngrok in a shell": code(f"!ngrok authtoken {made(27)}_{made(21)}"),
    "ngrok in Python": code(f"ngrok.set_auth_token('{made(27)}_{made(21)}')"),
    "Slack of a browser": code(f"t = '{'xo' + 'xc-'}{'123456789012-' * 3}{made(64, HEXA)}'"),
    "Teams": code(f"u = 'https://me.webhook.office.com/webhookb2/{made(36)}@{made(36)}/IncomingWebhook/{made(32)}'"),
    "Airtable": code(f"t = '{'pa' + 't'}{made(14)}.{made(64, HEXA)}'"),
    "Atlassian": code(f"t = '{'ATA' + 'TT3'}{made(100)}'"),
    "Heroku": code(f"t = '{'HR' + 'KU-'}{made(60)}'"),
    "Mapbox": code(f"t = '{'sk.' + 'eyJ'}{made(50)}.{made(22)}'"),
    "ElevenLabs": code(f"t = '{'sk' + '_'}{made(48, HEXA)}'"),
    "Supabase": code(f"t = '{'sb' + 'p_'}{made(40, HEXA)}'"),
    "mysql": code(f"!mysql -h db.host -u root -p{made(9)} runs"),
    "mysqldump in a list": code(f"run(['mysqldump', '-uroot', '-p{made(9)}', 'runs'])"),
    "a password that is a word": code("!mysql -u root -p" + "letmein runs"),
    "sshpass": code("!sshpass -p " + "swordfish ssh me@host"),
    "sshpass in a list": code(f"run(['sshpass', '-p', '{made(9)}', 'ssh', 'me@host'])"),
    "sudo": code("!echo " + "swordfish | sudo -S apt-get install x"),
    "sudo, quoted": code(f"!echo -n '{made(9)}' | sudo -kS true"),
    "a login over stdin": code(f"!echo {made(30)} | docker login -u me --password-stdin"),
    "docker": code(f"!docker login -u me -p {made(9)} index.host"),
    "Azure's registry": code(f"!az acr login --name me -u me -p {made(9)}"),
    "curl, other flags": code(f"!curl -su me:{made(9)} https://host.net"),
    "curl in a list": code(f"run(['curl', '-u', 'me:{made(9)}', u])"),
    "httpie": code(f"!http -a me:{made(9)} host.net"),
    "mongo": code(f"!mongosh -u me -p {made(9)} db.host"),
    "redis": code(f"!redis-cli -h db.host -a {made(9)} ping"),
    "zip": code(f"!unzip -P {made(9)} set.zip"),
    "openssl": code(f"!openssl aes-256-cbc -d -in a -pass pass:{made(9)}"),
    "wandb.login": code(f"wandb.login(key='{made(40, HEXA)[:39]}0')"),
    "wandb.login, positional": code(f"wandb.login('{made(40, HEXA)}')"),
    "wandb.login, late": code(f"wandb.login(relogin=True, host='https://w.host', key=\"{made(40, HEXA)}\")"),
    "wandb login, options": code(f"!wandb login --relogin --host https://w.host {made(40, HEXA)}"),
    "wandb's prompt": code("l()", stream(f"wandb: Paste an API key from your profile and hit enter: {made(40, HEXA)}")),
    "wandb in the environment": code(f"os.environ['WANDB_API_KEY'] = '{made(40, HEXA)}'"),
    "wandb by its name alone": code(f"WANDB = '{made(40, HEXA)}'"),
    "NVIDIA, positional": code(f"ChatNVIDIA('m', '{'nv' + 'api-'}{made(64)}')"),
    "Together, positional": code(f"Together('{'tgp' + '_v1_'}{made(43)}')"),
    "Tavily, positional": code(f"TavilyClient('{'tv' + 'ly-'}dev-{made(32)}')"),
    "Langfuse": code(f"Langfuse('{'sk' + '-lf-'}{'-'.join(made(n, HEXA) for n in (8, 4, 4, 4, 12))}')"),
    "Pulumi": code(f"login('{'pu' + 'l-'}{made(40, HEXA)}')"),
    "Kaggle, key first": code("!cat kaggle.json", stream(f'{{"key": "{made(32, HEXA)}", "username": "me"}}')),
    "a connection of PostgreSQL": code('connect("host=db.host dbname=runs user=me password=' + 'hunter22")'),
    "a connection of ODBC": code('connect("DRIVER=x;SERVER=y;uid=sa;pwd=' + 'Hunter22;timeout=3")'),
    "settings in YAML": code("!cat run.yml", stream("db:\n  user: me\n  db-password: " + "hunter22\n  port: 1\n")),
    "a mail server": code("server.login('me@host.net', 'wxqk rtzu " + "pmnb vcse')"),
    "signing key": code(f"signing_key = '{made(40)}'"),
}
INSTEAD: dict[str, dict[str, Any]] = {
    "AWS's own example": code("k = '" + "AK" + "IAIOSFODNN7EXAMPLE'\ns = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'"),
    "a row of the alphabet": code("t = 'hf" + "_abcdefghijklmnopqrstuvwxyzabcdefgh'"),
    "your key": code("api_key = 'YOUR-API-KEY-1234567890'\npassword = 'your-password-here1'\npwd = '<your_pw_1>'"),
    "a name with a year": code("audio_token = 'AUDIO_TOKEN_0123'\ntokenizer = 'run-of-2024'"),
    "words with dashes": prose("xo" + "xo-love-you-all-very-much"),
    "where a value lies": code(
        "env()", stream("HF_TOKEN  missing\nWANDB_API_KEY ****************\nSECRET_KEY /run/secrets/key1\n")
    ),
    "a commit of a run of wandb": code(
        f"wandb.init(project='x', config={{'git': '{made(40, HEXA)}'}})",
        stream(f"wandb: Syncing run at {made(40, HEXA)}\nwandb: login as me\nwandb: git {made(40, HEXA)}\n"),
    ),
    "checksums beside wandb": code(
        f"wandb_commit = '{made(40, HEXA)}'\nrun.log({{'wandb_cache_key': '{made(40, HEXA)}'}})\n"
        f"wandb.login()\nwandb.config.update({{'weights': '{made(40, HEXA)}'}})"
    ),
    "commands without a password": code(
        "!mysql -u root -p runs\n!mysql -u root -p$PASS -P 3306\n!mysql -h host -p'<password>' --protocol=tcp\n"
        "!sshpass -p $P ssh host\n!sshpass -p {secret} ssh host\n!sshpass -p <password> ssh host\n!sshpass -f file ssh host\n"
        "!echo $PASSWORD | sudo -S true\n!echo {password} | sudo -S true\n!echo hello | sudo tee /etc/motd\n"
        "!cat token | docker login --password-stdin\n!docker run -p 8080:8080 login-service\n!docker login -u me\n"
        "!docker login -u me -p $TOKEN\n!curl -u $USER:$PASS host\n!curl -u user:password host\n!unzip -P $P a.zip\n"
        "%%bash\ndocker login index.host\nmkdir -p data/models\nunzip a.zip\nmkdir -P x_files\n"
        "!zip -r model.zip out\n!mongosh -p\n!redis-cli -a $REDIS\n!openssl x -pass pass:$P\n!openssl x -pass env:P"
    ),
    "commands of a manual": prose(
        "`mysql -u root -pPASSWORD`, `mysql -pyour_password`, `sshpass -p password ssh`, `echo password | sudo -S ls`, "
        "`docker login -u user -p your-token`, `docker login -p xxxxxxxx`, `curl -u user:your-password`, "
        "`http -a user:password`, `mkdir -p data`, `ssh -p 2222 me@host`, `unzip -p a.zip`, `redis-cli -a password`"
    ),
    "primers": code("x", stream("ACCA" + "TGCGTACGTTAGCATG\nACCA" + "GTTCAGCATTGCAAGT\n")),
    "names of models and files": code(
        "MODEL_KEY = 'resnet50_imagenet1k_v2'\nDATASET_KEY = 'cifar10_train_v3'\nCKPT_KEY='epoch=10-step=5000'\n"
        "S3_KEY = 'models/mnist1d/run-12/model_state.pt'\nLAYER_KEY = 'encoder.layers.0.self_attn.out_proj.weight'"
    ),
    "connections without a password": code(
        "connect('host=db user=me password=$PASS')\nconnect(f'host=db user=me password={secret}')\n"
        "connect(user=name, password=pw1)\nconnect('host=db user=me password=password')\nhost = x\npassword = y1"
    ),
    "words for a password in YAML": code(
        "x", stream("password: <yours-1>\npassword: your_password1\npassword: required\n")
    ),
    "a login that asks": code("server.login('me', getpass())\nserver.login('user', 'password')\nserver.login(me, pw)"),
    "a key of a cache": code(f"CACHE_KEY = '{made(32, HEXA)}'"),
    "what is asked for": code("!wget --user=$U --password=$P --ask-password https://data.host\n!x --password=PASSWORD"),
    "words for both": code("get(u, auth=('user', 'passwd'))\nget(u, auth=HTTPBasicAuth('user', 'password'))"),
    "Sentry's open key": prose(f"https://{made(32, HEXA)}@o1234.ingest.sentry.io/42"),
    "a user": prose("ssh://git@github.com/me/repo.git, https://me@dev.azure.com/org/_git/x"),
    "the manual's own": prose("`ngrok config add-authtoken <YOUR_TOKEN>`, `Authorization: token YOUR_ACCESS_TOKEN_2`"),
    "a vocabulary": code(
        "x", stream("token                id\nGtransformer2         49123\nAttention_is2        31415\n")
    ),
}


@pytest.mark.parametrize("cell", TYPED.values(), ids=list(TYPED))
def test_a_secret_is_found_as_people_type_and_print_it(
    make_page: Callable[..., PageInput], cell: dict[str, Any]
) -> None:
    assert check_leaks(make_page(notebook=notebook(cell)))


@pytest.mark.parametrize("cell", INSTEAD.values(), ids=list(INSTEAD))
def test_what_stands_for_a_secret_is_none(make_page: Callable[..., PageInput], cell: dict[str, Any]) -> None:
    assert check_leaks(make_page(notebook=notebook(cell))) == ()


@pytest.mark.parametrize(
    "sign",
    [
        " ",
        "</td> ",
        "\t",
        "mysql ",
        "curl -u ",
        "wandb key ",
        "docker login ",
        "echo aaaa | sudo ",
        "sshpass -p ",
        "host=a ",
        "password: ",
    ],
)
def test_long_runs_of_blanks_cost_what_their_length_does(make_page: Callable[..., PageInput], sign: str) -> None:
    page = make_page(notebook=notebook(code("x", stream(sign * (300_000 // len(sign))))))
    begin = time.process_time()
    check_leaks(page)
    assert time.process_time() - begin < 5
