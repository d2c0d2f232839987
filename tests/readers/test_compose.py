from __future__ import annotations

from fnmatch import fnmatchcase
from textwrap import dedent

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Location,
    Mount,
    Port,
    Reference,
    Service,
)
from django_deploycheck.readers import compose
from django_deploycheck.source import Source, Unreadable

PATH = "deploy/compose.yml"


def facts(text: str, path: str = PATH) -> list[Fact]:
    return list(compose.read(Source(path, dedent(text))))


def web(lines: str, path: str = PATH) -> Service:
    """The service ``web`` that these lines make; the first of them is line 3."""
    indented = "".join(f"    {line}\n" for line in dedent(lines).strip("\n").split("\n"))
    (service,) = (fact for fact in facts(f"services:\n  web:\n{indented}", path) if isinstance(fact, Service))
    return service


def others(lines: str, path: str = PATH) -> list[Fact]:
    """What is read beside the service."""
    indented = "".join(f"    {line}\n" for line in dedent(lines).strip("\n").split("\n"))
    return [fact for fact in facts(f"services:\n  web:\n{indented}", path) if not isinstance(fact, Service)]


def at(line: int, path: str = PATH) -> Location:
    return Location(path, line)


# --- which files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("compose.yaml", True),
        ("compose.yml", True),
        ("docker-compose.yaml", True),
        ("docker-compose.prod.yml", True),
        ("docker-compose-prod.yml", True),
        ("docker-compose_production.yaml", True),
        ("docker-compose.override.yml", True),
        ("compose.prod.yml", True),
        ("production.yml", True),
        ("local.yml", True),
        ("docker-stack.yml", True),
        ("mkdocs.yml", False),
        ("docker-compose.yml.j2", False),
    ],
)
def test_names(name, expected):
    assert any(fnmatchcase(name, pattern) for pattern in compose.NAMES) is expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("compose.yml", "", id="an empty file"),
        pytest.param("compose.yml", "- a\n- b\n", id="a list"),
        pytest.param("compose.yml", "services:\n", id="no services yet"),
        pytest.param("compose.yml", "services: none\n", id="services that are a word"),
        pytest.param("compose.yml", "volumes:\n  data:\n", id="only volumes"),
        pytest.param("compose.yml", "x-app:\n  image: shop\nservices: {}\n", id="only an extension"),
        pytest.param("docker-compose.yml", "x-app:\n  image: shop\n", id="only an extension in the first format"),
        pytest.param("compose.yml", "services:\n  x-app:\n    image: shop\n", id="an extension among services"),
        pytest.param("production.yml", "web:\n  image: shop\n", id="images in a file of another kind"),
        pytest.param("production.yml", "services:\n  web:\n    host: a.example.org\n", id="services of another kind"),
        pytest.param("local.yml", "include: other.yml\n", id="an include of another kind"),
    ],
)
def test_nothing_is_read_from(path, text):
    assert facts(text, path) == []


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("services:\n  web: [\n")


def test_the_file_of_a_cookiecutter():
    read = facts("version: '3'\nservices:\n  django:\n    build: .\n", "production.yml")

    image = ImageSource(
        at(4, "production.yml"), context="", dockerfile="Dockerfile", defaulted=frozenset({"dockerfile"})
    )
    assert read == [
        Service(name="django", kind="compose", location=at(3, "production.yml"), image=image),
        Reference("Dockerfile", "dockerfile", at(4, "production.yml"), required=True),
    ]


def test_the_first_format():
    read = facts("db:\n  image: postgres\nweb:\n  build: .\n  command: ./run.sh\n", "docker-compose.yml")

    names = [(fact.name, fact.location.line) for fact in read if isinstance(fact, Service)]
    assert names == [("db", 1), ("web", 3)]


def test_several_documents():
    assert [fact.name for fact in facts("services:\n  a: {}\n---\nservices:\n  b:\n") if isinstance(fact, Service)] == [
        "a",
        "b",
    ]


