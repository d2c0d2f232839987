from __future__ import annotations

import pytest

from django_deploycheck.model import Copy, Location
from django_deploycheck.places import Place
from django_deploycheck.programs import MAX_TEXT, shown
from tests.following import followed, started, unseen
from tests.projects import inspect_files


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("gunicorn  a", "gunicorn  a", id="as it is"),
        pytest.param("gunicorn \\\n  --reload \\\n\ta", "gunicorn --reload a", id="continued lines"),
        pytest.param("sh -c 'a\n  b'", "sh -c 'a b'", id="lines within quotes"),
        pytest.param("gunicorn --password=abc123", "gunicorn --password=***", id="a secret"),
        pytest.param("a " * MAX_TEXT, "a " * (MAX_TEXT // 2 - 1) + "a …", id="too long"),
        pytest.param("a" * MAX_TEXT + "b", " …", id="one long word"),
        pytest.param("a" * MAX_TEXT, "a" * MAX_TEXT, id="just not too long"),
    ],
)
def test_texts_for_display(text, expected):
    assert shown(text) == expected


def test_a_secret_is_not_cut_in_two():
    text = "a " * (MAX_TEXT // 2 - 10) + "postgres://app:abcdefghij0123456789@database/shop"
    assert "abcdefghij" not in shown(text)


# --- options on lines of their own --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "reload", "log_level"),
    [
        pytest.param("gunicorn shop.wsgi", None, None, id="not given"),
        pytest.param("gunicorn shop.wsgi --reload --log-level debug", 1, None, id="on one line"),
        pytest.param("gunicorn shop.wsgi \\\n  --reload \\\n  --log-level=debug", 2, 3, id="on lines of their own"),
        pytest.param("exec env A=1 gunicorn \\\n  shop.wsgi --reload", 2, None, id="behind wrappers"),
        pytest.param("gunicorn --reload --log-level debug \\\n  shop.wsgi", 1, None, id="on the first line of two"),
        pytest.param('set -- --reload\nexec gunicorn \\\n  shop.wsgi "$@"', 3, None, id="from arguments"),
        pytest.param("sh -c 'gunicorn shop.wsgi \\\n  --reload'", 2, None, id="in another shell"),
    ],
)
def test_where_options_stand(tmp_path, command, reload, log_level):
    server = followed(tmp_path, {}, command).commands[-1].server
    assert server is not None
    assert (server.reload, server.log_level_at) == tuple(
        Location("Procfile", line) if line else None for line in (reload, log_level)
    )


def test_a_level_of_a_configuration_file_stands_there(tmp_path):
    [command] = followed(tmp_path, {"gunicorn.conf.py": "loglevel = 'debug'\n"}, "gunicorn \\\n shop.wsgi").commands
    assert command.server is not None
    assert command.server.log_level_at == Location("gunicorn.conf.py", 1)


START = """\
    #!/bin/bash
    NAME="shop"                                  # the application
    DJANGODIR=/webapps/shop/shop
    SOCKFILE=/webapps/shop/run/gunicorn.sock
    USER=shop
    NUM_WORKERS=3
    DJANGO_SETTINGS_MODULE=shop.settings.production
    DJANGO_WSGI_MODULE=shop.wsgi

    echo "Starting $NAME as `whoami`"
    cd $DJANGODIR
    source ../bin/activate
    export DJANGO_SETTINGS_MODULE=$DJANGO_SETTINGS_MODULE
    export PYTHONPATH=$DJANGODIR:$PYTHONPATH
    RUNDIR=$(dirname $SOCKFILE)
    test -d $RUNDIR || mkdir -p $RUNDIR

    exec ../bin/gunicorn ${DJANGO_WSGI_MODULE}:application \\
      --name $NAME \\
      --workers $NUM_WORKERS \\
      --user=$USER \\
      --bind=unix:$SOCKFILE \\
      --log-level=debug \\
      --log-file=-
    """


def test_a_script_that_starts_gunicorn_with_variables(tmp_path):
    run = followed(tmp_path, {"gunicorn_start": START}, "./gunicorn_start")
    server = run.commands[-1].server
    assert server is not None
    assert unseen(run) == []
    assert (server.application, server.workers, server.bind, server.user) == (
        "shop.wsgi:application",
        3,
        ("unix:/webapps/shop/run/gunicorn.sock",),
        "shop",
    )
    assert server.log_level_at == Location("gunicorn_start", 23)
    assert server.unresolved == frozenset()
    variables = {variable.name: variable.value for variable in run.commands[-1].variables}
    assert variables["DJANGO_SETTINGS_MODULE"] == "shop.settings.production"


