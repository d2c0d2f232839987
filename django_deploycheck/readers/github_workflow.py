"""
GitHub Actions workflows: what the jobs that deploy run, on their runner and on servers.

After https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax. A job deploys where its steps
copy to a server, use a deploy action or speak to a platform, or where its name says so and it runs no tests. Every other
job checks and builds, and says nothing of production. Scripts for a server stand in steps of ssh actions, in ``ssh`` itself
and in the JSON of ``aws ssm send-command`` and ``aws ecs run-task``. Variables are taken over by name: what a runner is
given is not what the site is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from django_deploycheck import secrets
from django_deploycheck.model import (
    Answer,
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    PlatformUse,
    Reference,
    Service,
    Workflow,
)
from django_deploycheck.patterns import regex
from django_deploycheck.readers._yaml import ABSENT, Entry, Node, Scalar, parse
from django_deploycheck.records import dataclass, replace
from django_deploycheck.source import Source, quoted, within

KIND = "github-workflow"
NAMES = (".github/workflows/*.yml", ".github/workflows/*.yaml")
NATURE = "production"

_DEPLOYS = regex(
    r"deploy(?![-_ ]?checks?\b)|release|publish|production|\bprod\b|ship\b|rollout|go-?live|部署", re.IGNORECASE
)
# A preview for reviewers, a rehearsal, or a release of something that is no site.
_NO_PRODUCTION = regex(
    r"\b(?:dev|develop|development|preview|review|sandbox|ephemeral|feature|test|tests|testing|testenv|e2e|load-test)s?\b"
    r"|github-pages|\bpypi\b|\bdocs?\b|documentation|storybook|\bnpm\b|changelog",
    re.IGNORECASE,
)
_TESTS = regex(
    r"\bpytest\b|\btox\b|\bnox\b|manage\.py\s+test\b|\bcoverage\s+run\b|\bunittest\b|\bplaywright\b|\bcypress\b|\bbehave\b"
    r"|makemigrations\b.{0,80}--check|\bmake\s+\S*test|\bruff\b|\bflake8\b|\bpre-commit\s+run\b|\bmypy\b"
)
_RUNS_TESTS = regex(r"\bpytest\b|manage\.py\s+test\b|\bdjango-admin\s+test\b|-m\s+(?:django\s+test|unittest)\b")
# Lines that only name a test runner, or a database user called like one.
_ONLY_NAMES = regex(r"\b(?:(?:install|add|echo|psql|mysql|createuser|createdb)\s)")
_CHECKS_DEPLOYMENT = regex(
    r"\bcheck\s(?:[^\n;&|]|\\\n){0,300}--deploy\b|\bdeploycheck\b|--deploy\b[^\n;&|]{0,300}\scheck\b"
)
# What may run the check out of sight: task runners and scripts.
_RUNS_OTHERS = regex(
    r"^[ \t]*(?:(?:sudo|time|uv\s+run|poetry\s+run|pipenv\s+run|pdm\s+run|xvfb-run)\s+)*"
    r"(?:make|just|task|tox|nox|invoke|inv|fab|poe|hatch|doit|rake|earthly|bazel|pants|(?:ba|z|da)?sh\s+(?!-c)\S|\S*/\S+|\S+\.sh\b"
    r"|python\d?(?:\.\d+)?\s+(?:-m\s+(?:tox|nox|invoke)\b|(?!\S*manage\.py)\S+\.py\b))"
    r"|\bdocker(?:-compose|\s+compose)?\s+(?:[^\n]{0,200}\s)?(?:run|exec|up)\b",
    re.MULTILINE,
)
_DEPLOY_COMMANDS = regex(
    r"(?:^|[;&|(])[ \t]*(?:sudo\s(?:-u\s\S+\s)?|exec\s|bash\s|sh\s|!\s)?(?:ssh\s|scp\s|rsync\s|heroku\s+(?:container:|run|releases|git)|fly(?:ctl)?\s+(?:deploy|ssh)|kubectl\s+(?:apply|set|rollout|exec)"
    r"|docker\s+stack\s+deploy|helm\s+(?:[^\n]{0,80}\s)?upgrade|eb\s+deploy|dokku\s|kamal\s+deploy|railway\s+up|render\s|(?:docker[ -]compose|docker-compose)[^\n|;&]{0,120}\sup\b[^\n]{0,40}\s-d"
    r"|systemctl\s+(?:restart|reload)|supervisorctl\s+(?:restart|reread|update)|aws\s+(?:ecs\s+(?:update-service|run-task)|ssm\s+send-command|elasticbeanstalk|deploy)"
    r"|gcloud\s+(?:run|app|builds)\s|az\s+webapp|ansible-playbook\s|cap\s+production\s+deploy|git\s+push\s+(?:dokku|heroku|piku|production)|\S*/?deploy\w*\.sh\b)",
    re.MULTILINE,
)
# What starts containers on the machine it runs on, which may be the runner's own.
_LOCAL_START = regex(r"\bdocker(?:-|[ \t]+)compose\b")
_PLATFORM_COMMANDS = (
    (regex(r"\bgcloud\s+(?:beta\s+)?run\s+deploy\b"), "cloud-run"),
    (regex(r"\bgcloud\s+(?:beta\s+)?app\s+deploy\b"), "app-engine"),
    (regex(r"\bfly(?:ctl)?\s+deploy\b"), "fly"),
    (regex(r"\bheroku\s+container:(?:push|release)\b"), "heroku-container"),
    (regex(r"\beb\s+deploy\b"), "elastic-beanstalk"),
    (regex(r"\baz\s+webapp\s+(?:up|deploy|deployment)\b"), "azure"),
    (regex(r"\brailway\s+(?:up|redeploy)\b"), "railway"),
    (regex(r"\bkamal\s+(?:deploy|setup)\b"), "kamal"),
    (regex(r"\bzappa\s+(?:deploy|update)\b"), "zappa"),
    (regex(r"\bcaprover\s+deploy\b"), "caprover"),
)
# What a step may run of the application. Everything else (building, copying, asking) says nothing.
_APPLICATION = regex(
    r"manage\.py|django-admin|python\s+-m\s+django|\bmigrate\b|\bcollectstatic\b|\bgunicorn\b|(?:^|[;&|(])[ \t]*(?:sudo\s)?ssh\s"
    r"|^[ \t]*(?:make|just|task|fab|invoke|ansible-playbook)\s|(?:^|[;&|(]|(?<![.\w])(?:bash|sh|exec|sudo)\s)[ \t]*\S{0,200}\.sh\b",
    re.MULTILINE,
)
_PLATFORM_ACTIONS = (
    (regex(r"^dokku/github-action|dokku-deploy"), "dokku"),
    (regex(r"heroku-deploy|deploy-?to-?heroku|heroku"), "heroku"),
    (regex(r"^superfly/flyctl-actions|fly-?deploy"), "fly"),
    (regex(r"^azure/webapps-deploy"), "azure"),
    (regex(r"^google-github-actions/deploy-cloudrun"), "cloud-run"),
    (regex(r"^google-github-actions/deploy-appengine"), "app-engine"),
    (regex(r"beanstalk-deploy"), "elastic-beanstalk"),
    (regex(r"^digitalocean/app_action"), "digitalocean"),
    (regex(r"render-deploy|deploy-to-render|render-action"), "render"),
    (regex(r"railway"), "railway"),
    (regex(r"caprover"), "caprover"),
    (regex(r"scalingo"), "scalingo"),
)
_DEPLOY_ACTIONS = regex(
    r"ssh-action|action-ssh|ssh-deploy|scp-action|ssh-remote|remote-ssh|easy-scp|rsync|ssm-send-command|ecs-deploy|amazon-ecs-deploy|k8s-deploy|kubectl|helm-deploy"
    r"|deploy-(?:to-)?(?:server|vps|production)|stack-deploy|docker-remote-deployment|deploy-action",
    re.IGNORECASE,
)
_REMOTE_ACTIONS = regex(r"ssh|ssm|remote", re.IGNORECASE)
_OTHER_DEPLOYS = regex(r"pages|pypi|sentry|gh-release|marker|npm|docs", re.IGNORECASE)
_OPAQUE = regex(r"deploy|migrat", re.IGNORECASE)
_CHECKS = regex(r"\b(?:checks?|tests?|lint|linting|linters?|verify|smoke|audit|scan)\b", re.IGNORECASE)
# "Test and deploy", "CI/CD": the workflow does several things.
_SEVERAL = regex(r"\b(?:and|then)\b|[&+,/]", re.IGNORECASE)


_ACTION_FILES = ("action.yml", "action.yaml")


@dataclass(frozen=True)
class _Job:
    """
    A job, and the words that say what it is for: ``words`` its own names and its environment's, ``about`` the names of
    the workflow and of its file.
    """

    key: str
    node: Node
    words: str
    about: tuple[str, ...]

    @property
    def steps(self) -> tuple[Node, ...]:
        return self.node.get("steps").elements()

    @property
    def needs(self) -> tuple[str, ...]:
        return self.node.get("needs").strings()

    @property
    def is_own_machine(self) -> bool:
        return "self-hosted" in self.node.get("runs-on").strings()


def read(source: Source) -> Iterator[Fact]:
    """
    What the workflow tests; a service for every step of a deploying job that may run something of the application, and
    the platforms used.
    """
    documents = parse(source)
    document = documents[0] if documents else ABSENT
    if document.get("runs", "using").text() == "composite":
        job = _Job(source.folder.rpartition("/")[2], document.get("runs"), "", ())
        names: set[str] = set()
        for fact in _facts(job, document, source):
            yield _renamed(fact, names) if isinstance(fact, Service) else fact
        return
    if document.get("runs", "using"):
        yield BlindSpot("is an action whose steps are not listed", source.location(document.get("runs").line))
    if document.get("jobs").items():
        yield _workflow(document, source)
    if not _can_reach_production(document):
        return
    jobs = [_job(entry, document, source) for entry in document.get("jobs").items()]
    deploying = [job for job in jobs if _deploys(job)]
    built_for = {name for job in deploying for name in job.needs if _step_uses(job, "actions/download-artifact")}
    names = set()
    for job in jobs:
        if job in deploying or (
            job.key in built_for and _step_uses(job, "actions/upload-artifact") and not _tests(job)
        ):
            for fact in _facts(job, document, source):
                yield _renamed(fact, names) if isinstance(fact, Service) else fact


def _workflow(document: Node, source: Source) -> Workflow:
    """What the workflow says of tests and of the deployment's check, whatever starts it."""
    jobs = document.get("jobs")
    steps = [step for entry in jobs.items() for step in entry.value.get("steps").elements()]
    scripts = [(step.get("run"), _without_comments(step.get("run").text() or "")) for step in steps]
    called = [entry.value.get("uses").text() for entry in jobs.items()]
    called += [text for step in steps if (text := step.get("uses").text()) and text.startswith("./")]
    checks = Answer.NO
    if any(_CHECKS_DEPLOYMENT.search(script) for _, script in scripts):
        checks = Answer.YES
    elif any(called) or any(_RUNS_OTHERS.search(script) for _, script in scripts):
        checks = Answer.UNKNOWN
    tests = (command for node, script in scripts for command in _test_commands(node, script, source))
    return Workflow(source.location(jobs.line), next(tests, None), checks)


