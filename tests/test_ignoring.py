from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from django_deploycheck.ignoring import ignored_by, ignored_in_tree
from django_deploycheck.model import IgnorePattern, Location
from django_deploycheck.readers import dockerignore, gitignore
from django_deploycheck.source import Source


def patterns(text: str, path: str = ".gitignore") -> tuple[IgnorePattern, ...]:
    reader = dockerignore if path.endswith(".dockerignore") else gitignore
    return tuple(fact for fact in reader.read(Source(path, text)) if isinstance(fact, IgnorePattern))


# id: (text of .gitignore, path, line of the pattern that excludes it or None). A path that ends in a slash is a folder.
GIT = {
    "another name": (".env\n", "env", None),
    "a name is no prefix": (".env\n", ".env.example", None),
    "a name is no suffix": ("env\n", "my.env", None),
    "anchored pattern in a sub-folder": ("/.env\n", "app/.env", None),
    "a slash in the middle anchors": ("app/.env\n", "backend/app/.env", None),
    "folder pattern and a file": ("media/\n", "media", None),
    "negated again": (".env*\n!.env.example\n", ".env.example", None),
    "negated folder pattern": ("/*\n!/app/\n", "app/", None),
    "below a negated folder": ("/*\n!/app/\n", "app/models.py", None),
    "the file that is kept in an emptied folder": ("media/*\n!media/.gitkeep\n", "media/.gitkeep", None),
    "star does not cross a slash": ("app/*.py\n", "app/migrations/0001.py", None),
    "question mark is not a slash": ("app?env\n", "app/env", None),
    "question mark is not nothing": (".env?\n", ".env", None),
    "class without the character": ("[abc].env\n", "d.env", None),
    "negated class with the character": ("[!abc].env\n", "a.env", None),
    "two stars at the end and the folder itself": ("app/**\n", "app/", None),
    "class that is not closed": ("[abc\n", "a", None),
    "class that is not closed and the text": ("[abc\n", "[abc", None),
    "class without members": ("[]\n", "[]", None),
    "backslash at the end": (".env\\\n", ".env", None),
    "backslash at the end and the text": (".env\\\n", ".env\\", None),
    "escaped star": ("\\*.env\n", "a.env", None),
    "only a slash": ("/\n", "app/", None),
    "two slashes": ("app//env\n", "app/env", None),
    "two stars in a name do not cross a slash": ("a**z\n", "a/b/z", None),
    "reversed range": ("[c-a].env\n", "b.env", None),
    "unknown set": ("[[:vowel:]].env\n", "a.env", None),
    "set without the character": ("[[:digit:]].env\n", "a.env", None),
    "space at the start counts": (" .env\n", ".env", None),
    "tab at the end counts": (".env\t\n", ".env", None),
    "escaped space at the end counts": (".env\\ \n", ".env", None),
    "upper case": (".ENV\n", ".env", None),
    "three parts, the middle is missing": ("a/**/b/**/c\n", "a/x/c", None),
    "exclamation mark alone": (".env\n!\n", "app.py", None),
    "a name": (".env\n", ".env", 1),
    "a name in a sub-folder": (".env\n", "app/.env", 1),
    "anchored": ("/.env\n", ".env", 1),
    "anchored by a slash in the middle": ("app/.env\n", "app/.env", 1),
    "folder pattern and the folder": ("media/\n", "media/", 1),
    "folder pattern and what is below": ("media/\n", "media/a/b.jpg", 1),
    "folder pattern in a sub-folder": ("media/\n", "app/media/a.jpg", 1),
    "name of a folder and what is below": ("media\n", "media/a.jpg", 1),
    "the last match decides": ("!.env\n.env\n", ".env", 2),
    "nothing comes back from an excluded folder": ("media/\n!media/a.jpg\n", "media/a.jpg", 1),
    "nothing comes back from a folder excluded by name": ("app\n!app/.env\n", "app/.env", 1),
    "the rest of an emptied folder": ("media/*\n!media/.gitkeep\n", "media/a.jpg", 1),
    "all but a folder": ("/*\n!/app/\n", "manage.py", 1),
    "star": ("*.sqlite3\n", "app/db.sqlite3", 1),
    "star matches nothing": (".env*\n", ".env", 1),
    "star matches a leading dot": ("*env\n", ".env", 1),
    "stars around": ("*migrations*\n", "app/old_migrations_2/0001.py", 1),
    "several stars": ("a*b*c*d\n", "aXbbXccXd", 1),
    "anchored star": ("/*/migrations/*.py\n", "shop/migrations/0001.py", 1),
    "question mark": (".en?\n", ".env", 1),
    "class": ("[abc].env\n", "b.env", 1),
    "range": ("[a-c].env\n", "b.env", 1),
    "negated class": ("[!abc].env\n", "d.env", 1),
    "class negated by a circumflex": ("[^abc].env\n", "d.env", 1),
    "bracket in a class": ("[]a].env\n", "].env", 1),
    "hyphen in a class": ("[a-].env\n", "-.env", 1),
    "escaped character in a class": ("[\\]x].env\n", "].env", 1),
    "range with an escaped end": ("[+-\\.]env\n", "-env", 1),
    "set": ("[[:digit:]x].env\n", "7.env", 1),
    "set of two kinds": ("[[:alnum:]].env\n", "Z.env", 1),
    "set of marks": ("[[:punct:]]\n", "~", 1),
    "set of marks without a letter": ("[[:punct:]]\n", "a", None),
    "set of blanks": ("a[[:space:]]b\n", "a b", 1),
    "negated set": ("[![:upper:][:digit:]].env\n", "a.env", 1),
    "opening bracket in a class": ("[[:a]\n", "[", 1),
    "negated reversed range": ("[!c-a].env\n", "b.env", 1),
    "dot is no wildcard but a dot": ("a.b\n", "a.b", 1),
    "other marks of regular expressions": ("a+(b)|{c}$^\n", "a+(b)|{c}$^", 1),
    "two stars at the start": ("**/migrations/\n", "a/b/migrations/0001.py", 1),
    "two stars at the start, at the top": ("**/migrations/0001.py\n", "migrations/0001.py", 1),
    "two stars in the middle": ("app/**/0001.py\n", "app/a/b/0001.py", 1),
    "two stars in the middle for nothing": ("app/**/0001.py\n", "app/0001.py", 1),
    "two stars at the end": ("app/**\n", "app/a/b", 1),
    "two stars at the end for a folder": ("app/**/\n", "app/a/b", 1),
    "two stars alone": ("**\n", "a/b", 1),
    "two stars alone and all folders": ("**/\n", "a/b", 1),
    "two stars twice": ("**/**/env\n", "a/env", 1),
    "three stars": ("***/env\n", "a/b/env", 1),
    "two stars in a name": ("a**z\n", "a-b-z", 1),
    "three parts": ("a/**/b/**/c\n", "a/x/b/y/z/c", 1),
    "escaped star and a star": ("\\*.env\n", "*.env", 1),
    "escaped hash": ("\\#env\n", "#env", 1),
    "escaped exclamation mark": ("\\!env\n", "!env", 1),
    "escaped question mark": ("a\\?\n", "a?", 1),
    "spaces at the end": (".env   \n", ".env", 1),
    "escaped space at the end": (".env\\ \n", ".env ", 1),
    "escaped backslash before a space": ("env\\\\ \n", "env\\", 1),
    "space in the middle": ("my env\n", "my env", 1),
    "comment, blank line, pattern": ("# .env\n\n.env\n", ".env", 3),
    "Windows line ends": (".env\r\nmedia/\r\n", "media/a", 2),
    "byte order mark": ("\ufeff.env\n", ".env", 1),
    "no line end": (".env", ".env", 1),
}


