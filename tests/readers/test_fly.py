from __future__ import annotations

import textwrap
import time

import pytest

from django_deploycheck.model import (
    CommandLine,
    EnvVar,
    ImageSource,
    Location,
    Mount,
    PlatformUse,
    Port,
    Reference,
    Service,
    StaticMapping,
)
from django_deploycheck.readers import fly
from django_deploycheck.source import Source, Unreadable

USED = PlatformUse("fly", Location("fly.toml", 1))


def at(line):
    return Location("fly.toml", line)


def facts(text, path="fly.toml"):
    return list(fly.read(Source(path, textwrap.dedent(text))))


def services(text, path="fly.toml"):
    return [fact for fact in facts(text, path) if isinstance(fact, Service)]


def default_image(line=1):
    return ImageSource(at(line), context="", dockerfile="Dockerfile", defaulted=frozenset({"dockerfile"}))


def port(number, line):
    return Port(number, None, None, at(line))


def service(name, line, **fields):
    return Service(name=name, kind="fly", location=at(line), platform="fly", **fields)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("app = 'shop'\n", id="only a name"),
        pytest.param("processes = []\n", id="an older file without process groups"),
        pytest.param("[deploy]\nstrategy = 'rolling'\n", id="no release command"),
        pytest.param("[[statics]]\nurl_prefix = '/static'\n", id="a folder that is not named"),
        pytest.param("[experimental]\nauto_rollback = true\n", id="nothing that replaces a command"),
    ],
)
def test_nothing_but_the_image(text):
    assert facts(text) == [
        USED,
        Reference("Dockerfile", "dockerfile", at(1)),
        service("app", 1, image=default_image()),
    ]


def test_a_whole_file():
    text = """\
        app = "shop"

        [build]
        dockerfile = "docker/Dockerfile"
        build-target = "production"
        [build.args]
        NODE = "22"

        [deploy]
        release_command = "python manage.py migrate --noinput"

        [env]
        PORT = "8000"

        [processes]
        web = "gunicorn shop.wsgi"
        worker = "celery -A shop worker"

        [http_service]
        internal_port = 8000
        min_machines_running = 2
        processes = ["web"]

        [mounts]
        source = "data"
        destination = "/data"
        processes = ["worker"]

        [[statics]]
        guest_path = "/code/static"
        url_prefix = "/static"
        """
    image = ImageSource(
        at(3),
        context="",
        dockerfile="docker/Dockerfile",
        target="production",
        arguments=(EnvVar("NODE", "22", at(7)),),
    )
    shared = {"image": image, "variables": (EnvVar("PORT", "8000", at(13)),)}

    assert facts(text) == [
        USED,
        Reference("docker/Dockerfile", "dockerfile", at(3), required=True),
        service(
            "web",
            16,
            role="web",
            command=CommandLine(at(16), argv=("gunicorn", "shop.wsgi")),
            ports=(port("8000", 20),),
            replicas=2,
            **shared,
        ),
        service(
            "worker",
            17,
            command=CommandLine(at(17), argv=("celery", "-A", "shop", "worker")),
            mounts=(Mount("volume", "data", "/data", at(26)),),
            **shared,
        ),
        service(
            "release_command",
            10,
            role="release",
            command=CommandLine(at(10), argv=("python", "manage.py", "migrate", "--noinput")),
            keeps_files=False,
            **shared,
        ),
        StaticMapping("fly", "/static", "/code/static", at(30)),
    ]


@pytest.mark.parametrize(
    ("text", "image"),
    [
        pytest.param("[build]\n", default_image(1), id="an empty section"),
        pytest.param(
            "[build]\nimage = 'shop/site:1'\n", ImageSource(at(1), name="shop/site:1"), id="an image of a registry"
        ),
        pytest.param(
            "[build]\ndockerfile = '../Dockerfile'\n", ImageSource(at(1)), id="a Dockerfile outside the repository"
        ),
        pytest.param(
            "[build]\ndockerfile = 'https://example.com/Dockerfile'\n", ImageSource(at(1)), id="a Dockerfile elsewhere"
        ),
        pytest.param(
            "[build]\ndockerfile = './Dockerfile.fly'\nbuild_target = 'x'\n",
            ImageSource(at(1), context="", dockerfile="Dockerfile.fly", target="x"),
            id="an underscore in the target",
        ),
    ],
)
def test_the_image(text, image):
    [found] = services(text)

    assert found.image == image


@pytest.mark.parametrize("key", ["builder = 'x/y'", "buildpacks = ['x']", "builtin = 'python'"])
def test_a_builder_starts_what_a_procfile_says(key):
    assert facts(f"[build]\n{key}\n") == [USED]


def test_a_builder_with_a_command():
    [found] = services("[build]\nbuilder = 'x/y'\n[processes]\napp = 'gunicorn shop.wsgi'\n")

    assert found == service("app", 4, command=CommandLine(at(4), argv=("gunicorn", "shop.wsgi")))


