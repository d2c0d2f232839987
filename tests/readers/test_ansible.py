from __future__ import annotations

import time
from contextlib import suppress
from textwrap import dedent

import pytest

from django_deploycheck.discovery import discover
from django_deploycheck.model import BlindSpot, CommandLine, EnvVar, Fact, Location, Reference, Service
from django_deploycheck.readers import ansible, load
from django_deploycheck.source import Repository, Source, Unreadable
from tests.projects import inspect_files

PLAYBOOK = "deploy.yml"
ROLE = "roles/shop/tasks/main.yml"


def facts(text: str, path: str = ROLE) -> list[Fact]:
    return list(ansible.read(Source(path, dedent(text))))


def runs(text: str, path: str = ROLE) -> list[str]:
    """What is run, each with its line; lines of one command are joined with a slash."""
    lines: list[CommandLine] = []
    for fact in facts(text, path):
        if isinstance(fact, Service) and fact.command is not None:
            lines += [*fact.before, fact.command]
    return [f"{line.location.line} {str(line).replace(chr(10), ' / ')}" for line in lines]


def task(body: str) -> str:
    """A role's file of one task, whose first line is the given one."""
    lines = dedent(body).strip("\n").splitlines()
    return "".join(f"{'  ' if index else '- '}{line}\n" for index, line in enumerate(lines))


def play(tasks: str, *, top: str = "hosts: web") -> str:
    """A playbook with one play; its first task stands at line 3, or further down by the lines that ``top`` adds."""
    head = "".join(f"{'  ' if index else '- '}{line}\n" for index, line in enumerate(top.splitlines()))
    return f"{head}  tasks:\n" + "".join(f"    {line}\n" for line in dedent(tasks).strip("\n").splitlines())


MIGRATE = "- command: python manage.py migrate"


# --- which files are claimed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("deploy.yml", "", id="an empty file"),
        pytest.param("deploy.yml", "apiVersion: v1\ncommand: [x]\n", id="a mapping"),
        pytest.param("deploy.yml", "- name: x\n  run: y\n", id="a list of something else"),
        pytest.param("ansible/group_vars/all.yml", "- command: migrate\n", id="a list of variables"),
        pytest.param("molecule/default/playbook.yml", play(MIGRATE), id="a playbook of molecule"),
        pytest.param("roles/shop/tests/test.yml", play(MIGRATE), id="a playbook of a role's tests"),
        pytest.param("tasks/main.yml", "- name: x\n  apt: name=nginx\n", id="tasks that run nothing"),
        pytest.param("tasks/main.yml", task("command: apt-get update"), id="tasks that prepare the machine"),
    ],
)
def test_what_is_left_to_other_readers(path, text):
    assert not ansible.claims(Source(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("deploy.yml", f"---\n# deploys\n\n{play(MIGRATE)}", id="a playbook"),
        pytest.param("site.yaml", "- import_playbook: web.yml\n", id="a playbook of playbooks"),
        pytest.param(
            "ansible/site.yml", "-\n  hosts: all\n  roles:\n    - web\n", id="a playbook of roles, the dash alone"
        ),
        pytest.param(ROLE, task("command: python manage.py migrate"), id="a role's tasks"),
        pytest.param("roles/shop/handlers/main.yml", task("shell: ./manage.py migrate"), id="a role's handlers"),
    ],
)
def test_what_is_claimed(path, text):
    assert ansible.claims(Source(path, text))


@pytest.mark.parametrize(
    "path",
    [
        "deploy.yml",
        "playbook.yml",
        "ansible/site.yaml",
        "ansible/roles/shop/tasks/main.yml",
        "deploy/roles/shop/handlers/main.yml",
        "roles/shop/tasks/migrate.yml",
        "provisioning/web.yml",
    ],
)
def test_where_playbooks_are_found(tmp_path, path):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("x")

    assert (path, "ansible") in discover(Repository(str(tmp_path)), "", load()).files


