"""What the options of uWSGI run besides the server."""

from __future__ import annotations

import pytest

from django_deploycheck.hooks import hooks, runs_commands
from django_deploycheck.model import ConfigValue, Location
from tests.following import followed, started, unseen

HERE = Location("uwsgi.ini", 3)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        pytest.param("module", "shop.wsgi", id="no command"),
        pytest.param("exec-as-user-atexit", "./manage.py migrate", id="at the end"),
        pytest.param("hook-as-user-atexit", "exec:./manage.py migrate", id="a hook at the end"),
        pytest.param("hook-touch", "/tmp/a exec:./manage.py migrate", id="when a file changes"),
        pytest.param("hook-pre-app", "mount:proc none /proc", id="a hook that mounts"),
        pytest.param("exec-pre-app", True, id="nothing given"),
        pytest.param("exec-pre-app", "", id="nothing"),
        pytest.param("smart-attach-daemon", "/tmp/celery.pid", id="a pid file alone"),
        pytest.param("attach-daemon2", "pidfile=/tmp/a.pid", id="keys without a command"),
        pytest.param("mule", True, id="a mule without a program"),
        pytest.param("mule", "package.module", id="a mule that is no file"),
        pytest.param("cron", "0 0 -1 -1", id="a schedule that is cut off"),
    ],
)
def test_options_that_run_nothing(option, value):
    assert list(hooks([ConfigValue(option, value, HERE)])) == []


@pytest.mark.parametrize(
    ("option", "value", "text", "background"),
    [
        pytest.param("exec-asap", "./manage.py migrate", "./manage.py migrate", False, id="as soon as possible"),
        pytest.param("exec-pre-app", "a; b", "a; b", False, id="before the app"),
        pytest.param("hook-pre-app", "exec:./manage.py migrate", "./manage.py migrate", False, id="a hook"),
        pytest.param("hook-asap", "safeexec:true", "true", False, id="a hook that may fail"),
        pytest.param("attach-daemon", "celery -A shop worker", "celery -A shop worker", True, id="a daemon"),
        pytest.param("attach-daemon2", "pidfile=/a,cmd=celery -A shop", "celery -A shop", True, id="keys"),
        pytest.param(
            "smart-attach-daemon", "/tmp/a.pid celery -A shop", "celery -A shop", True, id="behind a pid file"
        ),
        pytest.param("legion-attach-daemon", "one celery", "celery", True, id="behind a legion"),
        pytest.param("legion-smart-attach-daemon", "one /a.pid celery b", "celery b", True, id="behind both"),
        pytest.param("cron", "59 2 -1 -1 -1 ./manage.py clear  x", "./manage.py clear  x", True, id="a schedule"),
        pytest.param("legion-cron", "one 0 0 -1 -1 -1 true", "true", True, id="a legion's schedule"),
        pytest.param("cron2", "minute=30,unique=1 ./job.sh", "./job.sh", True, id="a schedule by keys"),
        pytest.param("mule", "worker.py", "python worker.py", True, id="a mule"),
    ],
)
def test_commands(option, value, text, background):
    [hook] = hooks([ConfigValue(option, value, HERE, conditional=True)])
    assert (hook.line.text, hook.line.location, hook.background, hook.conditional) == (text, HERE, background, True)


def test_which_values_are_commands():
    options = ("exec-asap", "hook-post-app", "cron", "attach-daemon2", "mule", "module", "hook-as-user-atexit")
    assert [runs_commands(option) for option in options] == [True, True, True, True, False, False, False]


CONFIG = """\
    [uwsgi]
    chdir = backend
    module = shop.wsgi
    hook-pre-app = exec:python manage.py migrate  # the tables
    attach-daemon = celery -A shop worker
    if-env = BEAT
    attach-daemon = celery -A shop beat
    endif =
    """


@pytest.mark.parametrize(
    ("files", "command", "expected"),
    [
        pytest.param({}, "gunicorn shop.wsgi", ["Procfile:1 gunicorn shop.wsgi"], id="another server"),
        pytest.param({"u.ini": CONFIG}, "uwsgi --version", ["Procfile:1 uwsgi --version"], id="nothing is served"),
        pytest.param({}, "uwsgi --ini $INI", ["Procfile:1 uwsgi --ini $INI"], id="an unknown file"),
        pytest.param(
            {"u.ini": "[uwsgi]\nini = u.ini\nini = missing.ini\nmodule = a\n"},
            "uwsgi u.ini",
            ["Procfile:1 uwsgi u.ini"],
            id="a file that includes itself and another that is missing",
        ),
        pytest.param(
            {"u.ini": CONFIG},
            "uwsgi --ini u.ini",
            [
                "u.ini:4 python manage.py migrate",
                "Procfile:1 uwsgi --ini u.ini",
                "u.ini:5 celery -A shop worker [background]",
                "u.ini:7 celery -A shop beat [uncertain, background]",
            ],
            id="in a file",
        ),
        pytest.param(
            {
                "conf/u.ini": "[uwsgi]\nif-env = A\nini = more.ini\nendif =\n",
                "conf/more.ini": "[uwsgi]\nexec-asap = ./manage.py migrate\n",
            },
            "uwsgi --ini conf/u.ini",
            ["conf/more.ini:2 ./manage.py migrate [uncertain]", "Procfile:1 uwsgi --ini conf/u.ini"],
            id="in an included file, under a condition",
        ),
        pytest.param(
            {"u.xml": "<uwsgi>\n  <exec-pre-app>./manage.py migrate</exec-pre-app>\n</uwsgi>\n"},
            "uwsgi -x u.xml",
            ["u.xml:2 ./manage.py migrate", "Procfile:1 uwsgi -x u.xml"],
            id="in xml",
        ),
        pytest.param(
            {"u.yaml": "uwsgi:\n  exec-pre-app: ./manage.py migrate\n"},
            "uwsgi -y u.yaml",
            ["u.yaml:2 ./manage.py migrate", "Procfile:1 uwsgi -y u.yaml"],
            id="in yaml",
        ),
        pytest.param(
            {"up.sh": "python manage.py migrate\n"},
            "uwsgi --module shop.wsgi --exec-pre-app ./up.sh",
            ["up.sh:1 python manage.py migrate", "Procfile:1 uwsgi --module shop.wsgi --exec-pre-app ./up.sh"],
            id="on the command line",
        ),
        pytest.param(
            {},
            "UWSGI_ATTACH_DAEMON='celery -A shop worker' uwsgi --module shop.wsgi",
            ["Procfile:1 uwsgi --module shop.wsgi", "Procfile:1 celery -A shop worker [background]"],
            id="in a variable",
        ),
    ],
)
def test_what_starts(tmp_path, files, command, expected):
    assert started(followed(tmp_path, files, command)) == expected


def test_the_way_to_a_hook(tmp_path):
    run = followed(tmp_path, {"u.ini": CONFIG}, "uwsgi --ini u.ini")
    assert [str(place) for place in run.commands[0].via] == ["Procfile:1"]
    assert unseen(run) == []


def test_a_server_that_starts_itself_again_ends(tmp_path):
    run = followed(tmp_path, {"u.ini": "[uwsgi]\nexec-asap = uwsgi --ini u.ini\n"}, "uwsgi --ini u.ini")
    assert unseen(run) == ["u.ini:2 scripts and functions call each other too deeply"]
