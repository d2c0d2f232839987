from __future__ import annotations

import fnmatch
import time

import pytest

from django_deploycheck.model import BlindSpot, CommandLine, Copy, EnvVar, ImageStage, Location, User
from django_deploycheck.readers import dockerfile
from django_deploycheck.source import Source, Unreadable

PATH = "web/Dockerfile"


def read(text):
    return list(dockerfile.read(Source(PATH, text)))


def stages(text):
    facts = read(text)
    assert all(isinstance(fact, ImageStage) for fact in facts)
    return facts


def stage(instructions):
    """The only stage of a file whose first line is FROM; the instructions begin on line 2."""
    [fact] = stages(f"FROM python:3.13\n{instructions}")
    return fact


def at(line):
    return Location(PATH, line)


def shell(text, line):
    return CommandLine(at(line), text=text)


def executed(line, *argv):
    return CommandLine(at(line), argv=argv)


@pytest.mark.parametrize(
    ("path", "claimed"),
    [
        pytest.param("Dockerfile.dockerignore", False, id="the ignore file of a Dockerfile"),
        pytest.param("web.Dockerfile.dockerignore", False, id="the ignore file of a named Dockerfile"),
        pytest.param("Containerfile.dockerignore", False, id="the ignore file of a Containerfile"),
        pytest.param(".dockerignore", False, id="the ignore file"),
        pytest.param("docker-compose.yml", False, id="compose"),
        pytest.param("dockerfile.js", False, id="source of an editor"),
        pytest.param("Dockerfiles", False, id="another name"),
        pytest.param("Dockerfile", True, id="plain"),
        pytest.param("docker/Dockerfile", True, id="in a folder"),
        pytest.param("dockerfile", True, id="lower case"),
        pytest.param("Dockerfile.prod", True, id="suffix"),
        pytest.param("Dockerfile.base", True, id="suffix that ends like the ignore file, one letter"),
        pytest.param("Dockerfile.azure", True, id="suffix that ends like the ignore file, two letters"),
        pytest.param("Dockerfile.core", True, id="suffix that ends like the ignore file, three letters"),
        pytest.param("Dockerfile-web", True, id="suffix with a hyphen"),
        pytest.param("Dockerfile_web", True, id="suffix with an underscore"),
        pytest.param("Dockerfile15", True, id="suffix without a separator"),
        pytest.param("Dockerfile.web.j2", True, id="template"),
        pytest.param("web.Dockerfile", True, id="prefix"),
        pytest.param("web.dockerfile", True, id="prefix and lower case"),
        pytest.param("LocalDockerfile", True, id="prefix without a separator"),
        pytest.param(".heroku.Dockerfile", True, id="hidden"),
        pytest.param("Containerfile", True, id="Podman's name"),
        pytest.param("Containerfile.prod", True, id="Podman's name with a suffix"),
        pytest.param("web.containerfile", True, id="Podman's name in lower case with a prefix"),
    ],
)
def test_names(path, claimed):
    assert any(fnmatch.fnmatchcase(f"/{path}", f"*/{name}") for name in dockerfile.NAMES) is claimed


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("\n\n# FROM python\n", id="comments only"),
        pytest.param("RUN ls\n", id="no stage"),
        pytest.param("FROM\n", id="FROM without an image"),
        pytest.param("ARG A=1\nCMD ls\n", id="arguments and a command"),
        pytest.param("# syntax=docker/dockerfile:1", id="a directive only"),
        pytest.param("RUN \\\n  FROM python\n", id="FROM in a continuation"),
        pytest.param("COPY <<EOF /f\nFROM python\nEOF\n", id="FROM in a here-document"),
    ],
)
def test_without_a_stage(text):
    with pytest.raises(Unreadable) as error:
        read(text)

    assert (error.value.reason, error.value.line) == ("has no FROM instruction", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{% include 'base' %}\n", BlindSpot("is a template", at(1)), id="Jinja"),
        pytest.param("RUN {{ command }}\n", BlindSpot("is a template", at(1)), id="braces"),
        pytest.param("<%= base %>\n", BlindSpot("is a template", at(1)), id="ERB"),
        pytest.param("# base\nINCLUDE base\nRUN ls\n", BlindSpot("takes in another file", at(2)), id="INCLUDE"),
    ],
)
def test_a_template_without_a_stage_is_a_blind_spot(text, expected):
    assert read(text) == [expected]