# --- which tasks run something ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("- text\n- [list]\n", id="no tasks"),
        pytest.param(task("name: nothing"), id="a task without a module"),
        pytest.param(task("apt: name=nginx"), id="a package of the system"),
        pytest.param(task("apt: name={{ packages }}"), id="packages of the system that are not known"),
        pytest.param(task("pip: name=django"), id="a package that is no server"),
        pytest.param(task("user: name=gunicorn"), id="another module"),
        pytest.param(task("command: apt-get update"), id="a command that prepares the machine"),
        pytest.param(task("command:"), id="a command that is empty"),
        pytest.param(task("command: docker compose up -d"), id="compose, whose own file says what runs"),
        pytest.param(task("command: python manage.py migrate\nwhen: false"), id="never"),
        pytest.param(task("django_manage: app_path=/srv"), id="a management command without a name"),
        pytest.param(task("docker_container: name=a image=shop"), id="a container with its image's own command"),
        pytest.param(
            task("docker_container:\n  image: shop\n  state: absent\n  command: ./manage.py migrate"),
            id="a container that is removed",
        ),
        pytest.param(task("script: /opt/migrate.sh"), id="a script outside of the repository"),
        pytest.param(task("supervisorctl: name=gunicorn state=restarted"), id="a restart"),
        pytest.param(task("action: {module: ''}"), id="an action without a module"),
    ],
)
def test_what_runs_nothing(text):
    assert facts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            task("command: python manage.py migrate"), ["1 python manage.py migrate"], id="a command in free form"
        ),
        pytest.param(
            task("ansible.builtin.command: python manage.py migrate"),
            ["1 python manage.py migrate"],
            id="the module's full name",
        ),
        pytest.param(
            task("name: x\nshell: ./manage.py migrate chdir=/srv/shop creates=/x"),
            ['2 if [ -e "$when" ]; then cd "/srv/shop"; ./manage.py migrate / fi'],
            id="the module's own words in free form",
        ),
        pytest.param(
            task("command: ./manage.py migrate\nargs:\n  chdir: /srv/shop"),
            ['1 cd "/srv/shop"; ./manage.py migrate'],
            id="a folder in args",
        ),
        pytest.param(
            task('command: ./manage.py migrate\nargs:\n  chdir: "a`b"'), ["1 ./manage.py migrate"], id="an odd folder"
        ),
        pytest.param(
            task("command:\n  chdir: /srv/shop\n  cmd: ./manage.py migrate"),
            ['3 cd "/srv/shop"; ./manage.py migrate'],
            id="named",
        ),
        pytest.param(
            task("command:\n  argv:\n    - ./manage.py\n    - migrate\n    - a b"),
            ["3 ./manage.py migrate 'a b'"],
            id="as words",
        ),
        pytest.param(
            task("shell: |\n  cd /srv\n  ./manage.py migrate"), ["2 cd /srv / ./manage.py migrate"], id="a script"
        ),
        pytest.param(
            task("shell: >\n  cd /srv &&\n  ./manage.py migrate"),
            ["2 cd /srv && \\ / ./manage.py migrate"],
            id="a folded text",
        ),
        pytest.param(
            task("pip: name=gunicorn==23.0,django"), ["1 pip install gunicorn==23.0"], id="a server's package"
        ),
        pytest.param(
            task("pip:\n  requirements: '{{ app }}/requirements.txt'"),
            ["2 pip install -r ${app}/requirements.txt"],
            id="a file of requirements",
        ),
        pytest.param(
            task("pip:\n  name: '{{ item }}'\nloop: [wheel, uvicorn]"),
            ["3 pip install uvicorn"],
            id="packages in a loop",
        ),
        pytest.param(
            task("pip:\n  name: '{{ packages }}'\n  requirements: a.txt"),
            ["2 pip install -r ${packages} -r a.txt"],
            id="packages that are not known",
        ),
        pytest.param(
            task("package:\n  name: [nginx, gunicorn]"), ["2 apt-get install gunicorn"], id="a server of the system"
        ),
        pytest.param(task("raw: ./manage.py migrate"), ["1 ./manage.py migrate"], id="raw"),
        pytest.param(task("action: shell ./manage.py migrate"), ["1 ./manage.py migrate"], id="an action"),
        pytest.param(
            task("local_action:\n  module: command\n  cmd: ./manage.py migrate"),
            ["3 ./manage.py migrate"],
            id="a local action with its module named",
        ),
        pytest.param(
            task("script: migrate.sh --all"), ["1 sh roles/shop/files/migrate.sh --all"], id="a script of the role"
        ),
        pytest.param(
            task("script:\n  cmd: bin/migrate.sh"), ["2 sh roles/shop/bin/migrate.sh"], id="a script by its path"
        ),
        pytest.param(
            task("expect:\n  command: ./manage.py migrate\n  responses: {}"), ["2 ./manage.py migrate"], id="expect"
        ),
        pytest.param(
            task("community.general.django_manage:\n  command: migrate\n  project_path: /srv\n  settings: shop.prod"),
            ['2 cd "/srv"; python manage.py migrate --noinput --settings=shop.prod'],
            id="a management command",
        ),
        pytest.param(
            task("django_manage:\n  command: collectstatic\n  app_path: /srv\n  clear: yes\n  link: no"),
            ['2 cd "/srv"; python manage.py collectstatic --noinput --clear'],
            id="a management command with flags",
        ),
        pytest.param(
            task("django_manage: command=loaddata fixtures=a.json app_path=/srv manage=shop/manage.py"),
            ['1 cd "/srv"; python shop/manage.py loaddata a.json'],
            id="a management command in one line",
        ),
        pytest.param(
            task("django_manage: >\n  command=syncdb\n  pythonpath='/a b'\n  database=main"),
            ["2 python manage.py syncdb --noinput --pythonpath=/a b --database=main"],
            id="a management command in several lines",
        ),
        pytest.param(
            task("community.general.django_command:\n  command: migrate\n  settings: a.b\n  extra_args: [--plan]"),
            ["2 python -m django migrate --noinput --settings=a.b --plan"],
            id="the newer module",
        ),
        pytest.param(
            task("community.docker.docker_container_exec:\n  container: web\n  command: ./manage.py migrate"),
            ["3 docker exec web ./manage.py migrate"],
            id="in a container",
        ),
        pytest.param(
            task("community.docker.docker_compose_v2_exec:\n  service: web\n  argv: [./manage.py, migrate]"),
            ["3 docker compose exec web ./manage.py migrate"],
            id="in a compose service, as words",
        ),
        pytest.param(
            task("kubernetes.core.k8s_exec:\n  pod: '{{ pods[0] }}'\n  command: ./manage.py migrate"),
            ["3 kubectl exec ${pods} -- ./manage.py migrate"],
            id="in a pod",
        ),
        pytest.param(
            task("docker_container:\n  command: ./manage.py migrate"),
            ["2 docker run $container ./manage.py migrate"],
            id="a container of an image that is not named",
        ),
        pytest.param(
            task("block:\n  - command: ./manage.py check\nalways:\n  - command: ./manage.py migrate"),
            ["2 ./manage.py check", "4 ./manage.py migrate"],
            id="a block",
        ),
        pytest.param(
            task("block:\n  - command: ./manage.py check\nrescue:\n  - command: ./manage.py migrate"),
            ["2 ./manage.py check", '4 if [ -e "$when" ]; then ./manage.py migrate / fi'],
            id="what a block does when it fails",
        ),
    ],
)
def test_what_tasks_run(text, expected):
    assert runs(text) == expected


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("{{ venv }}/bin/python manage.py migrate", "${venv}/bin/python manage.py migrate", id="a name"),
        pytest.param("{{ python | quote }} manage.py migrate", "${python} manage.py migrate", id="a filter"),
        pytest.param("{{ 'hunter2' | x }} manage.py migrate", "${x} manage.py migrate", id="a literal is not shown"),
        pytest.param("{{ 1 }} manage.py migrate", "${jinja} manage.py migrate", id="no name at all"),
        pytest.param(
            "{{ python | default('python3') }} manage.py migrate",
            "${python:-python3} manage.py migrate",
            id="a default",
        ),
        pytest.param("{{ app }}/manage.py migrate", "/srv/shop/manage.py migrate", id="a literal of the play"),
        pytest.param("{{ manage }} migrate", "/srv/shop/manage.py migrate", id="a literal made of another"),
        pytest.param("./manage.py migrate {% if x %}--plan{% endif %}", "./manage.py migrate --plan", id="a statement"),
        pytest.param("./manage.py migrate --x={{ key }}", "./manage.py migrate --x=${key}", id="a list"),
        pytest.param("./manage.py migrate {{ db_password }}", "./manage.py migrate ${db_password}", id="a secret"),
        pytest.param("./manage.py migrate {{ long }}", "./manage.py migrate ${long}", id="a long literal"),
    ],
)
def test_expressions(command, expected):
    variables = (
        "vars:\n  app: /srv/shop\n  manage: '{{ app }}/manage.py'\n  key: [1]\n  db_password: hunter2\n  "
        f"long: {'x' * 600}"
    )

    text = play(f'- command: "{command}"', top=f"hosts: web\n{variables}")

    assert [line.partition(" ")[2] for line in runs(text, PLAYBOOK)] == [expected]


