"""Scripts of package.json."""

from __future__ import annotations

import pytest

from django_deploycheck.model import TaskFile
from django_deploycheck.readers import package_json
from django_deploycheck.source import Source, Unreadable


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="nothing"),
        pytest.param('{"scripts": []}', id="a list"),
        pytest.param('{"scripts": {"a": null, "b": "", "c": {}}}', id="no texts"),
    ],
)
def test_no_scripts(text):
    assert list(package_json.read(Source("package.json", text))) == [TaskFile("npm", "package.json")]


def test_scripts():
    text = '{\n"scripts": {\n"prea": "b",\n"a": "TOKEN=hunter2x c",\n"posta": "d",\n"prex": "e"\n}\n}'
    [file] = package_json.read(Source("package.json", text))
    assert isinstance(file, TaskFile)
    assert [
        (task.name, str(task.location), task.lines[0].line.text, task.before, task.after) for task in file.tasks
    ] == [
        ("prea", "package.json:3", "b", (), ()),
        ("a", "package.json:4", "TOKEN=*** c", (("prea",),), (("posta",),)),
        ("posta", "package.json:5", "d", (), ()),
        ("prex", "package.json:6", "e", (), ()),
    ]


def test_what_is_no_json():
    with pytest.raises(Unreadable):
        list(package_json.read(Source("package.json", "{")))
