"""Whose each file is, from its name, its contents and what refers to it; the reasons are those of the inventory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.linking.linked import deployment_of, only, told

RUNSERVER = "python manage.py runserver 0.0.0.0:8000"
PROCFILE = {"Procfile": "web: gunicorn bookstore.wsgi\n"}
DOCKERFILE = "FROM python:3.13\nCOPY . .\n"
SERVES = DOCKERFILE + "CMD gunicorn bookstore.wsgi\n"


def decided(tmp_path: Path, files: Mapping[str, str], *paths: str, **options: object) -> list[str]:
    """``production: why`` for each of the paths."""
    found = {file.path: file for file in deployment_of(tmp_path, files, **options).files}
    return [f"{found[path].environment}: {found[path].reason}" for path in paths]


def compose(*lines: str, name: str = "web") -> str:
    return f"services:\n  {name}:\n" + "".join(f"    {line}\n" for line in lines)


# --- files that say by themselves ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("Procfile", "web: x\n", "production: platforms start what a Procfile names", id="a Procfile"),
        pytest.param("Procfile.dev", "web: x\n", "development: is named Procfile.dev", id="a Procfile for development"),
        # Heroku's tutorial has one for "heroku local" on Windows, with runserver.
        pytest.param(
            "Procfile.windows", "web: x\n", "development: is named Procfile.windows", id="a Procfile for Windows"
        ),
        pytest.param("docs/Procfile", "web: x\n", "unknown: lies under docs/", id="an example of a Procfile"),
        pytest.param("app.json", '{"addons": []}', "production: only production uses such a file", id="an app.json"),
        pytest.param("fly.toml", "", "production: only production uses such a file", id="a platform's file"),
        pytest.param(
            "fly.staging.toml", "", "production: only production uses such a file", id="a platform's for staging"
        ),
        pytest.param("examples/fly.toml", "", "unknown: lies under examples/", id="an example of a platform's file"),
        pytest.param("Makefile", "deploy:\n\tgunicorn x\n", "unknown: nothing says whose it is", id="a Makefile"),
        pytest.param(".env.production", "A=1\n", "production: is named .env.production", id="an env file by its name"),
        pytest.param(".env", "A=1\n", "unknown: nothing says whose it is", id="an env file"),
        pytest.param(".env.example", "A=1\n", "unknown: is an example or a template", id="a sample of an env file"),
        pytest.param("requirements.txt", "", "unknown: says nothing of one environment", id="dependencies"),
        pytest.param("compose.yml", compose("build: ."), "production: is the only way to deploy", id="a compose file"),
    ],
)
def test_a_file_alone(tmp_path: Path, path: str, text: str, expected: str) -> None:
    assert decided(tmp_path, {path: text}, path) == [expected]


def test_a_servers_file_is_production_where_nothing_else_is(tmp_path: Path) -> None:
    uwsgi = "[uwsgi]\nmodule = bookstore.wsgi\n"

    assert decided(tmp_path / "a", {"uwsgi.ini": uwsgi}, "uwsgi.ini") == ["production: uwsgi.ini:2 reads it"]
    assert decided(tmp_path / "b", {"uwsgi.ini": uwsgi, **PROCFILE}, "uwsgi.ini") == [
        "unknown: nothing says whose it is"
    ]


def test_a_workflow_is_judged_by_what_its_jobs_do(tmp_path: Path) -> None:
    files = {
        ".github/workflows/main.yml": "on: push\njobs:\n  deploy:\n    steps:\n    - uses: dokku/github-action@master\n",
        ".github/workflows/deploy.yml": "on: push\njobs:\n  tests:\n    steps:\n    - run: pytest\n",
    }

    assert decided(tmp_path, files, *files) == ["production: its jobs deploy", "unknown: holds no job that deploys"]


# --- what refers to a file ----------------------------------------------------------------------------------------------


def test_what_a_production_file_refers_to_is_production(tmp_path: Path) -> None:
    """Also where its own name speaks of something else, and through several files."""
    files = {
        "compose.prod.yml": compose("build: {context: ., dockerfile: Dockerfile.local}", "env_file: [.env.dev]"),
        "Dockerfile.local": SERVES,
        ".env.dev": "A=1\n",
    }

    assert decided(tmp_path, files, "Dockerfile.local", ".env.dev") == [
        "production: compose.prod.yml builds it",
        "production: compose.prod.yml refers to it",
    ]


def test_references_are_followed_to_their_end(tmp_path: Path) -> None:
    files = {f"compose.{number}.yml": f"include: [compose.{number - 1}.yml]\n" for number in range(1, 8)}
    files["compose.prod.yml"] = "include: [compose.7.yml]\n" + compose(
        "image: shop", "command: gunicorn bookstore.wsgi"
    )
    files["compose.0.yml"] = compose("image: redis", "env_file: .env", name="redis")
    files[".env"] = "A=1\n"

    assert decided(tmp_path, files, "compose.7.yml", "compose.0.yml", ".env") == [
        "production: compose.prod.yml refers to it",
        "production: compose.1.yml refers to it",
        "production: compose.0.yml refers to it",
    ]


def test_what_only_a_development_file_refers_to_is_development(tmp_path: Path) -> None:
    files = {**PROCFILE, "compose.dev.yml": compose("image: shop", "env_file: .env"), ".env": "A=1\n"}

    assert decided(tmp_path, files, ".env") == ["development: only compose.dev.yml refers to it"]


def test_what_both_refer_to_is_production(tmp_path: Path) -> None:
    files = {
        "compose.dev.yml": compose("image: shop", "env_file: .env"),
        "compose.prod.yml": compose("image: shop", "env_file: .env"),
        ".env": "A=1\n",
    }

    assert decided(tmp_path, files, ".env") == ["production: compose.prod.yml refers to it"]


def test_a_name_for_production_outweighs_a_reference_from_development(tmp_path: Path) -> None:
    files = {"compose.dev.yml": compose("image: shop", "env_file: .env.prod"), ".env.prod": "A=1\n"}

    assert decided(tmp_path, files, ".env.prod") == ["production: is named .env.prod"]


def test_dependencies_that_an_image_installs_stay_without_environment(tmp_path: Path) -> None:
    files = {"requirements.txt": "-r requirements/prod.txt\n", "requirements/prod.txt": "gunicorn\n"}

    assert decided(tmp_path, files, "requirements/prod.txt") == ["unknown: says nothing of one environment"]


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        pytest.param("profiles: [debug]", "development: is named debug.env", id="not behind a profile"),
        pytest.param("restart: always", "production: compose.prod.yml refers to it", id="in every start"),
    ],
)
def test_what_a_service_behind_a_profile_refers_to(tmp_path: Path, profiles: str, expected: str) -> None:
    text = (
        compose("image: shop", "command: gunicorn bookstore.wsgi")
        + "  debug:\n    image: shop\n    env_file: debug.env\n"
    )

    assert decided(tmp_path, {"compose.prod.yml": f"{text}    {profiles}\n", "debug.env": "A=1\n"}, "debug.env") == [
        expected
    ]


def test_a_place_that_two_services_share_is_behind_no_profile(tmp_path: Path) -> None:
    text = """
        x-app: &app
          build: {context: ., dockerfile: Dockerfile.dev}
        services:
          web: {<<: *app, command: gunicorn bookstore.wsgi}
          debug: {<<: *app, profiles: [debug]}
    """

    assert decided(tmp_path, {"compose.prod.yml": text, "Dockerfile.dev": SERVES}, "Dockerfile.dev") == [
        "production: compose.prod.yml builds it"
    ]


# --- Dockerfiles --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"Dockerfile": SERVES}, "production: its image starts gunicorn", id="an image that starts a server"
        ),
        pytest.param(
            {"Dockerfile": DOCKERFILE + f"CMD {RUNSERVER}\n"},
            "production: is an image without another way to deploy",
            id="an image that starts runserver, and nothing else",
        ),
        pytest.param(
            {"Dockerfile": DOCKERFILE, **PROCFILE},
            "unknown: Procfile is another way to production",
            id="an image beside a Procfile",
        ),
        pytest.param(
            {
                "Dockerfile": DOCKERFILE + "CMD echo hello\n",
                "app.json": '{"scripts": {"dokku": {"predeploy": "true"}}}',
            },
            "production: is an image without another way to deploy",
            id="an image beside a step of a release, which starts nothing",
        ),
        pytest.param(
            {"Dockerfile": DOCKERFILE, "compose.dev.yml": compose("build: .", f"command: {RUNSERVER}")},
            "development: only compose.dev.yml builds it",
            id="an image that only development builds",
        ),
        pytest.param(
            {"Dockerfile": SERVES, "compose.dev.yml": compose("build: .", f"command: {RUNSERVER}")},
            "production: its image starts gunicorn",
            id="an image that development builds and starts otherwise",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python AS base\nFROM base AS dev\nFROM base AS runtime\nCOPY . .\n",
                "compose.dev.yml": compose("build: {context: ., target: dev}"),
            },
            "production: is an image without another way to deploy",
            id="an image of which development builds another stage",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python AS base\nFROM base AS prod\nCOPY . .\n",
                "compose.ci.yml": compose("build: {context: ., target: prod}"),
            },
            "production: builds a stage 'prod'",
            id="an image whose stage is named, built by a test",
        ),
        pytest.param(
            {
                "Dockerfile": "FROM python AS prod\nCOPY . .\nFROM python AS dev\n",
                "compose.prod.yml": compose("build: {context: ., target: dev}"),
            },
            "production: compose.prod.yml builds it",
            id="an image of which production builds the stage for development",
        ),
        pytest.param(
            {"Dockerfile": SERVES, "compose.dev.yml": compose("build: ."), "compose.prod.yml": compose("build: .")},
            "production: compose.prod.yml builds it",
            id="an image that both build",
        ),
        pytest.param(
            {
                "Dockerfile": DOCKERFILE,
                "compose.prod.yml": compose("image: postgres:17", name="database"),
            },
            "unknown: compose.prod.yml is another way to production",
            id="an image beside a file that starts none of ours",
        ),
        pytest.param(
            {"Dockerfile": DOCKERFILE, "compose.prod.yml": compose("image: shop")},
            "production: is an image without another way to deploy",
            id="an image beside a file that may start it by a published name",
        ),
    ],
)
def test_dockerfiles(tmp_path: Path, files: dict[str, str], expected: str) -> None:
    assert decided(tmp_path, files, "Dockerfile") == [expected]


# --- DEPLOYCHECK --------------------------------------------------------------------------------------------------------


def test_listed_files_are_production_and_no_others(tmp_path: Path) -> None:
    files = {
        **PROCFILE,
        "compose.dev.yml": compose("build: .", "env_file: .env"),
        "Dockerfile": SERVES,
        ".env": "A=1\n",
        "deploy/web.service": "[Service]\nExecStart=gunicorn bookstore.wsgi\n",
    }
    values = {"DEPLOYCHECK": {"PRODUCTION": ["compose.dev.yml", "deploy/*"]}}

    assert decided(tmp_path, files, *files, "requirements.txt", values=values) == [
        'development: is not listed in DEPLOYCHECK["PRODUCTION"]',
        'production: is listed in DEPLOYCHECK["PRODUCTION"]',
        "production: compose.dev.yml refers to it",
        "production: compose.dev.yml refers to it",
        'production: is listed in DEPLOYCHECK["PRODUCTION"]',
        "unknown: says nothing of one environment",
    ]


def test_nothing_is_production_where_nothing_is_listed(tmp_path: Path) -> None:
    deployment = deployment_of(tmp_path, PROCFILE, values={"DEPLOYCHECK": {"PRODUCTION": []}})

    assert deployment.production == ()


def test_commands_of_the_settings_are_production(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"COMMANDS": {"web": "gunicorn bookstore.wsgi"}, "PRODUCTION": []}}
    deployment = deployment_of(tmp_path, PROCFILE, values=values)

    [process] = deployment.production
    assert (process.kind, process.reason) == ("configured", 'is named in DEPLOYCHECK["COMMANDS"]')
    assert process.server is not None


LOCAL = DOCKERFILE + f"CMD {RUNSERVER}\n"


@pytest.mark.parametrize(
    ("settings", "dockerfile", "expected"),
    [
        pytest.param({}, LOCAL, "production: is an image without another way to deploy", id="nothing is configured"),
        pytest.param(
            {"COMMANDS": {"release": "python manage.py migrate"}},
            LOCAL,
            "production: is an image without another way to deploy",
            id="only a release command",
        ),
        pytest.param(
            {"PLATFORM": "render"},
            LOCAL,
            "production: is an image without another way to deploy",
            id="a platform alone",
        ),
        pytest.param(
            {"COMMANDS": {"web": "gunicorn bookstore.wsgi"}},
            LOCAL,
            'unknown: DEPLOYCHECK["COMMANDS"]["web"] is another way to production',
            id="the web command stands in the settings",
        ),
        pytest.param(
            {"PLATFORM": "pythonanywhere"},
            LOCAL,
            'unknown: DEPLOYCHECK["PLATFORM"] is another way to production',
            id="a platform that starts the site by itself",
        ),
        pytest.param(
            {"COMMANDS": {"web": "gunicorn bookstore.wsgi"}},
            SERVES,
            "production: its image starts gunicorn",
            id="an image that serves all the same",
        ),
    ],
)
def test_an_image_beside_what_the_settings_say(
    tmp_path: Path, settings: dict[str, object], dockerfile: str, expected: str
) -> None:
    values = {"DEPLOYCHECK": settings}
    assert decided(tmp_path, {"Dockerfile": dockerfile}, "Dockerfile", values=values) == [expected]


def test_a_compose_file_beside_a_command_of_the_settings(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"COMMANDS": {"web": "gunicorn bookstore.wsgi"}}}
    files = {"compose.yml": compose("build: .", f"command: {RUNSERVER}"), "Dockerfile": DOCKERFILE}
    assert decided(tmp_path, files, "compose.yml", values=values) == [
        'development: starts runserver, and DEPLOYCHECK["COMMANDS"]["web"] is the way to production'
    ]


def test_excluded_files_are_in_the_inventory_alone(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"EXCLUDE": ["legacy"]}}
    files = {"legacy/Procfile": f"web: {RUNSERVER}\n", **PROCFILE}
    deployment = deployment_of(tmp_path, files, values=values)

    assert told(deployment) == ["production web web Procfile:1"]
    [legacy] = [file for file in deployment.files if file.path == "legacy/Procfile"]
    assert (legacy.status, legacy.environment, legacy.reason) == (
        "ignored",
        "unknown",
        'is listed in DEPLOYCHECK["EXCLUDE"]',
    )


def test_an_excluded_script_is_not_followed(tmp_path: Path) -> None:
    values = {"DEPLOYCHECK": {"EXCLUDE": ["legacy/*"]}}
    files = {"Procfile": "web: sh legacy/start.sh\n", "legacy/start.sh": "python manage.py runserver\n"}

    process = only(deployment_of(tmp_path, files, values=values))

    assert process.command is None
    assert [spot.hides for spot in process.blind_spots] == [None], "it may run anything"


# --- the inventory ------------------------------------------------------------------------------------------------------


def test_files_that_cannot_be_read_are_listed_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_bytes(b"\xff")
    deployment = deployment_of(tmp_path, {"app.json": "{", "compose.dev.yml": "a: b: c\n"})

    found = {file.path: (file.environment, file.status) for file in deployment.files if file.path[0] in "acM"}
    assert found == {
        "app.json": ("production", "unreadable"),
        "compose.dev.yml": ("development", "unreadable"),
        "Makefile": ("unknown", "unreadable"),
    }


def test_unread_formats_are_listed_where_they_matter(tmp_path: Path) -> None:
    files = {"Taskfile.yml": "test: pytest\n", "deploy/Taskfile.yml": "run: gunicorn x\n"}

    paths = [file.path for file in deployment_of(tmp_path, files).files]

    assert "Taskfile.yml" not in paths
    assert "deploy/Taskfile.yml" in paths


def test_a_makefile_is_listed_where_a_person_may_deploy_with_it(tmp_path: Path) -> None:
    files = {"Makefile": "run:\n\tgunicorn x\n", "deploy/Makefile": "deploy:\n\tgunicorn x\n"}

    paths = [file.path for file in deployment_of(tmp_path, files).files]

    assert "Makefile" not in paths
    assert "deploy/Makefile" in paths


def test_scripts_are_listed_with_who_runs_them(tmp_path: Path) -> None:
    """Production's before others'; each once, whatever its name."""
    start = "#!/bin/sh\nexec gunicorn bookstore.wsgi\n"
    files = {
        "Procfile": "web: bin/start.sh\nworker: bin/worker\n",
        "Procfile.dev": "web: bin/start.sh\nassets: bin/watch\n",
        "docs/Procfile": "web: bin/start.sh\nother: bin/other\n",
        "Procfile.test": "web: bin/start.prod.sh\nredeploy: bin/redeploy.sh\n",
        **dict.fromkeys(("bin/start.sh", "bin/worker", "bin/watch", "bin/other"), start),
        **dict.fromkeys(("bin/start.prod.sh", "bin/redeploy.sh"), start),
    }

    found = [file for file in deployment_of(tmp_path, files).files if file.kind == "shell-script"]

    assert [f"{file.path} {file.environment} {file.status}: {file.reason}" for file in found] == [
        "bin/other unknown read: docs/Procfile:2 runs it",
        "bin/redeploy.sh development read: Procfile.test:2 runs it",
        "bin/start.prod.sh production read: is named start.prod.sh",
        "bin/start.sh production read: Procfile:1 runs it",
        "bin/watch development read: Procfile.dev:2 runs it",
        "bin/worker production read: Procfile:2 runs it",
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"run.sh": "source .shop.envrc\n"}, "unknown: nothing says whose it is", id="nothing runs the script"
        ),
        pytest.param(
            {"Procfile.dev": "web: ./run.sh\n", "run.sh": "source .shop.envrc\ngunicorn bookstore.wsgi\n"},
            "development: run.sh:1 reads it",
            id="a script of development",
        ),
        pytest.param(
            {"Procfile": "web: ./run.sh\n", "run.sh": "cd ${SITE}\nsource .shop.envrc\ngunicorn bookstore.wsgi\n"},
            "production: run.sh:2 reads it",
            id="a script of production",
        ),
    ],
)
def test_variables_are_whose_the_script_is_that_reads_them(
    files: dict[str, str], expected: str, tmp_path: Path
) -> None:
    """A file of variables that no format names is taken for its reader's."""
    found = deployment_of(tmp_path, {**files, ".shop.envrc": "export API_HOST=api.example.com\n"}).files
    assert [f"{file.environment}: {file.reason}" for file in found if file.path == ".shop.envrc"] == [expected]


