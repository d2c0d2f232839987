"""Compose layers: https://docs.docker.com/reference/compose-file/merge/."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from django_deploycheck.linking.layers import overlay
from django_deploycheck.model import Deployment, EnvVar, ImageSource, Location, Mount, Port, Reference, Service
from django_deploycheck.records import replace
from tests.linking.linked import deployment_of, only, told

OVER = "docker-compose.prod.yml"
HERE = Location("compose.yml", 1)


def layers(tmp_path: Path, base: str, over: str) -> Service:
    """The service ``web`` of a production file that is laid over one without a suffix."""
    # A second service, without an image above, shows that one file needs the other.
    files = {
        "docker-compose.yml": f"services:\n  redis: {{image: redis}}\n  web:\n{textwrap.indent(base, '    ')}\n",
        OVER: f"services:\n  redis: {{restart: always}}\n  web:\n{textwrap.indent(over, '    ')}\n",
    }
    deployment = deployment_of(tmp_path, files)
    [service] = [service for service in deployment.services if service.name == "web"]
    assert service.location == Location(OVER, 3)
    return service


def argv(line: object) -> tuple[str, ...] | None:
    return getattr(line, "argv", None)


@pytest.mark.parametrize(
    ("base", "over", "command", "entrypoint"),
    [
        pytest.param("command: a", "user: x", ("a",), None, id="a command stays"),
        pytest.param("command: a", "command: b", ("b",), None, id="a command is replaced"),
        pytest.param("entrypoint: a", "entrypoint: b", None, ("b",), id="an entrypoint is replaced"),
        pytest.param("command: a", "entrypoint: b", ("a",), ("b",), id="each alone"),
        pytest.param("command: a", "command: []", (), None, id="a command is emptied"),
        pytest.param("command: a", "command: !reset null", None, None, id="a command is reset"),
        pytest.param("command: [a, b]", "command: [c]", ("c",), None, id="lists of arguments are not joined"),
    ],
)
def test_commands(
    tmp_path: Path, base: str, over: str, command: tuple[str, ...] | None, entrypoint: tuple[str, ...] | None
) -> None:
    service = layers(tmp_path, f"image: shop\n{base}", over)

    assert (argv(service.command), argv(service.entrypoint)) == (command, entrypoint)


@pytest.mark.parametrize(
    ("base", "over", "field", "value"),
    [
        pytest.param("user: a", "restart: 'no'", "user", "a", id="a user stays"),
        pytest.param("user: a", "user: b", "user", "b", id="a user is replaced"),
        pytest.param("working_dir: /a", "working_dir: /b", "workdir", "/b", id="a folder"),
        pytest.param("scale: 1", "scale: 3", "replicas", 3, id="replicas"),
        pytest.param("deploy: {replicas: 2}", "user: x", "replicas", 2, id="replicas stay"),
        pytest.param("container_name: a", "container_name: b", "container_name", "b", id="a name"),
        pytest.param("container_name: a", "container_name: !reset null", "container_name", None, id="a name is reset"),
        pytest.param("restart: always", "restart: unless-stopped", "restart", "unless-stopped", id="a restart policy"),
        pytest.param("depends_on: [a, b]", "depends_on: [b, c]", "depends_on", ("a", "b", "c"), id="dependencies"),
        pytest.param("profiles: [a]", "profiles: [b]", "profiles", ("a", "b"), id="profiles"),
        pytest.param("profiles: [a]", "profiles: !reset []", "profiles", (), id="profiles are reset"),
        pytest.param("profiles: [a]", "profiles: !override [b]", "profiles", ("b",), id="profiles are overridden"),
        pytest.param(
            "labels: {a: '1', b: '2'}", "labels: ['b=3']", "labels", (("a", "1"), ("b", "3")), id="labels by their keys"
        ),
    ],
)
def test_values(tmp_path: Path, base: str, over: str, field: str, value: object) -> None:
    assert getattr(layers(tmp_path, f"image: shop\n{base}", over), field) == value


@pytest.mark.parametrize(
    ("base", "over", "variables"),
    [
        pytest.param("{A: '1'}", "{B: '2'}", {"A": "1", "B": "2"}, id="both"),
        pytest.param("{A: '1', B: '2'}", "{A: '3'}", {"A": "3", "B": "2"}, id="the upper one of a name"),
        pytest.param("[A=1]", "{A: '3'}", {"A": "3"}, id="a list below a mapping"),
        pytest.param("{A: '1'}", "[A]", {"A": None}, id="a name alone, which hands on the host's"),
        pytest.param("{A: '1'}", "!reset {}", {}, id="all are reset"),
        pytest.param("{A: '1'}", "!override {B: '2'}", {"B": "2"}, id="all are overridden"),
    ],
)
def test_variables(tmp_path: Path, base: str, over: str, variables: dict[str, str | None]) -> None:
    service = layers(tmp_path, f"image: shop\nenvironment: {base}", f"environment: {over}")

    assert {variable.name: variable.value for variable in service.variables} == variables
    assert len(service.variables) == len(variables), "each name once"


def test_what_is_alike_is_there_once() -> None:
    """Of volumes with one target, and of one port, the upper layer's stays."""
    there = Location("docker-compose.prod.yml", 9)
    base = Service(
        name="web",
        kind="compose",
        location=HERE,
        ports=(Port("8000", "80", None, HERE), Port("8000", "81", None, HERE)),
        mounts=(Mount("bind", "src", "/app", HERE), Mount("volume", "data", "/data", HERE)),
        env_files=(Reference(".env", "dotenv", HERE), Reference("a.env", "dotenv", HERE)),
    )
    over = Service(
        name="web",
        kind="compose",
        location=there,
        ports=(Port("8000", "80", None, there), Port("8000", "80", "127.0.0.1", there)),
        mounts=(Mount("volume", "code", "/app", there),),
        env_files=(Reference(".env", "dotenv", there), Reference("b.env", "dotenv", there)),
    )

    merged = overlay(base, over)

    assert merged.location == there
    assert merged.ports == (
        Port("8000", "80", None, there),
        Port("8000", "81", None, HERE),
        Port("8000", "80", "127.0.0.1", there),
    )
    assert merged.mounts == (Mount("volume", "code", "/app", there), Mount("volume", "data", "/data", HERE))
    assert [reference.path for reference in merged.env_files] == [".env", "a.env", "b.env"]


