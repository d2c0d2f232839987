from __future__ import annotations

import pytest

from tests.projects import inspect_files

RULE = "ignored-release-process"
WEB = "web: gunicorn bookstore.wsgi\n"
RELEASE = {"Procfile": f"{WEB}release: python manage.py migrate\n"}
SCALINGO = {"scalingo.json": "{}\n"}
RAILPACK = {"railpack.json": "{}\n"}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(RELEASE, id="Heroku, which runs it"),
        pytest.param({"Procfile": WEB, **SCALINGO}, id="no release"),
        pytest.param({"Procfile": f"{WEB}postdeploy: python manage.py migrate\n", **SCALINGO}, id="postdeploy"),
        pytest.param(
            {"Procfile": f"{WEB}release: python manage.py migrate\npostdeploy: python manage.py migrate\n"},
            id="both, for two platforms",
        ),
        pytest.param(
            {**RELEASE, **SCALINGO, "heroku.yml": "build:\n  docker:\n    web: Dockerfile\n"}, id="Heroku's file too"
        ),
        pytest.param({**RELEASE, **RAILPACK, "nixpacks.toml": "[start]\n"}, id="Nixpacks, which runs it in its build"),
        pytest.param({**RELEASE, "railway.json": "{}\n"}, id="Railway, the builder is not known"),
        pytest.param({**RELEASE, "docs/scalingo.json": "{}\n"}, id="a platform's file of something else"),
    ],
)
def test_silent(tmp_path, files):
    assert inspect_files(tmp_path, files).places(RULE) == []


@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        pytest.param(
            {**RELEASE, **SCALINGO},
            "'release: python manage.py migrate' is not run: Scalingo runs 'postdeploy:' instead.",
            "Rename 'release:' to 'postdeploy:' in Procfile:2.",
            id="Scalingo",
        ),
        pytest.param(
            {**RELEASE, **RAILPACK},
            "'release: python manage.py migrate' is not run: Railpack reads only what starts the site.",
            'Move it from Procfile:2 to railway.json: write \'"preDeployCommand": ["python manage.py migrate"]\' below "deploy".',
            id="Railpack",
        ),
    ],
)
def test_message_and_hint(tmp_path, files, message, hint):
    (finding,) = inspect_files(tmp_path, files).findings(RULE)
    assert (str(finding.location), finding.message, finding.hint) == ("Procfile:2", message, hint)
