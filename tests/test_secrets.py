from __future__ import annotations

import time

import pytest

from django_deploycheck import secrets
from django_deploycheck.model import EnvVar, Location
from django_deploycheck.source import Unreadable

HERE = Location("compose.yml", 3)
# Made up for these tests; no service ever knew them.
RANDOM = "k3j9x7q2w8z4v6b1"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("PUBLIC_KEY", id="a public key"),
        pytest.param("PASSWORD_FILE", id="the path of a password"),
        pytest.param("ALLOW_EMPTY_PASSWORD", id="a flag"),
        pytest.param("PWD", id="the working directory"),
        pytest.param("KEYCLOAK_URL", id="a word that starts with key"),
        pytest.param("TOKENIZERS_PARALLELISM", id="a word that starts with token"),
        pytest.param("cacheKey", id="a key that opens nothing"),
        pytest.param("passwordPolicy", id="about passwords"),
    ],
)
def test_names_that_hold_no_secret(name):
    assert not secrets.is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "SECRET_KEY",
        "DJANGO_SECRET_KEY",
        "DB_PASS",
        "PGPASSWORD",
        "MYSQL_PWD",
        "apiPassword",
        "postgresqlPassword",
        "clientSecret",
        "accessToken",
        "SENTRY_AUTH_TOKEN",
        "stripe.api-key",
    ],
)
def test_names_that_hold_a_secret(name):
    assert secrets.is_secret_name(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SECRET_KEY", "", id="empty"),
        pytest.param("SECRET_KEY", "<your key>", id="in angle brackets"),
        pytest.param("SECRET_KEY", "your-secret-key-here", id="says to put yours"),
        pytest.param("SECRET_KEY", "dummy-for-build", id="a dummy"),
        pytest.param("SECRET_KEY", "{{ secret_key }}", id="of a template"),
        pytest.param("SECRET_KEY", "$SECRET", id="of a variable"),
        pytest.param("SECRET_KEY", "/run/secrets/key", id="a path"),
        pytest.param("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:1:secret:db", id="in AWS' store"),
        pytest.param("DB_PASSWORD", "projects/shop/secrets/db/versions/1", id="in Google's store"),
        pytest.param("DB_PASSWORD", "op://vault/db/password", id="in a password manager"),
        pytest.param("ACCESS_TOKEN", "3600", id="a number of seconds"),
        pytest.param("DATABASE_URL", "postgres://shop@db/shop", id="a URL without a password"),
        pytest.param("DATABASE_URL", "postgres://shop:shop@db/shop", id="a URL whose password is the user"),
        pytest.param("DATABASE_URL", "postgres://u:${PASSWORD}@db/shop", id="a URL with a reference"),
        pytest.param("DATABASE_URL", "postgres://user:password-placeholder@db/x", id="a URL with a placeholder"),
        pytest.param("COLOR", RANDOM, id="random, with no secret's name"),
        pytest.param(
            "SECRET_KEY", "$secret_key_of_this_site_from_the_store_of_secrets", id="a reference of 50 letters"
        ),
    ],
)
def test_values_that_are_no_secret(name, value):
    assert secrets.classify(name, value) is None


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        pytest.param("SECRET_KEY", RANDOM, "a secret key", id="a key"),
        pytest.param("DB_PASSWORD", "1234", "a password", id="a password of digits"),
        pytest.param("apiPassword", RANDOM, "a password", id="camel case"),
        pytest.param("API_TOKEN", RANDOM, "a token", id="a token"),
        pytest.param("CLIENT_SECRET", RANDOM, "a secret", id="another secret"),
        pytest.param("DATABASE_URL", f"postgres://shop:{RANDOM}@db/shop", "a URL with a password", id="a URL"),
        pytest.param(
            "SECRET_KEY", "django-insecure-" + "a$k(9!" * 8 + "b0", "a secret key", id="as startproject draws it"
        ),
        pytest.param("SECRET_KEY", "a$k(9!" * 8 + "b0", "a secret key", id="as an older startproject drew it"),
        pytest.param("COLOR", "AKIA" + "ABCDEFGHIJKLMNOP", "an AWS access key", id="a vendor's format"),
    ],
)
def test_kinds_of_secrets(name, value, kind):
    assert secrets.classify(name, value) == kind