def test_a_file_taken_in_beside_stages_is_a_blind_spot():
    assert read("FROM a\nINCLUDE+ common\n") == [
        BlindSpot("takes in another file", at(2)),
        ImageStage(index=0, location=at(1), base="a"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{{#if celery}}", id="Handlebars"),
        pytest.param("{% if celery %}", id="Jinja"),
        pytest.param("<% if celery %>", id="ERB"),
        pytest.param("CDM gunicorn", id="misspelt"),
        pytest.param("FROM", id="FROM without an image"),
        pytest.param("RUN", id="RUN without a command"),
        pytest.param("CMD", id="CMD without a command"),
        pytest.param("COPY a", id="COPY without a destination"),
        pytest.param("COPY []", id="COPY of an empty array"),
        pytest.param("USER", id="USER without a name"),
        pytest.param('"', id="a quote"),
        pytest.param("\\", id="the escape character"),
    ],
)
def test_what_is_not_understood_is_skipped(line):
    assert stage(f"{line}\n") == ImageStage(index=0, location=at(1), base="python:3.13")


def test_every_field_of_a_stage():
    text = """\
ARG VERSION=3.13
FROM python:${VERSION}-slim AS app
ARG REVISION=none
ENV PORT=8000
WORKDIR /srv
COPY requirements.txt ./
RUN pip install -r requirements.txt
USER shop
EXPOSE $PORT
VOLUME /srv/media
HEALTHCHECK CMD curl localhost
ENTRYPOINT ["/entrypoint.sh"]
CMD gunicorn shop.wsgi
"""

    assert read(text) == [
        ImageStage(
            index=0,
            location=at(2),
            base="python:3.13-slim",
            name="app",
            entrypoint=executed(12, "/entrypoint.sh"),
            cmd=shell("gunicorn shop.wsgi", 13),
            users=(User("shop", at(8)),),
            workdirs=(("/srv", at(5)),),
            variables=(EnvVar("PORT", "8000", at(4)),),
            arguments=(EnvVar("REVISION", "none", at(3)),),
            runs=(shell("pip install -r requirements.txt", 7),),
            copies=(Copy(("requirements.txt",), "./", at(6)),),
            ports=("8000",),
            volumes=("/srv/media",),
            steps=tuple("ARG ENV WORKDIR COPY RUN USER EXPOSE VOLUME HEALTHCHECK ENTRYPOINT CMD".split()),
            base_default=at(1),
        )
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ARG V=3.13\nFROM python:3.13\n", None, id="no variable"),
        pytest.param("ARG V\nFROM python:$V\n", None, id="no default"),
        pytest.param("ARG V=3.13\nFROM python:$V\n", at(1), id="a variable without braces"),
        pytest.param("ARG O=a\nARG V=3.13\nFROM python:${W}${V}\n", at(2), id="the first that has a default"),
    ],
)
def test_where_the_default_of_a_base_stands(text, expected):
    assert read(text)[0].base_default == expected


# --- commands ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        pytest.param("RUN ls\n", None, id="none"),
        pytest.param("HEALTHCHECK --interval=5s CMD curl localhost\n", None, id="of a health check"),
        pytest.param("HEALTHCHECK \\\n  CMD curl localhost\n", None, id="of a health check on its own line"),
        pytest.param("ONBUILD CMD gunicorn\n", None, id="for images built from this one"),
        pytest.param("# CMD gunicorn\n", None, id="in a comment"),
        pytest.param("RUN ls && \\\n\nCMD gunicorn\n", None, id="swallowed by a continuation over a blank line"),
        pytest.param("LABEL cmd=\\\nCMD\n", None, id="swallowed by a label"),
        pytest.param("CMD gunicorn a\n", shell("gunicorn a", 2), id="shell form"),
        pytest.param('CMD ["gunicorn", "a"]\n', executed(2, "gunicorn", "a"), id="exec form"),
        pytest.param('CMD[ "gunicorn" ]\n', None, id="no space before the array"),
        pytest.param('  cmd\t[ "gunicorn" , "a" ]  \n', executed(2, "gunicorn", "a"), id="exec form, white space"),
        pytest.param("CMD ['gunicorn']\n", shell("['gunicorn']", 2), id="single quotes are no JSON"),
        pytest.param('CMD ["gunicorn",]\n', shell('["gunicorn",]', 2), id="a comma too much is no JSON"),
        pytest.param('CMD ["gunicorn"] a\n', shell('["gunicorn"] a', 2), id="text behind the array"),
        pytest.param('CMD ["gunicorn", 1]\n', shell('["gunicorn", 1]', 2), id="a number in the array"),
        pytest.param('CMD ["a\\q"]\n', shell('["a\\q"]', 2), id="escape that JSON does not know"),
        pytest.param('CMD ["\\ud800", "\\u00e9"]\n', executed(2, "?", "é"), id="half a character"),
        pytest.param('CMD ["gunicorn", "$PORT"]\n', executed(2, "gunicorn", "$PORT"), id="no variables in exec form"),
        pytest.param("ENV A=1\nCMD gunicorn $A\n", shell("gunicorn $A", 3), id="the shell replaces variables"),
        pytest.param("CMD []\n", executed(2), id="reset"),
        pytest.param("CMD a\nCMD b\n", shell("b", 3), id="the last one"),
        pytest.param("CMD a\nCMD []\n", executed(3), id="reset after one"),
        pytest.param(
            'CMD ["gunicorn", \\\n  # the site\n  "shop.wsgi"]\n',
            CommandLine(at(2), argv=("gunicorn", "shop.wsgi"), lines=(2, 4)),
            id="several lines",
        ),
        pytest.param("CMD gunicorn \\\n  shop.wsgi\n", shell("gunicorn \\\n  shop.wsgi", 2), id="shell form, lines"),
        pytest.param("CMD \\\n  gunicorn\n", shell("\ngunicorn", 2), id="begins on the next line"),
        pytest.param("CMD gunicorn \\\n\n", shell("gunicorn", 2), id="ends in a continuation"),
        pytest.param("CMD\\\n gunicorn\n", shell("\ngunicorn", 2), id="continuation behind the name"),
        pytest.param("CMD gunicorn --env A=<<EOF\n", shell("gunicorn --env A=<<EOF", 2), id="no here-document in CMD"),
        pytest.param("CMD --a b\n", shell("--a b", 2), id="CMD takes no flags"),
        pytest.param("CMD gunicorn # x\r\n", shell("gunicorn # x", 2), id="Windows line end"),
        pytest.param(
            'CMD ["manage", "--password", "correct-horse"]\n', executed(2, "manage", "--password", "***"), id="secret"
        ),
        pytest.param("CMD TOKEN=correct-horse x\n", shell("TOKEN=*** x", 2), id="secret in shell form"),
    ],
)
@pytest.mark.parametrize("name", ["CMD", "ENTRYPOINT"])
def test_what_the_container_starts(instructions, expected, name):
    fact = stage(instructions.replace("CMD", name).replace("cmd", name.lower()))

    assert (fact.cmd, fact.entrypoint) == ((expected, None) if name == "CMD" else (None, expected))


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        pytest.param("CMD ls\n", [], id="none"),
        pytest.param("ONBUILD RUN ls\n", [], id="for images built from this one"),
        pytest.param("ONBUILD RUN <<EOF\nRUN ls\nEOF\n", [], id="here-document for images built from this one"),
        pytest.param("ONBUILD\n", [], id="ONBUILD of nothing"),
        pytest.param("ONBUILD <<EOF\n", [], id="ONBUILD of no instruction"),
        pytest.param("RUN a\nRUN b\n", [shell("a", 2), shell("b", 3)], id="two"),
        pytest.param('RUN ["a", "b"]\n', [executed(2, "a", "b")], id="exec form"),
        pytest.param("RUN a \\\n  && b\n", [shell("a \\\n  && b", 2)], id="lines"),
        pytest.param("RUN a \\\n  # why\n  && b\n", [shell("a \\\n\\\n  && b", 2)], id="comment in between"),
        pytest.param("RUN a \\\n\n  && b\n", [shell("a \\\n\\\n  && b", 2)], id="blank line in between"),
        pytest.param("RUN a \\ \t\n b\n", [shell("a \\\n b", 2)], id="white space behind the escape"),
        pytest.param(
            "RUN a \\\\\nRUN b\n", [shell("a \\\\", 2), shell("b", 3)], id="escaped escape is no continuation"
        ),
        pytest.param("RUN a # b \\\n c\n", [shell("a # b \\\n c", 2)], id="a hash within a line is no comment"),
        pytest.param("RUN a \\\r\n  b\r\n", [shell("a \\\n  b", 2)], id="Windows line ends"),
        pytest.param("RUN --mount=type=cache,target=/c a\n", [shell("a", 2)], id="flag"),
        pytest.param("RUN --mount=a --network=none a --b\n", [shell("a --b", 2)], id="flags"),
        pytest.param('RUN --mount="a b" c\n', [shell("c", 2)], id="flag with a quoted value"),
        pytest.param(
            "RUN --mount=a \\\n    --mount=b \\\n    c \\\n    d\n",
            [shell("\n\nc \\\n    d", 2)],
            id="flags on their lines",
        ),
        pytest.param("RUN --mount=a\n", [], id="a flag and no command"),
        pytest.param("RUN a {{ b }} \\\n  c\n", [shell("a {{ b }} \\\n  c", 2)], id="template"),
        pytest.param("RUN <<EOF\na\nb\nEOF\nRUN c\n", [shell("\na\nb", 2), shell("c", 6)], id="here-document"),
        pytest.param("RUN <<-EOF\n\ta\n\tEOF\nRUN c\n", [shell("\na", 2), shell("c", 5)], id="tabs stripped"),
        pytest.param("RUN <<EOF\n\tEOF\na\nEOF\n", [shell("\n\tEOF\na", 2)], id="tabs kept"),
        pytest.param("RUN <<'EOF'\na\nEOF\nRUN c\n", [shell("\na", 2), shell("c", 5)], id="quoted delimiter"),
        pytest.param('RUN <<"E OF"\na\nE OF\n', [shell("\na", 2)], id="delimiter with a space"),
        pytest.param("RUN << EOF\na\nEOF\n", [shell("\na", 2)], id="space before the delimiter"),
        pytest.param("RUN <<EOF\n# a\n\nRUN b\nEOF\n", [shell("\n# a\n\nRUN b", 2)], id="all of its lines"),
        pytest.param("RUN <<EOF\nEOF\n", [shell("\n", 2)], id="empty here-document"),
        pytest.param("RUN <<EOF\na\nb", [shell("\na\nb", 2)], id="no end"),
        pytest.param("RUN --mount=a \\\n  <<EOF\nb\nEOF\n", [shell("\n\nb", 2)], id="here-document behind a flag"),
        pytest.param("RUN <<EOF\n#!/bin/sh -e\na\nEOF\n", [shell("\n#!/bin/sh -e\na", 2)], id="a shell's script"),
        pytest.param("RUN <<EOF\n#!/usr/bin/env bash\na\nEOF\n", [shell("\n#!/usr/bin/env bash\na", 2)], id="bash's"),
        pytest.param(
            "RUN <<EOF\n#!/usr/bin/env python\na\nEOF\n",
            [shell("/usr/bin/env python <<'EOF'\n#!/usr/bin/env python\na\nEOF", 2)],
            id="another interpreter's script",
        ),
        pytest.param(
            "RUN --mount=a \\\n  <<EOF\n#!python\na\nEOF\n",
            [shell("\npython <<'EOF'\n#!python\na\nEOF", 2)],
            id="another interpreter's script behind a flag",
        ),
        pytest.param("RUN <<EOF bash\na\nEOF\n", [shell("<<EOF bash\na\nEOF", 2)], id="input of a command"),
        pytest.param(
            "RUN a && \\\n  cat <<EOF >f\nb\nEOF\nRUN c\n",
            [shell("a && \\\n  cat <<EOF >f\nb\nEOF", 2), shell("c", 6)],
            id="input of a command on several lines",
        ),
        pytest.param("RUN cat <<EOF>f\nb\nEOF\n", [shell("cat <<EOF>f\nb\nEOF", 2)], id="operator at the delimiter"),
        pytest.param(
            "RUN cat <<A <<B\na\nA\nb\nB\nRUN c\n",
            [shell("cat <<A <<B\na\nA\nb\nB", 2), shell("c", 7)],
            id="two of them",
        ),
        pytest.param("RUN cat 3<<A\na\nA\n", [shell("cat 3<<A\na\nA", 2)], id="with a descriptor"),
        pytest.param("RUN cat <<<a\nRUN b\n", [shell("cat <<<a", 2), shell("b", 3)], id="here-string"),
        pytest.param("RUN echo '<<A'\nRUN b\n", [shell("echo '<<A'", 2), shell("b", 3)], id="quoted operator"),
        pytest.param("RUN echo $((1<<2))\nRUN b\n", [shell("echo $((1<<2))", 2), shell("b", 3)], id="shift"),
        pytest.param("RUN echo <<\nRUN b\n", [shell("echo <<", 2), shell("b", 3)], id="operator without a delimiter"),
        pytest.param('RUN ["a", "<<A"]\nRUN b\n', [executed(2, "a", "<<A"), shell("b", 3)], id="operator in exec form"),
        pytest.param("ENV A <<EOF\nRUN b\n", [shell("b", 3)], id="operator in another instruction"),
        pytest.param("RUN export TOKEN=correct-horse\n", [shell("export TOKEN=***", 2)], id="secret"),
    ],
)
def test_what_the_build_runs(instructions, expected):
    assert list(stage(instructions).runs) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("# a\n# escape=`\nFROM a\nRUN b `\n", [shell("b `", 4)], id="behind a comment"),
        pytest.param("\n# escape=`\nFROM a\nRUN b `\n", [shell("b `", 4)], id="behind a blank line"),
        pytest.param("# other=1\n# escape=`\nFROM a\nRUN b `\n", [shell("b `", 4)], id="behind an unknown directive"),
        pytest.param("# escape=\\\nFROM a\nRUN b \\\n c\n", [shell("b \\\n c", 3)], id="the usual one"),
        pytest.param("# escape=x\nFROM a\nRUN b \\\n c\n", [shell("b \\\n c", 3)], id="one that is not allowed"),
        pytest.param("# escape=`\nFROM a\nRUN b `\n c\n", [shell("b \\\n c", 3)], id="backtick"),
        pytest.param("#ESCAPE = `\nFROM a\nRUN b:\\\nRUN c\n", [shell("b:\\", 3), shell("c", 4)], id="backslash then"),
        pytest.param(
            "# syntax=a\n# check=b\n# escape=`\nFROM a\nRUN b `\n c\n", [shell("b \\\n c", 5)], id="the third"
        ),
        pytest.param("\ufeff# escape=`\nFROM a\nRUN b `\n c\n", [shell("b \\\n c", 3)], id="byte order mark"),
    ],
)
def test_escape_directive(text, expected):
    [fact] = stages(text)

    assert list(fact.runs) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("\ufeffFROM a\n", 1, id="an instruction"),
        pytest.param("\ufeff\nFROM a\n", 2, id="a blank line"),
        pytest.param("\ufeff# b\nFROM a\n", 2, id="a comment"),
    ],
)
def test_a_byte_order_mark_before(text, line):
    assert stages(text) == [ImageStage(index=0, location=at(line), base="a")]


