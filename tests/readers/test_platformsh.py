from __future__ import annotations

from textwrap import dedent

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    Location,
    Mount,
    PlatformUse,
    PythonVersion,
    Reference,
    Requirement,
    Service,
    StaticMapping,
)
from django_deploycheck.readers import platformsh
from django_deploycheck.source import Source, Unreadable

PATH = ".platform.app.yaml"


def at(line: int, path: str = PATH) -> Location:
    return Location(path, line)


def facts(text: str, path: str = PATH) -> list[Fact]:
    first, *others = platformsh.read(Source(path, dedent(text)))
    assert first == PlatformUse("platformsh", at(1, path))
    return others


def shell(text: str, line: int, path: str = PATH) -> CommandLine:
    return CommandLine(at(line, path), text=text)


def service(name: str, line: int, command: CommandLine, **stated) -> Service:
    return Service(
        name=name,
        kind="platformsh",
        location=Location(command.location.path, line),
        platform="platformsh",
        command=command,
        **stated,
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(PATH, "", id="an empty file"),
        pytest.param(PATH, "name: app\ntype: 'nodejs:20'\ndisk: 512\n", id="no commands"),
        pytest.param(PATH, "hooks:\n  build:\nweb:\n  commands:\n", id="empty hooks"),
        pytest.param(PATH, "- a\n- b\n", id="a list"),
        pytest.param(".platform/routes.yaml", "hooks: {deploy: migrate}\n", id="routes"),
        pytest.param(".platform/services.yaml", "hooks: {deploy: migrate}\n", id="services"),
        pytest.param(".upsun/config.yaml", "services: {db: {type: postgresql}}\n", id="no applications"),
    ],
)
def test_nothing_runs_in(path, text):
    assert facts(text, path) == []


def test_a_file_that_is_no_yaml():
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("web:\n\tcommands:\n")


def test_a_whole_application():
    found = facts(
        """\
        name: shop
        type: 'python:3.12'
        variables:
          env:
            DJANGO_SETTINGS_MODULE: shop.settings
        hooks:
          build: |
            pip install -r requirements.txt
            python manage.py collectstatic
          deploy: python manage.py migrate
          post_deploy: ./warm-up.sh
        web:
          commands:
            start: "gunicorn -b unix:$SOCKET shop.wsgi"
          locations:
            "/": {root: public, passthru: true}
            "/static": {root: static}
            "/media": {passthru: true}
        workers:
          queue:
            commands:
              start: celery -A shop worker
        crons:
          sessions: {spec: '0 1 * * *', commands: {start: python manage.py clearsessions}}
          old:
            spec: '0 1 * * *'
            cmd: ./old.sh
        """
    )
    variables = (EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings", at(5)),)
    assert found == [
        PythonVersion(at(2), version="3.12", kind="platformsh"),
        service(
            "build",
            7,
            shell("pip install -r requirements.txt\npython manage.py collectstatic\n", 8),
            role="build",
            variables=variables,
            keeps_files=True,
        ),
        service(
            "deploy", 10, shell("python manage.py migrate", 10), role="release", variables=variables, keeps_files=False
        ),
        service("post_deploy", 11, shell("./warm-up.sh", 11), role="release", variables=variables, keeps_files=False),
        service("shop", 14, shell("gunicorn -b unix:$SOCKET shop.wsgi", 14), role="web", variables=variables),
        service("queue", 22, shell("celery -A shop worker", 22), variables=variables),
        service("sessions", 24, shell("python manage.py clearsessions", 24), role="scheduler", variables=variables),
        service("old", 27, shell("./old.sh", 27), role="scheduler", variables=variables),
        StaticMapping("platformsh", "/static", "static", at(17), alias=True),
    ]


def test_lines_that_are_folded_stay_apart():
    (found,) = facts("hooks:\n  deploy: >\n    python manage.py\n    migrate\n")
    assert isinstance(found, Service)
    assert found.command == shell("python manage.py \\\nmigrate", 3)


@pytest.mark.parametrize(
    ("mounts", "keeps_files", "kinds"),
    [
        pytest.param("{}", False, [], id="none"),
        pytest.param("{logs: {source: local}}", False, ["volume"], id="logs"),
        pytest.param(
            "{'/tmp': {source: tmp}, .cache: {source: local}}", False, ["tmpfs", "volume"], id="what does not matter"
        ),
        pytest.param("{'/.npm': {source: instance}}", False, ["tmpfs"], id="what only this instance keeps"),
        pytest.param("{static: {source: local}}", None, ["volume"], id="a folder that may hold static files"),
        pytest.param("{'/media': 'shared:files/media'}", None, ["volume"], id="the old way to write it"),
    ],
)
def test_what_a_deploy_hook_writes_stays_only_in_mounts(mounts, keeps_files, kinds):
    (found,) = facts(f"mounts: {mounts}\nhooks:\n  deploy: ./deploy.sh\n")
    assert isinstance(found, Service)
    assert (found.keeps_files, [mount.kind for mount in found.mounts]) == (keeps_files, kinds)


def test_a_mount_lies_in_the_folder_of_the_application():
    (found,) = facts("mounts:\n  '/media': {source: storage}\nweb:\n  commands: {start: ./start}\n")
    assert isinstance(found, Service)
    assert found.mounts == (Mount("volume", "media", "/app/media", at(2)),)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param("type: 'php:8.3'", None, id="another language"),
        pytest.param("type: composable:25.05", None, id="a composed one without Python"),
        pytest.param("stack: [nodejs@22]", None, id="a stack without Python"),
        pytest.param("stack: ['nodejs@22', 'python@3.13']", "3.13", id="a stack"),
        pytest.param("stack:\n- 'python@3.13':\n    packages: [x]", "3.13", id="a stack with options"),
        pytest.param("stack:\n  runtimes: ['python@3.13']", "3.13", id="a stack by kinds"),
    ],
)
def test_the_version_of_python(text, version):
    assert [fact.version for fact in facts(text) if isinstance(fact, PythonVersion)] == ([version] if version else [])