def test_an_expression_over_two_lines_keeps_the_lines_below_in_place():
    text = task("shell: |\n  echo {{ a\n  | quote }}\n  ./manage.py migrate")

    assert runs(text) == ["2 echo ${a} \\ /  / ./manage.py migrate"]


@pytest.mark.parametrize(
    ("when", "condition"),
    [
        pytest.param("true", None, id="always"),
        pytest.param("inventory_hostname == groups['web'][0]", None, id="on one machine of several"),
        pytest.param("env == 'production'", '[ "$env" = "production" ]', id="an environment"),
        pytest.param("env | default('x') != 'dev'", '[ "$env" != "dev" ]', id="no such environment"),
        pytest.param("is_production | bool", '[ -n "$is_production" ]', id="a switch"),
        pytest.param("not local_setup", '[ -z "$local_setup" ]', id="no such switch"),
        pytest.param("state == 'x'", '[ -e "$when" ]', id="a comparison that says nothing"),
        pytest.param("migrations.changed", '[ -e "$when" ]', id="anything else"),
        pytest.param("[a == 'dev', b]", '[ "$a" = "dev" ] && [ -e "$when" ]', id="several"),
    ],
)
def test_conditions(when, condition):
    text = task(f"command: ./manage.py migrate\nwhen: {when}")

    expected = "./manage.py migrate" if condition is None else f"if {condition}; then ./manage.py migrate / fi"
    assert runs(text) == [f"1 {expected}"]