# --- stages --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM a\n", [("a", None, 1)], id="one"),
        pytest.param("RUN b\nFROM a\n", [("a", None, 2)], id="behind an instruction"),
        pytest.param("from a as b\n", [("a", "b", 1)], id="lower case"),
        pytest.param("FROM --platform=$BUILDPLATFORM a AS b\n", [("a", "b", 1)], id="platform"),
        pytest.param("FROM \\\n  a \\\n  AS b\n", [("a", "b", 1)], id="several lines"),
        pytest.param("FROM a AS\n", [("a", None, 1)], id="no name"),
        pytest.param("FROM a # b\n", [("a", None, 1)], id="text behind the image"),
        pytest.param("FROM a AS b\nFROM b\n", [("a", "b", 1), ("b", None, 2)], id="of an earlier stage"),
        pytest.param("FROM a AS Base\nFROM bASE\n", [("a", "Base", 1), ("Base", None, 2)], id="in another case"),
        pytest.param("FROM B\nFROM a AS b\n", [("B", None, 1), ("a", "b", 2)], id="a later stage is another image"),
        pytest.param("FROM {{ image }}\n", [("{{ image }}", None, 1)], id="template"),
        pytest.param("FROM a:{{ tag }}-x AS b\n", [("a:{{ tag }}-x", "b", 1)], id="template within"),
        pytest.param("FROM $A\n", [("$A", None, 1)], id="unknown variable"),
        pytest.param("ARG A\nFROM a:${A}\n", [("a:${A}", None, 2)], id="argument without a default"),
        pytest.param("ARG A=1\nFROM a:$A\n", [("a:1", None, 2)], id="argument"),
        pytest.param('ARG A="1"\nFROM a:$A\n', [("a:1", None, 2)], id="quoted argument"),
        pytest.param("ARG A=1 B=2-$A\nFROM a:$B\n", [("a:2-1", None, 2)], id="argument of an argument"),
        pytest.param("ARG A=b\nFROM a AS $A\n", [("a", "b", 2)], id="argument in the name"),
        pytest.param("FROM a:${A:-2}\n", [("a:2", None, 1)], id="default"),
        pytest.param("ARG A=1\nFROM a AS b\nARG A=2\nFROM a:$A\n", [("a", "b", 2), ("a:1", None, 4)], id="of the file"),
        pytest.param("FROM a\nARG A=1\nFROM a:$A\n", [("a", None, 1), ("a:$A", None, 3)], id="of a stage"),
        pytest.param("ENV A=1\nFROM a:$A\n", [("a:$A", None, 2)], id="of an environment before the first stage"),
        pytest.param("FROM a\nENV A=1\nFROM a:$A\n", [("a", None, 1), ("a:$A", None, 3)], id="of the environment"),
    ],
)
def test_stages(text, expected):
    assert [(fact.base, fact.name, fact.location.line) for fact in stages(text)] == expected
    assert [fact.index for fact in stages(text)] == list(range(len(expected)))


