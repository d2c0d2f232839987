from __future__ import annotations

import shlex

import pytest

from django_deploycheck.remote import Remote, compose_files, is_harmless, remote
from tests.projects import inspect_files


@pytest.mark.parametrize(
    "command",
    [
        "",
        "gunicorn shop.wsgi",
        "docker",
        "docker build -t shop .",
        "docker compose up -d",
        "docker compose -f prod.yml pull",
        "docker exec -it web",
        "docker run --rm shop",
        "docker container ls",
        "docker-compose up",
        "kubectl apply -f web.yml",
        "kubectl exec -it deploy/web",
        "heroku logs --tail",
        "heroku run",
        "heroku run -a shop",
        "dokku ps:rebuild shop",
        "dokku run shop",
        "dokku enter shop web",
        "fly deploy",
        "flyctl ssh console",
        "eb deploy",
        "eb ssh",
        "kamal deploy",
        "kamal app logs",
    ],
)
def test_runs_nothing_that_it_names(command):
    assert remote(shlex.split(command)) is None


MIGRATE = ("python", "manage.py", "migrate")


@pytest.mark.parametrize(
    "command",
    [
        "docker exec web python manage.py migrate",
        "docker exec -it -e A=1 --user app web python manage.py migrate",
        "docker --context prod exec web python manage.py migrate",
        "docker container exec web python manage.py migrate",
        "/usr/bin/docker run --rm --env-file .env -v /data:/data shop:1 python manage.py migrate",
        "podman exec web python manage.py migrate",
        "docker compose exec -T web python manage.py migrate",
        "docker compose -f prod.yml --profile x run --rm web python manage.py migrate",
        "docker compose run --rm web -- python manage.py migrate",
        "docker-compose --file=prod.yml run --no-deps web python manage.py migrate",
        "kubectl exec deploy/web -n shop -- python manage.py migrate",
        "kubectl -n shop exec -it web -c app -- python manage.py migrate",
        "dokku run shop python manage.py migrate",
        "dokku run --env A=1 shop python manage.py migrate",
        "dokku enter shop web python manage.py migrate",
    ],
)
def test_runs_arguments(command):
    assert remote(shlex.split(command)) == Remote(argv=MIGRATE)


@pytest.mark.parametrize(
    ("command", "script"),
    [
        ("ssh host python manage.py migrate", "python manage.py migrate"),
        ("ssh -i key -p 22 -o A=b me@host 'cd /srv && ./deploy.sh'", "cd /srv && ./deploy.sh"),
        ("ssh me@host -t 'sudo ./deploy.sh'", "sudo ./deploy.sh"),
        ("ssh dokku@host run shop python manage.py migrate", "dokku run shop python manage.py migrate"),
        ("heroku run python manage.py migrate", "python manage.py migrate"),
        ("heroku run -a shop --exit-code 'python manage.py migrate'", "python manage.py migrate"),
        ("heroku run:detached --app=shop -- python manage.py migrate", "python manage.py migrate"),
        ("fly ssh console -a shop -C 'python manage.py migrate'", "python manage.py migrate"),
        ("flyctl ssh console --command='python manage.py migrate'", "python manage.py migrate"),
        ("eb ssh shop -c 'python manage.py migrate'", "python manage.py migrate"),
        ("kamal app exec --roles web 'python manage.py migrate'", "python manage.py migrate"),
        ("kamal app exec -p -v --version $KAMAL_VERSION 'python manage.py migrate'", "python manage.py migrate"),
    ],
)
def test_runs_a_script(command, script):
    assert remote(shlex.split(command)) == Remote(script=script)


@pytest.mark.parametrize("command", ["ssh host", "ssh -T me@host", "ssh host 'bash -s'", "ssh host bash", "ssh"])
def test_runs_what_is_fed_to_it(command):
    assert remote(shlex.split(command)) == Remote(argv=("sh",))


@pytest.mark.parametrize(
    ("command", "harmless"),
    [
        ("docker build .", True),
        ("docker --context prod push shop", True),
        ("docker stack deploy --compose-file stack.yml shop", True),
        ("docker", True),
        ("docker compose pull", True),
        ("docker compose -f prod.yml ps", True),
        ("docker-compose down", True),
        ("kubectl get pods", True),
        ("kubectl -n shop describe pod web", True),
        ("helm repo add x y", True),
        ("docker run shop", False),
        ("docker compose up -d", False),
        ("docker compose restart web", False),
        ("docker-compose -f prod.yml up", False),
        ("kubectl apply -f .", False),
        ("kubectl rollout restart deploy/web", False),
        ("helm upgrade shop chart", False),
        ("make deploy", False),
        ("", False),
    ],
)
def test_what_only_builds_or_looks(command, harmless):
    assert is_harmless(shlex.split(command)) is harmless