@pytest.mark.parametrize(("text", "path", "line"), GIT.values(), ids=GIT.keys())
def test_git(text, path, line):
    found = ignored_by(path, patterns(text))

    assert (found and found.location) == (Location(".gitignore", line) if line else None)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_itself_agrees(tmp_path):
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True, env=environment)
    paths = {}
    for number, (text, path, line) in enumerate(GIT.values()):
        top = tmp_path / str(number)
        target = top / path
        target.parent.mkdir(parents=True)
        target.mkdir() if path.endswith("/") else target.touch()
        Path(top, ".gitignore").write_bytes(text.encode())
        # git looks at the disk for what is a folder; a slash that is given would count as a part of the name.
        paths[f"{number}/{path}".rstrip("/")] = f"{number}/.gitignore:{line}" if line else None

    result = subprocess.run(
        ["git", "check-ignore", "--no-index", "--verbose", "--non-matching", "--stdin", "-z"],
        cwd=tmp_path,
        input="\0".join(paths).encode(),
        stdout=subprocess.PIPE,
        check=True,
        env=environment,
    )

    fields = result.stdout.decode().split("\0")
    said = {}
    for source, at, pattern, path in zip(*(iter(fields),) * 4, strict=False):
        said[path] = f"{source}:{at}" if source and not pattern.startswith("!") else None
    assert said == paths


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("app/.env", None, id="the deeper file takes it back"),
        pytest.param("other/.env", ".gitignore:1", id="elsewhere the upper file holds"),
        pytest.param("app/sub/.env", None, id="and for the folders below"),
        pytest.param("sub/local.py", None, id="the deeper file says nothing of other folders"),
        pytest.param("app/local.py", "app/.gitignore:2", id="anchored at the deeper file's folder"),
        pytest.param("app/sub/local.py", None, id="and only there"),
        pytest.param("build/.env.keep", ".gitignore:2", id="nothing comes back from an excluded folder"),
        pytest.param("app/", None, id="the folder of the deeper file itself"),
    ],
)
def test_git_with_several_files(path, expected):
    files = {
        "": patterns(".env\nbuild/\n"),
        "app": patterns("!.env\n/local.py\n", "app/.gitignore"),
        "build": patterns("!.env.keep\n", "build/.gitignore"),
    }

    found = ignored_in_tree(path, files)

    assert (found and str(found.location)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(".env", None, id="outside the folder"),
        pytest.param("application/.env", None, id="a folder that only starts with its name"),
        pytest.param("app/.env", 1, id="in the folder"),
        pytest.param("./app/x/../.env", 1, id="a path that is not normalised"),
    ],
)
@pytest.mark.parametrize("docker", [False, True], ids=["git", "Docker"])
def test_the_file_stands_in_a_folder(path, expected, docker):
    found = ignored_by(path, patterns("/.env\n", "app/.gitignore"), folder="app", docker=docker)

    assert (found and found.location.line) == expected