def test_each_stage_has_its_own_instructions():
    first, second = stages("FROM a AS b\nCMD c\nUSER d\nFROM b\nENTRYPOINT e\n")

    assert first == ImageStage(
        index=0, location=at(1), base="a", name="b", cmd=shell("c", 2), users=(User("d", at(3)),), steps=("CMD", "USER")
    )
    assert second == ImageStage(index=1, location=at(4), base="b", entrypoint=shell("e", 5), steps=("ENTRYPOINT",))


def test_more_stages_than_any_image_has():
    assert len(stages("FROM a\n" * dockerfile.MAX_STAGES)) == dockerfile.MAX_STAGES
    with pytest.raises(Unreadable) as error:
        read("FROM a\n" * (dockerfile.MAX_STAGES + 1))

    assert (error.value.reason, error.value.line) == ("has more than 100 stages", 101)


@pytest.mark.parametrize("text", ["COPY a", "ENV A=b \\\n", "CMD gunicorn", "LABEL a=b"])
def test_the_length_of_an_instruction_is_bounded(text):
    with pytest.raises(Unreadable) as error:
        read(f"FROM a\nRUN {'a' * 9_000}\n{text} {'a' * 8_000}\n")

    assert (error.value.reason, error.value.line) == ("has an instruction of more than 8000 characters", 3)


