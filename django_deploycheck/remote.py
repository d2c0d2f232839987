"""
Commands that run another command elsewhere: on a server (``ssh``), in a container (``docker exec``), on a platform.

Options as in the programs' own help: OpenSSH 9, Docker 28, kubectl 1.33, the CLIs of Heroku, Dokku, Fly.io, Elastic Beanstalk
and Kamal 2.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from django_deploycheck.records import dataclass


@dataclass(frozen=True)
class Remote:
    """What runs elsewhere: ``argv``, or ``script`` where a shell there reads it."""

    argv: tuple[str, ...] = ()
    script: str | None = None


PROGRAMS = frozenset(
    {
        "ssh",
        "docker",
        "podman",
        "docker-compose",
        "podman-compose",
        "kubectl",
        "oc",
        "heroku",
        "dokku",
        "fly",
        "flyctl",
        "eb",
        "kamal",
    }
)

_SSH = frozenset("-o -i -p -l -F -J -L -R -D -b -c -E -e -I -m -O -P -Q -S -W -w -B".split())
_DOCKER = frozenset("-H --host --context --config -l --log-level -c".split())
_COMPOSE = frozenset(
    "-f --file -p --project-name --profile --env-file --project-directory --ansi --parallel --progress -c --context -H --host".split()
)
_CONTAINER = frozenset(
    "-e --env --env-file -u --user -w --workdir --index --detach-keys -v --volume -p --publish --name --entrypoint --network --net --mount "
    "-h --hostname -l --label --restart --link --add-host --log-driver --log-opt -m --memory --cpus --platform --pull --shm-size --tmpfs "
    "--ulimit --volumes-from --cap-add --cap-drop --device --dns --ip --gpus --security-opt --stop-timeout --group-add --health-cmd --cidfile".split()
)
_KUBECTL = frozenset("-n --namespace --context --kubeconfig -c --container --cluster --user -s --server".split())
_HEROKU = frozenset("-a --app -r --remote -s --size -e --env --type".split())

# What these do runs nothing of ours.
_HARMLESS = {
    "docker": frozenset(
        "build buildx push pull tag login logout ps logs images image inspect version info network volume system rm rmi stop kill prune save load "
        "manifest context builder history port top stats events diff export import cp stack service secret config node swarm".split()
    ),
    "compose": frozenset(
        "build push pull ps logs config down stop rm kill images version top port ls events pause unpause wait cp".split()
    ),
    "kubectl": frozenset(
        "get describe logs config version wait top cluster-info api-resources auth explain diff".split()
    ),
    "helm": frozenset(
        "repo dependency lint template version list status history get show search package pull push".split()
    ),
}


def remote(argv: Sequence[str]) -> Remote | None:
    """What the command runs elsewhere; None when it runs nothing that it names."""
    program = posixpath.basename(argv[0]) if argv else ""
    arguments = list(argv[1:])
    if program == "ssh":
        return _ssh(arguments)
    if program in ("docker-compose", "podman-compose"):
        return _compose(arguments)
    if program in ("docker", "podman"):
        rest = _after_options(arguments, _DOCKER)
        if rest[:1] == ["compose"]:
            return _compose(rest[1:])
        if rest[:1] in (["container"],):
            rest = rest[1:]
        return _in_container(rest[1:]) if rest[:1] in (["exec"], ["run"]) else None
    if program in ("kubectl", "oc"):
        rest = _after_options(arguments, _KUBECTL)
        return _argv(rest[rest.index("--") + 1 :]) if rest[:1] == ["exec"] and "--" in rest else None
    if program == "heroku":
        return _text(_after_options(arguments[1:], _HEROKU)) if arguments[:1] in (["run"], ["run:detached"]) else None
    if program == "dokku":
        return _dokku(arguments)
    if program in ("fly", "flyctl"):
        return _option(arguments, "-C", "--command") if arguments[:2] == ["ssh", "console"] else None
    if program == "eb":
        return _option(arguments, "-c", "--command") if arguments[:1] == ["ssh"] else None
    if program == "kamal":
        return (
            _text(
                _after_options(
                    arguments[2:],
                    # -p and -v are flags: https://kamal-deploy.org/docs/commands/app/
                    frozenset("-r -h -d -c -e --roles --hosts --destination --config-file --env --version".split()),
                )
            )
            if arguments[:2] == ["app", "exec"]
            else None
        )
    return None


def is_harmless(argv: Sequence[str]) -> bool:
    """Whether the command only builds, copies or looks, so that nothing of the project can run in it."""
    program = posixpath.basename(argv[0]) if argv else ""
    rest = list(argv[1:])
    if program in ("docker", "podman"):
        rest = _after_options(rest, _DOCKER)
        if rest[:1] != ["compose"]:
            return not rest or rest[0] in _HARMLESS["docker"]
        program, rest = "docker-compose", rest[1:]
    if program in ("docker-compose", "podman-compose"):
        rest = _after_options(rest, _COMPOSE)
        return not rest or rest[0] in _HARMLESS["compose"]
    if program in ("kubectl", "helm"):
        rest = _after_options(rest, _KUBECTL)
        return not rest or rest[0] in _HARMLESS[program]
    return False


# In the order in which they are looked for: https://docs.docker.com/reference/cli/docker/compose/#use--f-to-specify-the-name-and-path-of-one-or-more-compose-files
_COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")


def compose_files(argv: Sequence[str], environment: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """
    The compose files whose services a command starts or stops, as written: for each the names that it may have.

    ``()`` for a command that starts no services of compose files.
    """
    program, rest = posixpath.basename(argv[0]) if argv else "", list(argv[1:])
    if program in ("docker", "podman"):
        rest = _after_options(rest, _DOCKER)
        if rest[:2] == ["stack", "deploy"]:
            return tuple((name,) for name in _values(rest, "-c", "--compose-file"))
        if rest[:1] != ["compose"]:
            return ()
        rest = rest[1:]
    elif program not in ("docker-compose", "podman-compose"):
        return ()
    options = rest[: len(rest) - len(_after_options(rest, _COMPOSE))]
    named = _values(options, "-f", "--file") or tuple(filter(None, environment.get("COMPOSE_FILE", "").split(":")))
    if named:
        return tuple((name,) for name in named)
    folder = next(iter(_values(options, "--project-directory")), "")
    return (tuple(posixpath.join(folder, name) for name in _COMPOSE_FILES),)


def _values(arguments: Sequence[str], *names: str) -> tuple[str, ...]:
    """The values of these options, as ``-f value``, ``-fvalue`` or ``--file=value``."""
    found = []
    for option, value in zip(arguments, [*arguments[1:], ""], strict=False):
        name, equals, joined = option.partition("=")
        if option in names:
            found.append(value)
        elif equals and name in names:
            found.append(joined)
    return tuple(found)


def _after_options(arguments: Sequence[str], valued: frozenset[str]) -> list[str]:
    """The arguments from the first one on that is no option and no option's value."""
    rest = list(arguments)
    while rest and rest[0].startswith("-") and rest[0] != "--":
        option = rest.pop(0)
        if option in valued and rest:
            rest.pop(0)
    return rest[1:] if rest[:1] == ["--"] else rest