@pytest.mark.parametrize(
    ("loop", "expected"),
    [
        pytest.param("loop: '{{ commands }}'", ["1 ./manage.py ${item}"], id="over something unknown"),
        pytest.param("with_dict: {a: 1}", ["1 ./manage.py ${item}"], id="over a mapping"),
        pytest.param(
            "with_items:\n  - migrate\n  - collectstatic",
            ["3 ./manage.py migrate", "4 ./manage.py collectstatic"],
            id="over literals",
        ),
        pytest.param(
            f"loop: [{', '.join(['migrate'] * 31)}]", ["1 ./manage.py ${item}"], id="over more than are told apart"
        ),
    ],
)
def test_loops(loop, expected):
    assert runs(task(f"command: ./manage.py {{{{ item }}}}\n{loop}")) == expected


def test_a_loop_over_mappings_with_a_name_of_its_own():
    text = task(
        """
        command: ./manage.py {{ c.name }} {{ c.app }}
        loop:
          - name: migrate
            app: '{{ x }}'
        loop_control:
          loop_var: c
        """
    )

    assert runs(text) == ["3 ./manage.py migrate ${x}"]


def test_what_is_run_only_for_its_tag_is_mentioned():
    text = task("command: ./manage.py migrate\ntags: [never, x]")

    assert facts(text) == [
        BlindSpot("is run only where its tag is asked for", Location(ROLE, 1), frozenset({"migrate"}))
    ]


