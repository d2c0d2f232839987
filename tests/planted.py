"""
Made-up secrets of every shape, and a file of every format that is read with secrets in every place that can hold one.

A place is written ``«how»``: how the secret is spelt there. ``«how?»`` is a place that nothing names as one of a secret:
only what looks like a secret by itself is put there.
"""

from __future__ import annotations

import base64
import json
import random
import re
import shlex
import string
import textwrap
import urllib.parse
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

SEED = 20261121
SHARES = 8
"""Every file holds one share of the commands; in turn, so that each of them stands in many."""

LENGTH = 8
"""How many characters of a secret count as a part of it."""

# --- secrets ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Secret:
    """A secret's text, and the parts of it that are random: the rest is the same in every secret of its shape."""

    text: str
    parts: tuple[str, ...]


def _from(alphabet: str, length: int, source: random.Random) -> str:
    return "".join(source.choice(alphabet) for _ in range(length))


def _words(source: random.Random, count: int = 9, gap: str = "") -> str:
    syllables = ["".join(source.choice(letters) for letters in ("bdgjkvwxz", "aou")) for _ in range(count * 2)]
    return gap.join("".join(syllables[index : index + 2]) for index in range(0, count * 2, 2))


_BASE64 = string.ascii_letters + string.digits + "+/"
_URL_SAFE = string.ascii_letters + string.digits + "-_"


def words(source: random.Random) -> Secret:
    return _plain(_words(source))


def phrase(source: random.Random) -> Secret:
    return _plain(_words(source, gap=" "))


def short(source: random.Random) -> Secret:
    return _plain(
        _from(string.ascii_lowercase, 3, source) + _from(string.ascii_letters + string.digits, 5, source) + "7"
    )


def hexadecimal(source: random.Random) -> Secret:
    return _plain(_from("0123456789abcdef", 40, source))


def encoded(source: random.Random) -> Secret:
    return _plain(base64.b64encode(bytes(source.randrange(256) for _ in range(31))).decode())


def token(source: random.Random) -> Secret:
    return _plain(f"x{_from(_URL_SAFE, 20, source)}4-7{_from(_URL_SAFE, 18, source)}9")


def generated_key(source: random.Random) -> Secret:
    """As startproject draws it."""
    key = "k$" + _from("abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)", 46, source) + "%#"
    return Secret(f"django-insecure-{key}", (key,))


def punctuated(source: random.Random) -> Secret:
    """With what quoting, templates and comments make of it."""
    text = "".join(_from(string.ascii_letters + string.digits, 3, source) + mark for mark in "$%#\" '&!{=")
    return _plain(text + _from(string.ascii_letters, 3, source))