def _test_commands(node: Node, script: str, source: Source) -> Iterator[CommandLine]:
    """The lines of a step that run tests; what installs a test runner does not."""
    for before, line in enumerate(script.split("\n")):
        if _RUNS_TESTS.search(line) and not _ONLY_NAMES.search(line):
            yield source.shell(line.strip(), node.content_line + before)


def _can_reach_production(document: Node) -> bool:
    """Whether anything but a pull request starts the workflow. YAML 1.1 reads the key ``on`` as a text, as is written here."""
    triggers = document.get("on")
    names = {entry.key for entry in triggers.items()} or set(triggers.strings())
    return not names or bool(names - {"pull_request", "pull_request_target", "merge_group", "issues", "issue_comment"})


def _job(entry: Entry, document: Node, source: Source) -> _Job:
    node = entry.value
    environment = node.get("environment").text() or node.get("environment", "name").text() or ""
    words = " / ".join((_spaced(entry.key), node.get("name").text() or "", environment))
    return _Job(entry.key, node, words, (document.get("name").text() or "", _spaced(source.name.rpartition(".")[0])))


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace("-", " ")


def _deploys(job: _Job) -> bool:
    said = bool(_DEPLOYS.search(job.words))
    elsewhere = [about for about in job.about if _NO_PRODUCTION.search(about) and not (said and _SEVERAL.search(about))]
    if _NO_PRODUCTION.search(job.words) or elsewhere:
        return False
    tests = _tests(job) and not job.is_own_machine
    if any(_is_deploying(step) and not (tests and _starts_locally(step)) for step in job.steps):
        return True
    said = said or any(_DEPLOYS.search(about) for about in job.about)
    return said and not _tests(job) and not _CHECKS.search(job.words)


