"""Processes: what a service, an image or a script starts, what it is for, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from django_deploycheck.linking.processes import main_command
from django_deploycheck.model import Answer, Command, Deployment, Location, Process, Server
from tests.linking.linked import deployment_of, only, told
from tests.projects import inspect_files

HERE = Location("start.sh", 1)
DOCKERFILE = "FROM python:3.13\nCOPY . .\n"


def builds(deployment: Deployment) -> list[str]:
    """``production Dockerfile:3 collectstatic`` for every build step that starts something."""
    return [
        f"{process.environment} {process.location} {' '.join(process.runs)}".rstrip()
        for process in deployment.processes
        if process.role == "build"
    ]


# --- roles --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "role"),
    [
        pytest.param("gunicorn bookstore.wsgi", "web", id="a server"),
        pytest.param("python manage.py runserver", "web", id="runserver"),
        pytest.param("celery -A bookstore worker", "worker", id="a worker"),
        pytest.param("python manage.py qcluster", "worker", id="a worker by manage.py"),
        pytest.param("celery -A bookstore beat", "scheduler", id="a scheduler"),
        pytest.param("supercronic /crontab", "scheduler", id="cron"),
        pytest.param("celery -A bookstore flower", "other", id="a monitor"),
        pytest.param("celery -A bookstore inspect ping", "other", id="a question to the workers"),
        pytest.param("python manage.py migrate", "release", id="a step of a release"),
        pytest.param("python manage.py shell", "other", id="another management command"),
        pytest.param("node server.js", "other", id="something else"),
    ],
)
def test_role(tmp_path: Path, command: str, role: str) -> None:
    files = {"compose.prod.yml": f"services:\n  some: {{image: shop, command: {command}}}\n"}

    assert told(deployment_of(tmp_path, files)) == [f"production {role} some compose.prod.yml:2"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"Procfile": "release: gunicorn bookstore.wsgi\n"},
            "production release release Procfile:1",
            id="a role stated",
        ),
        pytest.param(
            {"compose.prod.yml": "services:\n  web: {image: shop}\n"},
            "production web web compose.prod.yml:2",
            id="a service called web of which nothing is known",
        ),
        pytest.param(
            {"compose.prod.yml": "services:\n  site: {image: shop}\n"},
            "production other site compose.prod.yml:2",
            id="another service of which nothing is known",
        ),
    ],
)
def test_role_by_the_file(tmp_path: Path, files: Mapping[str, str], expected: str) -> None:
    assert told(deployment_of(tmp_path, files)) == [expected]


# --- the command that a process is there for ----------------------------------------------------------------------------


def command(program: str, **facts: object) -> Command:
    server = Server(program) if program in ("gunicorn", "runserver") else None
    return Command(program, (program, *str(facts.get("subcommand", "")).split()), program, HERE, server=server, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        pytest.param([], None, id="none"),
        pytest.param([command("a"), command("b")], 1, id="the last one"),
        pytest.param([command("manage.py", subcommand="migrate"), command("b")], 0, id="one of manage.py"),
        pytest.param(
            [command("manage.py", subcommand="a"), command("manage.py", subcommand="b", certain=False)],
            0,
            id="one that runs for certain",
        ),
        pytest.param([command("manage.py", subcommand="a", certain=False), command("b")], 0, id="one that may not run"),
        pytest.param([command("celery"), command("manage.py", subcommand="migrate")], 0, id="a worker"),
        pytest.param([command("gunicorn"), command("celery")], 0, id="a server rather than a worker"),
        pytest.param([command("gunicorn", certain=False), command("celery")], 0, id="a server that may not run"),
        pytest.param(
            [command("gunicorn", certain=False), command("runserver")], 1, id="a server that runs for certain"
        ),
        pytest.param([command("gunicorn"), command("runserver")], 0, id="a server for production"),
        pytest.param([command("gunicorn"), command("gunicorn")], 1, id="the last of two servers"),
        pytest.param(
            [command("gunicorn"), command("runserver", environment="development")], 0, id="none of development"
        ),
        pytest.param(
            [command("runserver", environment="development")], 0, id="one of development where there is no other"
        ),
    ],
)
def test_main_command(commands: list[Command], expected: int | None) -> None:
    found = main_command(commands)

    assert found is (None if expected is None else commands[expected])


# --- services -----------------------------------------------------------------------------------------------------------


def test_a_service_is_a_process_at_its_command(tmp_path: Path) -> None:
    files = {
        "Procfile": "web: sh bin/start.sh\n",
        "bin/start.sh": "export A=1\npython manage.py migrate\nexec gunicorn bookstore.wsgi --workers 3\n",
    }
    process = only(deployment_of(tmp_path, files))

    assert (process.environment, process.role, process.name, process.platform) == ("production", "web", "web", "heroku")
    assert (process.reason, process.kind) == ("platforms start what a Procfile names", "procfile")
    assert (process.location, process.via) == (Location("bin/start.sh", 3), (Location("Procfile", 1),))
    assert process.runs == ("migrate",)
    assert process.server is not None
    assert process.server.workers == 3
    assert process.service is not None
    assert process.image is None
    assert not process.in_container
    assert process.blind_spots == ()


def test_variables_of_a_service_lie_over_those_of_its_files_and_image(tmp_path: Path) -> None:
    files = {
        "compose.prod.yml": "services:\n  web: {build: ., env_file: [a.env, b.env], environment: {C: service}}\n",
        "Dockerfile": DOCKERFILE + "ENV A=image B=image C=image D=image\nCMD gunicorn bookstore.wsgi\n",
        "a.env": "B=a\nC=a\nE=a\n",
        "b.env": "E=b\n",
    }
    process = only(deployment_of(tmp_path, files))

    values = {name: getattr(process.variable(name), "value", None) for name in "ABCDEF"}
    assert values == {"A": "image", "B": "a", "C": "service", "D": "image", "E": "b", "F": None}


@pytest.mark.parametrize(
    ("profiles", "expected"),
    [
        pytest.param("", "production: is named compose.prod.yml", id="without a profile"),
        pytest.param("profiles: [jobs, more]", "unknown: stands behind the profile 'jobs'", id="behind a profile"),
    ],
)
def test_a_service_behind_a_profile_may_not_run(tmp_path: Path, profiles: str, expected: str) -> None:
    text = f"services:\n  web:\n    image: shop\n    command: gunicorn bookstore.wsgi\n    {profiles}\n"
    process = only(deployment_of(tmp_path, {"compose.prod.yml": text}))

    assert f"{process.environment}: {process.reason}" == expected


def test_a_profile_changes_nothing_of_a_service_for_development(tmp_path: Path) -> None:
    text = "services:\n  web: {image: shop, command: gunicorn bookstore.wsgi, profiles: [jobs]}\n"
    process = only(deployment_of(tmp_path, {"compose.dev.yml": text}))

    assert process.environment == "development"


@pytest.mark.parametrize(
    ("service", "reasons"),
    [
        pytest.param("image: postgres:17", [], id="a database"),
        pytest.param("image: postgres:17, command: ./tune.sh", [], id="a script in a database's image"),
        pytest.param(
            "image: python:3.13, command: ./start.sh",
            ["runs './start.sh', which is not in the repository"],
            id="a script in an image that may hold anything",
        ),
        pytest.param("image: shop, command: gunicorn bookstore.wsgi", [], id="an image of anything with a command"),
        pytest.param("build: ./nginx", [], id="a proxy that is built here"),
        pytest.param("build: ./web, command: gunicorn bookstore.wsgi", [], id="an image built here, with a command"),
        pytest.param("image: shop", ["what the image 'shop' starts is not known"], id="an image from a registry"),
        pytest.param(
            "build: ./web", ["what 'python:3.13' starts by itself is not known"], id="an image that says nothing"
        ),
        pytest.param(
            "build: ./none", ["its image is built from 'none/Dockerfile', which was not read"], id="an image not found"
        ),
        pytest.param(
            "build: https://git.example.com/shop.git",
            ["what its image starts is not known"],
            id="an image from elsewhere",
        ),
        pytest.param(
            "extends: none", ["extends 'none' of 'compose.prod.yml', which was not read"], id="a service not found"
        ),
        pytest.param("restart: always", [], id="no image at all"),
    ],
)
def test_what_nobody_says_of_a_service(tmp_path: Path, service: str, reasons: list[str]) -> None:
    files = {
        "compose.prod.yml": f"services:\n  site: {{{service}}}\n",
        "web/Dockerfile": "FROM python:3.13\n",
        "nginx/Dockerfile": "FROM nginx:1.29\n",
    }
    [process] = [process for process in deployment_of(tmp_path, files).processes if process.name == "site"]

    assert [spot.reason for spot in process.blind_spots] == reasons


# --- several processes of one command -----------------------------------------------------------------------------------

CHOICE = """
    case "$1" in
      web) exec gunicorn bookstore.wsgi ;;
      worker) exec celery -A bookstore worker ;;
      dev) exec python manage.py runserver ;;
    esac
