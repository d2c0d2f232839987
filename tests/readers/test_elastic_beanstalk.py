from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    Location,
    PlatformUse,
    ProxyRoute,
    Service,
    StaticMapping,
    VirtualHost,
)
from django_deploycheck.readers import elastic_beanstalk
from django_deploycheck.source import Source, Unreadable

PATH = ".ebextensions/django.config"
USED = PlatformUse("elastic-beanstalk", Location(PATH))


def at(line: int, path: str = PATH) -> Location:
    return Location(path, line)


def facts(text: str, path: str = PATH) -> list[Fact]:
    return list(elastic_beanstalk.read(Source(path, dedent(text))))


def of(kind: type[Any], text: str, path: str = PATH) -> list[Any]:
    return [fact for fact in facts(text, path) if isinstance(fact, kind)]


def step(name: str, command: CommandLine, **stated) -> Service:
    stated.setdefault("role", "release")
    return Service(
        name=name,
        kind="elastic-beanstalk",
        location=command.location,
        platform="elastic-beanstalk",
        command=command,
        keeps_files=True,
        **stated,
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("# option_settings:\n", id="a comment"),
        pytest.param("packages:\n  yum:\n    git: []\n", id="packages"),
        pytest.param("option_settings:\n  a:b:\n    C: d\n", id="another namespace"),
        pytest.param("option_settings:\n  aws:elasticbeanstalk:container:python:\n    WSGIPath:\n", id="no path"),
        pytest.param("option_settings:\n- {namespace: x}\n- text\n", id="options without a name"),
        pytest.param("container_commands:\n  01: {}\n  02: {command: []}\n  03: text\n", id="no commands"),
        pytest.param("commands:\n  01: {command: python manage.py migrate}\n", id="before the code is there"),
        pytest.param(
            "files:\n  /etc/motd: {source: https://example.com/x}\n  /a: {content: hello}\n", id="other files"
        ),
        pytest.param("Resources:\n  Web:\n    Type: AWS::WAFv2::WebACL\n", id="resources"),
    ],
)
def test_nothing_but_the_platform(text):
    assert facts(text) == [USED]


@pytest.mark.parametrize("text", ["option_settings: [", '{"a": [}'])
def test_a_file_that_is_neither_yaml_nor_json(text):
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts(text)


def test_what_is_served_with_its_variables():
    text = """\
        option_settings:
          aws:elasticbeanstalk:application:environment:
            DJANGO_SETTINGS_MODULE: shop.settings
            DB_PASSWORD: correct-horse-4711
          "aws:elasticbeanstalk:container:python":
            WSGIPath: shop.wsgi:application
            NumProcesses: 3
        """
    variables = (
        EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings", at(3)),
        EnvVar("DB_PASSWORD", "***", at(4), secret="a password"),
    )

    assert facts(text) == [
        USED,
        *variables,
        Service(
            name="WSGIPath",
            kind="elastic-beanstalk",
            location=at(6),
            role="web",
            platform="elastic-beanstalk",
            application="shop.wsgi:application",
            variables=variables,
        ),
    ]
    assert "correct-horse" not in repr(facts(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "option_settings:\n"
            "- namespace: aws:elasticbeanstalk:container:python\n  option_name: WSGIPath\n  value: shop/wsgi.py\n"
            "- option_name: DEBUG\n  value: 'False'\n",
            id="a list",
        ),
        pytest.param(
            "option_settings:\n"
            "- Namespace: aws:elasticbeanstalk:container:python\n  OptionName: WSGIPath\n  Value: shop/wsgi.py\n"
            "- OptionName: DEBUG\n  Value: 'False'\n",
            id="a list in another spelling",
        ),
        pytest.param(
            '{"option_settings": [\n'
            '{"namespace": "aws:elasticbeanstalk:container:python", "option_name": "WSGIPath",\n\n'
            '"value": "shop/wsgi.py"},\n{"option_name": "DEBUG", "value": "False"}]}',
            id="JSON",
        ),
        pytest.param(
            "{option_settings: {\n"
            "aws:elasticbeanstalk:container:python: {\n\nWSGIPath: shop/wsgi.py},\n"
            "aws:elasticbeanstalk:application:environment: {DEBUG: 'False'}}}",
            id="YAML in braces",
        ),
    ],
)
def test_how_options_are_written(text):
    [web] = of(Service, text)

    assert (web.application, web.location) == ("shop/wsgi.py", at(4))
    assert web.variables == (EnvVar("DEBUG", "False", at(5)),)


@pytest.mark.parametrize(
    ("namespace", "option", "url"),
    [
        pytest.param("aws:elasticbeanstalk:environment:proxy:staticfiles", "/static", "/static", id="the proxy's"),
        pytest.param("aws:elasticbeanstalk:container:python:staticfiles", "/static/", "/static", id="the older one"),
    ],
)
def test_folders_that_are_served(namespace, option, url):
    text = f"option_settings:\n  {namespace}:\n    {option}: staticfiles\n    /: root\n    /empty:\n"

    assert of(StaticMapping, text) == [StaticMapping("elastic-beanstalk", url, "staticfiles", at(3), alias=True)]