def test_included_files():
    text = "include:\n  - db/compose.yml\n  - path: [a.yml, ../b.yml]\n    env_file: x\n  - oci://example.org/c\n"

    assert facts(text) == [
        Reference("deploy/db/compose.yml", "compose", at(2), required=True),
        Reference("deploy/a.yml", "compose", at(3), required=True),
        Reference("b.yml", "compose", at(3), required=True),
        BlindSpot("names a file outside the repository", at(5)),
    ]
    assert facts("include: a.yml\n") == [Reference("deploy/a.yml", "compose", at(1), required=True)]


# --- commands ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("image: shop", None, id="none"),
        pytest.param("command:", None, id="null"),
        pytest.param("command: {a: b}", None, id="a mapping"),
        pytest.param("command: !reset null", None, id="taken back"),
        pytest.param("command: !reset [a]", None, id="taken back, with a value that is ignored"),
        pytest.param("command: ''", CommandLine(at(3), argv=()), id="empty"),
        pytest.param("command: []", CommandLine(at(3), argv=()), id="an empty list"),
        pytest.param("command: gunicorn shop.wsgi", CommandLine(at(3), argv=("gunicorn", "shop.wsgi")), id="a text"),
        pytest.param("command: !override gunicorn", CommandLine(at(3), argv=("gunicorn",)), id="a new text"),
        pytest.param("command: echo 'it", CommandLine(at(3), text="echo 'it"), id="a text that cannot be split"),
        pytest.param(
            'command: bash -c "a && b"', CommandLine(at(3), argv=("bash", "-c", "a && b")), id="a shell in a text"
        ),
        pytest.param("command:\n  gunicorn", CommandLine(at(4), argv=("gunicorn",)), id="a text on the next line"),
        pytest.param('command: ["a", "b c"]', CommandLine(at(3), argv=("a", "b c")), id="a list on one line"),
        pytest.param(
            "command: [\n  a,\n  b ]", CommandLine(at(3), argv=("a", "b"), lines=(4, 5)), id="a list in brackets"
        ),
        pytest.param(
            "command:\n  - a\n  - b", CommandLine(at(4), argv=("a", "b"), lines=(4, 5)), id="a list with dashes"
        ),
        pytest.param(
            "command:\n  - sh\n  - -c\n  - |\n    a\n    b",
            CommandLine(at(7), argv=("sh", "-c", "a\nb\n"), lines=(4, 5, 6)),
            id="a script in a list stands where its first line stands",
        ),
        pytest.param(
            "command: >\n  gunicorn shop.wsgi\n  --bind :8000",
            CommandLine(at(4), argv=("gunicorn", "shop.wsgi", "--bind", ":8000")),
            id="folded",
        ),
        pytest.param(
            "command: >\n  sh -c 'a &&\n  b'",
            CommandLine(at(4), argv=("sh", "-c", "a && \\\nb")),
            id="a folded script keeps its lines",
        ),
        pytest.param(
            'command: sh -c "a &&\n  b"',
            CommandLine(at(3), argv=("sh", "-c", "a && \\\nb")),
            id="a plain script over two lines",
        ),
        pytest.param(
            "command: |\n  sh -c 'a\n  b'", CommandLine(at(4), argv=("sh", "-c", "a\nb")), id="a literal script"
        ),
        pytest.param(
            "command: >\n  echo it's\n  late",
            CommandLine(at(4), text="echo it's \\\nlate"),
            id="folded, not to be split",
        ),
        pytest.param('command: "a \\x1fb"', CommandLine(at(3), argv=("a", "b")), id="a control character"),
        pytest.param(
            "command: run ${A:-x} $B ${C} $$D ${E:?needed} ${F:+set}",
            CommandLine(at(3), argv=("run", "x", "$B", "${C}", "$D", "${E}")),
            id="variables",
        ),
        pytest.param(
            "command: [run, '${A-x y}', $$B]", CommandLine(at(3), argv=("run", "x y", "$B")), id="variables in a list"
        ),
        pytest.param(
            "command: redis-server --password hunter2",
            CommandLine(at(3), argv=("redis-server", "--password", "***")),
            id="a password is masked",
        ),
    ],
)
@pytest.mark.parametrize("key", ["command", "entrypoint"])
def test_commands(key, lines, expected):
    service = web(lines.replace("command", key))

    assert getattr(service, key) == expected
    assert getattr(service, "entrypoint" if key == "command" else "command") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="nothing"),
        pytest.param("$A ${B} }", "$A ${B} }", id="no default"),
        pytest.param("${A:-${B:-${C-x}}}y", "xy", id="defaults in defaults"),
        pytest.param("${A:-${B}}", "${B}", id="a variable as default"),
        pytest.param("${A", "${A", id="an open brace"),
        pytest.param("${A:-b $C", "${A:-b $C", id="an open default"),
        pytest.param("${A/x/y}", "${A/x/y}", id="what compose does not know"),
        pytest.param("$${A:-b} $$$A", "${A:-b} $$A", id="escaped"),
        pytest.param("${A:-{}}", "{}", id="braces as default"),
        pytest.param("${A:-" * 20 + "x" + "}" * 20, "${A:-" * 5 + "x" + "}" * 5, id="deeper than anyone writes"),
    ],
)
def test_interpolation(text, expected):
    assert compose._interpolated(text) == expected


