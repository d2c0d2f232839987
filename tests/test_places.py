from __future__ import annotations

import pytest

from django_deploycheck.model import CommandLine, Copy, ImageStage, Location, Mount
from django_deploycheck.places import MAX_STAGES, SAME_STAGE, Place, placed_copies
from tests.following import write

HERE = Location("Dockerfile", 1)


def copy(*sources: str, to: str, stage: str | None = None, inline: bool = False) -> Copy:
    return Copy(sources, to, HERE, stage, inline)


def bind(source: str | None, target: str) -> Mount:
    return Mount("bind", source, target, HERE)


def container(
    *copies: Copy, workdir: str = "/app", base: str = "", mounts: tuple[Mount, ...] = (), **stages: Copy
) -> Place:
    """A container whose stages copy one thing each."""
    return Place(base, workdir, True, copies, {name.strip("_"): (copy,) for name, copy in stages.items()}, mounts)


FILES = dict.fromkeys(
    (
        "a.sh",
        "bin/start",
        "bin/run.txt",
        "docker/start.sh",
        "docker/prod/start.sh",
        "docker/web.conf",
        "shop/a.sh",
        "shop/b.sh",
        "shop/deploy/run.sh",
        "shop/docker/start.sh",
    ),
    "",
)


# --- on a platform or a host ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "path", "expected"),
    [
        pytest.param(Place(), "", None, id="no path"),
        pytest.param(Place(), "missing.sh", None, id="a missing file"),
        pytest.param(Place(), "docker", None, id="a folder"),
        pytest.param(Place(), "$HOME/a.sh", None, id="an unknown folder"),
        pytest.param(Place(), "a.sh\0", None, id="no path of a file"),
        pytest.param(Place(), "../a.sh", "a.sh", id="outside, where only its end is right"),
        pytest.param(Place(), "a.sh", "a.sh", id="a file"),
        pytest.param(Place(), "./docker/../a.sh", "a.sh", id="a file on a detour"),
        pytest.param(Place(workdir="shop"), "a.sh", "shop/a.sh", id="in the working directory"),
        pytest.param(Place(workdir="shop"), "../a.sh", "a.sh", id="above the working directory"),
        pytest.param(Place(workdir="bin"), "a.sh", "a.sh", id="not in the working directory, but where that started"),
        pytest.param(Place("shop"), "a.sh", "shop/a.sh", id="below the base"),
        pytest.param(
            Place("shop", "deploy"), "run.sh", "shop/deploy/run.sh", id="in the working directory below the base"
        ),
        pytest.param(Place(), "/srv/site/docker/start.sh", "docker/start.sh", id="an absolute path, by its end"),
        pytest.param(
            Place("shop"), "/srv/docker/start.sh", "shop/docker/start.sh", id="by its end: below the base first"
        ),
        pytest.param(Place("bin"), "/srv/docker/start.sh", "docker/start.sh", id="by its end: below the root next"),
        pytest.param(
            Place(beside="shop/deploy"), "/srv/run.sh", "shop/deploy/run.sh", id="by its name, beside what names it"
        ),
        pytest.param(Place("bin"), "/usr/bin/start", "bin/start", id="by a name that scripts have"),
        pytest.param(Place("bin"), "/usr/bin/run.txt", "bin/run.txt", id="by its end, with a folder"),
        pytest.param(Place("docker"), "/etc/web.conf", None, id="not by a name that others have"),
        pytest.param(
            Place("docker", "/srv/shop"), "/srv/web.conf", None, id="not above the working directory on the machine"
        ),
        pytest.param(
            Place("docker", "/srv/sho"), "/srv/shop/web.conf", None, id="not in a folder whose name only begins like it"
        ),
        pytest.param(
            Place("docker", "/srv/shop/"),
            "/srv/shop/web.conf",
            "docker/web.conf",
            id="in the working directory on the machine",
        ),
        pytest.param(Place(), "/1/2/3/4/5/6/7/8/9/docker/start.sh", "docker/start.sh", id="by the end of a long path"),
    ],
)
def test_on_a_host(tmp_path, place, path, expected):
    assert place.locate(path, write(tmp_path, FILES)) == expected


