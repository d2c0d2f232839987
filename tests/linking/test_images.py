"""Images: https://docs.docker.com/build/building/multi-stage/ and https://docs.docker.com/reference/dockerfile/."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from django_deploycheck.conf import Configuration
from django_deploycheck.linking.images import (
    built_image,
    context_of,
    copies_by_stage,
    image_of,
    stage_called,
)
from django_deploycheck.linking.work import Work
from django_deploycheck.model import Image, ImageSource, Location, Project, Service
from django_deploycheck.readers import load
from django_deploycheck.reading import read_all
from django_deploycheck.source import Repository

HERE = Location("compose.yml", 1)


def work(tmp_path: Path, files: dict[str, str]) -> Work:
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text), encoding="utf-8")
    repository = Repository(str(tmp_path))
    return Work(repository, read_all(repository, "", load()), load(), Project(), Configuration())


def image(tmp_path: Path, text: str, target: str | None = None) -> Image:
    found = built_image(work(tmp_path, {"Dockerfile": text}), "Dockerfile", "", target)
    assert found is not None
    return found


# --- stages -------------------------------------------------------------------------------------------------------------

STAGES = """
    FROM python:3.13 AS base
    FROM base AS Web
    FROM node AS assets
    FROM web AS dev
"""


@pytest.mark.parametrize(
    ("target", "built", "base"),
    [
        pytest.param(None, 2, "node", id="the last stage that is not for development"),
        pytest.param("web", 1, "python:3.13", id="by name, in any case"),
        pytest.param("DEV", 3, "python:3.13", id="a stage for development that is asked for"),
        pytest.param("0", 0, "python:3.13", id="by number"),
        pytest.param("nobody", 2, "node", id="a stage that is not there"),
        pytest.param("${TARGET}", 2, "node", id="a stage by a variable"),
    ],
)
def test_target(tmp_path: Path, target: str | None, built: int, base: str) -> None:
    found = image(tmp_path, STAGES, target)

    assert (found.stage.index, found.base) == (built, base)


def test_only_stages_for_development(tmp_path: Path) -> None:
    found = image(tmp_path, "FROM python:3.13 AS dev\nFROM dev AS test\n")

    assert [stage.index for stage in found.stages] == [1, 0]


def test_a_stage_inherits_from_those_above_it_alone(tmp_path: Path) -> None:
    """What is called like the base and stands below, or is the stage itself, is not meant: the base is an image."""
    text = "FROM python AS python\nFROM later AS web\nFROM debian AS later\n"

    assert image(tmp_path, text, "python").base == "python"
    assert image(tmp_path, text, "web").base == "later"


def test_of_two_stages_of_one_name_the_last_one_above_is_meant(tmp_path: Path) -> None:
    text = "FROM debian AS base\nFROM python AS base\nFROM base AS web\nFROM alpine AS base\n"

    assert image(tmp_path, text, "web").base == "python"


@pytest.mark.parametrize("base", ["$BASE", "${REGISTRY}/python", "{{ cookiecutter.image }}"])
def test_a_base_that_is_not_known(tmp_path: Path, base: str) -> None:
    assert image(tmp_path, f"ARG BASE\nARG REGISTRY\nFROM {base}\n").base == base


def test_a_base_by_an_argument_with_a_default(tmp_path: Path) -> None:
    assert image(tmp_path, "ARG BASE=web\nFROM python AS web\nFROM $BASE\n").base == "python"


# --- what it starts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "entrypoint", "cmd"),
    [
        pytest.param("FROM a\n", None, None, id="nothing"),
        pytest.param("FROM a\nCMD b\n", None, "b", id="a CMD"),
        pytest.param("FROM a\nCMD b\nCMD c\n", None, "c", id="the last CMD"),
        pytest.param('FROM a\nENTRYPOINT ["e"]\nCMD ["c"]\n', "e", "c", id="both"),
        pytest.param('FROM a\nCMD ["c"]\nENTRYPOINT ["e"]\n', "e", "c", id="both the other way round"),
        pytest.param("FROM a AS b\nCMD c\nFROM b\n", None, "c", id="an inherited CMD"),
        pytest.param('FROM a AS b\nENTRYPOINT ["e"]\nFROM b\n', "e", None, id="an inherited ENTRYPOINT"),
        pytest.param(
            'FROM a AS b\nENTRYPOINT ["e"]\nCMD c\nFROM b\nCMD d\n', "e", "d", id="an inherited ENTRYPOINT, a new CMD"
        ),
        pytest.param(
            'FROM a AS b\nCMD c\nFROM b\nENTRYPOINT ["e"]\n', "e", None, id="an ENTRYPOINT resets the inherited CMD"
        ),
        pytest.param(
            'FROM a AS b\nENTRYPOINT ["e"]\nCMD c\nFROM b\nENTRYPOINT []\n', None, None, id="an emptied ENTRYPOINT"
        ),
        pytest.param("FROM a AS b\nCMD c\nFROM b\nCMD []\n", None, None, id="an emptied CMD"),
    ],
)
def test_entrypoint_and_cmd(tmp_path: Path, text: str, entrypoint: str | None, cmd: str | None) -> None:
    found = image(tmp_path, text)

    assert (
        str(found.entrypoint) if found.entrypoint else None,
        str(found.cmd) if found.cmd else None,
    ) == (entrypoint, cmd)


def test_what_a_stage_inherits(tmp_path: Path) -> None:
    text = """
        FROM python:3.13 AS base
        ENV A=1 B=2
        WORKDIR /srv
        USER first
        USER app
        COPY requirements.txt .
        FROM base AS middle
        WORKDIR shop
        FROM middle
        ENV B=3
        COPY . .
    """
    found = image(tmp_path, text)

    assert found.user is not None
    assert (found.user.name, found.workdir, str(found.user.location)) == ("app", "/srv/shop", "Dockerfile:6")
    assert [(variable.name, variable.value) for variable in found.variables] == [("A", "1"), ("B", "2"), ("B", "3")]
    assert [copy.sources for copy in found.copies] == [("requirements.txt",), (".",)]


def test_an_image_is_made_once(tmp_path: Path) -> None:
    linking = work(tmp_path, {"Dockerfile": "FROM python\n"})

    assert built_image(linking, "Dockerfile", "", None) is built_image(linking, "Dockerfile", "", None)
    assert list(linking.images) == [("Dockerfile", "", None)]


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(None, id="no image"),
        pytest.param(ImageSource(HERE, name="shop"), id="an image from a registry"),
        pytest.param(ImageSource(HERE, context="x", dockerfile="x/Dockerfile"), id="a Dockerfile that is not there"),
        pytest.param(ImageSource(HERE, dockerfile="empty/Dockerfile"), id="a Dockerfile without a stage"),
    ],
)
def test_services_without_an_image_of_this_repository(tmp_path: Path, source: ImageSource | None) -> None:
    linking = work(tmp_path, {"empty/Dockerfile": "# nothing\n"})

    assert image_of(linking, Service(name="web", kind="compose", location=HERE, image=source)) is None


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        pytest.param("", "", id="the root"),
        pytest.param(None, "docker", id="the Dockerfile's folder where nothing says"),
        pytest.param("shop", "shop", id="another folder"),
    ],
)
def test_the_image_of_a_service(tmp_path: Path, context: str | None, expected: str) -> None:
    linking = work(tmp_path, {"docker/Dockerfile": "FROM python AS a\nFROM a AS b\n"})
    source = ImageSource(HERE, context=context, dockerfile="docker/Dockerfile", target="a")

    found = image_of(linking, Service(name="web", kind="compose", location=HERE, image=source))

    assert found is not None
    assert (found.context, found.stage.name, found.dockerfile) == (expected, "a", "docker/Dockerfile")


def test_copies_by_stage(tmp_path: Path) -> None:
    text = """
        FROM python AS base
        WORKDIR /base
        COPY a .
        FROM base AS Build
        WORKDIR build
        COPY b ./
        FROM python
        COPY --from=build /base /app
        COPY --from=0 /base /other
        COPY --from=nginx:latest /etc/nginx /etc/nginx
    """
    found = copies_by_stage(image(tmp_path, text))

    assert {name: [copy.destination for copy in copies] for name, copies in found.items()} == {
        "Build": ["/base/.", "/base/build/./"],
        "0": ["/base/."],
    }


def test_a_name_that_is_a_number_is_a_name_first(tmp_path: Path) -> None:
    stages = image(tmp_path, "FROM a AS 1\nFROM b\n").all_stages

    found = stage_called(stages, "1")

    assert found is not None
    assert found.index == 0


# --- the build context --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "dockerfile", "context"),
    [
        pytest.param({"Dockerfile": "FROM a\nCOPY . .\n"}, "Dockerfile", "", id="at the root"),
        pytest.param(
            {"docker/Dockerfile": "FROM a\nCOPY x.sh .\n", "docker/x.sh": ""},
            "docker/Dockerfile",
            "docker",
            id="beside it",
        ),
        pytest.param(
            {"docker/Dockerfile": "FROM a\nCOPY x.sh .\n", "x.sh": ""}, "docker/Dockerfile", "", id="at the root alone"
        ),
        pytest.param(
            {"docker/Dockerfile": "FROM a\nCOPY x.sh .\n", "x.sh": "", "docker/x.sh": ""},
            "docker/Dockerfile",
            "docker",
            id="in both places: the nearer one",
        ),
        pytest.param(
            {
                "docker/b/Dockerfile": "FROM a\nCOPY x.sh y/ .\n",
                "docker/b/x.sh": "",
                "docker/x.sh": "",
                "docker/y/z": "",
            },
            "docker/b/Dockerfile",
            "docker",
            id="where most sources are",
        ),
        pytest.param(
            {"shop/Dockerfile": "FROM a\nCOPY . .\n", "shop/manage.py": ""},
            "shop/Dockerfile",
            "shop",
            id="everything is copied, beside manage.py",
        ),
        pytest.param({"docker/Dockerfile": "FROM a\nCOPY . .\n"}, "docker/Dockerfile", "", id="everything is copied"),
        pytest.param(
            {
                "docker/Dockerfile": 'FROM a AS b\nCOPY --from=c x.sh .\nCOPY *.sh $Y ./\nCOPY <<EOF z.sh\n1\nEOF\nCOPY ["./", "."]\n',
                "docker/x.sh": "",
                "docker/z.sh": "",
            },
            "docker/Dockerfile",
            "",
            id="sources that say nothing",
        ),
        pytest.param(
            {"docker/Dockerfile": "FROM a\nCOPY /x.sh .\n", "x.sh": ""},
            "docker/Dockerfile",
            "",
            id="from the context's top",
        ),
        pytest.param({"docker/Dockerfile": "FROM a\nCOPY / .\n"}, "docker/Dockerfile", "", id="the top itself"),
    ],
)
def test_context(tmp_path: Path, files: dict[str, str], dockerfile: str, context: str) -> None:
    assert context_of(work(tmp_path, files), dockerfile) == context


def test_sources_above_the_root_are_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "x.sh").touch()
    files = {"docker/Dockerfile": "FROM a\nCOPY ../../x.sh y.sh .\n", "y.sh": ""}

    assert context_of(work(tmp_path / "shop", files), "docker/Dockerfile") == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("other_site", None, id="another image"),
        pytest.param("site", "web/Dockerfile", id="the image that the service beside it builds"),
    ],
)
def test_a_service_that_only_names_an_image(tmp_path: Path, name: str, expected: str | None) -> None:
    """``docker compose`` finds under its name the image that it has just built."""
    services = "services:\n  db: {image: postgres}\n  web: {build: web, image: site}\n  beat: {image: NAME}\n"
    files = {"compose.yml": services.replace("NAME", name), "web/Dockerfile": "FROM python:3.13\n"}
    linking = work(tmp_path, files)
    beat = linking.of("compose.yml", Service)[-1]

    found = image_of(linking, beat)

    assert (found.dockerfile if found else None) == expected