def test_a_file_in_a_folder():
    [found] = services("[build]\ndockerfile = '../docker/Dockerfile'\n", "deploy/fly.toml")

    assert found.image == ImageSource(Location("deploy/fly.toml", 1), context=None, dockerfile="docker/Dockerfile")
    assert found.workdir == "deploy"


@pytest.mark.parametrize(
    ("text", "command"),
    [
        pytest.param("a b", CommandLine(at(2), argv=("a", "b")), id="words"),
        pytest.param("sh -c 'a && b'", CommandLine(at(2), text="sh -c 'a && b'"), id="a shell of its own"),
        pytest.param("a && b", CommandLine(at(2), text="a && b"), id="written for a shell"),
        pytest.param("a $PORT", CommandLine(at(2), text="a $PORT"), id="a variable"),
        pytest.param("A=1 b", CommandLine(at(2), text="A=1 b"), id="an assignment"),
        pytest.param("a 'b c", CommandLine(at(2), text="a 'b c"), id="a quote that is open"),
        pytest.param(" ", None, id="blank"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_command(text, command):
    [found] = services(f'[processes]\nweb = "{text}"\n')

    assert found.command == command


def test_a_command_on_several_lines():
    [found] = services("[processes]\nweb = '''\nset -e\ngunicorn shop.wsgi\n'''\n")

    assert found.command == CommandLine(at(3), text="set -e\ngunicorn shop.wsgi")


@pytest.mark.parametrize(
    ("text", "entrypoint", "command"),
    [
        pytest.param("cmd = ['a', 'b']", None, CommandLine(at(2), argv=("a", "b")), id="the command"),
        pytest.param("cmd = 'a b'", None, CommandLine(at(2), argv=("a", "b")), id="the command as a text"),
        pytest.param("cmd = []", None, None, id="an empty command"),
        pytest.param("entrypoint = ['a']", CommandLine(at(2), argv=("a",)), None, id="the entrypoint"),
        pytest.param(
            "exec = ['a', 'b']", CommandLine(at(1), argv=()), CommandLine(at(2), argv=("a", "b")), id="both at once"
        ),
    ],
)
def test_what_replaces_the_images_commands(text, entrypoint, command):
    [found] = services(f"[experimental]\n{text}\n")

    assert (found.entrypoint, found.command) == (entrypoint, command)


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        pytest.param("", {"app": None}, id="nothing is let in"),
        pytest.param("[http_service]\n", {"app": "web"}, id="the only group"),
        pytest.param("[[services]]\nprocesses = ['app']\n", {"app": "web"}, id="the older way"),
        pytest.param("[processes]\nb = 'x'\na = 'y'\n[http_service]\n", {"b": None, "a": "web"}, id="the first group"),
        pytest.param("[processes]\na = 'x'\napp = 'y'\n[http_service]\n", {"a": None, "app": "web"}, id="app"),
        pytest.param(
            "[processes]\na = 'x'\nb = 'y'\n[http_service]\nprocesses = ['b']\n", {"a": None, "b": "web"}, id="named"
        ),
    ],
)
def test_the_role(text, roles):
    assert {found.name: found.role for found in services(text)} == roles


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        pytest.param("[http_service]\nforce_https = true\n", (port("8080", 1),), id="the default"),
        pytest.param(
            "[[services]]\ninternal_port = 1\n[[services]]\ninternal_port = 2\n",
            (port("1", 2), port("2", 4)),
            id="several",
        ),
    ],
)
def test_the_ports(text, ports):
    [found] = services(text)

    assert found.ports == ports


@pytest.mark.parametrize(
    ("text", "mounts"),
    [
        pytest.param(
            "[[mounts]]\nsource = 'a'\ndestination = '/a/'\n", (Mount("volume", "a", "/a", at(3)),), id="a list"
        ),
        pytest.param("[mounts]\nsource = 'a'\ndestination = 'a'\n", (Mount("volume", "a", "/a", at(3)),), id="a table"),
        pytest.param("[mounts]\nsource = 'a'\ndestination = '/a'\nprocesses = ['b']\n", (), id="of another group"),
    ],
)
def test_volumes(text, mounts):
    [found] = services(text)

    assert found.mounts == mounts


@pytest.mark.parametrize("path", ["fly.json", "fly.yaml"])
def test_other_formats(path):
    [found] = services('{"env": {"A": "b"}, "processes": {"web": "gunicorn shop.wsgi"}}', path)

    assert found.name == "web"
    assert found.command == CommandLine(Location(path, 1), argv=("gunicorn", "shop.wsgi"))
    assert found.variables == (EnvVar("A", "b", Location(path, 1)),)


@pytest.mark.parametrize("text", ["[", "a = " + "[" * 70 + "]" * 70])
def test_what_is_no_toml(text):
    with pytest.raises(Unreadable):
        facts(text)


def test_many_groups_and_services_take_linear_time():
    groups = "".join(f"p{number} = 'a b'\n" for number in range(5_000))
    start = time.process_time()

    found = services("[processes]\n" + groups + "[[services]]\nprocesses = ['p1']\n" * 2_000)

    assert time.process_time() - start < 10
    assert [len(service.ports) for service in found[:3]] == [0, fly.MAX_PARTS, 0]