# --- images -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("command: a", None, id="none"),
        pytest.param("image:", None, id="null"),
        pytest.param("build:", None, id="a build that is null"),
        pytest.param("image: shop:${TAG:-1}", ImageSource(at(3), name="shop:1"), id="a name"),
        pytest.param("image: shop\nbuild: !reset null", ImageSource(at(3), name="shop"), id="a build taken back"),
        pytest.param(
            "build: ../app",
            ImageSource(at(3), context="app", dockerfile="app/Dockerfile", defaulted=frozenset({"dockerfile"})),
            id="a folder",
        ),
        pytest.param(
            "image: shop\nbuild:\n  context: ..\n  dockerfile: ./docker/Dockerfile.prod\n  target: prod",
            ImageSource(at(4), name="shop", context="", dockerfile="docker/Dockerfile.prod", target="prod"),
            id="name and build",
        ),
        pytest.param(
            "build: {target: prod}",
            ImageSource(
                at(3),
                context="deploy",
                dockerfile="deploy/Dockerfile",
                target="prod",
                defaulted=frozenset({"context", "dockerfile"}),
            ),
            id="a build that states no folder",
        ),
        pytest.param(
            "build:\n  context: .\n  dockerfile: ../Dockerfile\n  args:\n    A: 1\n    B:",
            ImageSource(
                at(3),
                context="deploy",
                dockerfile="Dockerfile",
                arguments=(EnvVar("A", "1", at(7)), EnvVar("B", None, at(8))),
            ),
            id="arguments",
        ),
        pytest.param(
            "build:\n  context: .\n  dockerfile: x\n  args: [A=1, B]",
            ImageSource(
                at(3),
                context="deploy",
                dockerfile="deploy/x",
                arguments=(EnvVar("A", "1", at(6)), EnvVar("B", None, at(6))),
            ),
            id="arguments in a list",
        ),
        pytest.param(
            "build: https://example.org/a.git", ImageSource(at(3), name=None), id="a repository somewhere else"
        ),
        pytest.param("build: git@example.org:a/b.git", ImageSource(at(3)), id="a repository by ssh"),
        pytest.param("build: ../../app\nimage: shop", ImageSource(at(3), name="shop"), id="outside the repository"),
        pytest.param("build: $FOLDER", ImageSource(at(3)), id="a folder that only a variable knows"),
        pytest.param(
            "build: {context: ., dockerfile: ../../Dockerfile}",
            ImageSource(at(3), context="deploy"),
            id="a Dockerfile outside the repository",
        ),
        pytest.param(
            "build: {context: ., dockerfile: $FILE}",
            ImageSource(at(3), context="deploy"),
            id="a Dockerfile that only a variable knows",
        ),
        pytest.param(
            "build:\n  context: .\n  dockerfile_inline: |\n    FROM python",
            ImageSource(at(3), context="deploy"),
            id="a Dockerfile inside",
        ),
    ],
)
def test_images(lines, expected):
    assert web(lines).image == expected