def test_the_number_of_instructions_is_bounded():
    assert len(stages("FROM a\n" + "RUN b\n" * (dockerfile.MAX_INSTRUCTIONS - 1))) == 1
    with pytest.raises(Unreadable) as error:
        read("FROM a\n" + "RUN b\n" * dockerfile.MAX_INSTRUCTIONS)

    assert (error.value.reason, error.value.line) == ("has more than 250 instructions", 251)


# --- variables -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        pytest.param("ENV A\n", [], id="name alone"),
        pytest.param("ENV =1\n", [], id="no name"),
        pytest.param("ENV\n", [], id="nothing"),
        pytest.param("ENV A=1 B\n", [("A", "1", 2)], id="name alone behind another"),
        pytest.param("ENV A=1\n", [("A", "1", 2)], id="one"),
        pytest.param("ENV A=1 B=\"x y\" C='z'\n", [("A", "1", 2), ("B", "x y", 2), ("C", "z", 2)], id="several"),
        pytest.param("ENV A=\n", [("A", "", 2)], id="empty"),
        pytest.param("ENV A=b=c\n", [("A", "b=c", 2)], id="equals sign in the value"),
        pytest.param("ENV A=x\\ y\n", [("A", "x y", 2)], id="escaped space"),
        pytest.param('ENV A="x\\"y\\z"\n', [("A", 'x"y\\z', 2)], id="escapes in quotes"),
        pytest.param('ENV A="it\'s"\n', [("A", "it's", 2)], id="single quote in double ones"),
        pytest.param("ENV A='x\n", [("A", "x", 2)], id="quote that is not closed"),
        pytest.param('ENV A="x\n', [("A", "x", 2)], id="double quote that is not closed"),
        pytest.param("ENV A=x\\\\\n", [("A", "x\\", 2)], id="escaped escape at the end"),
        pytest.param("ENV A='\\x'\n", [("A", "\\x", 2)], id="escape in single quotes"),
        pytest.param("ENV A x  y\n", [("A", "x  y", 2)], id="old form"),
        pytest.param("ENV A\tb=c\n", [("A", "b=c", 2)], id="old form with a tab and an equals sign"),
        pytest.param('ENV A "x y"\n', [("A", "x y", 2)], id="old form, quoted"),
        pytest.param("ENV A={{ b }} C=1\n", [("A", "{{ b }}", 2), ("C", "1", 2)], id="template"),
        pytest.param(
            "ENV A=1 \\\n    # why\n    B=2 \\\n\n    C=3\n", [("A", "1", 2), ("B", "2", 4), ("C", "3", 6)], id="lines"
        ),
        pytest.param("ENV \\\n  A=1\n", [("A", "1", 3)], id="begins on the next line"),
        pytest.param("ENV \\\n  A 1\n", [("A", "1", 3)], id="old form on the next line"),
        pytest.param("ENV A=1\nENV A=2\n", [("A", "1", 2), ("A", "2", 3)], id="twice"),
        pytest.param("ENV A=1\nENV B=$A-${A}x\n", [("A", "1", 2), ("B", "1-1x", 3)], id="of another"),
        pytest.param('ENV A=1\nENV B "$A"\n', [("A", "1", 2), ("B", "1", 3)], id="of another in quotes"),
        pytest.param("ENV A=1\nENV B='$A'\n", [("A", "1", 2), ("B", "$A", 3)], id="not in single quotes"),
        pytest.param("ENV A=1\nENV B=\\$A\n", [("A", "1", 2), ("B", "$A", 3)], id="not when escaped"),
        pytest.param('ENV A=1\nENV B="\\$A"\n', [("A", "1", 2), ("B", "$A", 3)], id="not when escaped in quotes"),
        pytest.param("ENV A=1\nENV A=2 B=$A\n", [("A", "1", 2), ("A", "2", 3), ("B", "1", 3)], id="values before"),
        pytest.param("ENV A=B\nENV $A=1\n", [("A", "B", 2), ("B", "1", 3)], id="name of another"),
        pytest.param("ENV A=x$ $=1\n", [("A", "x$", 2), ("$", "1", 2)], id="a dollar sign alone"),
        pytest.param("ENV A=$1\n", [("A", "$1", 2)], id="a number is no name"),
        pytest.param("ARG A=1\nENV A=$A\n", [("A", "1", 3)], id="of an argument"),
        pytest.param("ENV A=1\nARG A=2\nENV B=$A\n", [("A", "1", 2), ("B", "1", 4)], id="before an argument"),
        pytest.param("ENV B=${A:-2}\n", [("B", "2", 2)], id="default"),
        pytest.param("ENV B=${A-2}\n", [("B", "2", 2)], id="default when unset"),
        pytest.param("ENV A=\nENV B=${A:-2}\n", [("A", "", 2), ("B", "2", 3)], id="default for an empty one"),
        pytest.param("ENV A=\nENV B=${A-2}\n", [("A", "", 2), ("B", "", 3)], id="no default for an empty one"),
        pytest.param("ENV A=1\nENV B=${A:-2}\n", [("A", "1", 2), ("B", "1", 3)], id="default not needed"),
        pytest.param("ENV B=${A:+2}\n", [("B", "", 2)], id="alternative when unset"),
        pytest.param("ENV A=\nENV B=${A:+2}\n", [("A", "", 2), ("B", "", 3)], id="alternative for an empty one"),
        pytest.param("ENV A=\nENV B=${A+2}\n", [("A", "", 2), ("B", "2", 3)], id="alternative when set"),
        pytest.param("ENV A=1\nENV B=${A:+2$A}\n", [("A", "1", 2), ("B", "21", 3)], id="alternative"),
        pytest.param("ENV A=1\nENV B=${A:?no}\n", [("A", "1", 2), ("B", "1", 3)], id="required"),
        pytest.param("ENV B=${A:-${C:-3}}\n", [("B", "3", 2)], id="default of a default"),
        pytest.param("ENV B=${A:-\\}}\n", [("B", "}", 2)], id="escaped brace"),
        pytest.param('ENV B="${A:-x y}"\n', [("B", "x y", 2)], id="default with a space"),
        pytest.param("ENV A=1\nENV B=$A-${A\n", [("A", "1", 2), ("B", "1-${A", 3)], id="brace that is not closed"),
        pytest.param("ENV A=1\nENV B=${}\n", [("A", "1", 2), ("B", "${}", 3)], id="empty braces"),
        pytest.param(f"ENV A={'x' * 300}\nENV B=$A\n", [("A", "x" * 300, 2), ("B", "$A", 3)], id="a long value"),
    ],
)
def test_environment(instructions, expected):
    assert [(found.name, found.value, found.location.line) for found in stage(instructions).variables] == expected


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        pytest.param("ENV B=$A\n", EnvVar("B", "$A", at(2), ("A",)), id="unknown"),
        pytest.param("ENV B=x${A}\n", EnvVar("B", "x${A}", at(2), ("A",)), id="unknown in braces"),
        pytest.param("ENV B=${A:?no}\n", EnvVar("B", "${A:?no}", at(2), ("A",)), id="unknown and required"),
        pytest.param(
            "ENV PATH=/a:$PATH\nENV PATH=/b:$PATH\n", EnvVar("PATH", "/b:/a:$PATH", at(3), ("PATH",)), id="PATH"
        ),
        pytest.param("ARG A\nENV A=$A\n", EnvVar("A", "$A", at(3), ("A",)), id="argument without a default"),
        pytest.param("ENV A=1\nENV B=${A#x}\n", EnvVar("B", "${A#x}", at(3)), id="operator of newer versions"),
        pytest.param(
            "ENV SECRET_KEY=k9#mq2\n", EnvVar("SECRET_KEY", "***", at(2), secret="a secret key"), id="a secret"
        ),
        pytest.param(
            "ENV API_TOKEN=k9mq2zz8\nENV B=$API_TOKEN\n",
            EnvVar("B", "$API_TOKEN", at(3), ("API_TOKEN",)),
            id="of a secret",
        ),
        pytest.param(
            "ENV API_TOKEN=k9mq2zz8\nENV B=${API_TOKEN:-}\n",
            EnvVar("B", "${API_TOKEN:-}", at(3), ("API_TOKEN",)),
            id="of a secret with a default",
        ),
        pytest.param(
            "ARG API_TOKEN=x\nENV API_TOKEN=k9mq2zz8\nENV B=x-$API_TOKEN\n",
            EnvVar("B", "x-$API_TOKEN", at(4), ("API_TOKEN",)),
            id="of a secret that an argument has too",
        ),
        pytest.param(
            "ENV POSTGRES_USER=shop7\nENV POSTGRES_PASSWORD=shop7\n",
            EnvVar("POSTGRES_PASSWORD", "***", at(3)),
            id="a password that repeats the user",
        ),
    ],
)
def test_references_and_secrets(instructions, expected):
    assert stage(instructions).variables[-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ARG A=1\nFROM a\n", [], id="of the file, not declared again"),
        pytest.param("FROM a\nARG A\n", [EnvVar("A", None, at(2))], id="no default"),
        pytest.param("FROM a\nARG A=1\n", [EnvVar("A", "1", at(2))], id="default"),
        pytest.param("FROM a\nARG A=\n", [EnvVar("A", "", at(2))], id="empty default"),
        pytest.param(
            "FROM a\nARG A=1 B C='x y'\n",
            [EnvVar("A", "1", at(2)), EnvVar("B", None, at(2)), EnvVar("C", "x y", at(2))],
            id="several",
        ),
        pytest.param(
            "FROM a\nARG A=1\nARG B=$A$A\n", [EnvVar("A", "1", at(2)), EnvVar("B", "11", at(3))], id="of another"
        ),
        pytest.param(
            "FROM a\nARG A=1 B=$A\n", [EnvVar("A", "1", at(2)), EnvVar("B", "1", at(2))], id="of one beside it"
        ),
        pytest.param("ARG A=1\nFROM a\nARG A\n", [EnvVar("A", "1", at(1))], id="of the file, declared again"),
        pytest.param("ARG A=1\nFROM a\nARG A=2\n", [EnvVar("A", "2", at(3))], id="of the file, with another default"),
        pytest.param("ARG A\nFROM a\nARG A\n", [EnvVar("A", None, at(3))], id="of the file, no default"),
        pytest.param(
            "FROM a\nARG DB_PASSWORD=k9mq2zz8\n",
            [EnvVar("DB_PASSWORD", "***", at(2), secret="a password")],
            id="secret",
        ),
    ],
)
def test_arguments(text, expected):
    [fact] = stages(text)

    assert list(fact.arguments) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ARG A=1\nFROM a\nWORKDIR /$A\n", "/$A", id="argument of the file"),
        pytest.param("FROM b\nARG A=1\nFROM a\nWORKDIR /$A\n", "/$A", id="argument of an earlier stage"),
        pytest.param("FROM b\nENV A=1\nFROM a\nWORKDIR /$A\n", "/$A", id="variable of an earlier stage"),
        pytest.param("ARG A=1\nFROM a\nARG A\nWORKDIR /$A\n", "/1", id="argument of the file, declared again"),
        pytest.param("FROM b AS c\nARG A=1\nFROM C\nWORKDIR /$A\n", "/1", id="argument of the stage it is based on"),
        pytest.param("FROM b AS c\nENV A=1\nFROM c\nWORKDIR /$A\n", "/1", id="variable of the stage it is based on"),
        pytest.param("FROM b AS c\nFROM c\nENV A=1\nFROM c\nWORKDIR /$A\n", "/$A", id="variable of a sibling"),
        pytest.param("FROM a\nENV A=1\nENV A=2\nWORKDIR /$A\nENV A=3\n", "/2", id="the value at that point"),
    ],
)
def test_scope(text, expected):
    assert stages(text)[-1].workdirs[0][0] == expected