def test_commands_in_the_order_of_their_names():
    text = """\
        container_commands:
          02_collectstatic:
            command: [python, manage.py, collectstatic, --noinput]
            cwd: /var/app/staging/web
          01_migrate:
            command: |
              source /var/app/venv/*/bin/activate
              python manage.py migrate
            leader_only: true
            env:
              STAGE: deploy
        """
    migrate = CommandLine(at(7), text="source /var/app/venv/*/bin/activate\npython manage.py migrate")
    collect = CommandLine(at(3), argv=("python", "manage.py", "collectstatic", "--noinput"))

    assert facts(text) == [
        USED,
        step("01_migrate", migrate, variables=(EnvVar("STAGE", "deploy", at(11)),)),
        step("02_collectstatic", collect, workdir="web"),
    ]


@pytest.mark.parametrize(
    ("path", "workdir"),
    [
        pytest.param(".ebextensions/a.config", None, id="at the root"),
        pytest.param("backend/.ebextensions/a.config", "backend", id="in a folder"),
    ],
)
def test_the_folder_that_is_deployed(path, workdir):
    text = "container_commands: {a: {command: ./manage.py migrate}}"

    assert [found.workdir for found in of(Service, text, path)] == [workdir]


# --- files that are written ---------------------------------------------------------------------------------------------------


def test_a_hook_of_the_first_amazon_linux():
    text = """\
        files:
          "/opt/elasticbeanstalk/hooks/appdeploy/post/99_migrate.sh":
            mode: "000755"
            content: |
              #!/bin/bash
              python manage.py migrate
        """
    command = CommandLine(at(5), text="#!/bin/bash\npython manage.py migrate\n")

    assert facts(text) == [USED, step("99_migrate.sh", command)]


def test_configuration_of_nginx():
    text = """\
        files:
          /etc/nginx/conf.d/site.conf:
            content: |
              server {
                listen 80;
                location / { proxy_pass http://127.0.0.1:8000; }
              }
        """

    assert [found.location for found in of(ProxyRoute, text)] == [at(6)]


def test_configuration_of_apache():
    text = """\
        files:
          /etc/httpd/conf.d/site.conf:
            content: |
              <VirtualHost *:80>
                ServerName shop.example.com
              </VirtualHost>
        """

    assert [found.names for found in of(VirtualHost, text)] == [("shop.example.com",)]


def test_a_script_that_something_may_run():
    text = "files:\n  /usr/local/bin/nightly.sh:\n    content: |\n      cd /var/app\n      python manage.py migrate\n"

    assert facts(text) == [
        USED,
        BlindSpot("writes a script, and it mentions migrate", at(4), frozenset({"migrate"})),
    ]


# --- hooks and the Buildfile --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["#!/bin/bash\n", "#!/usr/bin/env bash\n", "#!/bin/sh -e\n", ""])
def test_a_hook_is_a_script_of_a_shell(start):
    path = ".platform/hooks/predeploy/01_migrate.sh"
    text = f"{start}python manage.py migrate\n"

    assert facts(text, path) == [
        PlatformUse("elastic-beanstalk", Location(path)),
        step("predeploy/01_migrate.sh", CommandLine(at(1, path), text=text)),
    ]


@pytest.mark.parametrize(
    ("path", "workdir"),
    [
        pytest.param(".platform/hooks/postdeploy/01.py", None, id="at the root"),
        pytest.param("web/.platform/hooks/postdeploy/01.py", "web", id="in a folder"),
    ],
)
def test_a_hook_in_another_language(path, workdir):
    [hook] = of(Service, "#!/usr/bin/env python3\nprint('migrate')\n", path)

    assert hook.command == CommandLine(at(1, path), argv=("./.platform/hooks/postdeploy/01.py",))
    assert hook.workdir == workdir


def test_a_hook_for_a_changed_configuration_is_no_step_of_a_deploy():
    [hook] = of(Service, "#!/bin/sh\npython manage.py migrate\n", ".platform/confighooks/predeploy/01.sh")

    assert (hook.name, hook.role) == ("predeploy/01.sh", "other")


def test_the_buildfile():
    text = "# build: nothing\nbuild: ./build.sh\n\nempty:\n"

    assert facts(text, "Buildfile") == [
        PlatformUse("elastic-beanstalk", Location("Buildfile")),
        step("build", CommandLine(at(2, "Buildfile"), text="./build.sh"), role="build"),
    ]


def test_the_configuration_of_its_command_line_names_the_platform():
    path = ".elasticbeanstalk/config.yml"

    assert facts("global:\n  application_name: shop\n", path) == [PlatformUse("elastic-beanstalk", Location(path))]