# --- images -------------------------------------------------------------------------------------------------------------

BUILT = ImageSource(HERE, context="", dockerfile="Dockerfile", defaulted=frozenset({"context", "dockerfile"}))


@pytest.mark.parametrize(
    ("base", "over", "image"),
    [
        pytest.param("image: a", "user: x", (None, None, "a", None), id="a name stays"),
        pytest.param("image: a", "image: b", (None, None, "b", None), id="a name is replaced"),
        pytest.param("build: .", "user: x", ("", "Dockerfile", None, None), id="a build stays"),
        pytest.param("build: .", "image: b", ("", "Dockerfile", "b", None), id="a build is named"),
        pytest.param("image: a", "build: .", ("", "Dockerfile", "a", None), id="what is built keeps its name"),
        pytest.param("build: ./a", "build: ./b", ("b", "b/Dockerfile", None, None), id="another context"),
        pytest.param(
            "build: {context: ./a, dockerfile: Dockerfile.dev}",
            "build: {context: ./b}",
            ("b", "b/Dockerfile.dev", None, None),
            id="another context and the Dockerfile of the layer below",
        ),
        pytest.param(
            "build: {context: ./a}",
            "build: {dockerfile: Dockerfile.prod}",
            ("a", "a/Dockerfile.prod", None, None),
            id="another Dockerfile in the context of the layer below",
        ),
        pytest.param(
            "build: {context: ./a, dockerfile: ../docker/Dockerfile}",
            "build: {target: prod}",
            ("a", "docker/Dockerfile", None, "prod"),
            id="a target for the build of the layer below",
        ),
        pytest.param(
            "build: {target: a}", "build: {context: ./b}", ("b", "b/Dockerfile", None, "a"), id="a target stays"
        ),
        pytest.param(
            "build: {target: a}", "build: {target: b}", ("", "Dockerfile", None, "b"), id="a target is replaced"
        ),
        pytest.param("build: .", "build: !reset null\nimage: b", (None, None, "b", None), id="a build is reset"),
        pytest.param(
            "build: {context: ./a, dockerfile: ../Dockerfile}",
            "build: {context: .}",
            ("", None, None, None),
            id="a Dockerfile outside of the repository",
        ),
        pytest.param(
            "build: .", "build: https://git.example.com/shop.git", (None, None, None, None), id="a build from elsewhere"
        ),
        pytest.param(
            "build: {dockerfile_inline: FROM python}",
            "image: b",
            ("", None, "b", None),
            id="a name for an inline build",
        ),
    ],
)
def test_images(tmp_path: Path, base: str, over: str, image: tuple[str | None, ...]) -> None:
    found = layers(tmp_path, base, over).image

    assert found is not None
    assert (found.context, found.dockerfile, found.name, found.target) == image