def test_a_program_of_unknown_name_is_mentioned():
    text = task('command: "{{ manage }} migrate"')

    assert [fact for fact in facts(text) if isinstance(fact, BlindSpot)] == [
        BlindSpot("runs a command that stands in a variable", Location(ROLE, 1), frozenset({"migrate"}))
    ]


@pytest.mark.parametrize("path", ["roles/shop/handlers/main.yml", "roles/shop/tasks/reset.yml"])
def test_what_may_not_be_run_is_not_certain(path):
    assert runs(task("command: ./manage.py migrate"), path) == ['1 if [ -e "$when" ]; then ./manage.py migrate / fi']


# --- services -------------------------------------------------------------------------------------------------------------


def test_a_role_is_one_service():
    text = """
    - name: migrate
      command: ./manage.py migrate
      environment:
        DJANGO_SETTINGS_MODULE: shop.settings.production
        DEBUG: "1"
        SECRET_KEY: 'k3-9d8s7f6g5h4j3k2l1q0w9e8r7t6y5u4i3o2p1'
        API_TOKEN: "{{ token }}"
    - command: ./manage.py collectstatic --noinput
    """

    def at(line: int) -> Location:
        return Location(ROLE, line)

    assert facts(text) == [
        Service(
            name="shop",
            kind="ansible",
            location=at(3),
            role="release",
            command=CommandLine(at(9), "./manage.py collectstatic --noinput"),
            before=(CommandLine(at(3), "./manage.py migrate"),),
            variables=(
                EnvVar("DJANGO_SETTINGS_MODULE", "shop.settings.production", at(5)),
                EnvVar("DEBUG", None, at(6)),
                EnvVar("SECRET_KEY", "***", at(7), secret="a secret key"),
                EnvVar("API_TOKEN", None, at(8)),
            ),
            keeps_files=True,
            runs_on_host=True,
        )
    ]


def test_files_written_in_a_container_may_not_stay():
    text = task("docker_container_exec:\n  container: web\n  command: ./manage.py collectstatic")

    assert [fact.keeps_files for fact in facts(text) if isinstance(fact, Service)] == [None]


def test_a_server_that_a_task_starts_is_a_service_of_its_own():
    text = (
        "- command: ./manage.py migrate\n- shell: nohup gunicorn shop.wsgi &\n- command: systemctl restart gunicorn\n"
    )

    found = [(fact.name, fact.role, fact.location.line) for fact in facts(text) if isinstance(fact, Service)]

    assert found == [("shop", None, 2), ("shop (2)", "release", 1)]


def test_every_play_is_a_service():
    text = (
        play(MIGRATE, top="name: Deploy {{ app }}\nhosts: web")
        + play(MIGRATE, top="hosts: web\nwhen: x")
        + play("- apt: name=x", top="hosts: db")
    )

    found = [(fact.name, fact.location.line) for fact in facts(text, PLAYBOOK) if isinstance(fact, Service)]

    assert found == [("Deploy ${app}", 4), ("deploy", 8)]


def test_the_tasks_of_a_play_in_order():
    text = """
    - hosts: web
      handlers:
        - command: ./manage.py clearsessions
      post_tasks:
        - command: ./manage.py check
      tasks:
        - command: ./manage.py migrate
      pre_tasks:
        - command: ./manage.py showmigrations
    """

    assert runs(text, PLAYBOOK) == [
        "10 ./manage.py showmigrations",
        "8 ./manage.py migrate",
        "6 ./manage.py check",
        '4 if [ -e "$when" ]; then ./manage.py clearsessions / fi',
    ]


