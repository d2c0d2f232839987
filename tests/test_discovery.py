"""Where a repository starts, and which of its files are looked for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from django_deploycheck import discovery, source
from django_deploycheck.discovery import MAX_FOLDERS, Found, Root, discover, find_root
from django_deploycheck.model import BlindSpot, Location
from django_deploycheck.project_apps import project_apps
from django_deploycheck.readers import load
from django_deploycheck.source import Repository
from tests.running import manage, run, start_project

READERS = load()


def write(root: Path, *paths: str) -> Path:
    for path in paths:
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    return root.resolve()


# --- the root -----------------------------------------------------------------------------------------------------------


def test_up_to_manage_py_then_up_to_git(tmp_path: Path) -> None:
    root = write(tmp_path, ".git/HEAD", "backend/manage.py", "backend/shop/settings.py")

    found = find_root(None, str(root / "backend/shop/settings.py"), None, None)

    assert found == Root(str(root), "backend", complete=True)


def test_a_git_file_of_a_worktree_counts_like_the_folder(tmp_path: Path) -> None:
    root = write(tmp_path, ".git", "manage.py", "shop/settings.py")

    assert find_root(None, str(root / "shop/settings.py"), None, None) == Root(str(root), "", complete=True)


def test_without_git_the_folder_of_manage_py_is_a_partial_tree(tmp_path: Path) -> None:
    root = write(tmp_path, "manage.py", "shop/settings/production.py")

    found = find_root(None, str(root / "shop/settings/production.py"), None, None)

    assert found == Root(str(root), "", complete=False)


def test_without_manage_py_the_settings_own_folder_counts(tmp_path: Path) -> None:
    root = write(tmp_path, "shop/settings.py")

    assert find_root(None, str(root / "shop/settings.py"), None, None) == Root(str(root / "shop"), "", complete=False)


def test_the_nearest_of_several_manage_py_is_the_projects(tmp_path: Path) -> None:
    root = write(tmp_path, ".git/HEAD", "manage.py", "one/manage.py", "one/site/settings.py", "two/manage.py")

    assert find_root(None, str(root / "one/site/settings.py"), None, None) == Root(str(root), "one", complete=True)


@pytest.mark.parametrize(
    ("base_dir", "cwd", "project"),
    [
        pytest.param("one", "two", "one", id="BASE_DIR before the working directory"),
        pytest.param(None, "two", "two", id="the working directory where there is nothing else"),
        pytest.param("nowhere", "two", "two", id="the working directory where BASE_DIR does not exist"),
    ],
)
def test_without_a_settings_file(tmp_path: Path, base_dir: str | None, cwd: str, project: str) -> None:
    root = write(tmp_path, ".git/HEAD", "one/manage.py", "two/manage.py")

    found = find_root(None, None, None if base_dir is None else str(root / base_dir), str(root / cwd))

    assert found == Root(str(root), project, complete=True)


def test_nothing_to_start_from() -> None:
    assert find_root(None, None, None, None) is None


@pytest.mark.parametrize("start", ["home", "root"])
def test_the_home_folder_and_the_systems_root_are_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    home = write(tmp_path, ".git/HEAD", "manage.py")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))

    assert find_root(None, None, None, str(home) if start == "home" else home.anchor) is None


def test_a_git_folder_in_the_home_folder_does_not_make_it_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many people keep their configuration files in a repository of that folder."""
    home = write(tmp_path, ".git/HEAD", "code/shop/manage.py")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))

    assert find_root(None, None, None, str(home / "code/shop")) == Root(str(home / "code/shop"), "", complete=False)


def test_a_link_to_the_settings_leads_to_where_they_are(tmp_path: Path) -> None:
    root = write(tmp_path, "shop/.git/HEAD", "shop/manage.py", "shop/site/settings.py")
    (root / "link").symlink_to(root / "shop")

    found = find_root(None, str(root / "link/site/settings.py"), None, None)

    assert found == Root(str(root / "shop"), "", complete=True)