def test_dependencies_are_tools_of_the_build():
    assert facts("dependencies:\n  python3:\n    Pip_Env: '*'\n    gunicorn: '>=20'\n") == [
        Requirement("pip-env", "", at(3), kind="build"),
        Requirement("gunicorn", ">=20", at(4), kind="build"),
    ]


def test_an_application_in_a_folder():
    path = "backend/.platform.app.yaml"
    (found, static) = facts(
        "web:\n  commands: {start: ./start}\n  locations: {/static: {root: /public/static/}}\n", path
    )
    assert isinstance(found, Service)
    assert found.workdir == "backend"
    assert static == StaticMapping("platformsh", "/static", "backend/public/static", at(3, path), alias=True)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(
            ".platform/applications.yaml",
            "- name: site\n  source: {root: /backend}\n  web: {commands: {start: ./start}}\n",
            id="a list",
        ),
        pytest.param(
            ".platform/applications.yaml",
            "site:\n  name: site\n  source: {root: backend}\n  web: {commands: {start: ./start}}\n",
            id="a mapping",
        ),
        pytest.param(
            ".upsun/site.yaml",
            "applications:\n  app:\n    name: site\n    source: {root: backend/}\n    web: {commands: {start: ./start}}\n",
            id="Upsun",
        ),
    ],
)
def test_several_applications_in_one_file(path, text):
    (found,) = facts(text, path)
    assert isinstance(found, Service)
    assert (found.name, found.workdir, found.command) == ("site", "backend", shell("./start", text.count("\n"), path))


def test_files_that_are_included():
    path = ".platform/applications.yaml"
    text = "- !include site.yaml\n# - !include old.yaml\n- !include {type: yaml, path: other.yaml}\n- !include\n"
    assert facts(text, path)[:2] == [
        Reference(".platform/site.yaml", "platformsh", at(1, path), required=True),
        Reference(".platform/other.yaml", "platformsh", at(3, path), required=True),
    ]


def test_a_hook_in_a_file_of_its_own():
    path = "site/.platform.app.yaml"
    found, blind = facts(
        "hooks:\n  build: !include {type: string, path: build.sh}\n  deploy: !include {type: string, path: /x}\n", path
    )
    assert isinstance(found, Service)
    assert found.command == CommandLine(at(2, path), argv=("sh", "build.sh"))
    assert blind == BlindSpot("'deploy' is included in a way that was not read", at(3, path))


def test_secrets_are_masked():
    assert "kd83jf72hd63" not in repr(
        facts("variables: {env: {SECRET_KEY: kd83jf72hd63kd83}}\nhooks: {deploy: TOKEN=kd83jf72hd63 ./x}\n")
    )