@pytest.mark.parametrize("hosts", ["vagrant", "dev", "[local-machine, web]", "all:&test"])
def test_a_play_for_development_says_nothing(hosts):
    assert facts(play(MIGRATE, top=f"hosts: {hosts}"), PLAYBOOK) == []


@pytest.mark.parametrize("top", ["hosts: localhost", "hosts: 127.0.0.1", "hosts: web\nconnection: local"])
def test_a_play_for_the_machine_that_starts_it_is_mentioned(top):
    assert facts(play(MIGRATE, top=top), PLAYBOOK) == [
        BlindSpot(
            "runs on the machine that starts it, which may be anybody's",
            Location(PLAYBOOK, 1),
            frozenset({"migrate"}),
        )
    ]


def test_a_play_for_this_machine_that_mentions_nothing():
    assert facts(play("- command: ls", top="hosts: localhost"), PLAYBOOK) == []


@pytest.mark.parametrize("line", ["remote_user: vagrant", "app: /vagrant/shop"])
def test_a_playbook_that_shows_vagrant_is_mentioned(line):
    assert facts(play(MIGRATE, top=f"hosts: web\nvars:\n  {line}"), PLAYBOOK) == [
        BlindSpot("shows Vagrant, so that it may be for development", Location(PLAYBOOK, 1), frozenset({"migrate"}))
    ]


# --- files and roles ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            task("template: src=settings.py dest=/srv/settings.py"), id="a file that no program of ours reads"
        ),
        pytest.param(task("template: src={{ x }}.service dest=/etc/systemd/system/"), id="a name that is not known"),
        pytest.param(task("copy: src=units/ dest=/etc/systemd/system/a.service"), id="a folder"),
        pytest.param(task("copy:\n  dest: /etc/nginx/nginx.conf\n  content: x"), id="no source"),
        pytest.param(task("include_tasks: '{{ os }}.yml'"), id="tasks whose name is not known"),
        pytest.param(task("import_role:\n  name: nginx"), id="a role of the repository"),
        pytest.param(task("include_role: {}"), id="a role without a name"),
        pytest.param(play("", top="hosts: web\nroles:\n  - nginx\n  - role: geerlingguy.docker"), id="harmless roles"),
    ],
)
def test_files_that_are_not_read(text):
    assert facts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            task("template: src=gunicorn.service.j2 dest=/etc/systemd/system/{{ app }}.service"),
            [("roles/shop/templates/gunicorn.service.j2", "systemd"), ("roles/shop/gunicorn.service.j2", "systemd")],
            id="a unit",
        ),
        pytest.param(
            task("name: x\ncopy:\n  src: files/shop.conf\n  dest: /etc/supervisor/conf.d/"),
            [("roles/shop/files/files/shop.conf", "supervisord"), ("roles/shop/files/shop.conf", "supervisord")],
            id="a file of supervisor",
        ),
        pytest.param(
            task("template: src=shop.ini.j2 dest=/etc/uwsgi.d/{{ app }}.ini"),
            [("roles/shop/templates/shop.ini.j2", "uwsgi"), ("roles/shop/shop.ini.j2", "uwsgi")],
            id="a file of uwsgi",
        ),
        pytest.param(
            task("template:\n  src: ../../web.j2\n  dest: /etc/nginx/sites-available/web"),
            [("roles/web.j2", "nginx"), ("web.j2", "nginx")],
            id="another folder's file",
        ),
        pytest.param(
            task("template:\n  src: ../../../web.j2\n  dest: /etc/nginx/sites-available/web"),
            [("web.j2", "nginx")],
            id="one that is partly outside of the repository",
        ),
        pytest.param(
            task("import_tasks: migrate.yml"), [("roles/shop/tasks/migrate.yml", "ansible")], id="imported tasks"
        ),
        pytest.param(
            task("include: web.yml tags=x"), [("roles/shop/tasks/web.yml", "ansible")], id="tasks included with a tag"
        ),
        pytest.param(
            task("include_tasks:\n  file: web.yml"), [("roles/shop/tasks/web.yml", "ansible")], id="tasks by name"
        ),
    ],
)
def test_files_that_are_read(text, expected):
    found = [(fact.path, fact.kind) for fact in facts(text) if isinstance(fact, Reference)]

    assert found == expected