# --- files, users, folders, ports ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instructions", "expected"),
    [
        pytest.param("COPY a\n", [], id="one word"),
        pytest.param("COPY --from=b a\n", [], id="one word and a flag"),
        pytest.param("ONBUILD COPY . .\n", [], id="for images built from this one"),
        pytest.param("COPY . .\n", [Copy((".",), ".", at(2))], id="everything"),
        pytest.param("COPY ./ /app/\n", [Copy((".",), "/app/", at(2))], id="everything with a slash"),
        pytest.param("COPY / /app/\n", [Copy((".",), "/app/", at(2))], id="everything from the top"),
        pytest.param("COPY ../a/../b /app/\n", [Copy(("b",), "/app/", at(2))], id="nothing leaves the context"),
        pytest.param("COPY ./a b/ c*.py /app/\n", [Copy(("a", "b", "c*.py"), "/app/", at(2))], id="several"),
        pytest.param('COPY ["a b", "c"]\n', [Copy(("a b",), "c", at(2))], id="array"),
        pytest.param('COPY [ \\\n  "a", \\\n  "b" \\\n]\n', [Copy(("a",), "b", at(2))], id="array on several lines"),
        pytest.param("COPY a \\\n  b \\\n  c\n", [Copy(("a", "b"), "c", at(2))], id="several lines"),
        pytest.param("COPY --chown=a:b --chmod=755 --link a b\n", [Copy(("a",), "b", at(2))], id="flags"),
        pytest.param("COPY --from=build /a/ /b\n", [Copy(("/a/",), "/b", at(2), stage="build")], id="of a stage"),
        pytest.param("COPY --from=0 a b\n", [Copy(("a",), "b", at(2), stage="0")], id="of a stage by number"),
        pytest.param("COPY --FROM=a:1 /b /c\n", [Copy(("/b",), "/c", at(2), stage="a:1")], id="of an image"),
        pytest.param("ARG A=x\nCOPY $A/b ${A}\n", [Copy(("x/b",), "x", at(3))], id="argument"),
        pytest.param("ARG A=x\nCOPY --from=$A b c\n", [Copy(("b",), "c", at(3), stage="x")], id="argument in the flag"),
        pytest.param("COPY $A b\n", [Copy(("$A",), "b", at(2))], id="unknown variable"),
        pytest.param("ADD a b\n", [Copy(("a",), "b", at(2))], id="ADD"),
        pytest.param("ADD https://a//b /c\n", [Copy(("https://a//b",), "/c", at(2))], id="download"),
        pytest.param("ADD git@a:b//c /d\n", [Copy(("git@a:b//c",), "/d", at(2))], id="clone"),
        pytest.param("ADD https://u:k9mq2@a/b /c\n", [Copy(("https://u:***@a/b",), "/c", at(2))], id="secret"),
        pytest.param("COPY <<EOF /a\nCOPY b c\nEOF\n", [Copy((), "/a", at(2), inline=True)], id="here-document"),
        pytest.param(
            "COPY <<A b <<C /d/\na\nA\nc\nC\n", [Copy(("b",), "/d/", at(2), inline=True)], id="here-documents"
        ),
        pytest.param("COPY <<EOF\na\nEOF\n", [], id="here-document without a destination"),
    ],
)
def test_copies(instructions, expected):
    fact = stage(instructions)

    assert list(fact.copies) == expected
    assert len([step for step in fact.steps if step in ("COPY", "ADD")]) == len(expected)