def test_change_of_folder():
    place = Place(workdir="shop").at("../docker/").at("prod")
    assert (place.workdir, place.at("/srv").workdir) == ("docker/prod", "/srv")


# --- in a container ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "path", "expected"),
    [
        pytest.param(container(), "/app/missing.sh", None, id="nothing is copied"),
        pytest.param(container(copy("docker", to="/srv")), "/app/web.conf", None, id="another folder is copied"),
        pytest.param(
            container(copy("docker", to="/app", inline=True)),
            "/app/web.conf",
            None,
            id="the file stands in the Dockerfile",
        ),
        pytest.param(
            container(copy("docker", to="/ap")), "/app/web.conf", None, id="a folder whose name only begins so"
        ),
        pytest.param(
            container(copy("docker/web.conf", to="/etc/b.conf")), "/etc/web.conf", None, id="a file under its old name"
        ),
        pytest.param(container(copy(".", to="/app")), "/app/bin/run.txt", "bin/run.txt", id="everything"),
        pytest.param(
            container(copy(".", to="/app")), "bin/run.txt", "bin/run.txt", id="everything, by a relative path"
        ),
        pytest.param(
            container(copy(".", to="/app/")),
            "/app/./bin/../docker/web.conf",
            "docker/web.conf",
            id="everything, on a detour",
        ),
        pytest.param(container(copy(".", to="/")), "/docker/web.conf", "docker/web.conf", id="everything, at the top"),
        pytest.param(container(copy("/", to="/app")), "/app/bin/run.txt", "bin/run.txt", id="everything, with a slash"),
        pytest.param(container(copy(".", to="/app"), base="shop"), "a.sh", "shop/a.sh", id="everything of the context"),
        pytest.param(
            container(copy("docker/", to="/opt/bin/")),
            "/opt/bin/web.conf",
            "docker/web.conf",
            id="a folder under another name",
        ),
        pytest.param(
            container(copy("docker", to="/opt/bin")),
            "/opt/bin/prod/start.sh",
            "docker/prod/start.sh",
            id="a folder in that folder",
        ),
        pytest.param(
            container(copy("docker/web.conf", to="/etc/a.conf")),
            "/etc/a.conf",
            "docker/web.conf",
            id="a file under another name",
        ),
        pytest.param(
            container(copy("docker/web.conf", to="/etc/")), "/etc/web.conf", "docker/web.conf", id="a file in a folder"
        ),
        pytest.param(
            container(copy("docker/web.conf", to="/etc")),
            "/etc/web.conf",
            "docker/web.conf",
            id="a file in a folder without a slash",
        ),
        pytest.param(
            container(copy("a.sh", "docker/web.conf", to="/etc/")),
            "/etc/web.conf",
            "docker/web.conf",
            id="several files",
        ),
        pytest.param(
            container(copy("docker/*.conf", to="/etc/")), "/etc/web.conf", "docker/web.conf", id="files of a pattern"
        ),
        pytest.param(container(copy("docker/*.txt", to="/etc/")), "/etc/web.conf", None, id="files of another pattern"),
        pytest.param(
            container(copy("docker/*", to="/etc/")), "/etc/a/web.conf", None, id="files of a pattern in another folder"
        ),
        pytest.param(
            container(copy("docker/" + "*" * 300, to="/etc/")), "/etc/web.conf", None, id="a pattern longer than names"
        ),
        pytest.param(
            container(copy("shop/a.sh", to="/app/a.sh"), copy("a.sh", to="/app/a.sh")),
            "a.sh",
            "a.sh",
            id="the last copy counts",
        ),
        pytest.param(container(), "/code/docker/start.sh", "docker/start.sh", id="not copied: by the end of its path"),
    ],
)
def test_in_a_container(tmp_path, place, path, expected):
    assert place.locate(path, write(tmp_path, FILES)) == expected