def test_a_playbook_leads_to_others_and_to_its_own_files():
    text = "- import_playbook: web.yml\n" + play("- template: src=a.j2 dest=/etc/nginx/a")

    assert facts(text, "ops/site.yml") == [
        Reference("ops/web.yml", "ansible", Location("ops/site.yml", 1)),
        Reference("ops/templates/a.j2", "nginx", Location("ops/site.yml", 4)),
        Reference("ops/a.j2", "nginx", Location("ops/site.yml", 4)),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(play("", top="hosts: web\nroles:\n  - cchurch.django"), 3, id="a play's role"),
        pytest.param(play("", top="hosts: web\nroles:\n  - {role: me.deploy, tags: x}"), 3, id="with words of its own"),
        pytest.param(play("- include_role: {name: me.deploy}"), 3, id="a task's role"),
    ],
)
def test_a_role_from_elsewhere_may_do_anything(text, line):
    [spot] = facts(text, PLAYBOOK)

    assert isinstance(spot, BlindSpot)
    assert spot.reason.startswith("uses the role '")
    assert (spot.location, spot.hides) == (Location(PLAYBOOK, line), None)


# --- hostile input ------------------------------------------------------------------------------------------------------


def test_no_yaml():
    with pytest.raises(Unreadable) as raised:
        facts("- hosts: [\n  SECRET_KEY: hunter2")

    assert "hunter2" not in str(raised.value)