def test_a_copy_names_the_stage_as_that_names_itself():
    *_, last = stages("FROM a AS Build\nFROM b\nCOPY --from=bUILD /c /d\n")

    assert last.copies == (Copy(("/c",), "/d", at(3), stage="Build"),)


@pytest.mark.parametrize(
    ("instructions", "field", "expected"),
    [
        pytest.param("USER a\nUSER b:c\n", "users", (User("a", at(2)), User("b:c", at(3))), id="users"),
        pytest.param("ARG U=7\nUSER $U:${G:-8}\n", "users", (User("7:8", at(3)),), id="user by variables"),
        pytest.param("USER $U\n", "users", (User("$U", at(2)),), id="user by an unknown variable"),
        pytest.param("ONBUILD USER a\n", "users", (), id="user for images built from this one"),
        pytest.param("WORKDIR /a\nWORKDIR b c\n", "workdirs", (("/a", at(2)), ("b c", at(3))), id="folders"),
        pytest.param('WORKDIR "/a"\n', "workdirs", (("/a", at(2)),), id="folder in quotes"),
        pytest.param("EXPOSE 80 443/tcp\nEXPOSE 8000-8001\n", "ports", ("80", "443/tcp", "8000-8001"), id="ports"),
        pytest.param("ENV P=80\nEXPOSE $P $Q\n", "ports", ("80", "$Q"), id="ports by variables"),
        pytest.param("VOLUME /a /b\n", "volumes", ("/a", "/b"), id="volumes"),
        pytest.param('VOLUME ["/a", \\\n "/b c"]\n', "volumes", ("/a", "/b c"), id="volumes in an array"),
    ],
)
def test_users_folders_ports_volumes(instructions, field, expected):
    assert getattr(stage(instructions), field) == expected


