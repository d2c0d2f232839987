from __future__ import annotations

import time
from textwrap import dedent

import pytest

from django_deploycheck.discovery import discover
from django_deploycheck.model import BlindSpot, CommandLine, Fact, Location, Reference, Service
from django_deploycheck.readers import fabfile, load
from django_deploycheck.source import Repository, Source
from tests.projects import inspect_files

PATH = "fabfile.py"
IMPORT = "from fabric.api import *\n"


def facts(text: str, path: str = PATH, top: str = IMPORT) -> list[Fact]:
    """The facts of a fabfile whose first line imports Fabric."""
    return list(fabfile.read(Source(path, top + dedent(text).lstrip("\n"))))


def runs(text: str, path: str = PATH, top: str = IMPORT) -> list[str]:
    """What is run, each with its line; lines of one command are joined with a slash."""
    lines: list[CommandLine] = []
    for fact in facts(text, path, top):
        if isinstance(fact, Service) and fact.command is not None:
            lines += [*fact.before, fact.command]
    return [f"{line.location.line} {str(line).replace(chr(10), ' / ')}" for line in lines]


def deploy(*lines: str) -> str:
    """A task that deploys; its first statement stands at line 3."""
    return "def deploy():\n" + "".join(f"    {line}\n" for line in lines)


def command(*lines: str) -> list[str]:
    """What a task of these statements runs, without the lines."""
    return [line.partition(" ")[2] for line in runs(deploy(*lines))]


# --- which files are claimed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("tasks.py", "from celery import task\ndef deploy(): pass\n", id="Celery's tasks"),
        pytest.param("tasks.py", "from invoke import task\n@task\ndef lint(c): pass\n", id="no task that deploys"),
        pytest.param("deploy.py", "import subprocess\ndef deploy(): pass\n", id="a script without Fabric"),
    ],
)
def test_what_is_left_to_other_readers(path, text):
    assert not fabfile.claims(Source(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("fabfile.py", "from deployment import project\n", id="a fabfile, whatever it holds"),
        pytest.param("fabfile/web.py", "", id="a module of a fabfile"),
        pytest.param("deploy.py", "from fabric import Connection\ndef deploy(): pass\n", id="a script with Fabric"),
        pytest.param("tasks.py", "import invoke\n@task\nasync def do_release(c): pass\n", id="a task that deploys"),
    ],
)
def test_what_is_claimed(path, text):
    assert fabfile.claims(Source(path, text))


@pytest.mark.parametrize("path", ["fabfile.py", "fabfile/deploy.py", "deploy/fabfile.py", "tasks.py"])
def test_where_fabfiles_are_found(tmp_path, path):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("x")

    assert (path, "fabfile") in discover(Repository(str(tmp_path)), "", load()).files


# --- which tasks deploy -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("def deploy():\n    run('git pull')\n", id="nothing of the application"),
        pytest.param("def deploy():\n    '''Runs migrate.'''\n", id="what is only documented"),
        pytest.param(
            "def deploy():\n    subprocess.run(['ls'])\n    run()\n    run(command)\n", id="what is not known"
        ),
        pytest.param("def deploy():\n    def run(x): pass\n    class A: pass\n", id="definitions"),
    ],
)
def test_what_runs_nothing(text):
    assert facts(text) == []


@pytest.mark.parametrize(
    "name",
    [
        "test_deploy",
        "reset_db",
        "deploy_local",
        "vagrant_setup",
        "_deploy",
        "restore",
        "manage",
        "restart",
        "setup",
        "bootstrap",
        "pull_production",
        "production",
    ],
)
def test_other_tasks_are_mentioned(name):
    assert facts(f"def {name}():\n    run('./manage.py migrate')\n") == [
        BlindSpot(
            "has tasks of which it is not known whether a deploy runs them", Location(PATH, 3), frozenset({"migrate"})
        )
    ]


def test_what_is_mentioned_by_name():
    [spot] = facts("def reset():\n    execute(django.migrate)\n    collectstatic()\n    reset()\n")

    assert isinstance(spot, BlindSpot)
    assert (spot.location, spot.hides) == (Location(PATH, 3), frozenset({"migrate", "collectstatic"}))


def test_a_function_of_the_file_is_no_mention():
    assert facts("def migrate():\n    pass\ndef reset():\n    migrate()\n") == []


@pytest.mark.parametrize(
    "name", ["deploy", "redeploy", "deploy_production", "do_release", "update", "migrate", "syncdb"]
)
def test_tasks_that_deploy(name):
    assert runs(f"def {name}():\n    run('./manage.py migrate')\n") == ["3 ./manage.py migrate"]