"""


def test_a_script_that_is_told_what_to_be(tmp_path: Path) -> None:
    """What nobody asks for is offered all the same, once."""
    files = {"Procfile": "web: sh start.sh web\nworker: sh start.sh worker\n", "start.sh": CHOICE}

    assert told(deployment_of(tmp_path, files)) == [
        "production web web start.sh:3",
        "development web dev start.sh:5",
        "production worker worker start.sh:4",
    ]


def test_a_script_that_two_services_may_be_is_offered_by_the_first(tmp_path: Path) -> None:
    files = {
        "Procfile": "web: sh start.sh web\nother: sh start.sh $UNKNOWN\n",
        "start.sh": ". /etc/profile.d/site\n" + CHOICE,
    }
    deployment = deployment_of(tmp_path, files)

    assert told(deployment) == [
        "production web web start.sh:4",
        "production worker worker start.sh:5",
        "development web dev start.sh:6",
        "production web web start.sh:4",
    ], "what says that something was not read is kept"
    assert [len(process.blind_spots) for process in deployment.processes] == [1, 0, 0, 1]


def test_a_script_that_is_not_told_what_to_be_offers_everything(tmp_path: Path) -> None:
    """What names development is development's."""
    files = {
        "Dockerfile": DOCKERFILE + 'ENTRYPOINT ["sh", "start.sh"]\n',
        "start.sh": "A=1\npython manage.py check\n" + CHOICE,
    }
    processes = [process for process in deployment_of(tmp_path, files).processes if process.role != "build"]

    assert {(process.name, process.environment, process.role) for process in processes} >= {
        ("web", "production", "web"),
        ("worker", "production", "worker"),
        ("dev", "development", "web"),
    }