def test_steps_name_the_instructions_in_order():
    fact = stage('run a\nBOGUS b\nCOPY c\nCOPY c d\nRUN\nRUN e\nONBUILD RUN f\nSHELL ["g"]\nLABEL h=i\nCMD j\n')

    assert fact.steps == ("RUN", "COPY", "RUN", "ONBUILD", "SHELL", "LABEL", "CMD")
    assert fact.runs == (shell("a", 2), shell("e", 7))


# --- secrets and hostile input ---------------------------------------------------------------------------------------------


def test_no_fact_holds_a_secret():
    secret = "k9mq2zz8tt"
    text = f"""\
ARG TOKEN={secret}
FROM reg.example.org/a:$TOKEN AS b
ARG TOKEN
ENV DB_PASSWORD={secret} URL=postgres://a:{secret}@db/x COPY_OF=$TOKEN
RUN --mount=type=secret,id=x TOKEN={secret} pip install --index-url https://u:{secret}@pypi.example.org/ x
RUN <<EOF
export API_KEY={secret}
EOF
WORKDIR /$DB_PASSWORD
USER $TOKEN
EXPOSE $TOKEN
VOLUME /$URL
ADD https://u:{secret}@files.example.org/x /$TOKEN
CMD ["x", "--token", "{secret}"]
ENTRYPOINT DB_PASSWORD={secret} x
"""

    facts = read(text)

    assert secret not in repr(facts)
    assert facts[0].workdirs == (("/$DB_PASSWORD", at(9)),)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("RUN a \\\n" * 1 + " b \\\n" * 60_000 + " c\n", id="continuation lines"),
        pytest.param("RUN a \\\n" + "# b\n" * 60_000 + " c\n", id="comments in a continuation"),
        pytest.param("RUN a \\\n" + "\n" * 200_000 + " c\n", id="blank lines in a continuation"),
        pytest.param("ENV A=1 \\\n" + " B=2 \\\n" * 298 + " C=3\n", id="variables"),
        pytest.param("RUN " + "--mount=a " * 40_000 + "b\n", id="flags"),
        pytest.param("RUN " + "<<A " * 60_000 + "\n", id="here-documents"),
        pytest.param("RUN <<A\n" * 40_000, id="here-documents without an end"),
        pytest.param("CMD " + "[" * 400_000 + "\n", id="nested arrays"),
        pytest.param("CMD [" + '"a",' * 80_000 + "\n", id="an array that is not closed"),
        pytest.param("ENV A=" + "${a:-" * 60_000 + "\n", id="braces that are not closed"),
        pytest.param("ENV A=" + "${a:-" * 50_000 + "}" * 50_000 + "\n", id="nested defaults"),
        pytest.param("ENV A=" + "$A" * 100_000 + "\n", id="variables in a value"),
        pytest.param("ENV A=" + "'\"" * 100_000 + "\n", id="quotes"),
        pytest.param("ENV A=" + "{{" * 100_000 + "\n", id="braces"),
        pytest.param("ENV A=" + "\\" * 300_000 + "\n", id="escapes"),
        pytest.param(f"ENV A={'x' * 250}\n" + "ENV B=" + "$A" * 200_000 + "\n", id="values that grow"),
        pytest.param(" " * 400_000 + "\n", id="white space"),
    ],
)
def test_hostile_input_takes_little_time(monkeypatch, text):
    """Whatever the bounds are, the work grows no faster than the text."""
    monkeypatch.setattr(dockerfile, "MAX_LENGTH", 1_000_000)
    started = time.process_time()

    fact = stage(text)

    assert fact.base == "python:3.13"
    assert time.process_time() - started < 10