def test_a_configured_root_is_complete_without_git(tmp_path: Path) -> None:
    root = write(tmp_path, "backend/manage.py", "backend/shop/settings.py")

    found = find_root(str(root), str(root / "backend/shop/settings.py"), None, None)

    assert found == Root(str(root), "backend", complete=True)


def test_a_configured_root_ends_the_search_below_an_outer_repository(tmp_path: Path) -> None:
    root = write(tmp_path, ".git/HEAD", "examples/shop/manage.py", "examples/shop/site/settings.py")

    found = find_root(str(root / "examples/shop"), str(root / "examples/shop/site/settings.py"), None, None)

    assert found == Root(str(root / "examples/shop"), "", complete=True)


def test_a_configured_root_beside_the_settings(tmp_path: Path) -> None:
    root = write(tmp_path, "deployment/src/manage.py", "settings/shop.py")

    found = find_root(str(root / "deployment"), str(root / "settings/shop.py"), None, None)

    assert found == Root(str(root / "deployment"), "src", complete=True)


@pytest.mark.parametrize(
    ("paths", "project"),
    [
        pytest.param(["manage.py", "shop/manage.py"], "", id="at the root before one below"),
        pytest.param(["shop/manage.py"], "shop", id="the only one a folder below"),
        pytest.param(["shop/manage.py", "venv/manage.py"], "shop", id="none in a virtual environment"),
        pytest.param(["one/manage.py", "two/manage.py"], "", id="none of two"),
        pytest.param(["code/shop/manage.py"], "", id="none two folders below"),
        pytest.param(["README.md"], "", id="none at all"),
    ],
)
def test_a_configured_root_with_nothing_running_inside(tmp_path: Path, paths: list[str], project: str) -> None:
    root = write(tmp_path / "repository", *paths)

    assert find_root(str(root), None, None, str(tmp_path)) == Root(str(root), project, complete=True)


def test_a_configured_root_beside_everything_else(tmp_path: Path) -> None:
    root = write(tmp_path, "deployment/Procfile", "shop/manage.py", "shop/settings.py")

    found = find_root(str(root / "deployment"), str(root / "shop/settings.py"), str(root / "shop"), str(root))

    assert found == Root(str(root / "deployment"), "", complete=True)


def test_a_configured_root_that_is_the_settings_own_folder(tmp_path: Path) -> None:
    root = write(tmp_path, "deep/manage.py", "settings.py")

    assert find_root(str(root), str(root / "settings.py"), None, None) == Root(str(root), "deep", complete=True)


def test_a_configured_root_prefers_base_dir_to_the_working_directory(tmp_path: Path) -> None:
    root = write(tmp_path, "one/manage.py", "two/manage.py")

    assert find_root(str(root), None, str(root / "one"), str(root / "two")) == Root(str(root), "one", complete=True)


def test_a_configured_root_may_be_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = write(tmp_path, "shop/settings.py", "manage.py")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))

    assert find_root(str(home), str(home / "shop/settings.py"), None, None) == Root(str(home), "", complete=True)


def test_a_configured_root_that_is_a_file(tmp_path: Path) -> None:
    root = write(tmp_path, "manage.py")

    assert find_root(str(root / "manage.py"), None, None, str(root)) is None


def test_a_configured_root_that_does_not_exist(tmp_path: Path) -> None:
    assert find_root(str(tmp_path / "nowhere"), None, None, str(tmp_path)) is None


# --- the root of a running project --------------------------------------------------------------------------------------

WEB = "web: python manage.py runserver 0.0.0.0:$PORT\n"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return start_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def shop(started: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(started, tmp_path / "shop"))
    (folder / ".git").mkdir()
    (folder / "Procfile").write_text(WEB, encoding="utf-8")
    return folder.resolve()


def inventory(done_stdout: str) -> tuple[str, list[str]]:
    """The root of a JSON report and the paths of the files that were read."""
    data = json.loads(done_stdout)
    return data["root"], [file["path"] for file in data["files"]]