# --- other files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("env_file:", (), id="null"),
        pytest.param("env_file: !reset .env", (), id="taken back"),
        pytest.param("env_file: .env", (Reference("deploy/.env", "dotenv", at(3), required=True),), id="one"),
        pytest.param(
            "env_file:\n  - ../.env\n  - path: b.env\n    required: false",
            (
                Reference(".env", "dotenv", at(4), required=True),
                Reference("deploy/b.env", "dotenv", at(5), required=False),
            ),
            id="several, one of them optional",
        ),
        pytest.param("env_file: [/etc/shop.env, ../../x, '${FILE}']", (), id="none that can be read"),
    ],
)
def test_env_files(lines, expected):
    assert web(lines).env_files == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("image: shop", [], id="none"),
        pytest.param("env_file: a", [Reference("deploy/a", "dotenv", at(3), required=True)], id="an env file"),
        pytest.param(
            "env_file:\n  - /etc/shop.env\n  - .env.$STAGE",
            [
                BlindSpot("names a file outside the repository", at(4), hides=frozenset()),
                BlindSpot("names a file by a variable", at(5), hides=frozenset()),
            ],
            id="env files that cannot be read hide no command",
        ),
        pytest.param("build: ..", [Reference("Dockerfile", "dockerfile", at(3), required=True)], id="a Dockerfile"),
        pytest.param(
            "build: ..\nimage: shop",
            [Reference("Dockerfile", "dockerfile", at(3), required=False)],
            id="a Dockerfile that a registry can replace",
        ),
        pytest.param(
            "build: {target: prod}",
            [Reference("deploy/Dockerfile", "dockerfile", at(3), required=False)],
            id="a Dockerfile that another layer may name",
        ),
        pytest.param(
            "extends: {service: base, file: ../base.yml}",
            [Reference("base.yml", "compose", at(3), required=True)],
            id="a file that is extended",
        ),
        pytest.param(
            "extends:\n  service: base\n  file: ../../base.yml",
            [BlindSpot("names a file outside the repository", at(5))],
            id="an extended file outside the repository",
        ),
        pytest.param(
            "build:\n  dockerfile_inline: |\n    FROM python",
            [BlindSpot("a Dockerfile inside a compose file is not read", at(4))],
            id="a Dockerfile inside",
        ),
    ],
)
def test_other_files(lines, expected):
    assert others(lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("extends:", None, id="null"),
        pytest.param("extends: !reset base", None, id="taken back"),
        pytest.param("extends: base", (PATH, "base"), id="a service beside it"),
        pytest.param("extends: {service: base}", (PATH, "base"), id="the same in full"),
        pytest.param("extends: {service: base, file: ../b.yml}", ("b.yml", "base"), id="a service of another file"),
        pytest.param("extends: {service: base, file: /b.yml}", None, id="a service outside the repository"),
    ],
)
def test_extends(lines, expected):
    assert web(lines).extends == expected


