from __future__ import annotations

import pytest

from django_deploycheck.scripts import (
    arguments_of_shell,
    is_own_path,
    is_well_known,
    language_of,
    only_sets_environment,
)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param("start", False, id="any name"),
        pytest.param("./wait.sh", False, id="a script of one's own that waits"),
        pytest.param("./python.sh", False, id="a script that is named like a program"),
        pytest.param("/usr/bin/python3.12 a.py", True, id="Python"),
        pytest.param("/venv/bin/gunicorn a", True, id="a server"),
        pytest.param("celery -A a worker", True, id="a worker"),
        pytest.param("./manage.py migrate", True, id="manage.py"),
        pytest.param("bin/wait-for-it.sh db:1", True, id="a script that everybody has"),
        pytest.param("wait-for db:1", True, id="another script that everybody has"),
    ],
)
def test_well_known_programs(command, expected):
    assert is_well_known(command.split()) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/usr/sbin/nginx", False, id="the system's"),
        pytest.param("/venv/bin/flower", False, id="an installed program"),
        pytest.param("$HOME/start", False, id="of an unknown folder"),
        pytest.param("/usr/local/bin/start.sh", True, id="a script in a folder of the system"),
        pytest.param("bin/start", True, id="in a folder of the project"),
        pytest.param("./start", True, id="beside"),
        pytest.param("scripts/$NAME", True, id="an unknown name in a known folder"),
    ],
)
def test_paths_of_scripts(path, expected):
    assert is_own_path(path) is expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("lib.sh", False, id="a script"),
        pytest.param("bin/environment", False, id="a name that begins so"),
        pytest.param("venv/bin/activate", True, id="a virtual environment"),
        pytest.param("$X/activate", True, id="an unknown virtual environment"),
        pytest.param(".env", True, id=".env"),
        pytest.param("/app/.env.production", True, id=".env with a suffix"),
        pytest.param("deploy/prod.env", True, id="a name before it"),
        pytest.param("/etc/os-release", True, id="what system it is"),
    ],
)
def test_files_that_set_the_environment(path, expected):
    assert only_sets_environment(path) is expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("start", "", "shell", id="an empty file"),
        pytest.param("start", "gunicorn a\n", "shell", id="no first line that says it"),
        pytest.param("start.sh", "#!/bin/sh -e\n", "shell", id="sh"),
        pytest.param("start", "#!/usr/bin/env bash\n", "shell", id="env bash"),
        pytest.param("run", "#!/command/with-contenv\n", "shell", id="s6"),
        pytest.param("run", "#!/usr/bin/execlineb -P\n", "shell", id="execline"),
        pytest.param("start.py", "import os\n", "python", id="a suffix"),
        pytest.param("start", "#!/usr/bin/env python3\n", "python", id="env python"),
        pytest.param("start", "#!/usr/bin/env node\n", "", id="another language"),
        pytest.param("start", "#!/usr/bin/fish\n", "", id="a shell of another kind"),
    ],
)
def test_languages(path, text, expected):
    assert language_of(path, text) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param("", ([], True), id="nothing"),
        pytest.param("start.sh a -b", (["start.sh", "a", "-b"], False), id="a script with arguments"),
        pytest.param("-e -u start.sh", (["start.sh"], False), id="options"),
        pytest.param("-o pipefail +O nullglob start.sh", (["start.sh"], False), id="options with values"),
        pytest.param("--norc --rcfile a start.sh", (["start.sh"], False), id="long options"),
        pytest.param("-- -start.sh", (["-start.sh"], False), id="behind dashes"),
        pytest.param("-s", ([], True), id="the input"),
        pytest.param("-es a b", (["a", "b"], True), id="the input, with arguments"),
        pytest.param("-s -- -a", (["-a"], True), id="the input, with arguments behind dashes"),
        pytest.param("-o", ([], True), id="a value that is missing"),
    ],
)
def test_arguments_of_shells(arguments, expected):
    assert arguments_of_shell(arguments.split()) == expected