def test_it_does_not_matter_where_manage_py_is_called(shop: Path, tmp_path: Path) -> None:
    done = run(
        tmp_path, str(shop / "manage.py"), "deploycheck", "--format", "json", "--fail-level", "NEVER", check=True
    )

    root, files = inventory(done.stdout)
    assert root == str(shop)
    assert "Procfile" in files


@pytest.mark.parametrize("flags", [[], ["-O"], ["-OO"]], ids=["plain", "-O", "-OO"])
def test_python_dash_m_django_and_optimised_byte_code(shop: Path, tmp_path: Path, flags: list[str]) -> None:
    environment = {"PYTHONPATH": str(shop), "DJANGO_SETTINGS_MODULE": "shop.settings"}
    arguments = ("-m", "django", "check", "--deploy", "--tag", "deploy", "--fail-level", "WARNING")

    done = run(tmp_path, *flags, *arguments, env=environment)

    assert done.returncode == 1
    assert "shop/Procfile:1: (deploycheck.W101)" in done.stderr


def test_a_wsgi_process_finds_the_same_root(shop: Path, tmp_path: Path) -> None:
    """Some heartbeats run the deployment checks inside the server, whose working directory is anything."""
    code = """
from shop.wsgi import application
from django.core.checks import run_checks
print(*(message.obj for message in run_checks(tags=["deploy"], include_deployment_checks=True) if message.id == "deploycheck.W101"))
"""
    done = run(tmp_path, "-c", code, env={"PYTHONPATH": str(shop)}, check=True)

    assert done.stdout == "shop/Procfile:1\n"


CONFIGURED = """
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=["django_deploycheck"]{more})
django.setup()
from django.core.management import call_command
call_command("deploycheck", "--format", "json", "--fail-level", "NEVER")
"""


def test_settings_without_a_module_start_from_base_dir(shop: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "-c", CONFIGURED.format(more=f", BASE_DIR={str(shop)!r}"), check=True)

    assert inventory(done.stdout)[0] == str(shop)
    assert json.loads(done.stdout)["settings_module"] is None


def test_settings_without_a_module_or_base_dir_start_from_the_working_directory(shop: Path) -> None:
    done = run(shop / "shop", "-c", CONFIGURED.format(more=""), check=True)

    assert inventory(done.stdout)[0] == str(shop)


LEAVE_NOTHING_TO_STAND_IN = "import os; os.mkdir('gone'); os.chdir('gone'); os.rmdir(os.getcwd())"


def run_in_a_deleted_folder(tmp_path: Path, code: str) -> subprocess.CompletedProcess[str]:
    # From a file: where sys.path starts with the working directory, Python 3.13.0 to 3.13.2 fail by themselves once that
    # is gone, see https://github.com/python/cpython/issues/130932
    script = tmp_path / "script.py"
    script.write_text(f"{LEAVE_NOTHING_TO_STAND_IN}\n{code}", encoding="utf-8")
    return run(tmp_path, str(script), check=True)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder of a running process")
def test_a_deleted_working_directory(shop: Path, tmp_path: Path) -> None:
    code = f"""
import os, sys
sys.path.insert(0, {str(shop)!r})
os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check", "--deploy", "--tag", "deploy"])
"""
    done = run_in_a_deleted_folder(tmp_path, code)

    assert "\nProcfile:1: (deploycheck.W101)" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder of a running process")
def test_a_deleted_working_directory_and_nothing_else_to_start_from(tmp_path: Path) -> None:
    code = CONFIGURED.format(more="")

    report = run_in_a_deleted_folder(tmp_path, code)
    check = run_in_a_deleted_folder(tmp_path, code.partition("call_command(")[0] + 'call_command("check", deploy=True)')

    assert json.loads(report.stdout)["root"] is None
    assert "deploycheck" not in check.stdout + check.stderr