@pytest.mark.parametrize(
    ("place", "path", "expected"),
    [
        pytest.param(
            container(copy("/srv", to="/app", stage="build"), build=copy("docker", to="/srv")),
            "web.conf",
            "docker/web.conf",
            id="a folder",
        ),
        pytest.param(
            container(copy("/srv/web.conf", to="/etc/", stage="build"), build=copy("docker", to="/srv")),
            "/etc/web.conf",
            "docker/web.conf",
            id="a file",
        ),
        pytest.param(
            container(copy("srv", to="/app", stage="0"), _0=copy("docker", to="/srv")),
            "web.conf",
            "docker/web.conf",
            id="by a number",
        ),
        pytest.param(
            container(copy("/a", to="/app", stage="b"), b=copy("/c", to="/a", stage="d"), d=copy("docker", to="/c")),
            "web.conf",
            "docker/web.conf",
            id="through two stages",
        ),
        pytest.param(container(copy("/app", to="/app", stage="nginx:1")), "web.conf", None, id="another image"),
        pytest.param(
            container(copy("/app", to="/app", stage="a"), a=copy("/app", to="/app", stage="a")),
            "web.conf",
            None,
            id="a stage of itself",
        ),
    ],
)
def test_copied_from_another_stage(tmp_path, place, path, expected):
    assert place.locate(path, write(tmp_path, FILES)) == expected


def test_stages_are_traced_back_a_limited_way(tmp_path):
    repository = write(tmp_path, FILES)
    long = {f"s{n}": (copy("/", to="/", stage=f"s{n + 1}"),) for n in range(MAX_STAGES)}
    long[f"s{MAX_STAGES}"] = (copy("docker", to="/"),)
    place = Place("", "/", True, (copy("/", to="/", stage="s0"),), long)
    assert place.locate("/web.conf", repository) is None
    del long["s9"]
    long["s9"] = (copy("docker", to="/"),)
    assert place.locate("/web.conf", repository) == "docker/web.conf"


@pytest.mark.parametrize(
    ("mounts", "path", "expected"),
    [
        pytest.param((bind("docker", "/srv"),), "/app/bin/run.txt", "bin/run.txt", id="beside it"),
        pytest.param((bind("/srv/docker", "/app"),), "/app/a.sh", "a.sh", id="of a folder of the host"),
        pytest.param((bind("~/docker", "/app"),), "/app/a.sh", "a.sh", id="of a folder at home"),
        pytest.param((bind(None, "/app"),), "/app/a.sh", "a.sh", id="of an unknown folder"),
        pytest.param((Mount("volume", "shop", "/app", HERE),), "/app/a.sh", "a.sh", id="a volume"),
        pytest.param((bind("shop", "/app"),), "/app/a.sh", "shop/a.sh", id="over it"),
        pytest.param((bind("", "/app/docker"),), "/app/docker/a.sh", "a.sh", id="of the root"),
        pytest.param((bind("docker/web.conf", "/etc/web.conf"),), "/etc/web.conf", "docker/web.conf", id="of one file"),
        pytest.param(
            (bind(".", "/app"), bind("docker", "/app/shop/")),
            "/app/shop/web.conf",
            "docker/web.conf",
            id="in another one",
        ),
    ],
)
def test_bind_mounts(tmp_path, mounts, path, expected):
    assert container(copy(".", to="/app"), mounts=mounts).locate(path, write(tmp_path, FILES)) == expected


def test_the_exact_place_is_no_guess(tmp_path):
    repository = write(tmp_path, FILES)
    assert Place().locate_exactly("/srv/docker/start.sh", repository) is None
    assert Place().locate_exactly("docker/start.sh", repository) == "docker/start.sh"


# --- what images copy -------------------------------------------------------------------------------------------------


def stage(*steps: tuple[str, str]) -> ImageStage:
    return ImageStage(
        index=0,
        location=HERE,
        base="python",
        workdirs=tuple((folder, HERE) for name, folder in steps if name == "WORKDIR"),
        copies=tuple(copy("a", to=folder) for name, folder in steps if name in ("COPY", "ADD")),
        steps=tuple(name for name, _ in steps),
    )


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([stage(("RUN", ""), ("USER", ""))], [], id="no copies"),
        pytest.param([stage(("COPY", "."), ("COPY", "a/"))], ["/.", "/a/"], id="no working directory"),
        pytest.param([stage(("WORKDIR", "/app"), ("COPY", "/srv/"))], ["/srv/"], id="an absolute destination"),
        pytest.param(
            [stage(("WORKDIR", "/app"), ("COPY", "."), ("ADD", "b"))], ["/app/.", "/app/b"], id="relative destinations"
        ),
        pytest.param(
            [stage(("COPY", "a"), ("WORKDIR", "/app"), ("COPY", "a"), ("WORKDIR", "src"), ("RUN", ""), ("COPY", "a"))],
            ["/a", "/app/a", "/app/src/a"],
            id="the working directory at that point",
        ),
        pytest.param(
            [stage(("WORKDIR", "/app"), ("COPY", "a")), stage(("COPY", "b"))],
            ["/app/a", "/app/b"],
            id="an inherited working directory",
        ),
    ],
)
def test_destinations_are_absolute(stages, expected):
    assert [copy.destination for copy in placed_copies(stages)] == expected