@pytest.mark.parametrize(
    ("value", "weak"),
    [
        pytest.param("change-me", True, id="says so"),
        pytest.param("django-insecure-change-me-in-production", True, id="says so behind startproject's prefix"),
        pytest.param(f"django-insecure-{RANDOM}", False, id="what startproject made"),
        pytest.param(RANDOM, False, id="random"),
    ],
)
def test_weak_values(value, weak):
    assert secrets.is_weak(value) is weak


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, EnvVar("SECRET_KEY", None, HERE), id="only named"),
        pytest.param("", EnvVar("SECRET_KEY", "", HERE), id="empty"),
        pytest.param("${KEY}", EnvVar("SECRET_KEY", "${KEY}", HERE, ("KEY",)), id="a reference"),
        pytest.param("${KEY:?not set}", EnvVar("SECRET_KEY", "${KEY:?not set}", HERE, ("KEY",)), id="a required one"),
        pytest.param(RANDOM, EnvVar("SECRET_KEY", "***", HERE, secret="a secret key"), id="a literal"),
        pytest.param(
            f"#{RANDOM}$$gtu2x",
            EnvVar("SECRET_KEY", "***", HERE, secret="a secret key"),
            id="an escaped dollar sign is no reference",
        ),
        pytest.param(
            f"${{KEY:-{RANDOM}}}",
            EnvVar("SECRET_KEY", "${KEY:-***}", HERE, ("KEY",), secret="a secret key"),
            id="the default of a reference",
        ),
        pytest.param(
            "${KEY:-e}",
            EnvVar("SECRET_KEY", "${KEY:-***}", HERE, ("KEY",), secret="a secret key"),
            id="a short default",
        ),
        pytest.param(
            "changeme", EnvVar("SECRET_KEY", "***", HERE, secret="a secret key", weak=True), id="a default to change"
        ),
        pytest.param("***", EnvVar("SECRET_KEY", "***", HERE, secret="a secret key"), id="masked before"),
        pytest.param("****", EnvVar("SECRET_KEY", "****", HERE), id="hidden before, no secret"),
        pytest.param(
            "ab://" + RANDOM, EnvVar("SECRET_KEY", "***", HERE), id="with the sign of a URL: shown by no means"
        ),
    ],
)
def test_variables(value, expected):
    assert secrets.env_var("SECRET_KEY", value, HERE) == expected


def test_the_password_of_a_url_alone_is_masked():
    url = f"postgres://shop:{RANDOM}@db/shop"
    assert secrets.env_var("DATABASE_URL", url, HERE) == EnvVar(
        "DATABASE_URL", "postgres://shop:***@db/shop", HERE, secret="a URL with a password"
    )


def test_a_dollar_sign_is_text_where_nothing_is_interpolated():
    assert secrets.env_var("PRICE", "${A:-1}", HERE, interpolated=False) == EnvVar("PRICE", "${A:-1}", HERE)