def test_a_repository_with_several_projects_is_read_for_the_one_that_asks(shop: Path) -> None:
    write(shop, "other/manage.py", "other/Procfile", "other/deploy/Procfile")

    done = manage(shop, "deploycheck", "--format", "json", "--fail-level", "NEVER", check=True)

    assert [path for path in inventory(done.stdout)[1] if "Procfile" in path] == ["Procfile"]


# --- the files ----------------------------------------------------------------------------------------------------------


def discovered(root: Path, project: str = "") -> set[tuple[str, str]]:
    return set(discover(Repository(str(root)), project, READERS).files)


NOT_LOOKED_FOR = [
    pytest.param("shop/nginxlike/nginx.conf", id="a package whose name starts as a server's"),
    pytest.param("shop/sites/nginx.conf", id="a package that is called sites"),
    pytest.param("env/bin/Procfile", id="a virtual environment by another name"),
    pytest.param("deploy/node_modules/tool/Procfile", id="packages in a deployment folder"),
    pytest.param("shop/templates/Dockerfile", id="a template of Django's"),
    pytest.param("deploy/.hidden/Procfile", id="a hidden folder in a deployment folder"),
    pytest.param("shop/api/Procfile", id="a Python package with the name of a service"),
    pytest.param("deploy/a/b/c/d/e/f/Procfile", id="seven folders deep"),
    pytest.param("node_modules/tool/Dockerfile", id="a package's own Dockerfile"),
    pytest.param(".venv/lib/Procfile", id="a virtual environment"),
    pytest.param("tests/Procfile", id="a test's Procfile"),
    pytest.param("shop/templates/Procfile", id="a template"),
    pytest.param("a/b/Procfile", id="two ordinary folders deep"),
    pytest.param(".hidden/Procfile", id="a hidden folder"),
    pytest.param("procfile", id="another case"),
    pytest.param("Procfile.d/web", id="a folder named like a file"),
]
LOOKED_FOR = [
    pytest.param("shop/deploy/Procfile", "procfile", id="a deployment folder in an ordinary one"),
    pytest.param("deploy/shop/Procfile", "procfile", id="an ordinary folder in a deployment folder"),
    pytest.param("deploy/a/b/c/d/e/Procfile", "procfile", id="six folders deep"),
    pytest.param("Deploy/Docker/Procfile", "procfile", id="folders with capitals"),
    pytest.param("api/docker/Procfile", "procfile", id="a service's folder at the root"),
    pytest.param("lib/apache2/site.conf", "apache", id="Apache's folder, as Debian calls it, in an ordinary one"),
    pytest.param("lib/nginx-conf/site.conf", "nginx", id="a folder with the name of a server in it"),
    pytest.param("apps/proxy/Caddyfile", "caddy", id="a proxy's folder in an ordinary one"),
    pytest.param("images/shop_nginx/shop.template.conf", "nginx", id="a folder that ends with a server's name"),
    pytest.param("deploy/nginx.template", "nginx", id="a template of nginx's"),
    pytest.param("shop/http.d/shop.conf.template", "nginx", id="a folder of Alpine's nginx in an ordinary one"),
    pytest.param("shop/sites-available/shop", "nginx", id="a folder of sites in an ordinary one"),
    pytest.param("shop/conf.d/shop.conf", "nginx", id="a folder of fragments in an ordinary one"),
    pytest.param("files/etc/httpd/conf.d/site.conf", "apache", id="the tree of a machine in an ordinary folder"),
    pytest.param("helm/templates/web.yaml", "kubernetes", id="a chart's templates"),
    pytest.param(".production/Procfile", "procfile", id="a hidden folder of a known name"),
    pytest.param("Procfile", "procfile", id="at the root"),
    pytest.param("heroku.yml", "heroku-yml", id="a heroku.yml"),
    pytest.param("app.json", "app-json", id="an app.json"),
    pytest.param("Dockerfile", "dockerfile", id="a Dockerfile"),
    pytest.param("Dockerfile.prod", "dockerfile", id="a Dockerfile with a suffix"),
    pytest.param("docker-compose.prod.yml", "compose", id="a compose file for production"),
    pytest.param("compose.yaml", "compose", id="a compose file by its new name"),
    pytest.param("backend/requirements.txt", "requirements", id="in a folder at the root"),
    pytest.param("requirements/production.txt", "requirements", id="requirements by environment"),
    pytest.param("compose/production/django/Dockerfile", "dockerfile", id="below a deployment folder"),
    pytest.param("deploy/systemd/shop.service", "systemd", id="a unit"),
    pytest.param(".dockerignore", "dockerignore", id="a .dockerignore"),
    pytest.param(".env", "dotenv", id="an .env file"),
    pytest.param("poetry.lock", "poetry-lock", id="a lock file"),
    pytest.param("root/etc/cont-init.d/10-migrate", "s6", id="a script of s6"),
    pytest.param(
        "docker/root/etc/services.d/static/run", "s6", id="a service of s6 that bears the name of other folders"
    ),
    pytest.param("rootfs/etc/s6-overlay/s6-rc.d/migrations/up", "s6", id="what s6 runs once"),
    pytest.param("config/deploy.staging.yml", "kamal", id="a destination of Kamal"),
    pytest.param(".kamal/hooks/pre-deploy", "kamal", id="a hook of Kamal"),
    pytest.param(".upsun/config.yaml", "platformsh", id="Upsun"),
    pytest.param("clevercloud/python.json", "clever-cloud", id="Clever Cloud"),
    pytest.param(".circleci/config.yml", "circleci", id="CircleCI"),
    pytest.param(".gitlab/ci/jobs.yml", "gitlab-ci", id="GitLab CI in several files"),
]