SUPERVISOR = """
    [supervisord]
    nodaemon=true
    [program:site]
    command=gunicorn bookstore.wsgi
    [program:jobs]
    command=celery -A bookstore worker
"""


def test_what_only_starts_others_is_no_process_of_its_own(tmp_path: Path) -> None:
    files = {
        "Dockerfile": DOCKERFILE + 'CMD ["supervisord", "-c", "/deploy/programs.conf"]\n',
        "deploy/programs.conf": SUPERVISOR,
    }
    deployment = deployment_of(tmp_path, files)

    assert told(deployment) == [
        "production web site deploy/programs.conf:5",
        "production worker jobs deploy/programs.conf:7",
    ]
    assert all(process.via == (Location("Dockerfile", 3),) for process in deployment.processes)


def test_the_one_that_is_started_alone_takes_the_place_of_what_starts_it(tmp_path: Path) -> None:
    files = {
        "Dockerfile": DOCKERFILE + 'CMD ["supervisord", "-c", "/deploy/programs.conf"]\n',
        "deploy/programs.conf": "[program:site]\ncommand=gunicorn bookstore.wsgi\n",
    }

    assert told(deployment_of(tmp_path, files)) == ["production web site deploy/programs.conf:2"]


def test_what_runs_before_others_belongs_to_each_of_them(tmp_path: Path) -> None:
    files = {
        "Dockerfile": DOCKERFILE + "CMD sh start.sh\n",
        "start.sh": "python manage.py migrate\nexec supervisord -c deploy/programs.conf\n",
        "deploy/programs.conf": SUPERVISOR,
    }
    deployment = deployment_of(tmp_path, files)

    assert told(deployment) == [
        "production release Dockerfile start.sh:1",
        "production web site deploy/programs.conf:5",
        "production worker jobs deploy/programs.conf:7",
    ]
    assert [process.runs for process in deployment.processes] == [("migrate",), ("migrate",), ("migrate",)]