@pytest.mark.parametrize(
    ("items", "found"),
    [
        pytest.param({"POSTGRES_USER": "shop", "POSTGRES_PASSWORD": "shop"}, None, id="as the user"),
        pytest.param({"POSTGRES_DB": "shop", "POSTGRES_PASSWORD": "shop"}, None, id="as the database"),
        pytest.param({"POSTGRES_PASSWORD": "postgres"}, None, id="as the image's own user"),
        pytest.param({"U_USER": "${A:-shop}", "U_PASSWORD": "${B:-shop}"}, None, id="both defaults"),
        pytest.param({"dbUser": "shop", "dbPassword": "shop"}, None, id="camel case"),
        pytest.param({"POSTGRES_USER": "shop", "POSTGRES_PASSWORD": "petar"}, "a password", id="another word"),
        pytest.param({"POSTGRES_USER": "shop", "API_TOKEN": "shop"}, "a token", id="a token as the user"),
    ],
)
def test_a_password_that_repeats_the_user_is_none(items, found):
    variables = list(secrets.env_vars([(name, value, HERE) for name, value in items.items()]))
    assert variables[-1].secret == found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("gunicorn shop.wsgi", "gunicorn shop.wsgi", id="nothing to hide"),
        pytest.param("export SECRET_KEY=$KEY", "export SECRET_KEY=$KEY", id="a reference"),
        pytest.param(f"export SECRET_KEY='{RANDOM}'", "export SECRET_KEY='***'", id="a secret"),
        pytest.param("SECRET_KEY=dummy ./manage.py x", "SECRET_KEY=**** ./manage.py x", id="what holds its place"),
        pytest.param("SECRET_KEY=changeme run", "SECRET_KEY=**** run", id="a default to change"),
        pytest.param(f'f "${{SECRET_KEY:-{RANDOM}}}"', 'f "${SECRET_KEY:-***}"', id="a default"),
        pytest.param('f "${SECRET_KEY:-changeme}"', 'f "${SECRET_KEY:-****}"', id="a default to change, as a default"),
        pytest.param('f "${COLOR:-blue}"', 'f "${COLOR:-blue}"', id="a harmless default"),
        pytest.param("psql postgres://u:hunter22@h/d", "psql postgres://u:***@h/d", id="a URL"),
        pytest.param("psql postgres://u:u@h/d", "psql postgres://u:****@h/d", id="a URL with the user as password"),
        pytest.param("psql postgres://u:$PW@h/d", "psql postgres://u:$PW@h/d", id="a URL with a reference"),
        pytest.param("run --password $PW", "run --password $PW", id="an option with a reference"),
        pytest.param("run --api-key hunter22", "run --api-key ***", id="an option"),
        pytest.param("run --api-key hunter22)", "run --api-key ***", id="a bracket of the value"),
        pytest.param(
            "export A=$(gcloud x --secret=hunter22)", "export A=$(gcloud x --secret=***)", id="in a substitution"
        ),
        pytest.param("A=$(vault x --token hunter22)", "A=$(vault x --token ***)", id="an option in a substitution"),
        pytest.param("A=$(x --token='hunter)22')", "A=$(x --token='***')", id="a bracket within quotes"),
        pytest.param("curl -u me:hunter22 x", "curl -u me:*** x", id="basic authentication"),
        pytest.param("sshpass -p hunter22x ssh a@b", "sshpass -p *** ssh a@b", id="a password for ssh"),
        pytest.param("sshpass -p'hunter22x' ssh a@b", "sshpass -p'***' ssh a@b", id="a quoted password for ssh"),
        pytest.param("sshpass -p $PASSWORD ssh a@b", "sshpass -p $PASSWORD ssh a@b", id="a variable for ssh"),
        pytest.param(
            "curl -H 'Authorization: Bearer abcdef12345' x", "curl -H 'Authorization: Bearer ***' x", id="a bearer"
        ),
        pytest.param('PASSWORD="correct horse" run', 'PASSWORD="***" run', id="a phrase within quotes"),
        pytest.param("PASSWORD='a$x b' run", "PASSWORD='****' run", id="a dollar sign within single quotes"),
        pytest.param(
            'PASSWORD="${A}" B_TOKEN="$(cat "$F")" run',
            'PASSWORD="${A}" B_TOKEN="$(cat "$F")" run',
            id="what only refers",
        ),
        pytest.param(
            'TOKEN="$(cat x)abcdef" run', 'TOKEN="$(cat x)***" run', id="what is put behind what a command gives"
        ),
        pytest.param(
            "PASSWORD=ab\"cdefgh\"'ij kl' run", "PASSWORD=***\"***\"'***' run", id="put together of several quotes"
        ),
        pytest.param("PASSWORD='ab'\\''cd ef' run", "PASSWORD='***'***'***' run", id="a quote within quotes"),
        pytest.param("PASSWORD=hunt\\\ner22 run", "PASSWORD=***\\\n*** run", id="going on in the next line"),
        pytest.param(
            'KEY_PASSWORD="l1\nl2\n" run', 'KEY_PASSWORD="***\n\n" run', id="of several lines, every line kept"
        ),
        pytest.param('sh -c "PASSWORD=hunter22 run"', 'sh -c "PASSWORD=*** run"', id="in a script within quotes"),
        pytest.param(
            'sh -c "PASSWORD=\\"hunt er\\" run"',
            'sh -c "PASSWORD=\\"***\\" run"',
            id="with quotes of its own within quotes",
        ),
        pytest.param(
            "sh -c \"PASSWORD=hunt\"'er22' x",
            "sh -c \"PASSWORD=***\"'***' x",
            id="going on behind the quotes around it",
        ),
        pytest.param(
            "# don't PASSWORD='hunt er' x", "# don't PASSWORD='***' x", id="behind an apostrophe in a comment"
        ),
        pytest.param('PASSWORD="hunt er', "PASSWORD=***", id="cut before its quote ends"),
        pytest.param('PASSWORD="$(cat', "PASSWORD=****", id="cut within what a command gives"),
        pytest.param('echo "PASSWORD=hunt er" > .env', 'echo "PASSWORD=***" > .env', id="a text with blanks"),
        pytest.param('echo "password: hunt er"', 'echo "password: ***"', id="a text of YAML"),
        pytest.param('{"password":"hunter22"}', '{"password":"***"}', id="JSON"),
        pytest.param(
            "cat > .env <<EOF\nPASSWORD=hunt er;c\nA=1\nEOF\nrun",
            "cat > .env <<EOF\nPASSWORD=***\nA=1\nEOF\nrun",
            id="a line of a document",
        ),
        pytest.param("mysql -u shop -phunter22 shop", "mysql -u shop -p*** shop", id="mysql's option"),
        pytest.param("redis-cli -a hunter22 ping", "redis-cli -a *** ping", id="redis-cli's option"),
        pytest.param("docker login -u a -p 'b c'", "docker login -u a -p '***'", id="a login"),
        pytest.param("htpasswd -bc /x/.htpasswd admin hunter22", "htpasswd -bc /x/.htpasswd admin ***", id="htpasswd"),
        pytest.param(
            "aws configure set aws_secret_access_key hunter22",
            "aws configure set aws_secret_access_key ***",
            id="a setting of a tool",
        ),
        pytest.param("openssl rsa -passin pass:hunter22", "openssl rsa -passin pass:***", id="openssl"),
        pytest.param("rabbitmqctl change_password a hunter22", "rabbitmqctl change_password a ***", id="rabbitmqctl"),
        pytest.param('echo "root:hunter22" | chpasswd', 'echo "root:***" | chpasswd', id="chpasswd"),
        pytest.param(
            "echo hunter22 | docker login --password-stdin",
            "echo *** | docker login --password-stdin",
            id="what is piped into a login",
        ),
        pytest.param(
            "printf 'PASSWORD=%s' hunter22 > .env", "printf 'PASSWORD=***' *** > .env", id="what printf fills in"
        ),
        pytest.param(
            "psql -c \"ALTER USER a PASSWORD 'hunter22'\"", "psql -c \"ALTER USER a PASSWORD '***'\"", id="SQL"
        ),
        pytest.param(
            "mysql -e \"CREATE USER a IDENTIFIED BY 'hunter22'\"",
            "mysql -e \"CREATE USER a IDENTIFIED BY '***'\"",
            id="SQL of MySQL",
        ),
        pytest.param('sed -i "s|@@PASSWORD@@|hunter22|" x', 'sed -i "s|@@PASSWORD@@|***|" x', id="a replacement"),
        pytest.param(
            'sed -i "s|@@PASSWORD@@|$PASSWORD|" x',
            'sed -i "s|@@PASSWORD@@|$PASSWORD|" x',
            id="a replacement by a variable",
        ),
        pytest.param('sed -i "s|foo|bar|" token', 'sed -i "s|foo|bar|" token', id="another replacement"),
        pytest.param(
            "x -c \"User.create_superuser('a', 'b', 'hunter22')\"",
            "x -c \"User.create_superuser('***', '***', '***')\"",
            id="a call of Django",
        ),
        pytest.param(
            "git clone https://hunter22hunter@github.com/a",
            "git clone https://***@github.com/a",
            id="a token for a user in a URL",
        ),
        pytest.param(
            "git clone https://hunter22hunter:x-oauth-basic@github.com/a",
            "git clone https://***:***@github.com/a",
            id="a token with a constant password",
        ),
        pytest.param("psql postgres://u:a/b#c@h/d", "psql postgres://u:***@h/d", id="a URL that is not escaped"),
        pytest.param("psql postgres://u:p@ss@h/d", "psql postgres://u:***@h/d", id="a URL with the sign twice"),
        pytest.param("curl http://web:8000/a@b", "curl http://web:8000/a@b", id="a port is no password"),
        pytest.param(
            "pull deploy:hunter22@registry.example.com/a",
            "pull deploy:***@registry.example.com/a",
            id="an account without a scheme",
        ),
        pytest.param("pull python:3.13@sha256:abcd", "pull python:3.13@sha256:abcd", id="a digest of an image"),
        pytest.param(
            "curl https://hooks.slack.com/services/T0/B0/x",
            "curl https://hooks.slack.com/services/***",
            id="a web hook",
        ),
        pytest.param("run --x=0e6d9c3a-8b5f-4c1d-9e2a-7f6b5c4d3e2f", "run --x=***", id="an identifier"),
        pytest.param("run q7Gk2Lw9Zp4Xv8Nb3Mc6", "run ***", id="letters and digits as in no word"),
        pytest.param(
            "pip install django-environ-0.4.5 psycopg2-binary==2.9.9 a@0123456789abcdef0123456789abcdef01234567",
            "pip install django-environ-0.4.5 psycopg2-binary==2.9.9 a@0123456789abcdef0123456789abcdef01234567",
            id="names, versions and commits",
        ),
        pytest.param("run redis://:hunter22hunt", "run redis://:****", id="an address without a user that is cut off"),
        pytest.param("x 'Bearer +hunter22'", "x 'Bearer ***'", id="a bearer that begins with a sign"),
        pytest.param("pull https://u:hunter22hunt", "pull https://u:****", id="an address that is cut off"),
        pytest.param("curl http://web:8000 http://[::1]:80/", "curl http://web:8000 http://[::1]:80/", id="ports"),
        pytest.param("run 0123abcd" + "9" * 30, "run ***", id="hexadecimal digits"),
        pytest.param('{"a": {"token": "b c d"}, "e": 1}', '{"a": {"token": "***"}, "e": 1}', id="nested JSON"),
        pytest.param("run q7gk2lw9zp4xv8nb3mc6", "run ***", id="small letters and digits as in no word"),
        pytest.param("run --token -x", "run --token -x", id="an option behind an option that needs a value"),
        pytest.param(
            "-----BEGIN PRIVATE KEY-----\nAKIAABCDEFGHIJKLMNOP\n-----END PRIVATE KEY-----",
            "***\n\n",
            id="a key that holds what looks like another",
        ),
        pytest.param("A=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc run", "A=*** run", id="a signed token"),
        pytest.param(
            'PIN="-----BEGIN PRIVATE KEY-----\nAbC\n-----END PRIVATE KEY-----" run',
            'PIN="***\n\n" run',
            id="a private key, every line kept",
        ),
        pytest.param(
            f"TOKEN=abc$(SECRET_KEY={RANDOM} run) x",
            "TOKEN=***$(SECRET_KEY=*** run) x",
            id="in a command within a value",
        ),
        pytest.param(
            f"mysql --password ab`get --token {RANDOM}`",
            "mysql --password ***`get --token ***`",
            id="in backticks within a value",
        ),
    ],
)
def test_masking(text, shown):
    assert secrets.mask(text) == shown
    assert secrets.mask(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 500_000, id="one word"),
        pytest.param("a-" * 250_000 + "=", id="a name as long as a file"),
        pytest.param("-." * 250_000, id="what no name begins with"),
        pytest.param("a" * 500_000 + "://", id="a scheme as long as a file"),
        pytest.param("a=" * 250_000, id="assignments in a row"),
    ],
)
def test_masking_takes_linear_time(text):
    start = time.process_time()
    assert secrets.mask(text) == text
    assert time.process_time() - start < 10