def test_a_template_that_is_no_yaml_yet_is_mentioned():
    assert facts("- hosts: web\n{% if x %}\n  tasks:\n    - command: ./manage.py migrate\n") == [
        BlindSpot("is YAML only once it is filled in", Location(ROLE, 1), frozenset({"migrate"}))
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- command: " + "{{ " * 100_000, id="expressions that never end"),
        pytest.param("- command: manage.py " + "{{x}}" * 50_000, id="many expressions"),
        pytest.param("- command: manage.py " + "a=b " * 50_000, id="many pairs"),
        pytest.param(
            "- hosts: web\n  vars:\n"
            + "".join(f"    v{i}: '{{{{ v{i - 1} }}}}{{{{ v{i - 1} }}}}'\n" for i in range(2000)),
            id="literals that double",
        ),
        pytest.param("- command: x\n  vars: {a: b}\n" * 5_000, id="many tasks"),
        pytest.param("- " + "block: [{" * 60 + "command: x" + "}]" * 60, id="blocks in blocks"),
        pytest.param(" " * 200_000 + "- /vagrant", id="a long line"),
    ],
)
def test_hostile_input_takes_no_long_time(text):
    started = time.process_time()
    source = Source(ROLE, text)
    ansible.claims(source)
    with suppress(Unreadable):
        list(ansible.read(source))

    assert time.process_time() - started < 10


def test_no_secret_is_kept():
    text = play(
        "- shell: DATABASE_URL=postgres://shop:hunter2secret@db/shop ./manage.py migrate --password {{ db_password }}",
        top="hosts: web\nvars:\n  db_password: hunter2secret\n  key: sk_live_abcdefghijklmnop1234",
    )

    assert "hunter2secret" not in repr(facts(text, PLAYBOOK))
    assert "sk_live" not in repr(facts(text, PLAYBOOK))


# --- in a whole repository ----------------------------------------------------------------------------------------------

UNIT = "[Service]\nExecStart={{ venv }}/bin/gunicorn --workers 3 bookstore.wsgi\nUser=www-data\nRestart=always\n"
WEB = task("template: src=shop.service.j2 dest=/etc/systemd/system/shop.service")
ROLE_OF_SHOP = {
    "deploy.yml": "- hosts: web\n  roles: [shop]\n",
    "roles/shop/templates/shop.service.j2": UNIT,
}


def test_a_playbook_that_migrates_and_collects(tmp_path):
    tasks = (
        WEB + "- django_manage: command=migrate app_path=/srv\n- django_manage: command=collectstatic app_path=/srv\n"
    )

    found = inspect_files(tmp_path, {**ROLE_OF_SHOP, ROLE: tasks})

    assert found.places("no-release-migrate") == []
    assert found.places("collectstatic-never-run") == []


@pytest.mark.parametrize(
    ("tasks", "places"),
    [
        pytest.param("- pip: name=uvicorn\n", [], id="by name"),
        pytest.param("- pip: requirements={{ file }}\n", [], id="perhaps"),
        pytest.param("- pip: requirements=requirements.txt\n", ["roles/shop/templates/shop.service.j2:2"], id="not"),
    ],
)
def test_a_server_that_a_task_installs(tmp_path, tasks, places):
    files = {"roles/shop/templates/shop.service.j2": UNIT.replace("gunicorn", "uvicorn"), ROLE: WEB + tasks}

    assert inspect_files(tmp_path, {**ROLE_OF_SHOP, **files}).places("undeclared-server") == places


def test_a_playbook_that_does_not(tmp_path):
    found = inspect_files(tmp_path, {**ROLE_OF_SHOP, ROLE: WEB + "- command: ./manage.py check\n"})

    assert found.places("no-release-migrate") == ["roles/shop/templates/shop.service.j2:2"]


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        pytest.param("makemigrations", "makemigrations-in-production", id="writes migrations"),
        pytest.param("migrate --fake", "fake-migrate", id="fakes them"),
        pytest.param("flush --noinput", "data-deleted-on-deploy", id="deletes everything"),
    ],
)
def test_mistakes_of_a_playbook(tmp_path, command, rule):
    found = inspect_files(tmp_path, {"deploy.yml": play(f"- command: python manage.py {command}")})

    assert found.places(rule) == ["deploy.yml:3"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(play("- command: python manage.py flush\n  when: reset_database"), id="under a condition"),
        pytest.param(play("- command: python manage.py flush\n  when: env == 'dev'"), id="in development"),
        pytest.param(play("- command: python manage.py flush", top="hosts: vagrant"), id="on a developer's machine"),
        pytest.param(play("- command: python manage.py flush\n  tags: never"), id="for its tag alone"),
    ],
)
def test_what_is_no_mistake_of_a_playbook(tmp_path, text):
    found = inspect_files(tmp_path, {"deploy.yml": text})

    assert found.places("data-deleted-on-deploy") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- hosts: localhost\n  tasks: &x\n  - command: *x\n", id="a play on the machine itself"),
        pytest.param("- hosts: web\n  tasks: &x\n  - block: *x\n", id="a block of itself"),
        pytest.param(
            "- &a0 {command: a}\n" + "".join(f"- &a{n} {{block: [*a{n - 1}]}}\n" for n in range(1, 900)),
            id="blocks of blocks",
        ),
    ],
)
def test_aliases_that_never_end(text):
    with pytest.raises(Unreadable, match=r"holds itself|is nested too deeply"):
        facts(text)


def test_a_list_of_more_tasks_than_any():
    tasks = "- command: gunicorn shop.wsgi\n"

    assert facts(tasks * ansible.MAX_TASKS)
    with pytest.raises(Unreadable) as error:
        facts(tasks * (ansible.MAX_TASKS + 1))
    assert (error.value.reason, error.value.line) == ("holds more than 300 tasks", 301)