def test_a_stated_role_is_kept_beside_what_is_started(tmp_path: Path) -> None:
    files = {"Procfile": "release: supervisord -c deploy/programs.conf\n", "deploy/programs.conf": SUPERVISOR}

    assert told(deployment_of(tmp_path, files)) == [
        "production release release Procfile:1",
        "production web site deploy/programs.conf:5",
        "production worker jobs deploy/programs.conf:7",
    ]


def test_what_could_not_be_read_is_said_once(tmp_path: Path) -> None:
    files = {
        "Dockerfile": DOCKERFILE + "CMD sh start.sh\n",
        "start.sh": ". /etc/profile.d/site\nexec supervisord -c deploy/programs.conf\n",
        "deploy/programs.conf": SUPERVISOR,
    }
    processes = deployment_of(tmp_path, files).processes

    assert [(process.name, len(process.blind_spots)) for process in processes] == [("site", 1), ("jobs", 0)]


# --- scripts that are named for production ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "text", "expected"),
    [
        pytest.param(
            "bin/run-prod.sh", "gunicorn bookstore.wsgi\n", "production: the script is named run-prod.sh", id="marked"
        ),
        pytest.param(
            "bin/run-prod",
            "gunicorn bookstore.wsgi\n",
            "production: the script is named run-prod",
            id="marked, no ending",
        ),
        pytest.param("bin/run", "gunicorn bookstore.wsgi\n", "development: is named compose.dev.yml", id="not marked"),
        pytest.param(
            "bin/run-prod.sh",
            "python manage.py runserver\n",
            "development: is named compose.dev.yml",
            id="a server for development",
        ),
        pytest.param(
            "bin/run-prod.sh", "celery -A bookstore worker\n", "development: is named compose.dev.yml", id="no server"
        ),
        pytest.param("bin/run.prod.py", "", "development: is named compose.dev.yml", id="no script"),
    ],
)
def test_a_script_for_production_is_so_whoever_calls_it(tmp_path: Path, script: str, text: str, expected: str) -> None:
    files = {"compose.dev.yml": f"services:\n  web: {{image: shop, command: sh {script}}}\n", script: text}
    [process] = [process for process in deployment_of(tmp_path, files).processes if process.kind == "compose"]

    assert f"{process.environment}: {process.reason}" == expected


def test_a_command_that_no_script_states_is_not_marked(tmp_path: Path) -> None:
    """The name is the compose file's own, which development's says nothing of."""
    files = {"compose.dev.yml": "services:\n  web: {image: shop, command: gunicorn bookstore.wsgi}\n"}

    assert only(deployment_of(tmp_path, files)).environment == "development"


# --- images -------------------------------------------------------------------------------------------------------------


def images(deployment: Deployment) -> list[Process]:
    return [process for process in deployment.processes if process.kind == "dockerfile" and process.role != "build"]


def test_an_image_that_nothing_starts_starts_itself(tmp_path: Path) -> None:
    deployment = deployment_of(tmp_path, {"docker/web/Dockerfile": DOCKERFILE + "CMD gunicorn bookstore.wsgi\n"})
    [process] = images(deployment)

    assert (process.name, process.environment, process.role) == ("Dockerfile", "production", "web")
    assert (process.reason, process.location) == ("its image starts gunicorn", Location("docker/web/Dockerfile", 3))
    assert process.service is None
    assert process.in_container


@pytest.mark.parametrize(
    ("base", "reasons"),
    [
        pytest.param("python:3.13", ["nothing in the repository says what the image starts"], id="of Python"),
        pytest.param("$BASE", ["nothing in the repository says what the image starts"], id="of something unknown"),
        pytest.param("nginx:1.29", [], id="of a proxy"),
    ],
)
def test_an_image_that_says_nothing_of_its_start(tmp_path: Path, base: str, reasons: list[str]) -> None:
    [process] = images(deployment_of(tmp_path, {"Dockerfile": f"ARG BASE\nFROM {base}\nCOPY . .\n"}))

    assert [spot.reason for spot in process.blind_spots] == reasons