@pytest.mark.parametrize("name", ["setup_release", "first_deploy", "deploy_cold"])
def test_tasks_that_run_once(name):
    assert runs(f"def {name}():\n    run('./manage.py migrate')\n") == [
        '3 if [ -e "$condition" ]; then ./manage.py migrate / fi'
    ]


def test_a_task_is_one_service():
    text = """
    def migrate():
        run("./manage.py migrate")

    def deploy():
        run("./manage.py collectstatic --noinput")
        migrate()
        run("gunicorn shop.wsgi --daemon")
        sudo("supervisorctl restart gunicorn")
        run("./manage.py check")
    """

    def at(line: int) -> Location:
        return Location(PATH, line)

    def line(number: int, text: str) -> CommandLine:
        return CommandLine(at(number), text)

    # What deploy runs is not said again of the task that it calls.
    assert facts(text) == [
        Service(
            name="fab deploy",
            kind="fabfile",
            location=at(8),
            command=line(8, "gunicorn shop.wsgi --daemon"),
            runs_on_host=True,
        ),
        Service(
            name="fab deploy",
            kind="fabfile",
            location=at(6),
            role="release",
            before=(line(6, "./manage.py collectstatic --noinput"), line(3, "./manage.py migrate")),
            command=line(10, "./manage.py check"),
            keeps_files=True,
            runs_on_host=True,
        ),
    ]


# --- where it runs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("top", "call"),
    [
        pytest.param("from fabric.api import run", "run('./manage.py migrate')", id="run"),
        pytest.param(
            "from fabric.api import sudo as s", "s('./manage.py migrate', user='www')", id="under another name"
        ),
        pytest.param("import fabric.api", "fabric.api.run('./manage.py migrate')", id="by its module"),
        pytest.param("from fabric import task", "c.run('./manage.py migrate')", id="a connection"),
        pytest.param("from fabric import task", "c.sudo(command='./manage.py migrate')", id="by keyword"),
        pytest.param(
            "from fabric import Connection", "Connection('web').run('./manage.py migrate')", id="a new connection"
        ),
    ],
)
def test_on_the_server(top, call):
    assert runs(deploy(call), top=f"{top}\n") == ["3 ./manage.py migrate"]


@pytest.mark.parametrize(
    ("top", "call"),
    [
        pytest.param("from fabric.api import local", "local('./manage.py migrate')", id="local"),
        pytest.param("from fabric import task", "c.local('./manage.py migrate')", id="a connection's local"),
        pytest.param("from invoke import task", "c.run('./manage.py migrate')", id="Invoke"),
        pytest.param("from fabric.api import run\nimport subprocess", "subprocess.run('./manage.py migrate')", id="os"),
    ],
)
def test_on_the_machine_of_who_deploys(top, call):
    found = facts(deploy(call), top=f"{top}\n")

    assert [fact.hides for fact in found if isinstance(fact, BlindSpot)] == [frozenset({"migrate"})]
    assert len(found) == 1


@pytest.mark.parametrize("text", ["heroku run ./manage.py migrate", "ssh web './manage.py migrate'"])
def test_what_is_run_here_and_reaches_the_site(text):
    assert command(f'local("{text}")') == [text]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["with cd('/srv'):", "    run('./manage.py migrate')"], 'cd "/srv"; ', id="a folder"),
        pytest.param(
            ["with cd('/srv'), cd('shop'):", "    run('./manage.py migrate')"], 'cd "/srv/shop"; ', id="two folders"
        ),
        pytest.param(["with cd('a`b'):", "    run('./manage.py migrate')"], "", id="an odd folder"),
        pytest.param(["with cd(folder):", "    run('./manage.py migrate')"], "", id="a folder that is not known"),
        pytest.param(["with c.prefix('. a'):", "    run('./manage.py migrate')"], ". a && ", id="a prefix"),
        pytest.param(["with prefix(x):", "    run('./manage.py migrate')"], "", id="a prefix that is not known"),
        pytest.param(
            ["with virtualenv('x'), virtualenv(), env:", "    run('./manage.py migrate')"], "", id="other contexts"
        ),
        pytest.param(
            ["with connect('x').cd('/srv'):", "    run('./manage.py migrate')"], 'cd "/srv"; ', id="a call's folder"
        ),
    ],
)
def test_contexts(lines, expected):
    assert command(*lines) == [f"{expected}./manage.py migrate"]


