"""The lines that hints offer: made of the project's own paths, and right when they are pasted."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_deploycheck.model import (
    Command,
    Copy,
    Deployment,
    DeploymentFile,
    Image,
    ImageStage,
    Location,
    Port,
    Process,
    Project,
    Server,
    Service,
)
from django_deploycheck.records import replace
from django_deploycheck.settings_view import SettingsView
from django_deploycheck.stanzas import before_release, build_step, management_command, named
from tests.projects import inspect_files

PLACE = Location("deploy/web.conf", 7)


def deployment(
    manage: str | None = "manage.py", *, platforms: tuple[str, ...] = (), scripts: tuple[str, ...] = ()
) -> Deployment:
    files = tuple(DeploymentFile(path, "shell-script", "production", "read", "") for path in scripts)
    return Deployment(
        root="/site",
        complete=True,
        project=Project(manage=manage),
        settings=SettingsView(object()),
        platforms=platforms,
        files=files,
    )


def process(
    service: Service | None,
    *argv: str,
    image: Image | None = None,
    wrappers: tuple[str, ...] = (),
    location: Location = PLACE,
) -> Process:
    argv = argv or ("gunicorn", "shop.wsgi")
    command = Command(" ".join(argv), argv, "gunicorn", location, server=Server("gunicorn"), wrappers=wrappers)
    return Process(
        role="web",
        name=service.name if service else "Dockerfile",
        environment="production",
        reason="",
        location=location,
        command=command,
        platform=service.platform if service else None,
        kind=service.kind if service else "dockerfile",
        service=service,
        image=image,
    )


def service(
    kind: str, platform: str | None = None, *, path: str = "deploy/web.conf", workdir: str | None = None
) -> Service:
    return Service(name="web", kind=kind, location=Location(path, 3), platform=platform, workdir=workdir)


def image(*copies: Copy, workdir: str = "/app", context: str = "") -> Image:
    stage = ImageStage(index=0, location=Location("Dockerfile", 1), base="python:3.12", copies=copies)
    return Image(
        dockerfile="Dockerfile",
        context=context,
        stages=(stage,),
        all_stages=(stage,),
        base="python:3.12",
        entrypoint=None,
        cmd=None,
        user=None,
        workdir=workdir,
        variables=(),
    )


def copied(destination: str, *sources: str, stage: str | None = None) -> Copy:
    return Copy(sources, destination, Location("Dockerfile", 2), stage)


# --- where manage.py is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("manage", "web", "expected"),
    [
        pytest.param(None, process(service("procfile", path="Procfile")), "manage.py", id="no manage.py is known"),
        pytest.param(
            "backend/manage.py",
            process(service("procfile", path="Procfile")),
            "backend/manage.py",
            id="a folder below the Procfile",
        ),
        pytest.param(
            "backend/manage.py",
            process(service("procfile", path="backend/Procfile")),
            "manage.py",
            id="beside the Procfile",
        ),
        pytest.param(
            "backend/manage.py",
            process(service("procfile", path="web/Procfile")),
            "manage.py",
            id="beside the Procfile's folder",
        ),
        pytest.param(
            "backend/manage.py",
            process(service("render", workdir="backend")),
            "manage.py",
            id="in the working directory",
        ),
        pytest.param(
            "backend/manage.py",
            process(service("systemd", workdir="/srv/site/backend")),
            "manage.py",
            id="in a folder of the machine",
        ),
        pytest.param("backend/manage.py", process(service("render")), "backend/manage.py", id="no working directory"),
        pytest.param("manage.py", process(None, image=image(copied(".", "."))), "manage.py", id="everything copied"),
        pytest.param(
            "backend/manage.py",
            process(None, image=image(copied(".", "."))),
            "backend/manage.py",
            id="everything copied, in a folder",
        ),
        pytest.param(
            "backend/manage.py",
            process(None, image=image(copied("/app/", "backend/"))),
            "manage.py",
            id="the folder copied",
        ),
        pytest.param(
            "backend/manage.py",
            process(None, image=image(copied("site", "backend"))),
            "site/manage.py",
            id="the folder copied as another",
        ),
        pytest.param(
            "backend/manage.py",
            process(None, image=image(copied("/code", "backend"))),
            "/code/manage.py",
            id="outside the working directory",
        ),
        pytest.param(
            "backend/manage.py",
            process(None, image=image(copied(".", "."), context="backend")),
            "manage.py",
            id="a context of its own",
        ),
        pytest.param(
            "manage.py",
            process(None, image=image(copied(".", "src"), context="backend")),
            "manage.py",
            id="outside the context",
        ),
        pytest.param(
            "backend/manage.py",
            process(
                None,
                image=image(copied(".", "backend"), copied("assets", "dist", stage="build"), copied("/etc/", "etc")),
            ),
            "manage.py",
            id="other copies",
        ),
    ],
)
def test_path_of_manage(manage: str | None, web: Process, expected: str) -> None:
    assert management_command(deployment(manage), web, "migrate") == f"python {expected} migrate"


@pytest.mark.parametrize(
    ("wrappers", "expected"),
    [
        pytest.param((), "python manage.py migrate", id="none"),
        pytest.param(("newrelic-admin", "tini"), "python manage.py migrate", id="wrappers that only the server needs"),
        pytest.param(("tini", "poetry"), "poetry run python manage.py migrate", id="poetry"),
        pytest.param(("uv",), "uv run python manage.py migrate", id="uv"),
    ],
)
def test_runner_of_the_environment(wrappers: tuple[str, ...], expected: str) -> None:
    assert management_command(deployment(), process(service("procfile"), wrappers=wrappers), "migrate") == expected


def test_runner_where_nothing_is_started() -> None:
    nothing = replace(process(service("procfile", path="Procfile")), command=None)
    assert management_command(deployment(), nothing, "migrate") == "python manage.py migrate"


def test_names() -> None:
    assert named(process(service("procfile"))) == "'web'"
    assert named(process(None, image=image())) == "the image of 'Dockerfile'"
    assert named(process(None)) == "'Dockerfile'"


# --- before a release -----------------------------------------------------------------------------------------------------

MACHINE = service("systemd", workdir="/srv/site", path="web.service")
PINNED = replace(service("compose", path="compose.yaml"), ports=(Port("8000", "80", None, PLACE),))


@pytest.mark.parametrize(
    ("web", "expected"),
    [
        pytest.param(
            process(service("procfile", "heroku", path="Procfile")),
            "Add 'release: python manage.py migrate' to Procfile",
            id="heroku",
        ),
        pytest.param(
            process(service("heroku-yml", "heroku", path="heroku.yml")),
            "Add 'release: {image: web, command: [python manage.py migrate]}' to heroku.yml",
            id="heroku.yml",
        ),
        pytest.param(
            process(service("configured")),
            "Have your platform run 'python manage.py migrate' before each release and add '\"release\": \"python manage.py migrate\"' "
            'to DEPLOYCHECK["COMMANDS"]',
            id="a command of the settings",
        ),
        pytest.param(
            process(service("configured", "render")),
            "Have your platform run 'python manage.py migrate' before each release and add '\"release\": \"python manage.py migrate\"' "
            'to DEPLOYCHECK["COMMANDS"]',
            id="a command of the settings on a platform whose file is not here",
        ),
        pytest.param(
            process(service("render", "render", path="render.yaml")),
            "Add 'preDeployCommand: python manage.py migrate' to the web service in render.yaml",
            id="render",
        ),
        pytest.param(
            process(service("fly", "fly", path="fly.toml")),
            "Set 'release_command = \"python manage.py migrate\"' below [deploy] in fly.toml",
            id="fly",
        ),
        pytest.param(
            process(service("railway", "railway", path="railway.json")),
            'Add \'"preDeployCommand": ["python manage.py migrate"]\' below "deploy" in railway.json',
            id="railway",
        ),
        pytest.param(
            process(service("kamal", "kamal")),
            'Add the line \'kamal app exec --primary --version "$KAMAL_VERSION" "python manage.py migrate"\' to .kamal/hooks/pre-deploy',
            id="kamal",
        ),
        pytest.param(
            process(MACHINE, "/srv/venv/bin/gunicorn", "shop.wsgi"),
            "Add 'ExecStartPre=/srv/venv/bin/python manage.py migrate' to [Service] in web.service",
            id="systemd",
        ),
        pytest.param(
            process(MACHINE),
            "Add 'ExecStartPre=python manage.py migrate' to [Service] in web.service",
            id="systemd, by name",
        ),
        pytest.param(
            process(service("uwsgi", path="uwsgi.ini")),
            "Add 'exec-pre-app = python manage.py migrate' to uwsgi.ini",
            id="uwsgi",
        ),
        pytest.param(
            process(service("supervisord")),
            "Run 'python manage.py migrate' in the script that deploys, before 'supervisorctl restart web'",
            id="supervisord",
        ),
        pytest.param(
            process(service("kubernetes", path="web.yaml")),
            "Write '{apiVersion: batch/v1, kind: Job, metadata: {name: migrate}, spec: {template: {spec: {restartPolicy: Never, containers: "
            "[{name: migrate, image: <the same image>, command: [python, manage.py, migrate]}]}}}}', with the variables of the pod, to "
            "migrate.yaml, and run 'kubectl delete job migrate --ignore-not-found && kubectl apply -f migrate.yaml && kubectl wait "
            "--for=condition=complete job/migrate' on each deploy, before web.yaml is rolled out",
            id="kubernetes",
        ),
        pytest.param(
            process(service("compose", path="compose.yaml")),
            "Add a service 'migrate: {extends: {service: web}, command: python manage.py migrate, restart: \"no\"}' to compose.yaml, and "
            "'depends_on: {migrate: {condition: service_completed_successfully}}' to 'web'",
            id="compose",
        ),
        pytest.param(
            process(PINNED, "exec", "gunicorn", "shop.wsgi"),
            "Write 'command: sh -c \"python manage.py migrate && exec gunicorn shop.wsgi\"' in deploy/web.conf:7",
            id="compose with a port that only one can have",
        ),
        pytest.param(
            process(None),
            "Write 'CMD python manage.py migrate && exec gunicorn shop.wsgi' in deploy/web.conf:7",
            id="an image",
        ),
        pytest.param(
            process(None, location=Location("start.sh", 4)),
            "Add the line 'python manage.py migrate' to start.sh, above the one that starts the server",
            id="a script",
        ),
        pytest.param(
            replace(process(None), via=(Location("Dockerfile", 9), Location("start.sh", 4))),
            "Add the line 'python manage.py migrate' to start.sh, above the one that starts the server",
            id="a script on the way",
        ),
        pytest.param(
            process(service("zappa", "zappa")),
            "Write 'python manage.py migrate && exec gunicorn shop.wsgi' in deploy/web.conf:7",
            id="a platform without such a step",
        ),
        pytest.param(
            replace(process(service("app-engine")), command=None),
            "Write 'python manage.py migrate && exec <your server>' in deploy/web.conf:7",
            id="a server that is not known",
        ),
    ],
)
def test_before_release(web: Process, expected: str) -> None:
    assert before_release(deployment(scripts=("start.sh",)), web, "migrate") == expected


@pytest.mark.parametrize(
    ("platforms", "expected"),
    [
        pytest.param(("heroku",), "Add 'release: python manage.py migrate' to Procfile", id="heroku"),
        pytest.param(
            ("heroku", "kamal"), "Add 'release: python manage.py migrate' to Procfile", id="one that reads no Procfile"
        ),
        pytest.param(
            ("heroku", "scalingo"), "Add 'postdeploy: python manage.py migrate' to the Procfile", id="scalingo"
        ),
        pytest.param(
            ("elastic-beanstalk",),
            'Add \'container_commands: {01_deploy: {command: "source /var/app/venv/*/bin/activate && python manage.py migrate", '
            "leader_only: true}}' to .ebextensions/django.config",
            id="beanstalk",
        ),
    ],
)
def test_before_release_of_a_procfile(platforms: tuple[str, ...], expected: str) -> None:
    web = process(service("procfile", "heroku", path="Procfile"))
    assert before_release(deployment(platforms=platforms), web, "migrate") == expected


@pytest.mark.parametrize(
    ("platforms", "expected"),
    [
        pytest.param(
            (),
            "Run 'python manage.py migrate' in a step that a deploy takes once, before the site starts",
            id="none is known",
        ),
        pytest.param(
            ("caprover",),
            "Run 'python manage.py migrate' in a step that a deploy takes once, before the site starts",
            id="one without such a step",
        ),
        pytest.param(
            ("heroku", "dokku"),
            'Add \'"scripts": {"dokku": {"predeploy": "python manage.py migrate"}}\' to app.json',
            id="one that another file names",
        ),
    ],
)
def test_before_release_of_an_image_that_must_not_do_it_itself(platforms: tuple[str, ...], expected: str) -> None:
    assert (
        before_release(deployment(platforms=platforms), process(None, image=image()), "migrate", at_start=False)
        == expected
    )


# --- in the build ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("web", "expected"),
    [
        pytest.param(
            process(None, image=image()),
            "Add the line 'RUN python manage.py collectstatic' to Dockerfile, below the one that copies the code",
            id="an image",
        ),
        pytest.param(
            process(service("render", "render", path="render.yaml")),
            "Add '&& python manage.py collectstatic' to the buildCommand in render.yaml",
            id="render",
        ),
        pytest.param(
            process(service("platformsh", "platformsh", path=".platform.app.yaml")),
            "Add the line 'python manage.py collectstatic' to the build hook in .platform.app.yaml",
            id="platform.sh",
        ),
        pytest.param(
            process(replace(MACHINE, runs_on_host=True)),
            "Run 'python manage.py collectstatic' in the script that deploys, before the server restarts",
            id="a machine",
        ),
        pytest.param(
            process(service("procfile", path="Procfile"), location=Location("start.sh", 4)),
            "Add the line 'python manage.py collectstatic' to start.sh, above the one that starts the server",
            id="a script",
        ),
        pytest.param(
            process(service("configured", "render")),
            "Have your platform run 'python manage.py collectstatic' in its build and add "
            '\'"build": "python manage.py collectstatic"\' to DEPLOYCHECK["COMMANDS"]',
            id="a command of the settings",
        ),
    ],
)
def test_build_step(web: Process, expected: str) -> None:
    assert build_step(deployment(scripts=("start.sh",)), web, "collectstatic") == expected


DEPLOY = replace(process(service("deploy-script", path="deploy.sh")), role="release", name="deploy.sh")


@pytest.mark.parametrize(
    ("others", "script"),
    [
        pytest.param((), "the script that deploys", id="none that was read"),
        pytest.param(
            (replace(DEPLOY, environment="development"),),
            "the script that deploys",
            id="one that production does not run",
        ),
        pytest.param(
            (DEPLOY, replace(DEPLOY, service=service("deploy-script", path="update.sh"))),
            "the script that deploys",
            id="two, of which either may",
        ),
        pytest.param((replace(DEPLOY, role="web"),), "the script that deploys", id="one that starts the server"),
        pytest.param((replace(DEPLOY, service=None), DEPLOY, DEPLOY), "deploy.sh", id="one, that runs two commands"),
    ],
)
def test_names_the_script_that_deploys(others: tuple[Process, ...], script: str) -> None:
    known = replace(deployment(), processes=others)
    assert build_step(known, process(replace(MACHINE, runs_on_host=True)), "collectstatic") == (
        f"Run 'python manage.py collectstatic' in {script}, before the server restarts"
    )
    assert before_release(known, process(service("supervisord")), "migrate") == (
        f"Run 'python manage.py migrate' in {script}, before 'supervisorctl restart web'"
    )


@pytest.mark.parametrize(
    ("name", "release", "build"),
    [
        pytest.param(
            "worker",
            """add '"release": "python manage.py migrate"' to DEPLOYCHECK["COMMANDS"]""",
            """add '"build": "python manage.py collectstatic"' to DEPLOYCHECK["COMMANDS"]""",
            id="no such command",
        ),
        pytest.param(
            "release",
            """add '&& python manage.py migrate' to DEPLOYCHECK["COMMANDS"]["release"]""",
            """add '"build": "python manage.py collectstatic"' to DEPLOYCHECK["COMMANDS"]""",
            id="a command before each release",
        ),
        pytest.param(
            "build",
            """add '"release": "python manage.py migrate"' to DEPLOYCHECK["COMMANDS"]""",
            """add '&& python manage.py collectstatic' to DEPLOYCHECK["COMMANDS"]["build"]""",
            id="a command of the build",
        ),
    ],
)
def test_commands_that_the_settings_name_already(name: str, release: str, build: str) -> None:
    told = replace(process(service("configured")), name=name)
    known = replace(deployment(), processes=(told, replace(told, kind="procfile", name="release")))
    web = process(service("configured"))
    assert before_release(known, web, "migrate").endswith(f" before each release and {release}")
    assert build_step(known, web, "collectstatic").endswith(f" in its build and {build}")


@pytest.mark.parametrize(
    ("platform", "path", "expected"),
    [
        pytest.param(
            "render",
            "render-eu.yaml",
            "Add 'preDeployCommand: python manage.py migrate' to the web service in render-eu.yaml",
            id="another name",
        ),
        pytest.param(
            "fly",
            "shop/fly.toml",
            "Set 'release_command = \"python manage.py migrate\"' below [deploy] in shop/fly.toml",
            id="a folder",
        ),
        pytest.param(
            "railway",
            "shop/railway.json",
            'Add \'"preDeployCommand": ["python manage.py migrate"]\' below "deploy" in shop/railway.json',
            id="JSON",
        ),
        pytest.param(
            "railway",
            "shop/railway.toml",
            "Add 'preDeployCommand = [\"python manage.py migrate\"]' below [deploy] in shop/railway.toml",
            id="TOML",
        ),
        pytest.param(
            "vercel",
            "vercel.json",
            'Add \'"buildCommand": "python manage.py migrate"\' to vercel.json',
            id="a platform that has only a build",
        ),
        pytest.param(
            "railway",
            "nixpacks.toml",
            'Add \'"preDeployCommand": ["python manage.py migrate"]\' below "deploy" in railway.json',
            id="a builder's file, in which it cannot stand",
        ),
    ],
)
def test_before_release_in_the_file_of_the_platform(platform: str, path: str, expected: str) -> None:
    kind = "nixpacks" if path == "nixpacks.toml" else platform
    assert before_release(deployment(), process(service(kind, platform, path=path)), "migrate") == expected


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        pytest.param(
            "railway",
            "railway.toml",
            "Add 'buildCommand = \"python manage.py collectstatic\"' below [build] in railway.toml",
            id="railway in TOML",
        ),
        pytest.param(
            "procfile",
            "Procfile",
            'Add \'"buildCommand": "python manage.py collectstatic"\' below "build" in railway.json',
            id="railway by a Procfile",
        ),
        pytest.param(
            "nixpacks",
            "nixpacks.toml",
            'Add \'cmds = ["...", "python manage.py collectstatic"]\' below [phases.build] in nixpacks.toml',
            id="nixpacks",
        ),
        pytest.param(
            "railpack",
            "railpack.json",
            'Add \'"build": {"commands": ["...", "python manage.py collectstatic"]}\' below "steps" in railpack.json',
            id="railpack",
        ),
    ],
)
def test_build_step_of_railway(kind: str, path: str, expected: str) -> None:
    assert build_step(deployment(), process(service(kind, "railway", path=path)), "collectstatic") == expected


def test_build_step_in_the_script_of_the_build(tmp_path: Path) -> None:
    blueprint = """\
        services:
          - type: web
            name: site
            runtime: python
            buildCommand: ./build.sh
            startCommand: gunicorn bookstore.wsgi
        """
    files = {"render.yaml": blueprint, "build.sh": "pip install -r requirements.txt\n"}
    built = inspect_files(tmp_path, files).report.deployment
    assert built is not None

    assert (
        build_step(built, built.web[0], "collectstatic") == "Add the line 'python manage.py collectstatic' to build.sh"
    )


def test_a_release_in_the_script_of_the_build(tmp_path: Path) -> None:
    builds = '[{"src": "bookstore/wsgi.py", "use": "@vercel/python"}, {"src": "build_files.sh", "use": "@vercel/static-build"}]'
    files = {"vercel.json": f'{{"builds": {builds}}}', "build_files.sh": "pip install -r requirements.txt\n"}
    built = inspect_files(tmp_path, files).report.deployment
    assert built is not None

    assert before_release(built, built.web[0], "migrate") == "Add the line 'python manage.py migrate' to build_files.sh"


# --- what is pasted is enough ---------------------------------------------------------------------------------------------

IMAGE = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"
GUNICORN = "gunicorn bookstore.wsgi -b 0.0.0.0:8000"
HEROKU = f"build: {{docker: {{web: Dockerfile}}}}\nrun:\n  web: {GUNICORN}\n"
COMPOSE = f"services:\n  web:\n    build: .\n    restart: always\n    command: {GUNICORN}\n"


@pytest.mark.parametrize(
    ("before", "pasted"),
    [
        pytest.param(
            {"Procfile": "web: gunicorn bookstore.wsgi\n"},
            {"Procfile": "web: gunicorn bookstore.wsgi\nrelease: python manage.py migrate\n"},
            id="Procfile",
        ),
        pytest.param(
            {"heroku.yml": HEROKU, "Dockerfile": IMAGE},
            {"heroku.yml": HEROKU + "release: {image: web, command: [python manage.py migrate]}\n"},
            id="heroku.yml",
        ),
        pytest.param(
            {"compose.prod.yaml": COMPOSE, "Dockerfile": IMAGE},
            {
                "compose.prod.yaml": COMPOSE
                + "    depends_on: {migrate: {condition: service_completed_successfully}}\n"
                '  migrate: {extends: {service: web}, command: python manage.py migrate, restart: "no"}\n'
            },
            id="a service of compose",
        ),
        pytest.param(
            {"compose.prod.yaml": COMPOSE + "    container_name: shop\n", "Dockerfile": IMAGE},
            {
                "compose.prod.yaml": COMPOSE.replace(
                    f"command: {GUNICORN}", f'command: sh -c "python manage.py migrate && exec {GUNICORN}"'
                )
                + "    container_name: shop\n"
            },
            id="the only container of a service",
        ),
        pytest.param(
            {"Dockerfile": IMAGE + f"CMD {GUNICORN}\n"},
            {"Dockerfile": IMAGE + f"CMD python manage.py migrate && exec {GUNICORN}\n"},
            id="Dockerfile",
        ),
        pytest.param(
            {"Dockerfile": IMAGE + 'CMD ["./start.sh"]\n', "start.sh": f"#!/bin/sh\nexec {GUNICORN}\n"},
            {"start.sh": f"#!/bin/sh\npython manage.py migrate\nexec {GUNICORN}\n"},
            id="a script",
        ),
    ],
)
def test_pasting_the_hint_answers_both_rules(before: dict[str, str], pasted: dict[str, str], tmp_path: Path) -> None:
    (finding,) = inspect_files(tmp_path / "before", before).findings("no-release-migrate")
    for name, text in pasted.items():
        added = [line.strip() for line in text.splitlines() if line not in before[name].splitlines()]
        assert all(line in finding.hint for line in added)
    after = inspect_files(tmp_path / "after", {**before, **pasted})
    assert after.findings("no-release-migrate") == []
    assert after.findings("migrate-in-web-process") == []


S6 = "root/etc/s6-overlay/s6-rc.d"


@pytest.mark.parametrize(
    ("kind", "platform", "path", "expected"),
    [
        pytest.param(
            "platformsh",
            "platformsh",
            ".upsun/config.yaml",
            "Add 'hooks: {deploy: python manage.py migrate}' to .upsun/config.yaml",
            id="Upsun",
        ),
        pytest.param(
            "platformsh",
            "platformsh",
            ".platform/site.app.yaml",
            "Add 'hooks: {deploy: python manage.py migrate}' to .platform/site.app.yaml",
            id="Platform.sh",
        ),
        pytest.param(
            "clever-cloud",
            "clever-cloud",
            "clevercloud/python.json",
            'Add "migrate" to "managetasks" below "deploy" in clevercloud/python.json',
            id="Clever Cloud",
        ),
        pytest.param(
            "passenger",
            "passenger",
            "passenger_wsgi.py",
            "Run 'python manage.py migrate' in the script that deploys, before 'touch tmp/restart.txt'",
            id="Passenger",
        ),
        pytest.param(
            "circus",
            None,
            "circus.ini",
            "Run 'python manage.py migrate' in the script that deploys, before 'circusctl restart web'",
            id="circus",
        ),
        pytest.param(
            "s6",
            None,
            f"{S6}/site/run",
            f"Write 'python manage.py migrate' to {S6}/before-site/up, 'oneshot' to {S6}/before-site/type, and create the empty "
            f"file {S6}/site/dependencies.d/before-site",
            id="s6",
        ),
        pytest.param(
            "s6",
            None,
            "root/etc/services.d/site/run",
            "Add the line 'python manage.py migrate' to a script in root/etc/cont-init.d",
            id="older s6",
        ),
    ],
)
def test_before_release_by_the_file_of_the_process(kind: str, platform: str | None, path: str, expected: str) -> None:
    stated = Service(name="web", kind=kind, location=Location(path, 1), platform=platform)
    web = replace(process(stated, location=Location(path, 1)), kind=kind, platform=platform)
    assert before_release(deployment(), web, "migrate") == expected


@pytest.mark.parametrize(
    ("platform", "path", "expected"),
    [
        pytest.param(
            "platformsh",
            ".upsun/config.yaml",
            "Add the line 'python manage.py collectstatic' to the build hook in .upsun/config.yaml",
            id="Upsun",
        ),
        pytest.param(
            "clever-cloud",
            "clevercloud/python.json",
            'Add "collectstatic" to "managetasks" below "deploy" in clevercloud/python.json',
            id="Clever Cloud",
        ),
    ],
)
def test_build_step_by_the_file_of_the_process(platform: str, path: str, expected: str) -> None:
    stated = Service(name="web", kind=platform, location=Location(path, 1), platform=platform)
    web = replace(process(stated), kind=platform, platform=platform)
    assert build_step(deployment(), web, "collectstatic") == expected