def test_an_image_that_production_starts_by_a_service_does_not_start_by_itself(tmp_path: Path) -> None:
    files = {
        "compose.prod.yml": "services:\n  web: {build: .}\n  jobs: {build: ., command: celery -A bookstore worker}\n",
        "Dockerfile": DOCKERFILE + "CMD gunicorn bookstore.wsgi\n",
    }

    assert told(deployment_of(tmp_path, files)) == [
        "production web web Dockerfile:3",
        "production worker jobs compose.prod.yml:3",
    ]


def test_an_image_that_only_development_starts_by_a_service_starts_by_itself_too(tmp_path: Path) -> None:
    files = {
        "compose.dev.yml": "services:\n  web: {build: ., command: python manage.py runserver}\n",
        "Dockerfile": DOCKERFILE + "CMD gunicorn bookstore.wsgi\n",
    }

    assert told(deployment_of(tmp_path, files)) == [
        "development web web compose.dev.yml:2",
        "production web Dockerfile Dockerfile:3",
    ]


def test_a_service_behind_a_profile_does_not_start_an_image(tmp_path: Path) -> None:
    files = {
        "compose.prod.yml": "services:\n  web: {build: ., profiles: [web]}\n",
        "Dockerfile": DOCKERFILE + "CMD gunicorn bookstore.wsgi\n",
    }

    assert told(deployment_of(tmp_path, files)) == [
        "unknown web web Dockerfile:3",
        "production web Dockerfile Dockerfile:3",
    ]


def test_the_service_and_the_image_share_context_and_command_line(tmp_path: Path) -> None:
    """A service's entrypoint drops the image's CMD; its command replaces it alone."""
    files = {
        "compose.prod.yml": """
            services:
              a: {build: .}
              b: {build: ., command: [worker]}
              c: {build: ., entrypoint: celery -A bookstore beat}
              d: {build: ., entrypoint: "", command: gunicorn bookstore.asgi}
        """,
        "Dockerfile": DOCKERFILE + 'ENTRYPOINT ["sh", "start.sh"]\nCMD ["web"]\n',
        "start.sh": CHOICE,
    }

    assert told(deployment_of(tmp_path, files)) == [
        "production web a start.sh:3",
        "development web dev start.sh:5",
        "production worker b start.sh:4",
        "production scheduler c compose.prod.yml:5",
        "production web d compose.prod.yml:6",
    ]


# --- builds -------------------------------------------------------------------------------------------------------------

STAGES = """
    FROM python:3.13 AS base
    ENV DJANGO_SETTINGS_MODULE=bookstore.settings
    RUN pip install django
    FROM base AS assets
    WORKDIR /build
    COPY bin/build.sh .
    RUN ./build.sh
    FROM base AS test
    RUN python manage.py test
    FROM base AS web
    WORKDIR /srv
    COPY . .
    COPY --from=assets /build/static static
    COPY --from=nginx:latest /etc/nginx/mime.types /etc/
    RUN python manage.py collectstatic
    CMD gunicorn bookstore.wsgi
    FROM web AS dev
    RUN python manage.py loaddata demo
"""


def test_only_what_the_built_stage_is_made_of_is_built(tmp_path: Path) -> None:
    files = {"Dockerfile": STAGES, "bin/build.sh": "python manage.py compilemessages\n"}
    deployment = deployment_of(tmp_path, files)

    assert builds(deployment) == [
        "production Dockerfile:16 collectstatic",
        "production Dockerfile:4",
        "production bin/build.sh:1 compilemessages",
    ]
    [collects] = [process for process in deployment.processes if process.runs == ("collectstatic",)]
    assert collects.settings is not None
    assert collects.settings.module == "bookstore.settings"
    assert collects.command is not None
    assert collects.command.subcommand == "collectstatic"