@pytest.mark.parametrize(
    ("script", "place"),
    [
        pytest.param(
            "ssh me@host 'cd /srv/shop && python manage.py migrate'\n", "deploy.sh:1", id="ssh with a command"
        ),
        pytest.param(
            "true\nssh me@host <<'EOF'\ncd /srv/shop\npython manage.py migrate\nEOF\n",
            "deploy.sh:4",
            id="ssh with a heredoc",
        ),
        pytest.param("ssh me@host 'bash -s' < server.sh\n", "server.sh:2", id="ssh fed with a script"),
        pytest.param(
            "docker compose exec -T web sh -c 'true && python manage.py migrate'\n",
            "deploy.sh:1",
            id="a shell in a container",
        ),
        pytest.param(
            "sudo -u deploy docker exec web ./manage.py migrate --noinput\n", "deploy.sh:1", id="behind another wrapper"
        ),
    ],
)
def test_what_runs_elsewhere_is_part_of_the_script(script, place, tmp_path):
    report = inspect_files(tmp_path, {"deploy.sh": script, "server.sh": "true\npython manage.py migrate\n"}).report
    assert report.deployment is not None
    found = [
        str(command.location)
        for _, command in report.deployment.production_commands()
        if command.subcommand == "migrate"
    ]
    assert found == [place]


DEFAULT = (("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"),)


@pytest.mark.parametrize(
    ("command", "files"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("gunicorn shop.wsgi", (), id="another program"),
        pytest.param("docker run shop", (), id="no compose"),
        pytest.param("docker stack deploy shop", (), id="a stack without a file"),
        pytest.param("docker stack deploy -c stack.yml shop", (("stack.yml",),), id="a stack"),
        pytest.param("docker compose up -d", DEFAULT, id="the default names"),
        pytest.param("docker-compose -p shop up", DEFAULT, id="the older program"),
        pytest.param("docker compose -f a.yml --file=b.yml up", (("a.yml",), ("b.yml",)), id="two files"),
        pytest.param(
            "docker compose --project-directory app up",
            (tuple(f"app/{name}" for name in DEFAULT[0]),),
            id="a folder",
        ),
    ],
)
def test_compose_files(command, files):
    assert compose_files(command.split(), {}) == files


def test_compose_files_of_the_environment():
    environment = {"COMPOSE_FILE": "a.yml:b.yml"}
    assert compose_files(["docker-compose", "up"], environment) == (("a.yml",), ("b.yml",))
    assert compose_files(["docker-compose", "-f", "c.yml", "up"], environment) == (("c.yml",),)


@pytest.mark.parametrize(
    ("command", "is_seen"),
    [
        pytest.param("docker compose up -d", True, id="the default file"),
        pytest.param("cd /srv/shop && docker-compose up -d --build", True, id="in a folder of the server"),
        pytest.param("docker compose -f deploy/compose.prod.yml up -d", True, id="a file in a folder"),
        pytest.param("docker stack deploy -c compose.yml shop", True, id="a stack"),
        pytest.param("docker compose -f other.yml up -d", False, id="another file"),
        pytest.param("docker compose -f compose.yml -f other.yml up", False, id="one of two files"),
        pytest.param("docker compose -f $FILE up", False, id="a variable"),
        pytest.param("docker run -d registry/shop", False, id="an image"),
    ],
)
def test_services_that_a_script_starts_are_known_where_their_files_are(tmp_path, command, is_seen):
    compose = "services:\n  web:\n    image: nginx\n"
    files = {"deploy.sh": f"#!/bin/sh\n{command}\n", "compose.yml": compose, "deploy/compose.prod.yml": compose}
    deployment = inspect_files(tmp_path, files).report.deployment
    assert deployment is not None
    spots = [spot.reason for spot in deployment.all_blind_spots if spot.location and spot.location.path == "deploy.sh"]
    assert spots == ([] if is_seen else ["runs 'docker', which was not followed"])