START = "#!/bin/sh\nexec gunicorn bookstore.wsgi -w 3 -b unix:/run/site.sock\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.wsgi\n"},
            ["production web web Procfile:1", "unknown web gunicorn_start bin/gunicorn_start:2"],
            id="beside another way to deploy",
        ),
        pytest.param({}, ["production web gunicorn_start bin/gunicorn_start:2"], id="the only way to deploy"),
        pytest.param(
            {"deploy.sh": "python manage.py migrate\nsupervisorctl restart site\n"},
            [
                "production release deploy.sh deploy.sh:1",
                "production web gunicorn_start bin/gunicorn_start:2",
            ],
            id="beside a script that deploys and starts nothing",
        ),
    ],
)
def test_what_a_supervisor_on_the_host_starts(tmp_path: Path, files: dict[str, str], expected: list[str]) -> None:
    """The supervisor's configuration is seldom in the repository, its script often is."""
    assert told(deployment_of(tmp_path, {**files, "bin/gunicorn_start": START})) == expected


def test_what_an_image_starts_with_is_no_other_way_to_production(tmp_path: Path) -> None:
    files = {
        "Dockerfile": DOCKERFILE + 'CMD ["supervisord", "-c", "/deploy/supervisord.conf"]\n',
        "deploy/supervisord.conf": "[program:web]\ncommand=/usr/sbin/apache2 -DFOREGROUND\n",
    }

    assert decided(tmp_path, files, "Dockerfile") == ["production: is an image without another way to deploy"]