def test_each_stage_is_built_for_whom_it_is(tmp_path: Path) -> None:
    files = {
        "Dockerfile": STAGES,
        "bin/build.sh": "",
        "compose.dev.yml": "services:\n  web: {build: {context: ., target: dev}}\n",
        "compose.prod.yml": "services:\n  web: {build: {context: ., target: web}}\n",
    }

    assert {build for build in builds(deployment_of(tmp_path, files)) if "loaddata" in build or "static" in build} == {
        "production Dockerfile:16 collectstatic",
        "development Dockerfile:16 collectstatic",
        "development Dockerfile:19 loaddata",
    }


def test_the_default_stage_is_nobodys_where_production_builds_another(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM python AS web\nCOPY . .\nCMD gunicorn bookstore.wsgi\nFROM web AS tools\nRUN python manage.py flush\n",
        "compose.prod.yml": "services:\n  web: {build: {context: ., target: web}}\n",
    }
    deployment = deployment_of(tmp_path, files)

    assert builds(deployment) == ["unknown Dockerfile:5 flush"]
    assert told(deployment) == ["production web web Dockerfile:3", "unknown web Dockerfile Dockerfile:3"]


def test_a_step_of_a_build_stands_at_its_first_management_command(tmp_path: Path) -> None:
    files = {"Dockerfile": DOCKERFILE + "RUN pip install x && \\\n    python manage.py compress && \\\n    true\n"}

    assert builds(deployment_of(tmp_path, files)) == ["production Dockerfile:4 compress"]


def test_a_step_of_a_build_that_cannot_be_followed_is_a_blind_spot(tmp_path: Path) -> None:
    [build] = [
        process
        for process in deployment_of(tmp_path, {"Dockerfile": DOCKERFILE + "RUN ./missing.sh\n"}).processes
        if process.role == "build" and process.blind_spots
    ]

    assert (build.environment, build.location) == ("production", Location("Dockerfile", 3))


def test_arguments_of_a_build_are_known_to_its_steps_alone(tmp_path: Path) -> None:
    text = DOCKERFILE + "ARG TASK=collectstatic\nRUN python manage.py $TASK\n"
    [build] = [
        process for process in deployment_of(tmp_path, {"Dockerfile": text}).processes if process.role == "build"
    ]

    assert build.runs == ("collectstatic",)
    assert build.variables == ()


# --- scripts of which nobody says who runs them -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("procfile", "expected"),
    [
        pytest.param(
            "web: gunicorn bookstore.wsgi\n",
            ["production web web Procfile:1", "production release deploy.sh deploy.sh:1"],
            id="nobody",
        ),
        pytest.param("web: sh deploy.sh\n", ["production web web deploy.sh:1"], id="the web process"),
    ],
)
def test_a_script_that_deploys_is_a_process_unless_another_starts_it(
    tmp_path: Path, procfile: str, expected: list[str]
) -> None:
    files = {"Procfile": procfile, "deploy.sh": "python manage.py migrate\n"}

    assert told(deployment_of(tmp_path, files)) == expected


def test_a_configuration_that_development_reads_is_still_productions(tmp_path: Path) -> None:
    files = {
        "compose.dev.yml": "services:\n  web: {build: ., command: supervisord -c /supervisord.conf}\n",
        "Dockerfile": DOCKERFILE,
        "supervisord.conf": SUPERVISOR,
    }

    assert told(deployment_of(tmp_path, files)) == [
        "development web site supervisord.conf:5",
        "development worker jobs supervisord.conf:7",
        "production web site supervisord.conf:5",
        "production worker jobs supervisord.conf:7",
    ]


def test_a_configuration_that_production_reads_is_no_process_of_its_own(tmp_path: Path) -> None:
    files = {
        "Dockerfile": DOCKERFILE + "CMD honcho start\n",
        "Procfile": "web: gunicorn bookstore.wsgi\njobs: supervisord -c supervisord.conf\n",
        "supervisord.conf": SUPERVISOR,
    }
    deployment = deployment_of(tmp_path, files)

    assert {process.kind for process in deployment.processes} == {"dockerfile"}
    assert {process.platform for process in deployment.processes} == {None}