def _argv(words: Sequence[str]) -> Remote | None:
    return Remote(argv=tuple(words)) if words else None


def _text(words: Sequence[str]) -> Remote | None:
    """Words that are joined and read by a shell."""
    return Remote(script=" ".join(words)) if words else None


def _ssh(arguments: Sequence[str]) -> Remote:
    host, *words = _after_options(arguments, _SSH) or [""]
    words = _after_options(words, _SSH)  # options may follow the host
    if not words:
        # A login shell, which reads what is fed to it.
        return Remote(argv=("sh",))
    if host.startswith("dokku@"):
        words = ["dokku", *words]
    if " ".join(words) in (
        "bash",
        "sh",
        "bash -s",
        "sh -s",
        "bash -se",
        "bash -s --",
        "bash -l",
        "sudo bash",
        "sudo bash -s",
    ):
        return Remote(argv=("sh",))
    return Remote(script=" ".join(words))


def _compose(arguments: Sequence[str]) -> Remote | None:
    rest = _after_options(arguments, _COMPOSE)
    return _in_container(rest[1:]) if rest[:1] in (["exec"], ["run"]) else None


def _in_container(arguments: Sequence[str]) -> Remote | None:
    """What follows the container's, service's or image's name; None where that leaves its own command."""
    rest = _after_options(arguments, _CONTAINER)[1:]
    return _argv(rest[1:] if rest[:1] == ["--"] else rest)


def _dokku(arguments: Sequence[str]) -> Remote | None:
    rest = _after_options(arguments[1:], frozenset({"--env", "-e", "--cron-id", "--ttl-seconds"}))
    if arguments[:1] in (["run"], ["run:detached"]):
        return _argv(rest[1:])
    return _argv(rest[2:]) if arguments[:1] == ["enter"] else None


def _option(arguments: Sequence[str], *names: str) -> Remote | None:
    for option, value in zip(arguments, [*arguments[1:], ""], strict=False):
        name, equals, joined = option.partition("=")
        if name in names:
            return Remote(script=joined if equals else value)
    return None