def private_key(source: random.Random) -> Secret:
    lines = tuple(_from(_BASE64, 64, source) for _ in range(3))
    body = "\n".join(lines)
    return Secret(f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----", lines)


def service_account(source: random.Random) -> Secret:
    key, identifier = _from(_BASE64, 40, source), _from("0123456789abcdef", 40, source)
    blob = {
        "type": "service_account",
        "private_key_id": identifier,
        "private_key": f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n",
    }
    return Secret(json.dumps(blob), (key, identifier))


def signed_token(source: random.Random) -> Secret:
    """A JSON Web Token, whose head is no secret."""
    head = base64.urlsafe_b64encode(b'{"alg": "HS256", "typ": "JWT"}').decode().rstrip("=")
    body, signature = "eyJ" + _from(_URL_SAFE, 40, source), _from(_URL_SAFE, 43, source)
    return Secret(f"{head}.{body}.{signature}", (body[3:], signature))


def identifier(source: random.Random) -> Secret:
    """As Postmark's tokens are."""
    return _plain(str(uuid.UUID(int=source.getrandbits(128), version=4)))


def of_a_vendor(source: random.Random) -> Secret:
    body = _from(string.ascii_letters + string.digits, 36, source)
    return Secret(f"ghp_{body}", (body,))


def _plain(text: str) -> Secret:
    return Secret(text, (text,))


Shape = Callable[[random.Random], Secret]
SHAPES: tuple[Shape, ...] = (
    words,
    phrase,
    short,
    hexadecimal,
    encoded,
    token,
    generated_key,
    punctuated,
    private_key,
    service_account,
    signed_token,
    identifier,
    of_a_vendor,
)
# Those that can be told from a harmless value wherever they stand.
_TELLING = frozenset({hexadecimal, token, private_key, signed_token, identifier, of_a_vendor})

# --- how a secret is spelt where it stands ------------------------------------------------------------------------------


def _single_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _in_double_quotes(text: str) -> str:
    return re.sub(r'([\\"$`])', r"\\\1", text)


def _bare(text: str) -> str | None:
    return text if re.fullmatch(r"[\w+/=.\-]+", text) else None


def _one_line(spell: Callable[[str], str | None]) -> Callable[[str], str | None]:
    return lambda text: None if "\n" in text else spell(text)


def _halves(text: str) -> tuple[str, str] | None:
    middle = len(text) // 2
    return (text[:middle], text[middle:]) if _bare(text) else None


_SPELT: Mapping[str, Callable[[str], str | None]] = {
    "raw": _one_line(lambda text: text),
    "bare": _bare,
    "sh": _single_quoted,
    "sh1": _one_line(_single_quoted),
    "dq": lambda text: f'"{_in_double_quotes(text)}"',
    "dq1": _one_line(lambda text: f'"{_in_double_quotes(text)}"'),
    "in-dq": _one_line(_in_double_quotes),
    "in-sq": _one_line(lambda text: None if "'" in text else text),
    "split": lambda text: (halves := _halves(text)) and f"\"{halves[0]}\"'{halves[1]}'",
    "continued": lambda text: (halves := _halves(text)) and "\\\n".join(halves),
    "json": json.dumps,
    "py": repr,
    "py-split": lambda text: f"({text[: len(text) // 2]!r}\n    {text[len(text) // 2 :]!r})",
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "url-raw": lambda text: None if re.search(r"[\s/\"'$#?@{}%]", text) else text,
    "percent": _one_line(lambda text: text.replace("%", "%%")),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "lines": lambda text: text,
    # A shell's word within a JSON string, and within double quotes of a unit.
    "sh-in-json": lambda text: json.dumps(_single_quoted(text))[1:-1],
    "in-json": lambda text: json.dumps(text)[1:-1],
}


def _variants(secret: Secret, spelling: Callable[[str], str | None]) -> Iterator[str]:
    """What of a secret may be recognised: its random parts, as they are and as they are spelt elsewhere."""
    for part in secret.parts:
        yield part
        yield urllib.parse.quote(part, safe="")
        yield json.dumps(part)[1:-1]
        yield repr(part)[1:-1]
        yield _in_double_quotes(part)
    encoded = base64.b64encode(secret.text.encode()).decode()
    if spelling is _SPELT["base64"]:
        yield encoded[24:] if len(encoded) > 60 else encoded


def _margin(place: re.Match[str]) -> str:
    """The blanks that the line begins with in which a place stands."""
    line = place.string[place.string.rfind("\n", 0, place.start()) + 1 : place.start()]
    return line[: len(line) - len(line.lstrip(" "))]


_NEEDS_SHELL = re.compile(r" [|>]+ |^\w+=|^export ")
_LISTED: Mapping[str, Callable[[list[str]], str]] = {
    "json": json.dumps,
    "joined": " && ".join,
    "string": lambda lines: json.dumps("\n".join(lines)),
    "lines": "\n".join,
    "tabbed": "\n\t".join,
    # What stands for an expression there is doubled.
    "hcl": lambda lines: json.dumps("\n".join(lines)).replace("${", "$${"),
    "run": lambda lines: "\n".join(f"RUN {line}" for line in lines),
    # What needs a shell cannot be written without one.
    "words": lambda lines: "\n".join(line for line in lines if not _NEEDS_SHELL.search(line)),
    "argv": lambda lines: "\n".join(
        f"RUN {json.dumps(shlex.split(line))}" for line in lines if not _NEEDS_SHELL.search(line)
    ),
}


@dataclass
class Planter:
    """Fills templates with secrets of a shape, and remembers them."""

    shape: Shape
    source: random.Random = field(default_factory=lambda: random.Random(SEED))
    share: int = 0
    planted: list[str] = field(default_factory=list)
    where: dict[str, str] = field(default_factory=dict)
    """By eight characters of a secret: the place in which it was planted."""

    @property
    def count(self) -> int:
        return len(self.planted)

    def filled(self, template: str, name: str) -> str:
        """The template with a secret of its own in every place."""
        template = textwrap.dedent(template).replace("«script»", SCRIPT).replace("«settings»", SETTINGS)
        template = re.sub(r"«commands:(\w+)»", lambda place: self._commands(place, name), template)
        filled, end = [], 0
        for place in re.finditer(r"«([\w\-]+)(\??)»", template):
            filled.append(template[end : place.start()])
            line = template[template.rfind("\n", 0, place.start()) + 1 : place.start()]
            number = template.count("\n", 0, place.start()) + 1
            spelt = self._secret(place[1], bool(place[2]), f"{name}:{number} {line.strip()}«{place[1]}»")
            filled.append(spelt.replace("\n", f"\n{_margin(place)}"))
            end = place.end()
        return "".join([*filled, template[end:]])

    def _commands(self, place: re.Match[str], name: str) -> str:
        commands = COMMANDS.splitlines(keepends=True)
        first, self.share = self.share, (self.share + 1) % SHARES
        lines = self.filled("".join(commands[first::SHARES]), f"{name}, commands").splitlines()
        return _LISTED[place[1]](lines).replace("\n", f"\n{_margin(place)}")

    def _secret(self, how: str, unnamed: bool, place: str) -> str:
        shape = token if unnamed and self.shape not in _TELLING else self.shape
        for candidate in (shape, token):
            secret = candidate(self.source)
            spelt = _SPELT[how](secret.text)
            if spelt is not None:
                break
        assert spelt is not None
        self.planted.append(secret.text)
        for variant in _variants(secret, _SPELT[how]):
            for start in range(len(variant) - LENGTH + 1):
                self.where.setdefault(variant[start : start + LENGTH], place)
        return spelt

    def found(self, texts: Iterable[str]) -> dict[str, str]:
        """What of the secrets stands in the texts, eight characters or more: by its place, what shows of it."""
        shown: dict[str, str] = {}
        for line in {line for text in texts for line in text.splitlines()}:
            parts = {line[start : start + LENGTH] for start in range(len(line) - LENGTH + 1)}
            for part in parts & self.where.keys():
                start = line.index(part)
                shown.setdefault(self.where[part], line[max(0, start - 60) : start + 40])
        return shown


# --- files that hold them -----------------------------------------------------------------------------------------------

# One command a line; no line needs another.
COMMANDS = """\
export SECRET_KEY=«sh1»
DB_PASSWORD=«dq1» python manage.py migrate
PGPASSWORD=«sh1» psql -h db -c 'select 1'
mysql -u shop -p«bare» shop
mysqldump --user=shop --password=«sh1» shop
python manage.py createsuperuser --password «sh1»
curl -H "Authorization: Bearer «bare»" https://example.com
curl -H 'Authorization: Token token=«in-sq»' https://example.com
curl -H "X-Api-Key: «in-dq»" https://example.com
curl --header "PRIVATE-TOKEN: «bare»" https://example.com
curl -u deploy:«bare» https://example.com
curl --user 'deploy:«in-sq»' https://example.com
curl https://deploy:«url»@example.com/
curl https://deploy:«url-raw»@example.com/
curl -d password=«bare» "https://example.com/?access_token=«url»"
curl -X POST https://hooks.slack.com/services/T0AAAAAAA/B0AAAAAAA/«url»
git clone https://«url»@github.com/example/shop.git
git clone https://«url»:x-oauth-basic@github.com/example/shop.git
wget --http-password=«sh1» https://example.com/
docker run -e API_TOKEN=«sh1» --env DB_PASSWORD=«dq1» shop
docker login -u shop -p «sh1» registry.example.com
docker build --build-arg PIP_TOKEN=«sh1» .
echo "SECRET_KEY=«in-dq»" > .env
echo SECRET_KEY=«bare» >> .env
echo 'api_token: «in-sq»' >> shop.yml
printf 'DB_PASSWORD=%s' «sh1» >> .env
sed -i 's/^SECRET_KEY=.*/SECRET_KEY=«bare»/' .env
sed -i "s|@@DB_PASSWORD@@|«bare»|" .env
SECRET_KEY=«split» ./prepare.sh
env SECRET_KEY=«dq1» ./prepare.sh
echo «sh1» | docker login --username shop --password-stdin
redis-cli -a «sh1» ping
htpasswd -bc /etc/nginx/.htpasswd admin «sh1»
aws configure set aws_secret_access_key «sh1»
sshpass -p «sh1» ssh deploy@192.0.2.1 "DB_PASSWORD=«bare» python manage.py migrate"
openssl rsa -passin pass:«bare» -in key.pem
celery -A shop -b redis://:«url»@cache:6379/0 worker
python manage.py shell -c "User.objects.create_superuser('admin', 'a@example.com', '«bare»')"
psql -c "ALTER USER shop PASSWORD '«bare»'"
mysql -e "CREATE USER shop IDENTIFIED BY '«bare»'"
psql "host=db user=shop password=«bare» dbname=shop"
rabbitmqctl change_password shop «sh1»
echo "root:«bare»" | chpasswd
heroku config:set SECRET_KEY=«sh1»
fly secrets set SECRET_KEY=«sh1»
kubectl create secret generic shop --from-literal=password=«sh1» --from-literal=SECRET_KEY=«sh1»
pip install --extra-index-url https://deploy:«url»@packages.example.com/simple shop
pip install git+https://«url»@github.com/example/till.git
export TITLE=«bare?»
./prepare.sh «bare?» --name=«bare?»
gunicorn shop.wsgi --env SECRET_KEY=«sh1» --env DATABASE_URL=postgres://shop:«url»@db/shop
"""

# What only a script can hold: several lines that belong together.
SCRIPT = f"""\
#!/bin/sh
# The old password was SECRET_KEY=«bare»
: "${{SECRET_KEY:=«bare»}}"
export API_TOKEN="${{API_TOKEN:-«bare»}}"
export PRIVATE_KEY=«sh»
export LICENSE_KEY=«dq»
export DB_PASSWORD=«continued»
cat > .env <<EOF
SECRET_KEY=«raw»
DATABASE_URL=postgres://shop:«url»@db/shop
EOF
cat > shop.yml <<'EOF'
password: «raw»
EOF
python - <<EOF
user.set_password("«bare»")
EOF
if [ "$1" = "«bare?»" ]; then exit; fi
{COMMANDS}"""


_YAML_VARIABLES = """
SECRET_KEY: «json»
DATABASE_URL: "postgres://shop:«url»@db/shop"
CELERY_BROKER_URL: amqp://shop:«url»@queue//
SENTRY_DSN: https://«url»@o1.ingest.sentry.io/1
apiToken: «json»
CONFIG: «bare?»
"""
_JSON_VARIABLES = """{
"SECRET_KEY": «json»,
"DATABASE_URL": "postgres://shop:«url»@db/shop",
"SENTRY_DSN": "https://«url»@o1.ingest.sentry.io/1",
"API_TOKEN": «json»,
"CONFIG": "«bare?»"}"""
_JSON_PAIRS = """[
{"name": "SECRET_KEY", "value": «json»},
{"name": "DATABASE_URL", "value": "postgres://shop:«url»@db/shop"},
{"name": "API_TOKEN", "value": «json»},
{"name": "CONFIG", "value": "«bare?»"}]"""
_SHELL_VARIABLES = """
# SECRET_KEY=«raw»
SECRET_KEY=«dq»
DB_PASSWORD=«sh»
export API_TOKEN=«bare» # was «bare?»
DATABASE_URL=postgres://shop:«url»@db/shop
CACHE_URL='redis://:«url»@cache:6379/0'
SENTRY_DSN=https://«url»@o1.ingest.sentry.io/1
EMAIL_URL=smtp+tls://mail@example.com:«url»@smtp.example.com:587
PRIVATE_KEY=«dq»
CREDENTIALS_TOKEN=«sh1»
POSTMARK=«bare?»
"""


def _indented(text: str, margin: int) -> str:
    return textwrap.indent(text.strip("\n"), " " * margin).lstrip()


def _pairs(margin: int) -> str:
    """``- name: NAME`` with its value below it."""
    lines = []
    for line in _YAML_VARIABLES.strip().splitlines():
        name, _, value = line.partition(": ")
        lines += [f"- name: {name}", f"  value: {value}"]
    return _indented("\n".join(lines), margin)


def _mapped(margin: int) -> str:
    return _indented(_YAML_VARIABLES, margin)


_REQUIREMENTS = """
--extra-index-url https://deploy:«url»@packages.example.com/simple
--index-url=https://__token__:«url»@packages.example.com/simple
-f https://«url»@packages.example.com/links
django==5.2.19
shop @ git+https://deploy:«url»@git.example.com/shop.git
git+https://«url»@github.com/example/till.git@main#egg=till
-e git+https://oauth2:«url»@git.example.com/books.git#egg=books
https://packages.example.com/cards-1.0.zip?token=«url»
"""
_PACKAGE_URL = "https://deploy:«url»@git.example.com/shop.git"

FORMATS: Mapping[str, Mapping[str, str]] = {
    "ansible": {
        "ansible/site.yml": f"""\
- hosts: web
  vars:
    {_mapped(4)}
    db_password: «json»
    title: "«bare?»"
  environment:
    {_mapped(4)}
  tasks:
    - name: log in with «bare?»
      shell: «commands:string»
    - command: python manage.py migrate
      environment:
        {_mapped(8)}
    - command: python manage.py createsuperuser --password {{{{ db_password }}}}
    - django_manage: {{command: "createsuperuser --password «bare»", app_path: /srv/shop}}
    - copy: {{content: "SECRET_KEY=«bare»", dest: /srv/shop/.env}}
    - template: {{src: gunicorn.service.j2, dest: /etc/systemd/system/gunicorn.service}}
      vars: {{secret_key: «json»}}
    - uri: {{url: "https://deploy:«url»@example.com/", user: deploy, password: «json»}}
"""
    },
    "apache": {
        "deploy/apache.conf": """\
<VirtualHost *:80>
    ServerName shop.example.com
    SetEnv SECRET_KEY «dq1»
    SetEnv DATABASE_URL postgres://shop:«url»@db/shop
    PassEnv HOME
    RequestHeader set Authorization "Basic «bare»"
    RequestHeader set X-Api-Key «dq1»
    RequestHeader set X-Forwarded-Proto https
    AuthLDAPBindPassword «dq1»
    AuthLDAPURL "ldap://reader:«url»@ldap.example.com/"
    # password: «raw»
    WSGIDaemonProcess shop user=shop display-name=«bare?»
    WSGIScriptAlias / /srv/shop/shop/wsgi.py
    <Location /reports/«bare?»>
        ProxyPass http://reader:«url»@reports:8000/
    </Location>
    RewriteCond %{HTTP:X-Token} !=«bare?»
    RewriteRule ^/(.*)$ http://reader:«url»@web:8000/$1?token=«url» [P]
    ProxyPass /api/ http://web:8000/?api_key=«url»
    Alias /static/ /srv/shop/static/
</VirtualHost>
"""
    },
    "app-engine": {
        "app.yaml": f"""\
runtime: python312
entrypoint: "DB_PASSWORD=«sh-in-json» gunicorn -b :$PORT shop.wsgi"
env_variables:
  {_mapped(2)}
build_env_variables:
  {_mapped(2)}
handlers:
- url: /«bare?»
  script: auto
""",
        "cron.yaml": "cron:\n- description: x\n  url: /tasks/?token=«url»\n  schedule: every 24 hours\n",
    },
    "app-json": {
        "app.json": f"""\
{{"name": "shop", "env": {_JSON_VARIABLES},
"environments": {{"test": {{"env": {_JSON_VARIABLES}, "scripts": {{"test": "./x --password «sh-in-json»"}}}}}},
"repository": "https://deploy:«url»@git.example.com/shop.git",
"buildpacks": [{{"url": "https://deploy:«url»@git.example.com/buildpack.git"}}, {{"url": "https://«url»@git.example.com/b.git"}}],
"formation": {{"web": {{"quantity": 1}}}},
"scripts": {{"postdeploy": «commands:string», "dokku": {{"predeploy": «commands:string»}}}}}}
"""
    },
    "apprunner": {
        "apprunner.yaml": f"""\
version: 1.0
runtime: python311
build:
  commands:
    build: «commands:json»
  env:
    {_pairs(4)}
run:
  pre-run: «commands:json»
  command: "DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"
  env:
    {_pairs(4)}
  secrets:
    - {{name: API_TOKEN, value-from: "arn:aws:secretsmanager:«bare»"}}
"""
    },
    "azure-pipelines": {
        "azure-pipelines.yml": f"""\
variables:
  {_mapped(2)}
jobs:
- job: deploy
  variables:
    {_pairs(4)}
  steps:
  - script: «commands:string»
    env:
      {_mapped(6)}
  - script: python manage.py test
  - task: AzureWebApp@1
    inputs:
      appName: shop
      startUpCommand: «commands:string»
      appSettings: '-SECRET_KEY «bare» -API_TOKEN «bare»'
  - task: SSH@0
    inputs: {{runOptions: inline, inline: «commands:string», password: «json»}}
"""
    },
    "azure-startup": {"azure-startup.sh": "«script»"},
    "bitbucket-pipelines": {
        "bitbucket-pipelines.yml": """\
pipelines:
  default:
    - step:
        name: Test
        script: «commands:json»
  branches:
    main:
      - step:
          name: Deploy
          deployment: production
          script: «commands:json»
      - step:
          name: Deploy elsewhere
          script:
            - pipe: atlassian/ssh-run:0.8.1
              variables: {SSH_USER: deploy, PASSWORD: «json», COMMAND: «commands:string»}
            - pipe: atlassian/heroku-deploy:2.2.0
              variables: {HEROKU_API_KEY: «json»}
"""
    },
    "caddy": {
        "Caddyfile": """\
{
    email admin@example.com
    acme_ca https://deploy:«url»@ca.example.com/
    servers {
        metrics
    }
}
shop.example.com {
    # token «bare?»
    basic_auth /admin/* {
        admin «bare»
    }
    basicauth {
        editor $2a$14$«bare»
    }
    tls {
        dns cloudflare «bare»
    }
    @api header X-Api-Key «dq1»
    @other path /«bare?»/*
    header Authorization "Bearer «bare»"
    reverse_proxy @api web:8000 {
        header_up Authorization "Basic «bare»"
        header_up X-Api-Key «dq1»
        header_up X-Origin «bare?»
    }
    reverse_proxy http://reader:«url»@reports:8000
    root * /srv/«bare?»
    file_server
}
"""
    },
    "caprover": {
        "captain-definition": """\
{"schemaVersion": 2, "dockerfileLines": ["FROM python:3.13", "ENV SECRET_KEY=«sh-in-json»", "ARG API_TOKEN=«sh-in-json»",
"RUN pip install --index-url https://deploy:«url»@packages.example.com/simple shop",
"CMD DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"]}
""",
        "captain-definition-worker": '{"schemaVersion": 2, "imageName": "https://deploy:«url»@registry.example.com/shop"}\n',
    },
    "circleci": {
        ".circleci/config.yml": f"""\
version: 2.1
jobs:
  test:
    docker:
      - image: cimg/python:3.13
        auth: {{username: deploy, password: «json»}}
        environment: {{{", ".join(_YAML_VARIABLES.strip().splitlines())}}}
    steps:
      - run: {{command: «commands:string», environment: {{API_TOKEN: «json»}}}}
      - run: python manage.py test
  deploy:
    docker: [{{image: "cimg/python:3.13"}}]
    environment:
      {_mapped(6)}
    steps:
      - run: «commands:string»
      - heroku/deploy-via-git: {{api-key: «json»}}
workflows: {{main: {{jobs: [test, deploy]}}}}
"""
    },
    "circus": {
        "circus.ini": """\
[circus]
statsd_host = x
# password = «raw»
[watcher:web]
cmd = gunicorn shop.wsgi
args = --env SECRET_KEY=«bare» --password «bare»
copy_env = True
[watcher:worker]
cmd = celery -A shop -b redis://:«url»@cache:6379/0 worker
[env:web]
SECRET_KEY = «raw»
DATABASE_URL = postgres://shop:«url»@db/shop
API_TOKEN = «raw»
CONFIG = «bare?»
[env]
DB_PASSWORD = «raw»
"""
    },
    "clever-cloud": {
        "clevercloud/python.json": """\
{"deploy": {"module": "shop.wsgi", "managetasks": ["migrate", "createsuperuser --password «sh-in-json»"]},
"hooks": {"postDeploy": «commands:string»}, "env": {"SECRET_KEY": «json»}}
"""
    },
    "cloud-build": {
        "cloudbuild.yaml": """\
substitutions:
  _SECRET_KEY: «json»
  _DB_PASSWORD: «json»
  _CONFIG: «bare?»
steps:
- name: gcr.io/cloud-builders/docker
  args: [build, -t, gcr.io/x/shop, --build-arg, "SECRET_KEY=«in-json»", --build-arg=API_TOKEN=«bare», .]
- id: migrate
  name: gcr.io/x/shop
  entrypoint: bash
  args: [-c, «commands:string»]
  env: ["SECRET_KEY=«in-json»", "DATABASE_URL=postgres://shop:«url»@db/shop", "API_TOKEN=«in-json»", CONFIG=«bare?»]
- name: gcr.io/google.com/cloudsdktool/cloud-sdk
  entrypoint: gcloud
  args: [run, deploy, shop, --image, gcr.io/x/shop, "--set-env-vars=SECRET_KEY=«bare»,DB_PASSWORD=«bare»", --update-env-vars, "^;^API_TOKEN=«bare»;B=c",
    "--args=shop.wsgi,--password=«bare»", "--command=gunicorn", "--update-labels=x=«bare?»"]
- name: gcr.io/cloud-builders/gcloud
  script: «commands:string»
options: {env: ["DB_PASSWORD=«in-json»"]}
secrets:
- kmsKeyName: x
  secretEnv: {API_TOKEN: "«base64»"}
"""
    },
    "compose": {
        "docker-compose.prod.yml": f"""\
x-common: &common
  environment: &environment
    {_mapped(4)}
services:
  web:
    <<: *common
    build:
      context: .
      args:
        {_mapped(8)}
    command: "gunicorn shop.wsgi --env DB_PASSWORD=«sh-in-json»"
    labels:
      - traefik.http.middlewares.auth.basicauth.users=admin:«bare»
      - "api_token=«in-json»"
      - "title=«bare?»"
    ports: ["8000:8000"]
    healthcheck: {{test: "curl -u admin:«bare» http://localhost/"}}
  worker:
    image: https://deploy:«url»@registry.example.com/shop
    entrypoint: [sh, -c, «commands:string»]
    command: ["celery", "--broker", "redis://:«url»@cache:6379/0", "--password", «json»]
    build:
      context: https://«url»@github.com/example/shop.git
      args: ["SECRET_KEY=«in-json»", API_TOKEN=«bare»]
    environment:
      - SECRET_KEY=${{SECRET_KEY:-«bare»}}
      - "DB_PASSWORD=«in-json»"
      - BROKER_URL=amqp://shop:«url»@queue/
      - CONFIG=«bare?»
    labels: {{traefik.http.middlewares.auth.basicauth.users: "admin:«bare»", com.example.token: «json»}}
    healthcheck: {{test: [CMD, curl, -u, "admin:«in-json»", "http://localhost/"]}}
    volumes: ["./«bare?»:/data"]
  db:
    image: postgres:17
    command: postgres -c password=«bare»
    environment: {{POSTGRES_USER: shop, POSTGRES_PASSWORD: «json»}}
  script:
    image: shop
    command: |
      «commands:words»
configs:
  shop: {{content: "SECRET_KEY=«in-json»"}}
# SECRET_KEY: «raw»
"""
    },
    "conda": {
        "environment.yml": """\
name: shop
channels: [conda-forge, "https://conda.example.com/t/«bare»/shop", "https://deploy:«url»@conda.example.com/shop"]
dependencies:
  - python=3.13
  - https://deploy:«url»@conda.example.com/shop/till-1.0.tar.bz2
  - pip:
      - django==5.2.19
      - git+https://deploy:«url»@git.example.com/shop.git
      - --index-url https://deploy:«url»@packages.example.com/simple
variables: {SECRET_KEY: «json»}
"""
    },
    "deploy-script": {"deploy.sh": "«script»"},
    "digitalocean": {
        ".do/app.yaml": """\
name: shop
envs:
  - {key: SECRET_KEY, value: «json»}
  - {key: DATABASE_URL, value: "postgres://shop:«url»@db/shop", type: SECRET}
services:
- name: web
  run_command: "gunicorn shop.wsgi --env DB_PASSWORD=«sh-in-json»"
  build_command: «commands:string»
  git: {repo_clone_url: "https://«url»@github.com/example/shop.git"}
  image: {registry_type: DOCKER_HUB, repository: shop, registry_credentials: "deploy:«bare»"}
  envs:
    - {key: API_TOKEN, value: «json»}
    - {key: CONFIG, value: "«bare?»"}
  log_destinations: [{name: x, logtail: {token: «json»}}]
jobs:
- name: migrate
  kind: PRE_DEPLOY
  run_command: «commands:string»
"""
    },
    "dockerfile": {
        "Dockerfile": """\
# syntax=docker/dockerfile:1
# SECRET_KEY=«raw»
ARG REGISTRY_TOKEN=«bare»
ARG BASE=python:3.13
FROM ${BASE} AS build
ARG API_TOKEN=«dq1»
ARG CONFIG=«bare?»
ENV SECRET_KEY=«sh1» DB_PASSWORD=«dq1»
ENV LICENSE_KEY=«split»
ENV ADMIN_PASSWORD «raw»
ENV DATABASE_URL=postgres://shop:«url»@db/shop \\
    CACHE_PASSWORD=«bare» \\
    SENTRY_DSN=https://«url»@o1.ingest.sentry.io/1
«commands:run»
«commands:argv»
RUN --mount=type=cache,target=/root export SECRET_KEY=«sh1» && \\
    DB_PASSWORD=«dq1» python manage.py collectstatic
RUN <<EOF
echo "password=«in-dq»" > /etc/shop.ini
EOF
COPY <<EOF /etc/shop.env
SECRET_KEY=«raw»
EOF
ADD https://deploy:«url»@files.example.com/data.zip /data/
ADD https://«url»@github.com/example/shop.git /src/
LABEL token=«dq1» title=«bare?»
FROM build
WORKDIR /srv/«bare?»
USER «bare?»
HEALTHCHECK CMD curl -u admin:«bare» http://localhost/
ENTRYPOINT ["sh", "-c", "SECRET_KEY=«sh-in-json» exec \\\\"$@\\\\"", "--"]
CMD ["gunicorn", "shop.wsgi", "--env", "SECRET_KEY=«in-json»", "--password", «json»]
"""
    },
    "dockerignore": {
        ".dockerignore": "password=«raw»\n# token «bare»\n*.«bare?»\nhttps://deploy:«url»@example.com/\n*.pyc\n"
    },
    "dockerrun": {
        "Dockerrun.aws.json": f"""\
{{"AWSEBDockerrunVersion": 2, "authentication": {{"bucket": "x", "key": "«bare?»"}},
"containerDefinitions": [{{"name": "web", "image": "https://deploy:«url»@registry.example.com/shop", "essential": true, "memory": 128,
"command": ["sh", "-c", «commands:string»], "environment": {_JSON_PAIRS}}}]}}
"""
    },
    "dokku": {"DOKKU_SCALE": "web=1\nSECRET_KEY=«raw»\n# «bare?»\n", "CHECKS": "WAIT=5\n/login?token=«url» «bare?»\n"},
    "dotenv": {
        ".env.production": _SHELL_VARIABLES,
        ".env": _SHELL_VARIABLES,
        ".env.example": _SHELL_VARIABLES,
        ".envrc": f"dotenv\n{_SHELL_VARIABLES}",
    },
    "ecs": {
        "task-definition.json": f"""\
{{"family": "shop", "containerDefinitions": [
{{"name": "web", "image": "deploy:«url»@registry.example.com/shop", "command": ["gunicorn", "shop.wsgi", "--password", «json»],
"environment": {_JSON_PAIRS}, "dockerLabels": {{"token": «json»}}, "healthCheck": {{"command": ["CMD-SHELL", "curl -u a:«bare» x"]}},
"logConfiguration": {{"logDriver": "splunk", "options": {{"splunk-token": «json»}}}},
"secrets": [{{"name": "API_TOKEN", "valueFrom": "arn:aws:ssm:«bare?»"}}]}},
{{"name": "worker", "image": "shop", "entryPoint": ["sh", "-c"], "command": [«commands:string»]}}]}}
"""
    },
    "elastic-beanstalk": {
        ".ebextensions/01_shop.config": f"""\
option_settings:
  aws:elasticbeanstalk:application:environment:
    {_mapped(4)}
  aws:rds:dbinstance: {{DBPassword: «json»}}
  "aws:elasticbeanstalk:container:python": {{WSGIPath: "shop.wsgi:application"}}
container_commands:
  01_migrate:
    command: «commands:string»
    env: {{SECRET_KEY: «json»}}
    leader_only: true
  02_argv: {{command: [mysql, -u, shop, -p«bare», --password, «json»]}}
commands: {{01_x: {{command: «commands:string»}}}}
files:
  "/etc/shop.env": {{content: "SECRET_KEY=«in-json»\\n", mode: "000600"}}
  "/opt/elasticbeanstalk/hooks/appdeploy/post/x.sh": {{mode: "000755", content: «commands:string»}}
""",
        ".ebextensions/02_list.config": """\
option_settings:
  - {namespace: "aws:elasticbeanstalk:application:environment", option_name: SECRET_KEY, value: «json»}
  - {option_name: DATABASE_URL, value: "postgres://shop:«url»@db/shop"}
  - {option_name: CONFIG, value: "«bare?»"}
""",
        ".platform/hooks/postdeploy/01_migrate.sh": "«script»",
        "Buildfile": "build: DB_PASSWORD=«dq1» ./build.sh --token «sh1»\n",
    },
    "fabfile": {
        "fabfile.py": """\
from fabric.api import env, local, put, run, sudo
from fabric import Connection, task

env.hosts = ["deploy@192.0.2.1"]
env.password = «py»
env.passwords = {"deploy@192.0.2.1:22": «py»}
env.sudo_password = «py»
SECRET_KEY = «py-split»
DB_URL = "postgres://shop:«url»@db/shop"
TITLE = "«bare?»"
COMMANDS = «commands:string»


@task
def deploy(c, password=«py»):
    run(COMMANDS)
    run("export SECRET_KEY=%s" % SECRET_KEY)
    run(f"DB_PASSWORD={password} python manage.py migrate")
    sudo("mysql -u shop -p«bare» shop")
    run("python manage.py createsuperuser --password " + "«bare»")
    run("./prepare.sh «bare?» {}".format(TITLE))
    c.sudo("systemctl restart shop", password=«py»)
    with shell_env(SECRET_KEY=«py», DATABASE_URL="postgres://shop:«url»@db/shop"):
        run("python manage.py collectstatic")
    local("git push https://«url»@github.com/example/shop.git")
    run(«commands:string»)
"""
    },
    "fly": {
        "fly.toml": """\
app = "shop"
[build]
image = "https://deploy:«url»@registry.example.com/shop"
[build.args]
PIP_TOKEN = «json»
[env]
SECRET_KEY = «json»
DATABASE_URL = "postgres://shop:«url»@db/shop"
API_TOKEN = «json»
CONFIG = "«bare?»"
[deploy]
release_command = «commands:string»
[processes]
web = "DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"
worker = «commands:string»
[[services]]
internal_port = 8000
[[services.http_checks]]
path = "/?token=«url»"
headers = {Authorization = "Basic «bare»"}
"""
    },
    "github-workflow": {
        ".github/workflows/deploy.yml": f"""\
name: Deploy
on: push
env:
  {_mapped(2)}
jobs:
  test:
    runs-on: ubuntu-latest
    services:
      db: {{image: "postgres:17", env: {{POSTGRES_PASSWORD: «json»}}, credentials: {{username: deploy, password: «json»}}}}
    env:
      {_mapped(6)}
    steps:
      - uses: actions/checkout@v5
        with: {{token: «json»}}
      - run: «commands:string»
        env:
          {_mapped(10)}
      - run: "python manage.py test --password «sh-in-json»"
  deploy:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - name: deploy with «bare?»
        run: «commands:string»
      - uses: appleboy/ssh-action@v1
        with:
          host: 192.0.2.1
          password: «json»
          key: «json»
          script: «commands:string»
      - uses: akhileshns/heroku-deploy@v3
        with: {{heroku_api_key: «json», heroku_app_name: shop, heroku_email: a@example.com}}
      - uses: docker/build-push-action@v6
        with:
          push: true
          build-args: |
            SECRET_KEY=«bare»
            API_TOKEN=«bare»
"""
    },
    "gitignore": {".gitignore": "password=«raw»\n# token «bare»\n*.«bare?»\nhttps://deploy:«url»@example.com/\n"},
    "gitlab-ci": {
        ".gitlab-ci.yml": f"""\
variables:
  {_mapped(2)}
  DB_PASSWORD: {{value: «json», description: "«bare?»"}}
include:
  - remote: https://deploy:«url»@git.example.com/ci.yml
test:
  image: {{name: "https://deploy:«url»@registry.example.com/shop"}}
  before_script: «commands:json»
  script: [python manage.py test]
deploy:
  stage: deploy
  environment: production
  variables:
    {_mapped(4)}
  script: «commands:json»
"""
    },
    "gunicorn-conf": {
        "gunicorn.conf.py": """\
# password: «raw»
import os
raw_env = ["SECRET_KEY=" + «py», "DB_PASSWORD=«bare»", "DATABASE_URL=postgres://shop:«url»@db/shop", "CONFIG=«bare?»"]
password = «py»
os.environ["API_TOKEN"] = «py»
bind = os.environ.get("BIND_TOKEN", "«bare»")
wsgi_app = "shop.wsgi"
statsd_host = "statsd:«bare?»"
proc_name = "«bare?»"
errorlog = "/var/log/«bare?».log"
keyfile_password = «py-split»
"""
    },
    "helm-values": {
        "chart/values.yaml": f"""\
replicaCount: 1
image: {{repository: "https://deploy:«url»@registry.example.com/shop"}}
service: {{port: 80}}
imageCredentials: {{password: «json», username: deploy}}
env:
  {_mapped(2)}
extraEnv:
  {_pairs(2)}
postgresql:
  auth: {{password: «json», postgresPassword: «json»}}
  postgresqlPassword: «json»
redisUrl: redis://:«url»@cache:6379/0
command: «commands:string»
# «raw»
"""
    },
    "heroku-yml": {
        "heroku.yml": f"""\
setup:
  addons: [{{plan: heroku-postgresql, as: "«bare?»"}}]
  config:
    {_mapped(4)}
build:
  docker: {{web: Dockerfile}}
  config:
    {_mapped(4)}
release: {{image: web, command: «commands:json»}}
run:
  web: "DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"
  worker: {{command: «commands:json», image: web}}
"""
    },
    "justfile": {
        "justfile": """\
secret_key := «sh1»
export DB_PASSWORD := «dq1»
database_url := "postgres://shop:«url»@db/shop"
title := "«bare?»"
# password: «raw»
deploy password="«bare»" api_token='«in-sq»':
    export SECRET_KEY={{secret_key}}
    DB_PASSWORD={{password}} python manage.py migrate
    «commands:lines»
""",
    },
    "kamal": {
        "config/deploy.yml": f"""\
service: shop
image: deploy:«url»@registry.example.com/shop
servers:
  web: {{hosts: [192.0.2.1], cmd: "gunicorn shop.wsgi --env API_TOKEN=«sh-in-json»", env: {{clear: {{SECRET_KEY: «json»}}}}}}
builder:
  args:
    {_mapped(4)}
env:
  clear:
    {_mapped(4)}
  secret: [OTHER_TOKEN]
registry: {{server: registry.example.com, username: deploy, password: «json»}}
accessories:
  db: {{image: "postgres:17", host: 192.0.2.1, env: {{clear: {{POSTGRES_PASSWORD: «json»}}}}, cmd: "x --password «bare»"}}
""",
        ".kamal/hooks/pre-deploy": "«script»",
    },
    "kubernetes": {
        "k8s/web.yaml": f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: {{kubectl.kubernetes.io/last-applied-configuration: "SECRET_KEY=«in-json»", token: «json»}}
spec:
  template:
    spec:
      initContainers:
        - name: migrate
          image: shop
          command: [sh, -c, «commands:string»]
      containers:
        - name: web
          image: https://deploy:«url»@registry.example.com/shop
          command: [gunicorn, shop.wsgi, --password, «json»]
          args: ["--env=SECRET_KEY=«in-json»"]
          env:
            {_pairs(12)}
          livenessProbe: {{httpGet: {{path: "/?token=«url»", httpHeaders: [{{name: Authorization, value: "Bearer «bare»"}}]}}}}
          lifecycle: {{postStart: {{exec: {{command: [sh, -c, «commands:string»]}}}}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {{name: shop}}
data:
  {_mapped(2)}
  shop.env: |
    SECRET_KEY=«raw»
    DB_PASSWORD=«raw»
---
apiVersion: v1
kind: Secret
metadata: {{name: shop}}
type: Opaque
data:
  SECRET_KEY: «base64»
  config: «base64»
  tls.key: "«base64»"
stringData:
  {_mapped(2)}
  config: «json»
  id_rsa: |
    «lines»
"""
    },
    "kustomize": {
        "deploy/overlays/production/kustomization.yaml": """\
resources: ["https://«url»@github.com/example/shop.git//base"]
namePrefix: shop-
configMapGenerator:
  - name: shop
    literals: ["SECRET_KEY=«in-json»", "DATABASE_URL=postgres://shop:«url»@db/shop", CONFIG=«bare?»]
secretGenerator:
  - name: shop
    literals: ["DB_PASSWORD=«in-json»", "config=«in-json»", API_TOKEN=«bare»]
images: [{name: shop, newName: "deploy:«url»@registry.example.com/shop"}]
patches:
  - target: {kind: Deployment}
    patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: shop}
      spec:
        template:
          spec:
            containers:
              - name: web
                command: [gunicorn, shop.wsgi, --password, «json»]
                env: [{name: SECRET_KEY, value: «json»}, {name: DATABASE_URL, value: "postgres://shop:«url»@db/shop"}]
"""
    },
    "makefile": {
        "Makefile": """\
# password: «raw»
SECRET_KEY = «bare»
export DB_PASSWORD := «bare»
DATABASE_URL ?= postgres://shop:«url»@db/shop
TITLE = «bare?»
deploy: export API_TOKEN = «bare»
deploy:
\tSECRET_KEY=$(SECRET_KEY) python manage.py migrate
\tmysql -u shop -p«bare» $(TITLE)
\t«commands:tabbed»
""",
    },
    "nginx": {
        "deploy/nginx.conf": """\
# password: «raw»
env SECRET_KEY=«bare»;
upstream web { server web:8000; }
map $http_x_token $allowed { "«bare?»" 1; default 0; }
server {
    listen 80;
    server_name shop.example.com «bare?».example.com;
    set $api_key "«in-dq»";
    auth_basic "«bare?»";
    ssl_password_file /etc/nginx/«bare?»;
    if ($http_authorization != "Bearer «bare»") { return 403; }
    location /reports/ {
        proxy_set_header Authorization "Basic «bare»";
        proxy_set_header X-Api-Key "«in-dq»";
        proxy_set_header X-Secret «bare»;
        proxy_set_header X-Origin «bare?»;
        proxy_set_header Cookie "sessionid=«bare»";
        proxy_pass http://reader:«url»@reports:8000/?token=«url»;
    }
    location /«bare?»/ { proxy_pass http://web; }
    location ~ ^/(«bare?»)/ { alias /srv/«bare?»/; }
    location /static/ { alias /srv/shop/static/; add_header X-Token "«in-dq»"; }
    location / { uwsgi_param SECRET_KEY "«in-dq»"; uwsgi_pass web:8000; }
    return 301 https://shop.example.com/?token=«url»;
}
"""
    },
    "nixpacks": {
        "nixpacks.toml": """\
providers = ["python"]
[variables]
SECRET_KEY = «json»
DATABASE_URL = "postgres://shop:«url»@db/shop"
CONFIG = "«bare?»"
[phases.build]
cmds = «commands:json»
[start]
cmd = "DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"
"""
    },
    "package-json": {
        "package.json": """\
{"name": "shop", "repository": "https://«url»@github.com/example/shop.git", "config": {"api_key": «json»},
"dependencies": {"till": "git+https://deploy:«url»@git.example.com/till.git"},
"scripts": {"deploy": «commands:string», "predeploy": "SECRET_KEY=«sh-in-json» python manage.py migrate", "other": "./x «bare?»"}}
""",
    },
    "passenger": {
        "passenger_wsgi.py": """\
import os
os.environ["SECRET_KEY"] = «py»
os.environ.setdefault("DATABASE_URL", "postgres://shop:«url»@db/shop")
os.environ.update({"API_TOKEN": «py», "CONFIG": "«bare?»"})
# DB_PASSWORD = «raw»
from shop.wsgi import application
""",
        "Passengerfile.json": '{"app_type": "wsgi", "startup_file": "x.py", "envvars": {"SECRET_KEY": «json», "CONFIG": "«bare?»"}}\n',
    },
    "pdm-lock": {"pdm.lock": f'[[package]]\nname = "shop"\nversion = "1.0"\ngit = "{_PACKAGE_URL}"\n'},
    "piku": {"ENV": _SHELL_VARIABLES.replace("export ", "").replace("«dq»", "«raw»").replace("«sh»", "«sh1»")},
    "pipfile": {
        "Pipfile": f"""\
[[source]]
url = "https://deploy:«url»@packages.example.com/simple"
name = "«bare?»"
[packages]
django = "*"
shop = {{git = "{_PACKAGE_URL}", ref = "main"}}
till = {{file = "https://«url»@packages.example.com/till.zip"}}
[scripts]
deploy = "DB_PASSWORD=«in-json» python manage.py migrate"
"""
    },
    "pipfile-lock": {
        "Pipfile.lock": f"""\
{{"_meta": {{"sources": [{{"url": "https://deploy:«url»@packages.example.com/simple"}}]}},
"default": {{"shop": {{"git": "{_PACKAGE_URL}"}}, "till": {{"file": "https://«url»@packages.example.com/till.zip"}}}}}}
"""
    },
    "platformsh": {
        ".platform.app.yaml": f"""\
name: shop
type: python:3.13
variables:
  env:
    {_mapped(4)}
hooks:
  build: «commands:string»
  deploy: «commands:string»
web:
  commands: {{start: "DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"}}
workers:
  queue: {{commands: {{start: «commands:string»}}}}
crons:
  report: {{spec: "0 * * * *", commands: {{start: «commands:string»}}}}
""",
        ".platform/services.yaml": "db:\n  type: postgresql:17\n  configuration: {password: «json»}\n",
    },
    "poetry-lock": {
        "poetry.lock": f'[[package]]\nname = "shop"\nversion = "1.0"\n[package.source]\ntype = "git"\nurl = "{_PACKAGE_URL}"\n'
    },
    "procfile": {
        "Procfile": """\
web: SECRET_KEY=«sh1» gunicorn shop.wsgi --env DATABASE_URL=postgres://shop:«url»@db/shop
release: «commands:joined»
worker: celery -A shop -b redis://:«url»@cache:6379/0 worker
# SECRET_KEY=«raw»
SECRET_KEY=«raw»
"""
    },
    "pylock": {
        "pylock.toml": f"""\
lock-version = "1.0"
[[packages]]
name = "shop"
version = "1.0"
vcs = {{ type = "git", url = "{_PACKAGE_URL}", commit-id = "main" }}
[[packages]]
name = "till"
archive = {{ url = "https://«url»@packages.example.com/till.zip?token=«url»" }}
"""
    },
    "pyproject": {
        "pyproject.toml": f"""\
[project]
name = "shop"
description = "«bare?»"
dependencies = ["django==5.2.19", "shop @ git+{_PACKAGE_URL}", "till @ https://«url»@packages.example.com/till.zip"]
[[tool.uv.index]]
url = "https://deploy:«url»@packages.example.com/simple"
[tool.uv.sources]
books = {{ git = "{_PACKAGE_URL}" }}
[tool.poetry.dependencies]
python = "^3.13"
tills = {{git = "{_PACKAGE_URL}"}}
cards = {{url = "https://«url»@packages.example.com/cards.zip"}}
[[tool.poetry.source]]
url = "https://deploy:«url»@packages.example.com/simple"
[tool.shop]
password = «json»
"""
    },
    "python-module": {"shop/settings.py": "«settings»"},
    "python-version": {".python-version": "3.13\n# «bare?»\n«raw»\n"},
    "railpack": {
        "railpack.json": """\
{"provider": "python", "steps": {"build": {"commands": «commands:json», "variables": {"SECRET_KEY": «json»}}},
"deploy": {"startCommand": «commands:string», "variables": {"DB_PASSWORD": «json», "CONFIG": "«bare?»"}}}
"""
    },
    "railway": {
        "railway.toml": """\
[build]
buildCommand = «commands:string»
[deploy]
startCommand = "DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"
preDeployCommand = «commands:json»
healthcheckPath = "/?token=«url»"
[variables]
SECRET_KEY = «json»
"""
    },
    "render": {
        "render.yaml": """\
services:
- type: web
  name: web
  runtime: python
  repo: https://«url»@github.com/example/shop
  buildCommand: «commands:string»
  preDeployCommand: «commands:string»
  startCommand: "DB_PASSWORD=«sh-in-json» gunicorn shop.wsgi"
  healthCheckPath: /?token=«url»
  envVars:
  - {key: SECRET_KEY, value: «json»}
  - {key: DATABASE_URL, value: "postgres://shop:«url»@db/shop"}
  - {key: CONFIG, value: "«bare?»"}
- type: worker
  name: queue
  runtime: image
  image: {url: "https://deploy:«url»@registry.example.com/shop"}
  dockerCommand: «commands:string»
envVarGroups:
- name: shop
  envVars: [{key: API_TOKEN, value: «json»}]
"""
    },
    "requirements": {"requirements.txt": f"# SECRET_KEY=«raw»\n{_REQUIREMENTS}"},
    "runtime-txt": {"runtime.txt": "python-3.13.1\n«raw»\n"},
    "s6": {
        "rootfs/etc/services.d/web/run": "«script»",
        "rootfs/etc/services.d/queue/run": """\
#!/command/execlineb -P
# «raw»
export SECRET_KEY «dq1»
export API_TOKEN «bare»
celery -A shop -b redis://:«url»@cache worker --password «dq1»
""",
    },
    "scalingo": {
        "scalingo.json": f"""\
{{"name": "shop", "env": {{"SECRET_KEY": {{"value": «json»}}, "API_TOKEN": «json», "CONFIG": {{"value": "«bare?»", "description": "«bare?»"}},
"DATABASE_URL": {{"value": "postgres://shop:«url»@db/shop"}}}},
"scripts": {{"postdeploy": «commands:string»}}, "formation": {{"web": {{"amount": 1}}}}, "extra": {_JSON_VARIABLES}}}
"""
    },
    "setup-cfg": {
        "setup.cfg": f"""\
[metadata]
name = shop
description = «bare?»
[options]
install_requires =
    django==5.2.19
    shop @ git+{_PACKAGE_URL}
dependency_links = https://«url»@packages.example.com/simple
[shop]
password = «percent»
"""
    },
    "setup-py": {
        "setup.py": f"""\
from setuptools import setup

PASSWORD = «py»
setup(name="shop", version="1.0", description="«bare?»", install_requires=["django==5.2.19", "shop @ git+{_PACKAGE_URL}"],
      dependency_links=["https://«url»@packages.example.com/simple"], options={{"password": «py»}})
"""
    },
    "supervisord": {
        "deploy/supervisord.conf": """\
[inet_http_server]
port = 127.0.0.1:9001
password = «percent»
[supervisord]
environment = API_TOKEN="«bare»",
    DB_PASSWORD='«bare»'
[supervisorctl]
serverurl = http://admin:«url»@127.0.0.1:9001
[program:web]
environment = SECRET_KEY="«bare»",DATABASE_URL="postgres://shop:«bare»@db/shop",CONFIG="«bare?»"
command = gunicorn shop.wsgi --env API_TOKEN=«bare» --password «bare»
; password = «raw»
[program:script]
command = sh -c "SECRET_KEY='«bare»' ./prepare.sh «bare?»"
"""
    },
    "systemd": {
        "deploy/shop.service": """\
[Unit]
Description = «bare?»
# «raw»
[Service]
Environment="SECRET_KEY=«bare»" "API_TOKEN=«bare»"
Environment=DB_PASSWORD=«bare»
Environment="PASSPHRASE=«in-sq»"
Environment=DATABASE_URL=postgres://shop:«bare»@db/shop CONFIG=«bare?»
SetCredential=token:«raw»
ExecStartPre=/srv/shop/bin/python manage.py createsuperuser --password «bare»
ExecStartPre=/bin/sh -c "export SECRET_KEY='«bare»' && /srv/shop/bin/python manage.py migrate"
ExecStart=/srv/shop/bin/gunicorn shop.wsgi \\
    --env API_TOKEN=«bare» --env "DB_PASSWORD=«bare»"
ExecStop=/usr/bin/curl -u admin:«bare» http://localhost/
""",
        "deploy/shop.service.d/override.conf": "[Service]\nEnvironment=SECRET_KEY=«bare»\n",
    },
    "terraform": {
        "terraform/main.tf": """\
variable "db_password" { default = «json» }
# password «raw»
resource "aws_db_instance" "db" { password = «json» }
resource "aws_ecs_task_definition" "web" {
  container_definitions = jsonencode([
    {
      name        = "web"
      image       = "https://deploy:«url»@registry.example.com/shop"
      command     = ["gunicorn", "shop.wsgi", "--password", «json»]
      entryPoint  = ["sh", "-c", «commands:hcl»]
      environment = [
        { name = "SECRET_KEY", value = «json» },
        { name = "DATABASE_URL", value = "postgres://shop:«url»@db/shop" },
        { name = "CONFIG", value = "«bare?»" },
      ]
    }
  ])
}
resource "x" "y" { user_data = "gunicorn «bare»" }
"""
    },
    "unread-format": {
        "Taskfile.yml": "tasks:\n  web: {cmds: [gunicorn shop.wsgi]}\n  deploy: {env: {SECRET_KEY: «json»}, cmds: «commands:json»}\n",
        "Jenkinsfile": "pipeline { environment { SECRET_KEY = «json» }\n  sh 'gunicorn shop.wsgi'\n  sh «commands:string»\n}\n",
        ".travis.yml": 'env: {global: ["SECRET_KEY=«in-json»"]}\nbefore_script: gunicorn\ndeploy: {provider: heroku, api_key: «json»}\nscript: «commands:json»\n',
        "buildspec.yml": "version: 0.2\n# x\nproxy: gunicorn\nenv: {variables: {SECRET_KEY: «json»}}\nphases: {build: {commands: «commands:json»}}\n",
        "terraform/prod.tfvars": 'db_password = «json»\nx = "gunicorn «bare»"\nurl = "postgres://shop:«url»@db/shop"\n',
        "cdk.json": '{"app": "python3 app.py", "context": {"secret_key": «json», "x": "gunicorn «bare?»"}}\n',
    },
    "uv-lock": {
        "uv.lock": f'version = 1\n[[package]]\nname = "shop"\nversion = "1.0"\nsource = {{ git = "{_PACKAGE_URL}" }}\n'
    },
    "uwsgi": {
        "uwsgi.ini": """\
[uwsgi]
# password «raw»
module = shop.wsgi
env = SECRET_KEY=«raw»
env = DATABASE_URL=postgres://shop:«url»@db/shop
set-placeholder = password=«raw»
set-ph = title=«bare?»
api_token = «raw»
attach-daemon = celery -A shop -b redis://:«url»@cache worker --password «bare»
exec-pre-app = mysql -p«bare» x
stats-push = mongodb:addr=deploy:«url»@mongo/x
https = 0.0.0.0:8443,shop.crt,«bare?».key
subscription-sign-check = SHA1:«bare?»
http-socket = :8000
""",
        "deploy/uwsgi.yaml": 'uwsgi:\n  module: shop.wsgi\n  env: ["SECRET_KEY=«in-json»", CONFIG=«bare?»]\n  password: «json»\n',
        "deploy/uwsgi.xml": "<uwsgi><module>shop.wsgi</module><env>SECRET_KEY=«bare»</env><password>«bare»</password></uwsgi>\n",
    },
    "vercel": {
        "vercel.json": f"""\
{{"builds": [{{"src": "shop/wsgi.py", "use": "@vercel/python", "config": {{"token": «json»}}}}],
"env": {_JSON_VARIABLES}, "build": {{"env": {_JSON_VARIABLES}}},
"buildCommand": «commands:string», "installCommand": "pip install --index-url https://deploy:«url»@packages.example.com/simple shop",
"routes": [{{"src": "/(.*)", "dest": "shop/wsgi.py", "headers": {{"Authorization": "Basic «bare»"}}}}],
"crons": [{{"path": "/tasks?token=«url»", "schedule": "0 * * * *"}}]}}
"""
    },
    "zappa": {
        "zappa_settings.json": f"""\
{{"production": {{"django_settings": "shop.settings", "environment_variables": {_JSON_VARIABLES},
"aws_environment_variables": {_JSON_VARIABLES}, "project_name": "«bare?»", "s3_bucket": "«bare?»",
"events": [{{"function": "x.y", "expression": "rate(1 hour)", "kwargs": {{"password": «json»}}}}],
"prebuild_script": "x.«bare?»", "role_arn": "arn:aws:iam::«bare?»"}}}}
"""
    },
}

SETTINGS = """\
import os

import environ
import rollbar
import sentry_sdk
from decouple import config

env = environ.Env(DB_OTHER=(str, «py»), TITLE=(str, "«bare?»"))

# Django's own
SECRET_KEY = «py»
SECRET_KEY_FALLBACKS = [«py», «py-split»]
EMAIL_HOST_PASSWORD = «py»
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop", "PASSWORD": env("DB_X", default=«py»)},
    "other": {"ENGINE": "django.db.backends.postgresql", "USER": "shop", "PASSWORD": «py», "OPTIONS": {"passfile": "«bare?»"}},
    "third": dict(ENGINE="django.db.backends.postgresql", PASSWORD=os.environ.get("DB_Y", «py»)),
    "fourth": env.db("DATABASE_URL", default="postgres://shop:«url»@db/shop"),
    "fifth": {"ENGINE": "django.db.backends.postgresql", "PASSWORD": os.environ.get("DB_Z") or «py»},
}
DATABASES["other"]["PASSWORD"] = config("DB_W", «py»)
DATABASES["third"].update(PASSWORD=os.getenv("DB_V", «py»))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ["redis://:«url»@cache:6379/0", os.environ.get("CACHE_X", "redis://:«url»@cache:6379/1")],
        "OPTIONS": {"PASSWORD": config("CACHE_Y", default=«py»)},
    }
}
CELERY_BROKER_URL = "amqp://shop:«url»@queue//"
BROKER_URL = os.environ.get("BROKER", "amqp://shop:«url»@queue//")
CELERY_RESULT_BACKEND = f"redis://:«url»@{os.environ.get('REDIS_HOST', 'cache')}:6379/0"
CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": ["redis://:«url»@cache/1"]}}}
MAILERS = {"default": {"BACKEND": "x", "OPTIONS": {"password": «py»}}}
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": {"secret_key": «py», "access_key": env("S3_X", default=«py»)}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# What is read from the environment, with a default
API_TOKEN = os.environ.get("API_TOKEN", «py»)
AWS_SECRET_ACCESS_KEY = config("AWS_SECRET_ACCESS_KEY", default=«py»)
os.environ.setdefault("LICENSE_KEY", «py»)
os.environ["OTHER_TOKEN"] = «py»
STRIPE_SECRET_KEY = env("STRIPE_X", default=«py»)
JWT = {"SIGNING_KEY": os.environ.get("JWT_X", «py»), "AUDIENCE": os.getenv("JWT_Y", "«bare?»")}
TITLE = os.environ.get("TITLE", "«bare?»")
PASSWORD_OF = f"{os.environ.get('PREFIX', '«bare?»')}"
GREETING = "hello " + os.environ.get("GREETING", "«bare?»")
SMTP = os.environ.get("SMTP", "smtp://mail:«url»@smtp.example.com")
PAYMENT_KEY = env.str("PAY", «py»)
TWILIO_AUTH_TOKEN = os.environ.get("TWILIO", «py»)
INNOCENT = "«bare?»"
ANYMAIL = {"MAILGUN_API_KEY": env("MAILGUN", default=«py»), "POSTMARK_SERVER_TOKEN": «py»}
SOCIAL_AUTH_GOOGLE_OAUTH2_SECRET = os.environ.get("GOOGLE", «py»)

def secret(name, default="«bare?»"):
    return os.environ.get(name, default)

HELPED = secret("HELPED_PASSWORD", «py»)
FIELD_ENCRYPTION_KEY = secret("FIELD", «py»)

# Error trackers
sentry_sdk.init(dsn="https://«url»@o1.ingest.sentry.io/1", environment="«bare?»")
sentry_sdk.init(dsn=os.environ.get("SENTRY", "https://«url»@o1.ingest.sentry.io/1"))
RAVEN_CONFIG = {"dsn": "https://«bare»:«bare»@sentry.example.com/1"}
ROLLBAR = {"access_token": «py», "environment": "production", "root": "/srv"}
rollbar.init(«py», environment="production")
BUGSNAG = {"api_key": «py»}
HONEYBADGER = {"API_KEY": os.environ.get("HONEY", «py»)}
ELASTIC_APM = {"SECRET_TOKEN": «py», "SERVER_URL": "https://a:«url»@apm.example.com"}
AIRBRAKE = {"API_KEY": «py», "PROJECT": "1"}
RAYGUN4PY_CONFIG = {"api_key": «py»}
SCOUT_KEY = «py»
OPBEAT = {"ORGANIZATION_ID": "x", "APP_ID": "y", "SECRET_TOKEN": «py»}
APPSIGNAL_PUSH_API_KEY = «py»
NEW_RELIC_LICENSE_KEY = «py»
DATADOG_API_KEY = «py»
LOGGING = {
    "version": 1,
    "handlers": {"x": {"class": "logging.handlers.SMTPHandler", "credentials": ("mail", «py»), "mailhost": "x", "fromaddr": "y", "toaddrs": [], "subject": "z"}},
}

# Lists, texts and numbers
ALLOWED_HOSTS = ["www.example.com", "«bare?».example.com"]
CSRF_TRUSTED_ORIGINS = ["https://deploy:«url»@www.example.com"]
ADMINS = [("«bare?»", "admin@example.com")]
PRIVATE_KEY = «py»
CREDENTIALS = {"password": «py», "nested": {"token": «py», "list": [{"api_key": «py»}]}}
STATIC_URL = "https://«url»@cdn.example.com/static/"
MEDIA_URL = "https://deploy:«url»@cdn.example.com/media/"
"""

# What makes files read that are named only by others.
LEADING = {
    "Procfile.other": "web: make deploy && just deploy && npm run deploy\n",
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
}