# --- what a service is given ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("environment:", (), id="null"),
        pytest.param("environment: !reset {A: 1}", (), id="taken back"),
        pytest.param("environment:\n  A: !reset null\n  B: 1", (EnvVar("B", "1", at(5)),), id="one taken back"),
        pytest.param("environment: [=a, [b], '']", (), id="no names"),
        pytest.param(
            "environment:\n  DEBUG: true\n  NAME:\n  EMPTY: ''",
            (EnvVar("DEBUG", "true", at(4)), EnvVar("NAME", None, at(5)), EnvVar("EMPTY", "", at(6))),
            id="a mapping",
        ),
        pytest.param(
            "environment:\n  - DEBUG=a=b\n  - NAME\n  - EMPTY=",
            (EnvVar("DEBUG", "a=b", at(4)), EnvVar("NAME", None, at(5)), EnvVar("EMPTY", "", at(6))),
            id="a list",
        ),
        pytest.param(
            "environment:\n  SECRET_KEY: kd83-s8d7f",
            (EnvVar("SECRET_KEY", "***", at(4), secret="a secret key"),),
            id="a secret is masked",
        ),
        pytest.param(
            "environment:\n  - SECRET_KEY=${KEY:-kd83-s8d7f}",
            (EnvVar("SECRET_KEY", "${KEY:-***}", at(4), references=("KEY",), secret="a secret key"),),
            id="a default is as secret as a value",
        ),
        pytest.param(
            "environment: [POSTGRES_USER=shop, POSTGRES_PASSWORD=shop]",
            (EnvVar("POSTGRES_USER", "shop", at(3)), EnvVar("POSTGRES_PASSWORD", "***", at(3))),
            id="a password that only repeats the user guards nothing",
        ),
    ],
)
def test_environment(lines, expected):
    assert web(lines).variables == expected


def test_merged_environment_keeps_its_lines():
    text = """\
        x-common: &common
          DEBUG: "0"
          REGION: eu
        services:
          web:
            image: shop
            environment:
              <<: *common
              REGION: us
        """

    (service,) = facts(text)
    assert isinstance(service, Service)
    assert service.variables == (EnvVar("REGION", "us", at(9)), EnvVar("DEBUG", "0", at(2)))