# id: (text of .dockerignore, path, line of the pattern that excludes it or None)
DOCKER = {
    "nothing": ("", ".env", None),
    "a name in a sub-folder": (".env\n", "app/.env", None),
    "star in a sub-folder": ("*.pyc\n", "app/a.pyc", None),
    "one level": ("*/.env\n", "a/b/.env", None),
    "one level and the top": ("*/.env\n", ".env", None),
    "negated again": ("*\n!app\n", "app/models.py", None),
    "a file below an excluded folder comes back": ("media\n!media/a.jpg\n", "media/a.jpg", None),
    "negated by a pattern for every depth": ("**/.env*\n!**/.env.example\n", "a/.env.example", None),
    "the folder of two stars at the end": ("app/**\n", "app", None),
    "a dot alone": (".\n", "app", None),
    "a slash alone": ("/\n", "app", None),
    "exclamation mark is no negation in a class": ("[!a].env\n", "b.env", None),
    "class that is not closed": ("[a\n", "[a", None),
    "two stars before a name and another name": ("**.pyc\n", "app/a.py", None),
    "space before the hash makes a pattern": (" #env\n", "env", None),
    "outside the context": ("../.env\n", ".env", None),
    "a name": (".env\n", ".env", 1),
    "leading slash": ("/.env\n", ".env", 1),
    "leading dot": ("./.env\n", ".env", 1),
    "folder and what is below": ("media\n", "media/a/b.jpg", 1),
    "trailing slash": ("media/\n", "media/a.jpg", 1),
    "trailing slash and a file": ("media/\n", "media", 1),
    "path": ("app/local.py\n", "app/local.py", 1),
    "path with dots": ("app/../config/./.env\n", "config/.env", 1),
    "star": ("*.pyc\n", "a.pyc", 1),
    "star alone": ("*\n", "a/b/c", 1),
    "every depth": ("**/.env\n", "a/b/.env", 1),
    "every depth at the top": ("**/.env\n", ".env", 1),
    "two stars before a name": ("**.pyc\n", "a/b/c.pyc", 1),
    "two stars at the end": ("app/**\n", "app/a/b", 1),
    "two stars alone": ("**\n", "a/b", 1),
    "two stars in the middle": ("app/**/.env\n", "app/a/b/.env", 1),
    "question mark": (".en?\n", ".env", 1),
    "class": ("[ab].env\n", "b.env", 1),
    "negated class": ("[^a].env\n", "b.env", 1),
    "exclamation mark in a class": ("[!a].env\n", "!.env", 1),
    "the last match decides": ("*\n!app\napp/local.py\n", "app/local.py", 3),
    "excluded once more": (".env\n!.env\n.env\n", ".env", 3),
    "first of two that exclude": ("*\n.env\n", ".env", 1),
    "spaces around": ("  .env  \n", ".env", 1),
    "space after the exclamation mark": ("*\n!  app\nb\n", "b", 1),
    "Windows line ends": ("*\r\n!app\r\n", "b", 1),
    "escaped star": ("\\*.env\n", "*.env", 1),
}


@pytest.mark.parametrize(("text", "path", "line"), DOCKER.values(), ids=DOCKER.keys())
def test_docker(text, path, line):
    found = ignored_by(path, patterns(text, ".dockerignore"), docker=True)

    assert (found and found.location) == (Location(".dockerignore", line) if line else None)


def test_the_space_after_a_negation_does_not_count_for_docker():
    assert ignored_by("app/a.py", patterns("*\n!  app\n", ".dockerignore"), docker=True) is None


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        pytest.param("*a" * 120 + "b", "a" * 250, id="many stars in a name"),
        pytest.param("**/a/" * 500 + "b", "a/" * 100 + "a", id="many stars across folders"),
        pytest.param("a" * 100_000, "a" * 100_000, id="a name longer than any"),
        pytest.param("[" * 100_000, "a", id="many classes that are not closed"),
    ],
)
@pytest.mark.parametrize("docker", [False, True], ids=["git", "Docker"])
def test_hostile_patterns_take_little_time(pattern, path, docker):
    started = time.process_time()

    found = ignored_by(path, patterns(pattern), docker=docker)

    assert found is None
    assert time.process_time() - started < 10