# --- programs without a path ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param(["gunicorn", "shop.wsgi"], ["Procfile:1 gunicorn shop.wsgi"], id="a program of a package"),
        pytest.param(["down"], ["Procfile:1 down"], id="a script that lies elsewhere"),
        pytest.param(["up"], ["docker/up.sh:2 gunicorn shop.wsgi"], id="a script in /usr/local/bin"),
        pytest.param("PATH=/srv:$PATH && down", ["docker/down:1 python manage.py flush"], id="a folder that is added"),
    ],
)
def test_programs_in_path(tmp_path, command, expected):
    files = {"docker/up.sh": "#!/bin/sh\nexec gunicorn shop.wsgi\n", "docker/down": "python manage.py flush\n"}
    here = Location("Dockerfile", 2)
    copies = (Copy(("docker/up.sh",), "/usr/local/bin/up", here), Copy(("docker",), "/srv", here))
    place = Place(workdir="/app", container=True, copies=copies)
    assert started(followed(tmp_path, files, command, place=place)) == expected


@pytest.mark.parametrize(
    ("path", "text", "is_declared"),
    [
        pytest.param("pyproject.toml", '[project.scripts]\nshopctl = "shop.cli:main"\n', True, id="pyproject.toml"),
        pytest.param(
            "setup.cfg", "[options.entry_points]\nconsole_scripts =\n    shopctl=shop.cli:main\n", True, id="setup.cfg"
        ),
        pytest.param(
            "setup.py", "entry_points={'console_scripts': ['shopctl = shop.cli:main']}\n", True, id="setup.py"
        ),
        pytest.param("pyproject.toml", '[project.scripts]\nmyshopctl = "shop.cli:main"\n', False, id="another name"),
        pytest.param("pyproject.toml", '[tool.x]\nshopctl = "1.0"\n', False, id="no program"),
    ],
)
def test_programs_of_the_project(tmp_path, path, text, is_declared):
    deployment = inspect_files(tmp_path, {"Procfile": "web: shopctl serve\n", path: text}).report.deployment
    assert deployment is not None
    reasons = [spot.reason for spot in deployment.all_blind_spots]
    assert reasons == ([f"runs 'shopctl', a program that '{path}' declares"] if is_declared else [])


def test_the_program_of_a_path_is_no_entry_point(tmp_path):
    files = {"Procfile": "web: a+b\n", "pyproject.toml": '[project.scripts]\na = "shop.cli:main"\n'}
    deployment = inspect_files(tmp_path, files).report.deployment
    assert deployment is not None
    assert deployment.all_blind_spots == ()


# --- what is read as a file of its own ----------------------------------------------------------------------------------

PLAYBOOK = {"deploy.yml": "- hosts: web\n  tasks:\n    - command: python manage.py migrate --noinput\n"}
FABFILE = {"fabfile.py": "from fabric.api import run\n\n\ndef deploy():\n    run('python manage.py migrate')\n"}


@pytest.mark.parametrize(
    ("command", "files", "is_blind"),
    [
        pytest.param("ansible-playbook deploy.yml", PLAYBOOK, False, id="a playbook"),
        pytest.param("ansible-playbook -i hosts.yml -e stage=live deploy.yml", PLAYBOOK, False, id="with options"),
        pytest.param("cd deploy && ansible-playbook ../deploy.yml", PLAYBOOK, False, id="from another folder"),
        pytest.param("fab -H example.com deploy", FABFILE, False, id="a fabfile"),
        pytest.param(
            "fab -f deploy.py deploy", {"deploy.py": FABFILE["fabfile.py"]}, False, id="a fabfile by its name"
        ),
        pytest.param("ansible-playbook deploy.yml", {}, True, id="a playbook from elsewhere"),
        pytest.param("ansible-playbook deploy.yml more.yml", PLAYBOOK, True, id="two, one of them from elsewhere"),
        pytest.param("ansible-playbook $PLAYBOOK", PLAYBOOK, True, id="a playbook that is not known"),
        pytest.param("ansible-playbook --version", PLAYBOOK, True, id="none"),
        pytest.param(
            "ansible-playbook deploy.yml", {"deploy.yml": "on: push\n"}, True, id="a file that is no playbook"
        ),
        pytest.param("fab deploy", PLAYBOOK, True, id="a fabfile from elsewhere"),
        pytest.param("fab deploy", {"fabfile.py": "from deploying import *\n"}, True, id="a fabfile that says nothing"),
        pytest.param("invoke deploy", {"tasks.py": FABFILE["fabfile.py"]}, True, id="another runner"),
    ],
)
def test_what_is_read_by_itself_hides_nothing(tmp_path, command, files, is_blind):
    deployment = inspect_files(tmp_path, {"deploy.sh": f"#!/bin/sh\n{command}\n", **files}).report.deployment
    assert deployment is not None
    spots = [
        spot for process in deployment.processes for spot in process.blind_spots if str(spot.location) == "deploy.sh:2"
    ]
    assert bool(spots) is is_blind