def test_a_service_that_takes_another_one_over():
    text = """\
        services:
          web: &web
            image: shop
            command: gunicorn shop.wsgi
            ports: [8000]
          worker:
            <<: *web
            command: celery -A shop worker
        """

    web, worker = facts(text)
    assert isinstance(web, Service)
    assert worker == Service(
        name="worker",
        kind="compose",
        location=at(6),
        command=CommandLine(at(8), argv=("celery", "-A", "shop", "worker")),
        image=web.image,
        ports=(Port("8000", None, None, at(5)),),
    )


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param("''", (), id="empty"),
        pytest.param("[]", (), id="a list"),
        pytest.param("8000", (Port("8000", None, None, at(4)),), id="target"),
        pytest.param("80:8000", (Port("8000", "80", None, at(4)),), id="published and target"),
        pytest.param("127.0.0.1:80:8000/tcp", (Port("8000", "80", "127.0.0.1", at(4)),), id="host"),
        pytest.param("127.0.0.1::8000", (Port("8000", None, "127.0.0.1", at(4)),), id="host and target"),
        pytest.param("'[::1]:80:8000'", (Port("8000", "80", "::1", at(4)),), id="host of version 6"),
        pytest.param("3000-3005:4000-4005", (Port("4000-4005", "3000-3005", None, at(4)),), id="a range"),
        pytest.param("'${P:-127.0.0.1:80}:${T:-8000}'", (Port("8000", "80", "127.0.0.1", at(4)),), id="defaults"),
        pytest.param("'${P}:8000'", (Port("8000", "${P}", None, at(4)),), id="a variable"),
        pytest.param(
            "{target: 80, published: '8080', host_ip: 127.0.0.1, protocol: tcp}",
            (Port("80", "8080", "127.0.0.1", at(4)),),
            id="in full",
        ),
        pytest.param("{target: 80}", (Port("80", None, None, at(4)),), id="in full, only the target"),
    ],
)
def test_ports(item, expected):
    assert web(f"ports:\n  - {item}").ports == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param("''", [], id="empty"),
        pytest.param("data:/data", ["volume", "data", "/data", False], id="a volume"),
        pytest.param("data:/data:ro", ["volume", "data", "/data", True], id="a volume to read"),
        pytest.param("/data", ["volume", None, "/data", False], id="a volume without a name"),
        pytest.param(".:/app", ["bind", "deploy", "/app", False], id="this folder"),
        pytest.param("..:/app:z,ro", ["bind", "", "/app", True], id="the root, to read"),
        pytest.param("../src/:/app:cached", ["bind", "src", "/app", False], id="a folder"),
        pytest.param("../../x:/x", ["bind", "../x", "/x", False], id="a folder outside the repository"),
        pytest.param("/srv/x:/x", ["bind", "/srv/x", "/x", False], id="an absolute one"),
        pytest.param("~/.netrc:/x", ["bind", "~/.netrc", "/x", False], id="one in the home folder"),
        pytest.param("media/x:/x", ["bind", "deploy/media/x", "/x", False], id="a folder without a dot"),
        pytest.param("$PWD:/app", ["bind", "deploy", "/app", False], id="the working folder"),
        pytest.param("'${PWD}/x:/x'", ["bind", "deploy/x", "/x", False], id="below the working folder"),
        pytest.param("'${DATA:-./data}:/x'", ["bind", "deploy/data", "/x", False], id="a default"),
        pytest.param("'${DATA}:/x'", ["bind", "${DATA}", "/x", False], id="a variable"),
        pytest.param("'C:\\x:/x:ro'", ["bind", "C:/x", "/x", True], id="a drive"),
        pytest.param("'.\\x:/x'", ["bind", "deploy/x", "/x", False], id="a backslash"),
        pytest.param("{target: /x}", ["volume", None, "/x", False], id="in full, without a type"),
        pytest.param("{type: volume, source: a, target: /x}", ["volume", "a", "/x", False], id="a volume in full"),
        pytest.param(
            "{type: bind, source: ., target: /x, read_only: true}", ["bind", "deploy", "/x", True], id="a bind in full"
        ),
        pytest.param("{type: bind, target: /x}", [], id="a bind of nothing"),
        pytest.param("{type: tmpfs, target: /x}", ["tmpfs", None, "/x", False], id="memory in full"),
        pytest.param("{type: image, source: a, target: /x}", [], id="an image"),
    ],
)
def test_volumes(item, expected):
    kind_and_rest = [
        [mount.kind, mount.source, mount.target, mount.read_only] for mount in web(f"volumes:\n  - {item}").mounts
    ]

    assert kind_and_rest == ([expected] if expected else [])
    assert all(mount.location == at(4) for mount in web(f"volumes:\n  - {item}").mounts)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("tmpfs: /run", (Mount("tmpfs", None, "/run", at(3)),), id="memory"),
        pytest.param(
            "tmpfs:\n  - /run:size=1m\n  - ''\n  - /tmp",
            (Mount("tmpfs", None, "/run", at(4)), Mount("tmpfs", None, "/tmp", at(6))),
            id="memory in several places",
        ),
        pytest.param(
            "secrets:\n  - key\n  - {source: a, target: b}\n  - {source: c, target: /d}\n  - []",
            (
                Mount("secret", "key", "/run/secrets/key", at(4), read_only=True),
                Mount("secret", "a", "/run/secrets/b", at(5), read_only=True),
                Mount("secret", "c", "/d", at(6), read_only=True),
            ),
            id="secrets",
        ),
        pytest.param(
            "configs:\n  - site\n  - {source: a, target: /etc/a}\n  - []",
            (
                Mount("config", "site", "/site", at(4), read_only=True),
                Mount("config", "a", "/etc/a", at(5), read_only=True),
            ),
            id="configs",
        ),
    ],
)
def test_other_mounts(lines, expected):
    assert web(lines).mounts == expected


