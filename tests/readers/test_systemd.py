from __future__ import annotations

import pytest

from django_deploycheck.model import BlindSpot, CommandLine, EnvVar, Fact, Location, Reference, Service
from django_deploycheck.readers import systemd
from django_deploycheck.source import Source
from tests.projects import inspect_files

PATH = "deploy/shop.service"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str, path: str = PATH) -> list[Fact]:
    return list(systemd.read(Source(path, text)))


def service(text: str) -> Service:
    (fact,) = (fact for fact in facts(text) if isinstance(fact, Service))
    return fact


def commands(text: str) -> list[tuple[int | None, tuple[str, ...] | str | None]]:
    """Line and arguments of everything that the unit runs, in order."""
    found = service("[Service]\n" + text)
    return [(line.location.line, line.argv or line.text) for line in (*found.before, found.command) if line is not None]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("[Unit]\nDescription=A shop\n", id="no service"),
        pytest.param("[Service]\nType=oneshot\nExecStartPre=/bin/true\n", id="no ExecStart"),
        pytest.param("[Service]\nExecStart=\n", id="an empty ExecStart"),
        pytest.param("[Service]\nExecStart=gunicorn shop.wsgi\nExecStart=\n", id="an ExecStart taken back"),
        pytest.param("[Unit]\nExecStart=gunicorn shop.wsgi\n", id="ExecStart in another section"),
        pytest.param("[Service]\n#ExecStart=gunicorn\n;ExecStart=gunicorn\n", id="comments"),
        pytest.param("[D-BUS Service]\nName=org.example\nExec=/bin/true\n", id="a service of D-Bus"),
        pytest.param("[Service]\nexecstart=gunicorn shop.wsgi\n", id="other capitals"),
    ],
)
def test_no_service_in(text):
    assert facts(text) == []