def test_cutting_takes_linear_time():
    start = time.process_time()
    assert secrets.cut("a" * 1_000_000, 900_000) == ""
    assert time.process_time() - start < 1


def test_what_stands_before_a_name_is_kept():
    assert secrets.mask("-DPASSWORD=hunter2x 1-TOKEN=hunter2x") == "-DPASSWORD=*** 1-TOKEN=***"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param("root:Docker!", None, id="what Azure asks for"),
        pytest.param("root:Hunter22!", "a password", id="another one"),
    ],
)
def test_a_password_that_a_platform_prescribes_is_none(value, found):
    assert secrets.classify("SSH_PASSWD", value) == found


def test_more_variables_than_any_file_sets():
    items = [(f"A{number}", "b", Location(".env", number)) for number in range(1, secrets.MAX_VARIABLES + 2)]

    assert len(list(secrets.env_vars(items[:-1]))) == secrets.MAX_VARIABLES
    with pytest.raises(Unreadable) as error:
        list(secrets.env_vars(items))
    assert (error.value.reason, error.value.line) == ("holds more than 300 variables", 301)


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        pytest.param("run hunter22", 20, "run hunter22", id="nothing to cut"),
        pytest.param("run hunter22 x", 8, "run ", id="within a word"),
        pytest.param("run hunter22 x", 12, "run hunter22", id="behind a word"),
        pytest.param("hunter22", 4, "", id="one word"),
    ],
)
def test_no_word_is_cut(text, length, shown):
    """A half of a secret may look like none."""
    assert secrets.cut(text, length) == shown