def test_a_servers_configuration_starts_it_unless_a_command_does(tmp_path: Path) -> None:
    uwsgi = "[uwsgi]\nmodule = bookstore.wsgi\n"

    assert told(deployment_of(tmp_path / "a", {"uwsgi.ini": uwsgi})) == ["production web uwsgi uwsgi.ini:2"]
    assert told(deployment_of(tmp_path / "b", {"uwsgi.ini": uwsgi, "Procfile": "web: uwsgi --ini uwsgi.ini\n"})) == [
        "production web web Procfile:1"
    ]


# --- tasks --------------------------------------------------------------------------------------------------------------

MAKEFILE = "migrate:\n\tpython manage.py migrate\nstart: migrate\n\tgunicorn bookstore.wsgi\nreset:\n\tpython manage.py flush\n"


def test_a_makefile_that_nothing_calls_starts_nothing(tmp_path: Path) -> None:
    deployment = deployment_of(tmp_path, {"Makefile": MAKEFILE, "Procfile": "web: gunicorn bookstore.wsgi\n"})

    assert told(deployment) == ["production web web Procfile:1"]
    assert deployment.all_blind_spots == ()


def test_a_process_that_make_starts_stands_in_the_makefile(tmp_path: Path) -> None:
    files = {"Makefile": MAKEFILE, "Procfile": "web: make start\nrelease: make migrate\n"}
    deployment = deployment_of(tmp_path, files)

    assert told(deployment) == ["production web web Makefile:4", "production release release Makefile:2"]
    assert only(deployment, "web").via == (Location("Procfile", 1),)
    assert only(deployment, "web").runs == ("migrate",)
    assert [(file.environment, file.reason) for file in deployment.files if file.path == "Makefile"] == [
        ("production", "Procfile:2 reads it")
    ]


def test_what_a_build_reads_belongs_to_its_image(tmp_path: Path) -> None:
    files = {
        "Dockerfile": DOCKERFILE + "RUN npm run build\nCMD gunicorn bookstore.wsgi\n",
        "package.json": '{"scripts": {"build": "vite build"}}',
    }
    deployment = deployment_of(tmp_path, files)

    assert [(file.environment, file.reason) for file in deployment.files if file.path == "package.json"] == [
        ("production", "Dockerfile:3 reads it")
    ]


@pytest.mark.parametrize(("program", "answer"), [("gulp", Answer.NO), ("make", Answer.UNKNOWN)])
def test_what_builds_a_front_end_does_not_migrate(tmp_path: Path, program: str, answer: Answer) -> None:
    files = {"Dockerfile": f"FROM python:3.14\nRUN {program} build\nCMD gunicorn bookstore.wsgi\n"}

    assert deployment_of(tmp_path, files).runs("migrate") is answer


ALTERNATIVES = """\
#!/bin/sh
if [ -n "$SOCKET" ]; then
    exec gunicorn bookstore.wsgi --bind "unix:$SOCKET"
else
    exec gunicorn bookstore.wsgi --bind 0.0.0.0:8000
fi
"""


@pytest.mark.parametrize(
    ("script", "places"),
    [
        pytest.param(ALTERNATIVES, ["start.sh:5", "start.sh:3"], id="one of two servers"),
        pytest.param(ALTERNATIVES.replace("exec ", "", 1), ["start.sh:5", "start.sh:3"], id="without exec"),
        pytest.param(
            ALTERNATIVES.replace("gunicorn", "python manage.py runserver #", 1),
            ["start.sh:5"],
            id="a development server",
        ),
        pytest.param(
            ALTERNATIVES.replace('[ -n "$SOCKET" ]', '[ "$ENVIRONMENT" = development ]'),
            ["start.sh:5"],
            id="a development branch",
        ),
        pytest.param("#!/bin/sh\nexec gunicorn bookstore.wsgi\n", ["start.sh:2"], id="one server"),
    ],
)
def test_a_condition_that_starts_one_of_several_servers(tmp_path, script, places):
    """Each of them is a process at its own line; what cannot be read is said once."""
    inspected = inspect_files(tmp_path, {"Procfile": "web: ./start.sh\n", "start.sh": script})
    deployment = inspected.report.deployment
    assert deployment is not None
    assert [str(process.location) for process in deployment.web] == places