def test_a_whole_unit():
    text = (
        "[Unit]\nDescription=Shop\nAfter=network.target\n\n[Service]\nUser=shop\nGroup=www-data\nWorkingDirectory=/srv/shop\n"
        "Environment=DJANGO_SETTINGS_MODULE=shop.settings\nExecStartPre=/srv/venv/bin/python manage.py migrate\n"
        "ExecStart=/srv/venv/bin/gunicorn shop.wsgi\nRestart=on-failure\n\n[Install]\nWantedBy=multi-user.target\n"
    )
    assert facts(text) == [
        Service(
            name="shop",
            kind="systemd",
            location=at(11),
            command=CommandLine(at(11), argv=("/srv/venv/bin/gunicorn", "shop.wsgi")),
            before=(CommandLine(at(10), argv=("/srv/venv/bin/python", "manage.py", "migrate")),),
            variables=(EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings", at(9)),),
            user="shop",
            workdir="/srv/shop",
            restart="on-failure",
            runs_on_host=True,
        )
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("shop.service", "shop"),
        ("deploy/shop@.service", "shop"),
        ("shop.service.j2", "shop"),
        ("shop-web.service.template", "shop-web"),
    ],
)
def test_the_name_is_the_file_s(path, name):
    (found,) = facts("[Service]\nExecStart=gunicorn\n", path)
    assert isinstance(found, Service)
    assert found.name == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("ExecStart=gunicorn shop.wsgi", [(2, ("gunicorn", "shop.wsgi"))], id="one"),
        pytest.param("ExecStart=a\nExecStart=\nExecStart=b", [(4, ("b",))], id="an override"),
        pytest.param(
            "ExecStart=a\nExecStart=b c\nExecStartPre=d", [(4, ("d",)), (2, ("a",)), (3, ("b", "c"))], id="several"
        ),
        pytest.param("ExecStart=a b ; c ; d", [(2, ("a", "b")), (2, ("c",)), (2, ("d",))], id="a lone semicolon"),
        pytest.param("ExecStart=a ; ; b ;", [(2, ("a",)), (2, ("b",))], id="nothing between semicolons"),
        pytest.param("ExecStart=a b; c", [(2, ("a", "b;", "c"))], id="a semicolon that is none"),
        pytest.param("ExecStart=-a b", [(2, ("a", "b"))], id="may fail"),
        pytest.param("ExecStart=-+!!a b", [(2, ("a", "b"))], id="several prefixes"),
        pytest.param(
            "ExecStart=@/usr/bin/python python manage.py",
            [(2, ("/usr/bin/python", "manage.py"))],
            id="a name of its own",
        ),
        pytest.param("ExecStart=gunicorn --bind ':80 00'", [(2, ("gunicorn", "--bind", ":80 00"))], id="quotes"),
        pytest.param("ExecStart=gunicorn 'shop", [(2, "gunicorn 'shop")], id="a quote that stays open"),
    ],
)
def test_commands(text, found):
    assert commands(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("ExecStart=a \\\n  --b \\\n  c", [(2, ("a", "--b", "c"))], id="options below"),
        pytest.param("ExecStart=\\\n  a \\\n  b", [(3, ("a", "b"))], id="all of it below"),
        pytest.param("ExecStart=a \\\n# why \\\n  ; how\n  b", [(2, ("a", "b"))], id="comments between"),
        pytest.param("ExecStart=a ; \\\n  b", [(2, ("a",)), (3, ("b",))], id="the second command below"),
        pytest.param("ExecStart=a \\\n\nRestart=no", [(2, ("a",))], id="a blank line ends it"),
    ],
)
def test_commands_over_several_lines(text, found):
    assert commands(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "ExecStart=a --name %n --home %h",
            ("a", "--name", "${SYSTEMD_n}", "--home", "${SYSTEMD_h}"),
            id="specifiers",
        ),
        pytest.param("ExecStart=date +%%s", ("date", "+%s"), id="a percent sign"),
        pytest.param("ExecStart=a 100%", ("a", "100%"), id="a percent sign at the end"),
        pytest.param(
            "Environment=N=3 M=4\nExecStart=a -w $N ${M}x $N$N",
            ("a", "-w", "3", "4x", "$N$N"),
            id="the unit's variables",
        ),
        pytest.param(
            "Environment='O=-w 3'\nExecStart=a $O ${O}", ("a", "-w", "3", "-w 3"), id="a variable with a space"
        ),
        pytest.param("ExecStart=a $N ${M}", ("a", "$N", "${M}"), id="variables from elsewhere"),
        pytest.param("ExecStart=a $$N", ("a", "$N"), id="a dollar sign"),
        pytest.param("Environment=N=3\nExecStart=:a $N", ("a", "$N"), id="no variables asked for"),
        pytest.param(
            "Environment=N=3\nEnvironmentFile=-.env\nExecStart=a $N", ("a", "$N"), id="a file may override them"
        ),
        pytest.param(
            "Environment=API_TOKEN=kd83jf72hd\nExecStart=a $API_TOKEN",
            ("a", "$API_TOKEN"),
            id="a secret stays where it is",
        ),
    ],
)
def test_what_only_the_machine_knows(text, found):
    assert commands(text)[0][1] == found


def test_a_script_over_several_lines_keeps_its_lines(tmp_path):
    text = (
        '[Service]\nExecStart=/bin/sh -c \'\\\n  # The address \\\n  [ -n "$HOST" ] && export GRANIAN_HOST=$HOST; \\\n'
        "  exec granian --interface wsgi \\\n    bookstore.wsgi:application'\n"
    )
    report = inspect_files(tmp_path, {"shop.service": text}).report
    assert report.deployment is not None
    (process,) = report.deployment.web
    assert str(process.location) == "shop.service:5"
    assert process.server is not None
    assert process.server.application == "bookstore.wsgi:application"