@pytest.mark.parametrize("path", NOT_LOOKED_FOR)
def test_is_not_looked_for(tmp_path: Path, path: str) -> None:
    write(tmp_path, "env/pyvenv.cfg")

    assert discovered(write(tmp_path, path)) == set()


@pytest.mark.parametrize(("path", "kind"), LOOKED_FOR)
def test_is_looked_for(tmp_path: Path, path: str, kind: str) -> None:
    assert discovered(write(tmp_path, path)) == {(path, kind)}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_with_a_line_end_is_a_name(tmp_path: Path) -> None:
    assert discovered(write(tmp_path, "Dockerfile.a\nb")) == {("Dockerfile.a\nb", "dockerfile")}


def test_the_projects_own_folder_is_looked_into_however_deep_it_is(tmp_path: Path) -> None:
    root = write(tmp_path, "code/sites/shop/manage.py", "code/sites/shop/Procfile")

    assert discovered(root, "code/sites/shop") == {("code/sites/shop/Procfile", "procfile")}


def test_of_twins_by_case_each_is_looked_for(tmp_path: Path) -> None:
    root = write(tmp_path, "Dockerfile", "dockerfile")
    twins = {path.name for path in root.iterdir()}  # one where the file system knows no case

    assert {path for path, kind in discovered(root) if kind == "dockerfile"} == twins


def test_a_reader_that_only_notices_a_format_comes_last(tmp_path: Path) -> None:
    root = write(tmp_path, "deploy/release.sh", "deploy/start.sh")

    assert discovered(root) == {("deploy/release.sh", "deploy-script"), ("deploy/start.sh", "unread-format")}


# --- several projects ---------------------------------------------------------------------------------------------------


def test_another_project_of_the_repository_is_left_alone(tmp_path: Path) -> None:
    root = write(tmp_path, "one/manage.py", "one/Procfile", "two/manage.py", "two/Procfile", "two/deploy/Procfile")

    assert discovered(root, "one") == {("one/Procfile", "procfile")}


def test_a_project_around_the_project_is_not_another_one(tmp_path: Path) -> None:
    root = write(tmp_path, "site/manage.py", "site/Procfile", "site/shop/manage.py", "site/shop/Procfile")

    assert discovered(root, "site/shop") == {("site/Procfile", "procfile"), ("site/shop/Procfile", "procfile")}