def test_build_arguments_are_joined(tmp_path: Path) -> None:
    found = layers(tmp_path, "build: {args: {A: '1', B: '2'}}", "build: {args: [B=3, C=4]}").image

    assert found is not None
    assert [(argument.name, argument.value) for argument in found.arguments] == [("A", "1"), ("B", "3"), ("C", "4")]


def test_what_only_the_format_says_is_known_of_the_merged_image() -> None:
    def defaulted(*fields: str) -> Service:
        return Service(name="web", kind="compose", location=HERE, image=replace(BUILT, defaulted=frozenset(fields)))

    merged = overlay(defaulted("context", "dockerfile"), defaulted("dockerfile")).image

    assert merged is not None
    assert merged.defaulted == {"dockerfile"}


# --- which file lies over which -----------------------------------------------------------------------------------------

WEB = "services:\n  web:\n    build: .\n    command: gunicorn bookstore.wsgi\n"
ABOVE = "services:\n  web:\n    restart: always\n"


def services(deployment: Deployment) -> list[str]:
    return [f"{service.location}{' built' if service.image else ''}" for service in deployment.services]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"compose.yml": WEB}, ["compose.yml:2 built"], id="one file"),
        pytest.param(
            {"compose.yml": WEB, "compose.prod.yml": WEB},
            ["compose.prod.yml:2 built", "compose.yml:2 built"],
            id="a production file that stands on its own",
        ),
        pytest.param(
            {"compose.yml": WEB.replace("web", "other"), "compose.prod.yml": ABOVE},
            ["compose.prod.yml:2", "compose.yml:2 built"],
            id="a file without the service that is missing",
        ),
        pytest.param(
            {"compose.dev.yml": WEB, "compose.prod.yml": ABOVE},
            ["compose.dev.yml:2 built", "compose.prod.yml:2"],
            id="a file for development is nobody's base",
        ),
        pytest.param(
            {"compose.yml": WEB, "compose.override.yml": ABOVE},
            ["compose.override.yml:2 built", "compose.yml:2 built"],
            id="a layer for development leaves the file below as it is",
        ),
        pytest.param(
            {"compose.yml": WEB, "compose.prod.yml": ABOVE},
            ["compose.prod.yml:2 built"],
            id="a layer for production takes its place",
        ),
        pytest.param(
            {"docker-compose.base.yml": WEB, "docker-compose.prod.yml": ABOVE},
            ["docker-compose.prod.yml:2 built"],
            id="over a file named base",
        ),
        pytest.param(
            {"base.compose.yml": WEB, "prod.compose.yml": ABOVE}, ["prod.compose.yml:2 built"], id="names in front"
        ),
        pytest.param(
            {"docker-compose.yml": WEB, "deploy/docker-compose.prod.yml": ABOVE},
            ["deploy/docker-compose.prod.yml:2 built"],
            id="over a file at the root",
        ),
        pytest.param(
            {"docker-compose.yml": ABOVE, "deploy/compose.yml": WEB, "deploy/compose.prod.yml": ABOVE},
            ["docker-compose.yml:2", "deploy/compose.prod.yml:2 built"],
            id="over the file beside it rather than one at the root",
        ),
        pytest.param(
            {"compose.yml": WEB + "  redis:\n    image: redis\n", "compose.prod.yml": ABOVE},
            ["compose.prod.yml:2 built", "compose.yml:5 built"],
            id="the other services of the file below stay",
        ),
    ],
)
def test_files(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    assert services(deployment_of(tmp_path, files)) == expected


# --- extends ------------------------------------------------------------------------------------------------------------


def test_a_service_that_extends_one_of_the_same_file(tmp_path: Path) -> None:
    text = """
        services:
          base:
            image: shop
            environment: {A: "1", B: "2"}
            command: gunicorn bookstore.wsgi
          web:
            extends: base
            environment: {B: "3"}
    """
    deployment = deployment_of(tmp_path, {"compose.yml": text})

    [web] = [service for service in deployment.services if service.name == "web"]
    assert (web.image, argv(web.command)) == (
        ImageSource(Location("compose.yml", 4), name="shop"),
        ("gunicorn", "bookstore.wsgi"),
    )
    assert [(variable.name, variable.value) for variable in web.variables] == [("A", "1"), ("B", "3")]
    assert web.extends is None


def test_a_service_that_extends_one_that_extends_another_files(tmp_path: Path) -> None:
    files = {
        "compose.yml": "services:\n  web:\n    extends: middle\n  middle:\n    extends: {file: common/base.yml, service: app}\n",
        "common/base.yml": "services:\n  app:\n    image: shop\n    command: gunicorn bookstore.wsgi\n",
    }

    [web] = [service for service in deployment_of(tmp_path, files).services if service.name == "web"]

    assert (argv(web.command), web.extends) == (("gunicorn", "bookstore.wsgi"), None)


@pytest.mark.parametrize(
    "extends",
    [
        pytest.param("{file: missing.yml, service: web}", id="a file that is not there"),
        pytest.param("nobody", id="a service that is not there"),
    ],
)
def test_what_extends_something_unknown_is_a_blind_spot(tmp_path: Path, extends: str) -> None:
    process = only(deployment_of(tmp_path, {"compose.yml": f"services:\n  web:\n    extends: {extends}\n"}))

    assert [str(spot.location) for spot in process.blind_spots] == ["compose.yml:2"]
    assert process.blind_spots[0].reason.startswith("extends '")
    assert process.blind_spots[0].reason.endswith(", which was not read")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("services:\n  web:\n    extends: web\n    command: a\n", id="itself"),
        pytest.param(
            "services:\n  web:\n    extends: b\n    command: a\n  b:\n    extends: web\n    command: b\n",
            id="each other",
        ),
        pytest.param(
            "services:\n"
            + "".join(f"  s{number}:\n    extends: s{number + 1}\n    command: a\n" for number in range(50))
            + "  web:\n    extends: s0\n    command: a\n",
            id="one another in a long row",
        ),
    ],
)
def test_services_that_extend_without_end(tmp_path: Path, text: str) -> None:
    deployment = deployment_of(tmp_path, {"compose.yml": text})

    [web] = [service for service in deployment.services if service.name == "web"]
    assert argv(web.command) == ("a",)