def _is_deploying(step: Node) -> bool:
    action = _action(step)
    if action is not None:
        return _platform(action) is not None or bool(
            _DEPLOY_ACTIONS.search(action) and not _OTHER_DEPLOYS.search(action)
        )
    return bool(_DEPLOY_COMMANDS.search(_without_comments(step.get("run").text() or "")))


def _starts_locally(step: Node) -> bool:
    """Whether nothing but containers on the runner itself shows that a step deploys."""
    script = _without_comments(step.get("run").text() or "")
    others = "\n".join(line for line in script.split("\n") if not _LOCAL_START.search(line) or "ssh" in line)
    return _action(step) is None and not _DEPLOY_COMMANDS.search(others)


def _without_comments(script: str) -> str:
    return "\n".join("" if line.lstrip().startswith("#") else line for line in script.split("\n"))


def _tests(job: _Job) -> bool:
    services = job.node.get("services").items()
    return bool(services) or any(_TESTS.search(step.get("run").text() or "") for step in job.steps)


def _step_uses(job: _Job, action: str) -> bool:
    return any((_action(step) or "").startswith(action) for step in job.steps)


def _action(step: Node) -> str | None:
    text = step.get("uses").text()
    return text.partition("@")[0] if text else None


def _platform(action: str) -> str | None:
    return next((name for pattern, name in _PLATFORM_ACTIONS if pattern.search(action.lower())), None)