def test_of_a_project_of_similar_name_nothing_is_taken(tmp_path: Path) -> None:
    root = write(tmp_path, "shop/manage.py", "shop2/manage.py", "shop2/Procfile")

    assert discovered(root, "shop") == set()


def test_without_a_project_of_its_own_the_folders_projects_are_looked_into(tmp_path: Path) -> None:
    root = write(tmp_path, "one/manage.py", "one/Procfile")

    assert discovered(root) == {("one/Procfile", "procfile")}


# --- what it costs ------------------------------------------------------------------------------------------------------

LISTED: list[str] = []


def note_listing(event: str, arguments: tuple[object, ...]) -> None:
    if event == "os.scandir":
        LISTED.append(str(arguments[0]))


sys.addaudithook(note_listing)


def test_unknown_folders_cost_nothing(tmp_path: Path) -> None:
    """Only the root, its folders and what lies below folders of known names are listed, each once."""
    root = write(
        tmp_path, "manage.py", "shop/settings.py", "deploy/nginx/site.conf", ".git/objects/00/1", "media/a/b.jpg"
    )
    for number in range(60):
        write(root, f"shop/data/{number}/{number}/x", f"node_modules/{number}/Procfile")
    LISTED.clear()

    found = discover(Repository(str(root)), "", READERS)

    assert found.gaps == ()
    assert sorted(os.path.relpath(path, root) for path in LISTED) == [".", "deploy", "deploy/nginx", "shop"]


def test_a_folder_of_very_many_files_is_looked_at_in_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write(tmp_path, *(f"data/{number}.jpg" for number in range(12)))
    monkeypatch.setattr(source, "MAX_ENTRIES", 10)
    monkeypatch.setattr(discovery, "MAX_ENTRIES", 10)

    assert discover(Repository(str(root)), "", READERS) == Found(())
    assert discover(Repository(str(root / "data")), "", READERS).gaps == (
        BlindSpot("only 10 entries of the folder were looked at"),
    )
    assert discover(Repository(str(root)), "data", READERS).gaps == (
        BlindSpot("only 10 entries of the folder were looked at", Location("data")),
    )


def test_a_tree_of_very_many_folders_is_not_walked_to_its_end(tmp_path: Path) -> None:
    for number in range(MAX_FOLDERS + 50):
        (tmp_path / f"deploy{number:04}").mkdir()
    root = write(tmp_path, "Procfile", f"deploy{MAX_FOLDERS + 49:04}/Procfile")

    assert discover(Repository(str(root)), "", READERS) == Found(
        (("Procfile", "procfile"),), (BlindSpot(f"only the first {MAX_FOLDERS} folders were looked into"),)
    )


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_folders_linked_in_a_circle_end(tmp_path: Path) -> None:
    root = write(tmp_path, "deploy/Procfile")
    (root / "deploy" / "deploy").symlink_to(root / "deploy")

    assert ("deploy/Procfile", "procfile") in discovered(root)


@pytest.mark.parametrize("place", ["frontend/src", "data", "backend/src/shop", "docs", "shop/books"])
def test_folders_that_hold_no_deployment_cost_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A tree ten times as large is listed no more: names are looked up, nothing is walked."""

    def listed(folders: int) -> int:
        root = write(tmp_path / str(folders), ".git/HEAD", "manage.py", "Procfile", "shop/settings.py")
        for number in range(folders):
            write(
                root, f"{place}/group{number % 7}/part{number}/file.js", f"{place}/group{number % 7}/part{number}/a.yml"
            )
        calls: list[str] = []

        def counted(folder: str) -> Iterator[os.DirEntry[str]]:
            calls.append(folder)
            return scandir(folder)

        monkeypatch.setattr(os, "scandir", counted)
        repository = Repository(str(root))
        discover(repository, "", READERS)
        project_apps(repository, "")
        monkeypatch.undo()
        return len(calls)

    scandir = os.scandir
    assert listed(200) == listed(20)
