from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Location,
    Mount,
    PlatformUse,
    Port,
    Reference,
    Service,
)
from django_deploycheck.readers import kamal
from django_deploycheck.source import Source, Unreadable

PATH = "config/deploy.yml"
STAGING = "config/deploy.staging.yml"


def at(line: int, path: str = PATH) -> Location:
    return Location(path, line)


def facts(text: str, path: str = PATH) -> list[Fact]:
    first, *others = kamal.read(Source(path, dedent(text)))
    assert first == PlatformUse("kamal", at(1, path))
    return others


def services(text: str, path: str = PATH) -> list[Service]:
    return [fact for fact in facts(text, path) if isinstance(fact, Service)]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param(PATH, "deploy:\n  - rake\n", False, id="a file of another tool"),
        pytest.param(PATH, "", False, id="an empty file"),
        pytest.param(PATH, "  service: shop\n", False, id="a key that stands deeper"),
        pytest.param(PATH, "service: shop\n", True, id="Kamal's file"),
        pytest.param(STAGING, "servers:\n- 192.0.2.1\n", True, id="a destination's"),
        pytest.param(".kamal/hooks/pre-deploy", "#!/bin/sh\n", True, id="a hook"),
    ],
)
def test_whose_file_it_is(path, text, expected):
    assert kamal.claims(Source(path, text)) is expected


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("servers: [\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("service: shop\n", id="no servers"),
        pytest.param("servers: {}\n", id="no roles"),
        pytest.param("accessories:\n", id="no accessories"),
    ],
)
def test_no_services_in(text):
    assert services(text) == []


def test_a_whole_file():
    found = facts(
        """\
        service: shop
        image: me/shop
        servers:
          web:
            hosts: [192.0.2.1, 192.0.2.2]
            env:
              clear: {WEB_CONCURRENCY: 4}
          job:
            hosts: [192.0.2.3]
            cmd: celery -A shop worker
        builder:
          dockerfile: docker/Dockerfile
          target: final
          args: {EXTRA: prod}
        env:
          clear:
            DEBUG: "0"
          secret:
            - SECRET_KEY
            - DATABASE_URL:SHOP_DATABASE_URL
        proxy:
          app_port: 8000
        volumes:
          - media:/code/media
          - /srv/x:/x:ro
          - nonsense
        accessories:
          db:
            image: postgres:17
            env: {POSTGRES_DB: shop}
        """
    )
    image = ImageSource(
        at(12),
        name="me/shop",
        context="",
        dockerfile="docker/Dockerfile",
        target="final",
        arguments=(EnvVar("EXTRA", "prod", at(14)),),
        defaulted=frozenset({"context"}),
    )
    variables = (
        EnvVar("DEBUG", "0", at(17)),
        EnvVar("SECRET_KEY", None, at(19)),
        EnvVar("DATABASE_URL", None, at(20)),
    )
    mounts = (Mount("volume", "media", "/code/media", at(24)), Mount("bind", "/srv/x", "/x", at(25), read_only=True))
    common: dict[str, Any] = {"kind": "kamal", "platform": "kamal", "image": image, "mounts": mounts}
    assert found == [
        Reference("docker/Dockerfile", "dockerfile", at(12), required=True),
        Service(
            name="web",
            location=at(4),
            role="web",
            variables=(*variables, EnvVar("WEB_CONCURRENCY", "4", at(7))),
            ports=(Port("8000", None, None, at(22)),),
            replicas=2,
            **common,
        ),
        Service(
            name="job",
            location=at(8),
            command=CommandLine(at(10), argv=("celery", "-A", "shop", "worker")),
            variables=variables,
            replicas=1,
            **common,
        ),
        Service(
            name="db",
            kind="kamal",
            location=at(28),
            role="other",
            image=ImageSource(at(29), name="postgres:17"),
            variables=(EnvVar("POSTGRES_DB", "shop", at(30)),),
        ),
    ]


def test_a_list_of_hosts_is_the_web_role():
    (found,) = services("image: me/shop\nservers:\n  - 192.0.2.1\n")
    assert (found.name, found.role, found.location, found.replicas) == ("web", "web", at(3), 1)