@pytest.mark.parametrize(
    ("lines", "certain"),
    [
        pytest.param(["if x:", "    pass", "else:", "    run('./manage.py migrate')"], False, id="else"),
        pytest.param(["if run('./manage.py migrate'):", "    pass"], True, id="a condition"),
        pytest.param(["while x:", "    run('./manage.py migrate')"], False, id="while"),
        pytest.param(["for x in y:", "    run('./manage.py migrate')"], False, id="for unknown items"),
        pytest.param(["for x, y in [1, z]:", "    run('./manage.py migrate')"], True, id="for items"),
        pytest.param(["try:", "    run('./manage.py migrate')", "finally:", "    pass"], True, id="try"),
        pytest.param(["try:", "    pass", "except E:", "    run('./manage.py migrate')"], False, id="except"),
        pytest.param(["return str(run('./manage.py migrate'))"], True, id="return"),
    ],
)
def test_what_is_certain(lines, certain):
    expected = "./manage.py migrate" if certain else 'if [ -e "$condition" ]; then ./manage.py migrate / fi'

    assert command(*lines) == [expected]


def test_a_loop_over_literals():
    text = deploy("for name in ('migrate', 'collectstatic'):", "    run('./manage.py ' + name)")

    assert runs(text) == ["4 ./manage.py migrate", "4 ./manage.py collectstatic"]


# --- texts --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("'manage.py migrate %s' % app", "manage.py migrate ${app}", id="a value that is not known"),
        pytest.param("'manage.py migrate %s' % get()[0]", "manage.py migrate ${get}", id="a call's"),
        pytest.param("'manage.py migrate %s' % (1 if x else 2)", "manage.py migrate ${value}", id="anything's"),
        pytest.param("'%s/manage.py %d%%' % (path, 5)", "/srv/manage.py 5%", id="several"),
        pytest.param("'manage.py %s %s' % 'x'", "manage.py x ${value}", id="too few"),
        pytest.param("'manage.py %(a)s %(b)s' % {'a': 'x', **y}", "manage.py x ${b}", id="by name"),
        pytest.param("'manage.py %(path)s %(b)s' % env", "manage.py /env ${b}", id="of env"),
        pytest.param("'manage.py %(path)s' % locals()", "manage.py /srv", id="of all names"),
        pytest.param("x % 'manage.py'", None, id="an unknown text filled in"),
        pytest.param("f'{path}/manage.py {env.user!r:>5}'", "/srv/manage.py ${user}", id="an f-string"),
        pytest.param("'{}/manage.py {} {}'.format(path, x)", "/srv/manage.py ${x} ${value}", id="format"),
        pytest.param(
            "'{1}/manage.py {0} {7} {a} {b}'.format('x', path, a=1)", "/srv/manage.py x ${value} 1 ${b}", id="by number"
        ),
        pytest.param("'manage.py {{}} {x.y} {x[0]}'.format(x)", "manage.py {} ${y} ${x}", id="parts of a value"),
        pytest.param("'manage.py {\u00b2}'.format(x)", "manage.py ${value}", id="a digit that is no decimal"),
        pytest.param("x.format('manage.py')", None, id="an unknown text formatted"),
        pytest.param("path + '/manage.py ' + x", "/srv/manage.py ${x}", id="a sum"),
        pytest.param("x + y", None, id="a sum of unknowns"),
        pytest.param("' '.join(['manage.py', x])", "manage.py ${x}", id="joined words"),
        pytest.param("x.join(['manage.py'])", None, id="words joined by who knows what"),
        pytest.param("os.path.join(path, 'manage.py')", "/srv/manage.py", id="a path"),
        pytest.param("'manage.py ' 'migrate'", "manage.py migrate", id="a text in two"),
        pytest.param("env.path + '/manage.py'", "/env/manage.py", id="an attribute"),
        pytest.param("twice + '/manage.py'", "${twice}/manage.py", id="a name that is set twice"),
        pytest.param("made + '/manage.py'", "/srv/x/manage.py", id="a name made of others"),
        pytest.param("db_password + '/manage.py'", "${db_password}/manage.py", id="a secret"),
        pytest.param("changed + '/manage.py'", "${changed}/manage.py", id="a name that another task sets"),
        pytest.param("b'manage.py'", None, id="bytes"),
        pytest.param("'manage.py' if x else y", None, id="a choice"),
    ],
)
def test_texts(expression, expected):
    text = (
        "path = '/srv'\nenv.path = '/env'\ntwice = 'a'\ntwice = 'b'\nmade = path + '/x'\ndb_password = 'hunter2'\n"
        "changed = 'a'\na, b = 1, 2\n(x)[0] = 'y'\ndef other():\n    global changed\n" + deploy(f"run({expression})")
    )

    assert [line.partition(" ")[2] for line in runs(text)] == ([] if expected is None else [expected])