# --- what a job's steps run ---------------------------------------------------------------------------------------------


def _facts(job: _Job, document: Node, source: Source) -> Iterator[Fact]:
    reusable = job.node.get("uses")
    name = reusable.text() or ""
    # One of this repository is read by itself.
    if name and not name.startswith("./") and _OPAQUE.search(f"{name} {job.words}"):
        yield BlindSpot("calls another workflow, which was not read", source.location(reusable.line))
    for step in job.steps:
        if step.get("if").text() in ("false", "${{ false }}") or _CHECKS.match(step.get("name").text() or ""):
            continue
        if step.get("run").text() is not None:
            yield from _run(job, step, document, source)
        else:
            yield from _used(job, step, source)


def _used(job: _Job, step: Node, source: Source) -> Iterator[Fact]:
    action = _action(step) or ""
    line = step.get("uses").line
    inputs = step.get("with")
    platform = _platform(action)
    if platform is not None:
        in_container = platform == "heroku" and inputs.get("usedocker").flag()
        yield PlatformUse("heroku-container" if in_container else platform, source.location(line))
        started = inputs.get("startup-command")
        if started.text():
            # https://github.com/Azure/webapps-deploy/blob/master/action.yml
            command = _command(started, source)
            yield Service(
                name="web", kind=KIND, location=command.location, role="web", platform=platform, command=command
            )
        return
    if _REMOTE_ACTIONS.search(action):
        for key in ("script", "command", "commands", "run", "args"):
            node = inputs.get(key)
            if node.text():
                yield from _composed(node, source)
                yield _service(
                    job,
                    step,
                    source,
                    _command(node, source),
                    workdir=inputs.get("working-directory").text(),
                    remote=True,
                )
        for key in ("script_path", "script_file"):
            path = within("", inputs.get(key).text() or "")
            if path is not None:
                yield _service(
                    job, step, source, source.exec_form(("sh", path), inputs.get(key).line), workdir=None, remote=True
                )
    elif action.startswith("docker/build-push-action"):
        yield from _published(inputs, line, source)
    elif action.startswith("./") and (folder := within("", action)) is not None:
        yield from (Reference(f"{folder}/{name}", KIND, source.location(line)) for name in _ACTION_FILES)
    elif "/" not in action and _OPAQUE.search(f"{action} {step.get('name').text() or ''}"):
        yield BlindSpot(f"uses the action '{quoted(action)}', which was not read", source.location(line))


def _published(inputs: Node, line: int, source: Source) -> Iterator[Reference]:
    """The Dockerfile of an image that is pushed; one that is built for a stage of its own may hold others."""
    if inputs.get("push").flag() is not True or inputs.get("target"):
        return
    file = inputs.get("file").text()
    path = within("", file) if file else within(inputs.get("context").text() or ".", "Dockerfile")
    if path is not None and "$" not in path:
        yield Reference(path, "dockerfile", source.location(line))