def test_another_role_may_be_the_one_that_serves():
    text = "primary_role: site\nservers:\n  web: [192.0.2.1]\n  site: [192.0.2.2]\n"
    assert [(service.name, service.role) for service in services(text)] == [("web", None), ("site", "web")]


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        pytest.param("servers: [192.0.2.1]\n", [("80", 1)], id="none is stated"),
        pytest.param("servers: [192.0.2.1]\nproxy:\n  ssl: true\n", [("80", 3)], id="a proxy without one"),
        pytest.param(
            "servers: {web: {proxy: {app_port: 9000}}}\nproxy: {app_port: 8000}\n", [("9000", 1)], id="the role's"
        ),
        pytest.param("servers: {web: {hosts: [192.0.2.1], proxy: false}}\n", [], id="no proxy"),
        pytest.param("servers: [192.0.2.1]\ntraefik: {options: {}}\n", [], id="Traefik, of Kamal 1"),
        pytest.param("servers: [192.0.2.1]\nhealthcheck: {port: 8000}\n", [], id="a check of Kamal 1"),
        pytest.param("servers: [192.0.2.1]\nbuilder: {multiarch: false}\n", [], id="a builder of Kamal 1"),
    ],
)
def test_the_port_that_the_proxy_asks(text, ports):
    (found,) = services(text)
    assert [(port.target, port.location.line) for port in found.ports] == ports


@pytest.mark.parametrize(
    ("text", "context", "dockerfile"),
    [
        pytest.param("image: x\n", "", "Dockerfile", id="the defaults"),
        pytest.param("builder: {context: ./site}\n", "site", "site/Dockerfile", id="a folder"),
        pytest.param("builder: {context: 'https://example.com/x.git'}\n", None, None, id="another repository"),
        pytest.param("builder: {context: 'git@example.com:x.git'}\n", None, None, id="another repository over SSH"),
        pytest.param("builder: {dockerfile: ../Dockerfile}\n", "", None, id="a Dockerfile outside"),
    ],
)
def test_what_is_built(text, context, dockerfile):
    found = facts(f"{text}servers: [192.0.2.1]\n")
    (service,) = (fact for fact in found if isinstance(fact, Service))
    assert service.image is not None
    assert (service.image.context, service.image.dockerfile) == (context, dockerfile)
    assert [fact.path for fact in found if isinstance(fact, Reference)] == ([dockerfile] if dockerfile else [])


def test_a_destination_lies_over_the_file_for_all():
    web, database = services("servers: [192.0.2.9]\nenv: {DEBUG: '0'}\naccessories: {db: {host: 192.0.2.9}}\n", STAGING)
    assert (web.extends, web.image, web.ports) == ((PATH, "web"), None, ())
    assert (database.extends, database.image) == ((PATH, "db"), None)


def test_a_destination_may_state_port_and_image():
    (found,) = services("servers: [192.0.2.9]\nproxy: {app_port: 9000}\nbuilder: {dockerfile: Other}\n", STAGING)
    assert [port.target for port in found.ports] == ["9000"]
    assert found.image is not None
    assert found.image.dockerfile == "Other"


def test_a_command_whose_quotes_do_not_match_is_left_to_a_shell():
    (found,) = services('servers: {web: {cmd: "echo \'x"}}\n')
    assert found.command == CommandLine(at(1), text="echo 'x")


def test_ruby_in_the_file_is_a_variable():
    (found,) = services(
        "<% require 'x' %>\nservers: [192.0.2.1]\nenv:\n  HOST: <%= ENV['HOST'] %>.example\n  <% if x %>\n  A: b\n"
    )
    assert found.variables == (EnvVar("HOST", "$ERB.example", at(4), references=("ERB",)), EnvVar("A", "b", at(6)))


def test_a_hook_is_a_script_of_the_machine_that_deploys():
    path = ".kamal/hooks/pre-deploy"
    text = '#!/usr/bin/env bash\nkamal app exec -p "python manage.py migrate"\n'
    assert facts(text, path) == [
        Service(
            name="pre-deploy",
            kind="kamal",
            location=at(1, path),
            role="release",
            platform="kamal",
            command=CommandLine(at(1, path), text=text),
            keeps_files=False,
        )
    ]


def test_a_hook_in_another_language():
    path = ".kamal/hooks/post-deploy"
    assert facts("#!/usr/bin/env ruby\nputs 1\n", path) == [BlindSpot("is no shell script", at(1, path))]


def test_secrets_are_masked():
    assert "kd83jf72hd63" not in repr(facts("servers: [a]\nenv: {SECRET_KEY: kd83jf72hd63kd83jf}\n"))


def test_a_stated_dockerfile_is_relative_to_where_kamal_runs():
    text = "servers: [192.0.2.1]\nbuilder: {dockerfile: ../docker/Dockerfile, context: ../}\n"
    found = [fact for fact in kamal.read(Source("deploy/config/deploy.yml", text)) if isinstance(fact, Service)]
    assert [(item.image.context, item.image.dockerfile) for item in found if item.image] == [("", "docker/Dockerfile")]