def test_names_of_the_task_itself():
    lines = [
        "folder = '/srv'",
        "command = 'manage.py migrate'",
        "x = y = 1",
        "run(command)",
        "command += x",
        "run(command)",
    ]

    assert command(*lines) == ["manage.py migrate"]


def test_an_expression_that_is_nested_too_deeply():
    assert (
        command(
            f"run({'f(' * 20}'manage.py'{')' * 20})", "run('%s' % " + "('%s' % " * 20 + "'manage.py'" + ")" * 20 + ")"
        )
        == []
    )


def test_a_text_of_several_lines():
    assert runs(deploy('run("""cd /srv', "./manage.py migrate", '""")')) == [
        "3 cd /srv /     ./manage.py migrate /     "
    ]


# --- functions ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "call", "expected"),
    [
        pytest.param(
            "def manage(name):\n    run('./manage.py %s' % name)",
            "manage('migrate')",
            ["5 ./manage.py migrate"],
            id="a helper, at the line that names the command",
        ),
        pytest.param(
            "def manage(c, name, *, settings='a.b'):\n    c.run(f'./manage.py {name} --settings={settings}')",
            "manage(c, name='migrate')",
            ["5 ./manage.py migrate --settings=${settings}"],
            id="a helper with a connection",
        ),
        pytest.param(
            "def manage(name='migrate'):\n    run('./manage.py ' + name)",
            "manage()",
            ["2 ./manage.py migrate"],
            id="a default",
        ),
        pytest.param(
            "def manage(name):\n    run('./manage.py ' + name)",
            "manage(*names)",
            ["3 ./manage.py ${name}"],
            id="what is not known",
        ),
        pytest.param(
            "def manage():\n    run('./manage.py migrate')", "execute(manage)", ["3 ./manage.py migrate"], id="executed"
        ),
        pytest.param(
            "def manage():\n    run('./manage.py migrate')",
            "execute('manage')",
            ["3 ./manage.py migrate"],
            id="by name",
        ),
        pytest.param(
            "def manage(x):\n    run('./manage.py ' + x)",
            "execute(manage, 'migrate')",
            ["5 ./manage.py migrate"],
            id="executed with an argument",
        ),
        pytest.param("def manage():\n    manage()\n    deploy()", "manage()", [], id="functions that call themselves"),
        pytest.param("def manage():\n    pass", "other('./x')", [], id="another file's function"),
        pytest.param("def manage():\n    pass", "execute(other())", [], id="an executed call"),
    ],
)
def test_functions_of_the_same_file(function, call, expected):
    assert runs(f"{function}\n{deploy(call)}") == expected


def test_a_helper_hands_its_parameter_on():
    text = "def run(x):\n    fabric.api.run(x)\ndef manage(name):\n    run('./manage.py ' + name)\n" + deploy(
        "manage('migrate')"
    )

    assert runs(text, top="import fabric.api\n") == ["7 ./manage.py migrate"]


def test_what_a_parameter_may_be_of_a_task_is_not_known():
    assert runs("def deploy(path='/srv'):\n    run(path + '/manage.py migrate')\n") == ["3 ${path}/manage.py migrate"]


# --- Python 2 -----------------------------------------------------------------------------------------------------------


def test_what_python_2_prints_and_catches():
    lines = ["print 'x'", "try:", "    run('./manage.py migrate')", "except (A, B), e:", "    print e, 1"]

    assert runs(deploy(*lines)) == ["5 ./manage.py migrate"]


def test_any_other_python_2_is_mentioned():
    assert facts(deploy("# collectstatic", "exec 'x'", "run('./manage.py migrate')")) == [
        BlindSpot("is no Python that this version reads", Location(PATH), frozenset({"migrate"}))
    ]


def test_no_python_that_mentions_nothing():
    assert facts("def deploy(:\n") == []


# --- hostile input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(deploy("run(" + " + ".join(["'manage.py'"] * 2000) + ")"), id="a long sum"),
        pytest.param(deploy("run('%s' * 9)" * 1) + deploy(*["run('manage.py' + x)"] * 5_000), id="many statements"),
        pytest.param(
            "".join(f"v{i} = v{i - 1} + v{i - 1} + 'manage.py'\n" for i in range(1, 2000)) + deploy("run(v1999)"),
            id="texts that double",
        ),
        pytest.param(
            "".join(f"def f{i}():\n    f{i + 1}()\n    f{i + 2}()\n" for i in range(200)) + deploy("f0()"),
            id="functions that branch",
        ),
        pytest.param(
            "".join(f"def deploy{i}():\n    f()\n" for i in range(500)) + "def f():\n" + "    run('manage.py')\n" * 500,
            id="many tasks",
        ),
        pytest.param("print " * 50_000, id="many prints"),
        pytest.param("except a, " * 50_000, id="many exceptions"),
        pytest.param(
            "def deploy():\n" + "".join(f"{' ' * (i + 1)}if x:\n" for i in range(90)) + " " * 91 + "run('manage.py')\n",
            id="deep statements",
        ),
    ],
)
def test_hostile_input_takes_no_long_time(text):
    started = time.process_time()
    fabfile.claims(Source(PATH, text))
    facts(text)

    assert time.process_time() - started < 10