def test_what_runs_once_it_has_started():
    text = "[Service]\nUser=shop\nExecStart=a\nExecStartPost=b\nExecStartPost=c d\nRestart=always\n"
    service_read, after = facts(text)
    assert isinstance(service_read, Service)
    assert service_read.before == ()
    assert after == Service(
        name="shop ExecStartPost",
        kind="systemd",
        location=at(5),
        command=CommandLine(at(5), argv=("c", "d")),
        before=(CommandLine(at(4), argv=("b",)),),
        user="shop",
        runs_on_host=True,
    )


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        pytest.param("Environment=A=1", [("A", "1", 3)], id="one"),
        pytest.param('Environment="A=1 2" B=3', [("A", "1 2", 3), ("B", "3", 3)], id="quoted pairs"),
        pytest.param("Environment=A=1\nEnvironment=B=2", [("A", "1", 3), ("B", "2", 4)], id="two lines"),
        pytest.param("Environment=A=1 \\\n  B=2", [("A", "1", 3), ("B", "2", 4)], id="one value over two lines"),
        pytest.param("Environment=A=1\nEnvironment=\nEnvironment=B=2", [("B", "2", 5)], id="taken back"),
        pytest.param("Environment=A", [], id="no value"),
        pytest.param("Environment='A=1", [], id="a quote that stays open"),
        pytest.param("Environment=A=%h/x", [("A", "${SYSTEMD_h}/x", 3)], id="a specifier"),
        pytest.param("Environment=SECRET_KEY=kd83jf72hd63", [("SECRET_KEY", "***", 3)], id="a secret"),
    ],
)
def test_variables(text, variables):
    found = service("[Service]\nExecStart=a\n" + text).variables
    assert [(variable.name, variable.value, variable.location.line) for variable in found] == variables


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("EnvironmentFile=.env", [Reference("deploy/.env", "dotenv", at(3))], id="beside the unit"),
        pytest.param(
            "EnvironmentFile=-.env", [Reference("deploy/.env", "dotenv", at(3))], id="one that may be missing"
        ),
        pytest.param("EnvironmentFile=.env\nEnvironmentFile=", [], id="taken back"),
    ],
)
def test_files_with_variables(text, found):
    assert list(service("[Service]\nExecStart=a\n" + text).env_files) == found


@pytest.mark.parametrize("name", ["/etc/shop.env", "-/etc/shop.env", "%h/.env", "../../../.env"])
def test_a_file_with_variables_elsewhere_is_a_blind_spot_that_hides_no_command(name):
    spot, found = facts(f"[Service]\nExecStart=a\nEnvironmentFile={name}\n")
    assert spot == BlindSpot("names a file outside the repository", at(3), frozenset())
    assert isinstance(found, Service)
    assert found.env_files == ()


@pytest.mark.parametrize(
    ("text", "workdir"),
    [
        ("WorkingDirectory=/srv/shop", "/srv/shop"),
        ("WorkingDirectory=-/srv/shop", "/srv/shop"),
        ("WorkingDirectory=%h/shop", "${SYSTEMD_h}/shop"),
        ("WorkingDirectory=", None),
        ("", None),
    ],
)
def test_working_directory(text, workdir):
    assert service("[Service]\nExecStart=a\n" + text).workdir == workdir


def test_no_secret_in_a_command():
    found = service("[Service]\nExecStart=celery flower --basic_auth='admin:kd83 jf72 hd63'\n")
    assert found.command is not None
    assert found.command.argv == ("celery", "flower", "--basic_auth=***")
    assert "jf72" not in repr(found)


@pytest.mark.parametrize(
    ("text", "starts_on_demand"),
    [
        pytest.param("", False, id="no socket"),
        pytest.param("[Unit]\nRequires=redis.service\n", False, id="another service"),
        pytest.param("[Unit]\nRequires=docker.socket\n", False, id="the socket of another service"),
        pytest.param("[Unit]\nAfter=shop.socket\n", False, id="an order alone"),
        pytest.param("[Install]\nWantedBy=sockets.target\n", False, id="a target"),
        pytest.param("#Requires=shop.socket\n", False, id="a comment"),
        pytest.param("[Unit]\nRequires=network.target shop.socket\n", True, id="it needs its socket"),
        pytest.param("Sockets=shop.socket\n", True, id="it names its socket"),
        pytest.param("[Install]\nAlso=shop.socket\n", True, id="it is enabled with its socket"),
    ],
)
def test_a_socket_starts_it_on_demand(text, starts_on_demand):
    assert service("[Service]\nExecStart=a\n" + text).starts_on_demand is starts_on_demand


def test_a_template_leaves_open_what_is_filled_in():
    found = service(
        "[Service]\n{% for name in names %}\nEnvironment={{ name }}={{ value }}\n{% endfor %}\n"
        'Environment="A=b" B={{ b }} C=c-{{ c }}\n'
        "User={{ user | default('shop') }}\nExecStart={{ venv }}/bin/gunicorn --workers {{ n }} {{ app }}.wsgi\n"
    )

    assert found.command is not None
    assert found.command.argv == ("${JINJA_venv}/bin/gunicorn", "--workers", "${JINJA_n}", "${JINJA_app}.wsgi")
    assert [(variable.name, variable.value) for variable in found.variables] == [("A", "b"), ("B", None), ("C", None)]
    assert found.user == "${JINJA_user:-shop}"