@pytest.mark.parametrize(
    ("lines", "field", "expected"),
    [
        pytest.param("user: 1000", "user", "1000", id="user"),
        pytest.param("user: ${UID:-www}:www", "user", "www:www", id="user with a default"),
        pytest.param("user:", "user", None, id="no user"),
        pytest.param("working_dir: /app", "workdir", "/app", id="working folder"),
        pytest.param("profiles: [a, b]", "profiles", ("a", "b"), id="profiles"),
        pytest.param("profiles: !reset [a]", "profiles", (), id="profiles taken back"),
        pytest.param("deploy: {replicas: 3}\nscale: 2", "replicas", 3, id="replicas"),
        pytest.param("scale: 2", "replicas", 2, id="scale"),
        pytest.param("deploy: {replicas: '${N:-4}'}", "replicas", 4, id="replicas by default"),
        pytest.param("deploy: {replicas: '${N}'}", "replicas", None, id="replicas by a variable"),
        pytest.param("deploy: {mode: global}", "replicas", None, id="no replicas"),
        pytest.param("container_name: shop", "container_name", "shop", id="container name"),
        pytest.param('restart: "no"', "restart", "no", id="restart"),
        pytest.param("restart: ${R:-always}", "restart", "always", id="restart by default"),
        pytest.param("depends_on: [db, cache]", "depends_on", ("db", "cache"), id="dependencies"),
        pytest.param("depends_on: {db: {condition: x}}", "depends_on", ("db",), id="dependencies with conditions"),
        pytest.param("labels: [a=b=c, d]", "labels", (("a", "b=c"), ("d", "")), id="labels"),
        pytest.param("labels: ['a=$$b', 'c=${D:-e}']", "labels", (("a", "$b"), ("c", "e")), id="labels with variables"),
        pytest.param("labels: {a: b, c: }", "labels", (("a", "b"), ("c", "")), id="labels in a mapping"),
        pytest.param(
            "labels: {a: b}\ndeploy: {labels: [c=d]}", "labels", (("a", "b"), ("c", "d")), id="labels of a stack"
        ),
        pytest.param("labels: {api_token: s3cr3tvalue}", "labels", (("api_token", "***"),), id="a secret in a label"),
        pytest.param(
            "labels: ['traefik.http.middlewares.a.basicauth.users=admin:$$apr1$$s3cr3t']",
            "labels",
            (("traefik.http.middlewares.a.basicauth.users", "***"),),
            id="users of a proxy in a label",
        ),
    ],
)
def test_other_fields(lines, field, expected):
    assert getattr(web(lines), field) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("image: shop\nnetworks: !reset null", set(), id="nothing that is read"),
        pytest.param("command: !reset null", {"command"}, id="a command"),
        pytest.param("ports: !override [80]\nvolumes: !reset []", {"ports", "mounts"}, id="lists"),
        pytest.param("build: !reset null\nenv_file: !reset", {"image", "env_files"}, id="a build and env files"),
        pytest.param("deploy: {replicas: !reset null}", {"replicas"}, id="replicas"),
        pytest.param("deploy: !reset {}", {"replicas"}, id="all that is said of the deployment"),
    ],
)
def test_reset(lines, expected):
    assert web(lines).reset == frozenset(expected)


def test_a_service_that_is_taken_back():
    (service,) = facts("services:\n  web: !reset\n    image: shop\n    ports: [80]\n    environment: {A: 1}\n")

    assert isinstance(service, Service)
    assert (service.ports, service.variables) == ((), ())
    assert {"image", "command", "entrypoint", "variables", "ports", "mounts"} < service.reset


def test_no_secret_in_any_fact():
    text = """\
        services:
          web:
            image: https://u:hunter2pass@registry.example.org/shop
            build:
              context: https://u:hunter2pass@example.org/shop.git
              args: {API_TOKEN: hunter2pass}
            command: sh -c "API_TOKEN=hunter2pass gunicorn shop.wsgi"
            entrypoint: [run, --password, hunter2pass]
            environment: {API_TOKEN: hunter2pass, URL: "postgres://u:hunter2pass@db/x"}
            env_file: https://u:hunter2pass@example.org/.env
            labels: {api_token: hunter2pass}
            volumes: ["https://u:hunter2pass@example.org:/x"]
        """

    assert "hunter2pass" not in repr(facts(text))