def test_no_secret_is_kept():
    text = deploy("run('DATABASE_URL=postgres://shop:hunter2secret@db/shop ./manage.py migrate')", "migrate(key)")

    assert "hunter2secret" not in repr(facts(f"password = 'hunter2secret'\nkey = 'hunter2secret'\n{text}"))


# --- in a whole repository ----------------------------------------------------------------------------------------------

UNIT = {
    "shop.service": "[Service]\nExecStart=/srv/bin/gunicorn --workers 3 bookstore.wsgi\nUser=www-data\nRestart=always\n"
}


def test_a_fabfile_that_migrates_and_collects(tmp_path):
    text = IMPORT + deploy("run('./manage.py migrate')", "run('./manage.py collectstatic --noinput')")

    found = inspect_files(tmp_path, {**UNIT, PATH: text})

    assert found.places("no-release-migrate") == []
    assert found.places("collectstatic-never-run") == []


def test_a_fabfile_that_does_not(tmp_path):
    found = inspect_files(tmp_path, {**UNIT, PATH: IMPORT + deploy("run('./manage.py check')")})

    assert found.places("no-release-migrate") == ["shop.service:2"]


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        pytest.param(["run('./manage.py makemigrations')"], "makemigrations-in-production", id="writes migrations"),
        pytest.param(["run('./manage.py migrate --fake')"], "fake-migrate", id="fakes them"),
        pytest.param(
            ["with cd('/srv'):", "    run('rm db.sqlite3; ./manage.py migrate')"],
            "data-deleted-on-deploy",
            id="deletes",
        ),
    ],
)
def test_mistakes_of_a_fabfile(tmp_path, lines, rule):
    found = inspect_files(tmp_path, {PATH: IMPORT + deploy(*lines)})

    assert found.places(rule) == [f"fabfile.py:{2 + len(lines)}"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def reset():\n    run('./manage.py flush')\n", id="a task that deploys nothing"),
        pytest.param("def first_deploy():\n    run('./manage.py flush')\n", id="a task that runs once"),
        pytest.param(deploy("local('./manage.py flush')"), id="on the machine of who deploys"),
        pytest.param(deploy("if confirm('really?'):", "    run('./manage.py flush')"), id="only when asked for"),
    ],
)
def test_what_is_no_mistake_of_a_fabfile(tmp_path, text):
    assert inspect_files(tmp_path, {PATH: IMPORT + text}).places("data-deleted-on-deploy") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("'/etc/supervisor/conf.d/shop.conf'", id="on the server"),
        pytest.param("'/srv/supervisor.conf'", id="an absolute path"),
        pytest.param("'deploy/%s/supervisor.conf'", id="a path that is put together"),
        pytest.param("'supervisorctl update'", id="a command"),
        pytest.param("'../../supervisor.conf'", id="outside the repository"),
        pytest.param("b'supervisor.conf'", id="bytes"),
    ],
)
def test_what_is_no_configuration_of_the_repository(text):
    assert facts(f"LOCAL = {text}\n") == []


@pytest.mark.parametrize("name", ["deploy/supervisor.conf.template", "supervisord.conf", "conf/shop_supervisor.ini"])
def test_configuration_that_a_fabfile_fills_in(name):
    """It is read wherever it lies, because the fabfile puts it where supervisor looks for it."""
    text = f"TEMPLATES = {{'supervisor': {{'local_path': '{name}'}}}}\n"
    assert facts(text) == [Reference(name, "supervisord", Location(PATH, 2))]
    assert facts(text, "site/fabfile.py") == [Reference(f"site/{name}", "supervisord", Location("site/fabfile.py", 2))]


def test_a_task_of_very_many_steps_is_followed_to_a_bound(monkeypatch):
    monkeypatch.setattr(fabfile, "MAX_STEPS", 2)

    assert command("run('gunicorn a')", "run('gunicorn b')", "run('gunicorn c')") == ["gunicorn a", "gunicorn b"]