def built(*runs: str | CommandLine, workdir: str = "/app") -> ImageStage:
    """A stage that copies everything and then runs these lines."""
    lines = tuple(run if isinstance(run, CommandLine) else CommandLine(HERE, text=run) for run in runs)
    return ImageStage(
        index=0,
        location=HERE,
        base="python",
        workdirs=((workdir, HERE),),
        copies=(copy(".", to="."),),
        runs=lines,
        steps=("WORKDIR", "COPY", *("RUN" for _ in lines)),
    )


@pytest.mark.parametrize(
    "run",
    [
        pytest.param("pip install gunicorn", id="another program"),
        pytest.param("echo cp a /b", id="a word"),
        pytest.param("cp a", id="one name"),
        pytest.param("cp $A /usr/local/bin/start", id="a variable"),
        pytest.param("if true; then cp a /b; fi", id="under a condition"),
        pytest.param("if true; then true; fi; cp a", id="one name behind a condition"),
        pytest.param("cp a /b && " + "true && " * 1_000 + "true", id="longer than any"),
        pytest.param("install -d /b -m 755", id="a folder that is made"),
    ],
)
def test_run_instructions_that_copy_nothing(run):
    assert placed_copies([built(run)])[1:] == ()


def test_a_run_instruction_without_a_shell_copies_nothing():
    assert len(placed_copies([built(CommandLine(HERE, argv=("cp", "a", "/b")))])) == 1


@pytest.mark.parametrize(
    ("run", "sources", "destination"),
    [
        pytest.param("cp start.sh /start", ("/app/start.sh",), "/start", id="cp"),
        pytest.param("mv -f a b /bin/", ("/app/a", "/app/b"), "/bin/", id="mv of two"),
        pytest.param("install -m 755 bin/start /usr/bin", ("/app/bin/start",), "/usr/bin", id="install"),
        pytest.param("ln -s /app/start.sh /bin/start", ("/app/start.sh",), "/bin/start", id="ln"),
        pytest.param("true && ln -s ../app/a /bin/b", ("/bin/../app/a",), "/bin/b", id="ln with a relative name"),
    ],
)
def test_what_run_instructions_copy(run, sources, destination):
    [_, made] = placed_copies([built(run)])
    assert (made.sources, made.destination, made.stage) == (sources, destination, SAME_STAGE)


@pytest.mark.parametrize(
    ("place", "name", "folders", "expected"),
    [
        pytest.param(Place(), "start", (), None, id="no container"),
        pytest.param(container(copy(".", to="/app")), "start", (), None, id="not in a folder of PATH"),
        pytest.param(container(copy("bin/start", to="/usr/local/bin/")), "start", (), "bin/start", id="copied there"),
        pytest.param(container(copy("bin/start", to="/usr/bin/up")), "up", (), "bin/start", id="by another name"),
        pytest.param(container(copy(".", to="/app")), "start", ("/app/bin",), "bin/start", id="a folder that is added"),
        pytest.param(
            container(*placed_copies([built("ln -s /app/bin/start /bin/up")])), "up", (), "bin/start", id="a link"
        ),
        pytest.param(
            container(*placed_copies([built("ln -s /bin/up /bin/up")])), "up", (), None, id="a link to itself"
        ),
    ],
)
def test_programs_in_path(tmp_path, place, name, folders, expected):
    repository = write(tmp_path, {"bin/start": "true\n"})
    assert place.locate_program(name, folders, repository) == expected