def test_the_image_of_an_action_is_the_pipelines(tmp_path: Path) -> None:
    files = {".github/actions/play/Dockerfile": "FROM python:3.14\nENTRYPOINT ansible-playbook x.yml\n"}

    assert decided(tmp_path, files, ".github/actions/play/Dockerfile") == [
        "unknown: is the image of an action of the pipeline"
    ]


def test_a_script_that_another_reader_claims_is_listed_once(tmp_path: Path) -> None:
    files = {"Procfile": "web: sh requirements.sh.txt\n", "requirements.sh.txt": "gunicorn bookstore.wsgi\n"}

    found = [file.kind for file in deployment_of(tmp_path, files).files if file.path == "requirements.sh.txt"]

    assert found == ["requirements"]


def test_a_servers_configuration_is_whose_the_server_is(tmp_path: Path) -> None:
    files = {
        "Procfile": "web: gunicorn -c deploy/gunicorn.py bookstore.wsgi\n",
        "Procfile.dev": "web: gunicorn -c deploy/gunicorn.py bookstore.wsgi\nx: gunicorn -c deploy/other.py bookstore.wsgi\n",
        "deploy/gunicorn.py": "workers = 3\n",
        "deploy/other.py": "workers = 3\n",
    }

    assert decided(tmp_path, files, "deploy/gunicorn.py", "deploy/other.py") == [
        "production: Procfile:1 reads it",
        "development: Procfile.dev:2 reads it",
    ]