def _run(job: _Job, step: Node, document: Node, source: Source) -> Iterator[Fact]:
    node = step.get("run")
    script = _without_comments(node.text() or "")
    outside = _LIST.sub(lambda match: "\n" * match[0].count("\n"), script)
    for number, line in enumerate(outside.split("\n")):
        for pattern, platform in _PLATFORM_COMMANDS:
            if pattern.search(line):
                yield PlatformUse(platform, source.location(node.content_line + number))
    if job.is_own_machine or re.search(r"\bssh\s", outside):
        yield from _composed(node, source)
    embedded = [line for line in _embedded(node, source) if _APPLICATION.search(str(line))]
    if not embedded and not _APPLICATION.search(outside):
        return
    defaults = [job.node.get("defaults", "run"), document.get("defaults", "run")]
    shell = next((text for place in (step, *defaults) if (text := place.get("shell").text())), "bash")
    if not re.match(r"(?:ba|da|z|k)?sh\b|/bin/(?:ba)?sh", shell):
        yield BlindSpot("is no shell script", source.location(node.line))
        return
    workdir = next((text for place in (step, *defaults) if (text := place.get("working-directory").text())), None)
    variables = tuple(_variables([document, job.node, step], source))
    for command in embedded:
        yield _service(job, step, source, command, workdir=None, remote=True)
    if _APPLICATION.search(outside):
        yield _service(
            job, step, source, _command(node, source), workdir=workdir, remote=job.is_own_machine, variables=variables
        )


def _composed(node: Node, source: Source) -> Iterator[Reference]:
    """The compose files that a script on the machine of the site names."""
    for number, line in enumerate(_without_comments(node.text() or "").split("\n")):
        words = line.replace("=", " ").split()
        if not _LOCAL_START.search(line):
            continue
        for option, name in pairwise(words):
            path = within("", name.strip("'\"")) if option in ("-f", "--file") else None
            if path is not None and path.endswith((".yml", ".yaml")) and "$" not in path:
                yield Reference(path, "compose", source.location(node.content_line + number))


def _command(node: Node, source: Source) -> CommandLine:
    """A scalar's text for a shell; lines that YAML folds into one stay lines that the shell reads as one."""
    folded = node.folded(source) if isinstance(node, Scalar) and node.style != "|" else (node.text() or "",)
    return source.shell(" \\\n".join(folded), node.content_line)


def _service(
    job: _Job,
    step: Node,
    source: Source,
    command: CommandLine,
    *,
    workdir: str | None,
    remote: bool,
    variables: tuple[EnvVar, ...] = (),
) -> Service:
    title = step.get("name").text()
    return Service(
        name=secrets.mask(f"{job.key}: {title}" if title else job.key),
        kind=KIND,
        location=command.location,
        role="release",
        command=command,
        variables=variables,
        workdir=workdir,
        runs_on_host=remote,
    )


def _renamed(service: Service, names: set[str]) -> Service:
    """The service under a name of its own: steps need none."""
    name, count = service.name, 2
    while name in names:
        name, count = f"{service.name} ({count})", count + 1
    names.add(name)
    return service if name == service.name else replace(service, name=name)


def _variables(places: list[Node], source: Source) -> Iterator[EnvVar]:
    for place in places:
        for entry in place.get("env").items():
            value = entry.value.text()
            literal = value if entry.key == "DJANGO_SETTINGS_MODULE" and value and "$" not in value else None
            yield source.env_var(entry.key, literal, entry.line)


# --- commands in JSON, for a server or a task ---------------------------------------------------------------------------

_LIST = regex(r"""\\?"?\b(?P<key>commands?)\\?"?\s{0,20}[:=]\s{0,20}\[(?P<items>[^\[\]]{1,20000})\]""")
_ITEM = regex(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED_ITEM = regex(r'\\"((?:[^"\\])*)\\"')


def _embedded(node: Node, source: Source) -> Iterator[CommandLine]:
    """Command lines in ``"commands": […]``, one a line for a shell, and the words of one command in ``"command": […]``."""
    script = node.text() or ""
    for match in _LIST.finditer(script):
        item_of = _ESCAPED_ITEM if match["items"].lstrip().startswith("\\") else _ITEM
        items = list(item_of.finditer(script, match.start("items"), match.end("items")))
        if not items:
            continue
        lines = [node.content_line + script.count("\n", 0, item.start()) for item in items]
        texts = [re.sub(r'\\(["\\/])', r"\1", item[1]) for item in items]
        if match["key"] == "command":
            yield source.exec_form(texts, lines[0])
            continue
        padded: list[str] = []
        for text, line in zip(texts, lines, strict=True):
            padded += [""] * (line - lines[0] + 1 - len(padded))
            padded[-1] += ("; " if padded[-1] else "") + text
        yield source.shell("\n".join(padded), lines[0])