# --- services of other kinds --------------------------------------------------------------------------------------------


def test_services_of_one_name_in_another_format_are_all_kept(tmp_path: Path) -> None:
    """app.json has two steps of this name: when an app is made, and on every deploy."""
    text = '{"scripts": {"postdeploy": "python manage.py loaddata first", "dokku": {"postdeploy": "python manage.py migrate"}}}'

    assert told(deployment_of(tmp_path, {"app.json": text})) == [
        "production other postdeploy app.json:1",
        "production release postdeploy app.json:1",
    ]


def test_a_procfile_is_no_service_where_heroku_yml_says_what_runs(tmp_path: Path) -> None:
    files = {
        "Procfile": "web: gunicorn bookstore.wsgi\n",
        "heroku.yml": "build: {docker: {web: Dockerfile}}\nrun: {web: gunicorn bookstore.asgi}\n",
    }

    assert [str(service.location) for service in deployment_of(tmp_path, files).services] == ["heroku.yml:2"]


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        pytest.param({}, [], id="none"),
        pytest.param({"web": "gunicorn shop.wsgi"}, ["web web gunicorn shop.wsgi"], id="the web process"),
        pytest.param({"release": "true"}, ["release release true"], id="the release phase"),
        pytest.param({"build": "make"}, ["build build make"], id="a build"),
        pytest.param({"mailer": "run"}, ["mailer None run"], id="any other name"),
        pytest.param({"web": "run --password k3fj29dk2k"}, ["web web run --password ***"], id="a secret"),
    ],
)
def test_configured_commands(tmp_path: Path, commands: dict[str, str], expected: list[str]) -> None:
    deployment = deployment_of(tmp_path, {}, values={"DEPLOYCHECK": {"COMMANDS": commands, "PLATFORM": "railway"}})

    assert [f"{service.name} {service.role} {service.command}" for service in deployment.services] == expected
    assert [service.location for service in deployment.services] == [
        Location(f'DEPLOYCHECK["COMMANDS"]["{name}"]') for name in commands
    ]
    assert all(service.platform == "railway" for service in deployment.services)


def test_variables_stay_facts_of_their_own(tmp_path: Path) -> None:
    service = layers(tmp_path, "image: shop\nenvironment: {A: '1'}", "environment: {B: '2'}")

    assert service.variables == (
        EnvVar("A", "1", Location("docker-compose.yml", 5)),
        EnvVar("B", "2", Location(OVER, 4)),
    )
