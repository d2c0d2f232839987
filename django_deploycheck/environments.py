"""
Whose file it is: production, development or unknown, and why.

Platform files are production by nature. Names decide next, then what refers to a file, then what it holds. Most
repositories hold several ways to run, so every decision comes with its reason for the inventory.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from django_deploycheck.model import Environment, EnvVar, ImageStage, Service
from django_deploycheck.patterns import regex
from django_deploycheck.records import dataclass

_DEVELOPMENT = frozenset(
    "dev devel develop development local localhost test tests testing ci debug e2e devcontainer dev-container develop-only staging-local vagrant cypress "
    "selenium pytest worktree devops-local hotreload watch debugpy lint citest devtools windows".split()
)
_PRODUCTION = frozenset(
    "prod production prd live release deploy deployment heroku fly cabotage staging stage selfhost selfhosted self-host aws".split()
)
_UNKNOWN_FOLDERS = frozenset(
    "docs doc documentation example examples sample samples tutorial tutorials demo demos archive archived old legacy deprecated".split()
)
# Images of programs that are no Django site.
_OF_SOMETHING_ELSE = frozenset(
    "nginx postgres postgis redis node httpd caddy traefik mysql mariadb rabbitmq elasticsearch openresty golang ruby php memcached "
    "haproxy mongo minio".split()
)
_TEMPLATES = regex(
    r"\.(?:example|sample|dist|template|tmpl|tpl|j2|default|defaults|bak|orig|old)$|(?:^|[._\-])(?:example|sample|template)(?:[._\-]|$)",
    re.IGNORECASE,
    holding="example sample .dist template .tmpl .tpl .j2 .default .bak .orig .old",
)


RANKS: tuple[Environment, ...] = ("production", "unknown", "development")
"""Of several answers to whose something is, the first of these counts."""


_OF_DEVELOPMENT = regex(
    r"(?:^|[._\-])local(?:dockerfile|compose)|localdockerfile|devcontainer", holding="local devcontainer"
)


@dataclass(frozen=True)
class Decision:
    """The environment of a file and, in a few words, why."""

    environment: Environment
    reason: str


def by_name(path: str) -> Decision | None:
    """What the words in a file's name, then in its folders', say; None where they say nothing."""
    folder, name = posixpath.split(path)
    parents = [part.lower() for part in folder.split("/") if part]
    for part in parents:
        if part.lstrip(".") in _UNKNOWN_FOLDERS:
            return _development_folder(parents) or Decision("unknown", f"lies under {part}/")
        if part.startswith(".devcontainer") or part in ("tests", "test", "testing"):
            return Decision("development", f"lies under {part}/")
    if _TEMPLATES.search(name) and path != ".do/deploy.template.yaml":  # what App Platform's button deploys
        return Decision("unknown", "is an example or a template")
    decision = _by_words(name, f"is named {name}")
    if decision is not None:
        return decision
    for part in reversed(parents):
        if part in ("deploy", "deployment", "release"):
            continue  # where deployment files lie says nothing about which of them is used
        decision = _by_words(part, f"lies under {part}/")
        if decision is not None:
            return decision
    return None


def _development_folder(parents: Iterable[str]) -> Decision | None:
    """What a folder that is named for development says, None without one."""
    found = (_by_words(part, f"lies under {part}/") for part in parents)
    return next((decision for decision in found if decision and decision.environment == "development"), None)


def _by_words(name: str, reason: str) -> Decision | None:
    lowered = name.lower().lstrip(".")
    words = {word for word in re.split(r"[._\-\s]+", lowered) if word}
    joined = {lowered.partition(".")[0]}
    if (words | joined) & _DEVELOPMENT or _OF_DEVELOPMENT.search(lowered):
        return Decision("development", reason)
    return Decision("production", reason) if words & _PRODUCTION else None


def decide_listed(path: str, production: Iterable[str]) -> Decision:
    """What ``DEPLOYCHECK["PRODUCTION"]`` says, which overrides all guessing."""
    if any(path == pattern or fnmatch.fnmatchcase(path, pattern) for pattern in production):
        return Decision("production", 'is listed in DEPLOYCHECK["PRODUCTION"]')
    return Decision("development", 'is not listed in DEPLOYCHECK["PRODUCTION"]')


def decide_procfile(path: str, services: Sequence[Service], *, replaced_by: str | None) -> Decision:
    """Whose a Procfile is: a platform's, unless its name or every command in it says development."""
    named = by_name(path)
    if named is not None and named.environment != "production":
        return named
    if replaced_by:
        return Decision("unknown", f"is replaced by {replaced_by}")
    texts = [str(service.command) for service in services if service.command]
    web = [str(service.command) for service in services if service.name == "web" and service.command]
    if texts and not web and any(re.search(r"runserver|watch|webpack|npm run|make ", text) for text in texts):
        return Decision("development", "starts development tools and no 'web' process")
    watches = any("watch" in text for text in texts)
    if web and watches and all(re.match(r"\s*make\s+run\b", text) for text in web):
        return Decision("development", "starts a watcher beside the web process")
    return Decision("production", "platforms start what a Procfile names")


@dataclass(frozen=True)
class Start:
    """What a service starts: its server, the server that its image would start unasked, the scripts on the way."""

    server: str | None
    image_server: str | None
    scripts: tuple[str, ...]


def decide_composes(
    files: Mapping[str, Sequence[Service]],
    other_ways: Sequence[str],
    starts: Mapping[tuple[str, str], Start],
    deployed: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Decision]:
    """
    Whose the compose files are, judged together.

    ``files`` maps a path to its services, ``starts`` a path and a service's name to what it starts; ``other_ways`` names
    production files of other kinds; ``deployed`` maps a path to the file that says it is deployed.
    """
    decisions: dict[str, Decision] = {}
    for path in files:
        named = by_name(path)
        if re.search(r"(?:^|/)(?:docker-)?compose[._\-]override\.ya?ml$", path):
            named = Decision("development", "is merged by 'docker compose up' on a developer's machine")
        if path in deployed and (named is None or named.environment != "development"):
            named = Decision("production", f"{deployed[path]} deploys it")
        if named is not None:
            decisions[path] = named
    production = [path for path, decision in decisions.items() if decision.environment == "production"]
    for path, services in files.items():
        if path in decisions:
            continue
        overlays = [other for other in production if compose_base(other, files) == path]
        if overlays:
            decisions[path] = Decision("production", f"{overlays[0]} builds on it")
        else:
            mine = {service.name: starts[path, service.name] for service in services if (path, service.name) in starts}
            decisions[path] = _decide_compose(path, services, production, mine, other_ways)
    return decisions


def compose_base(path: str, files: Mapping[str, Sequence[Service]]) -> str | None:
    """
    The compose file that this one is laid over, by its services without an image: one without a suffix, or named base or
    common, that has them; in the same folder, else at the root. None for a file that stands on its own.
    """
    needed = {service.name for service in files[path] if service.image is None and service.extends is None}
    if is_plain_compose(path):
        return None
    bases = [
        other
        for other, services in files.items()
        if other != path
        and (is_plain_compose(other) or re.search(r"(?:^|[._-])(?:base|common)[._-]", posixpath.basename(other)))
        and not needed.isdisjoint(service.name for service in services)
    ]
    for folder in (posixpath.dirname(path), ""):
        for base in bases:
            if posixpath.dirname(base) == folder:
                return base
    return None


def is_plain_compose(path: str) -> bool:
    """Whether ``docker compose up`` reads the file without being told to."""
    return bool(re.fullmatch(r"(?:docker-)?compose\.ya?ml", posixpath.basename(path)))


def _decide_compose(
    path: str,
    services: Sequence[Service],
    production: Sequence[str],
    starts: Mapping[str, Start],
    other_ways: Sequence[str],
) -> Decision:
    mounts = [service for service in services if _mounts_source(service, path)]
    serious = _looks_serious(services)
    builds = [service for service in services if service.image is not None and service.image.dockerfile is not None]
    if any(service.extends is not None for service in services) and not builds:
        return Decision("unknown", "only extends other files")
    if production and any(posixpath.dirname(other) == posixpath.dirname(path) or not serious for other in production):
        return Decision("development", f"{production[0]} is the one for production")
    told = next(
        (variable for service in services for variable in service.variables if _says_development(variable)), None
    )
    if told is not None and not _answers_the_web(services):
        return Decision("development", f"sets {told.name} to '{told.value}'")
    if _targets_development(services):
        return Decision("development", "builds a development target")
    for name, start in starts.items():
        if start.server == "runserver" and start.image_server not in (None, "runserver"):
            return Decision("development", f"'{name}' starts runserver in place of its image's {start.image_server}")
        marked = next(
            (
                script
                for script in start.scripts
                if (found := _by_words(posixpath.basename(script), "")) and found.environment == "development"
            ),
            None,
        )
        if marked is not None:
            return Decision("development", f"'{name}' runs {marked}")
    if mounts and not _answers_the_web(services):
        return Decision("development", f"mounts the source over the image of '{mounts[0].name}'")
    runs_app = [service for service in services if _runs_application(service)]
    published = [
        service
        for service in services
        if service.image is not None
        and service.image.dockerfile is None
        and service.image.name
        and not is_well_known(service.image.name)
    ]
    if not builds and published and (serious or any(service.restart for service in published)):
        return Decision(
            "production", f"runs the published image '{published[0].image.name if published[0].image else ''}'"
        )
    if not builds and not runs_app:
        return Decision("development", "starts only databases and other helpers")
    runserver = any(start.server == "runserver" for start in starts.values()) or any(
        _command_text(service, r"runserver") for service in services
    )
    if runserver and other_ways and not _answers_the_web(services):
        return Decision("development", f"starts runserver, and {other_ways[0]} is the way to production")
    if serious:
        return Decision("production", serious)
    if other_ways:
        return Decision("unknown", f"{other_ways[0]} is another way to production")
    return Decision("production", "is the only way to deploy")


def _mounts_source(service: Service, path: str) -> bool:
    folder = posixpath.dirname(path)
    return any(
        mount.kind == "bind"
        and mount.source is not None
        and not mount.source.startswith(("/", "~"))
        and (
            _is_source_folder(mount.source, mount.target, folder)
            or (service.image is not None and bool(mount.source) and mount.source == service.image.context)
        )
        for mount in service.mounts
    ) and (service.image is not None and (service.image.dockerfile is not None or _mounts_everything(service, folder)))


def _mounts_everything(service: Service, folder: str) -> bool:
    """Whether the whole folder of the compose file lies over an image from a registry that may be the project's."""
    name = service.image.name if service.image is not None else None
    return (
        name is not None
        and not is_program(name)
        and any(mount.kind == "bind" and mount.source in ("", folder) for mount in service.mounts)
    )


def _is_source_folder(source: str, target: str, folder: str) -> bool:
    """Whether a mounted folder is the code: the root, the compose file's folder, or a folder mounted as /app, /code …"""
    if re.search(r"\.[A-Za-z0-9]{1,5}$", posixpath.basename(source)):
        return False  # one file: a configuration, not the source
    if source in ("", folder):
        return True
    return bool(
        re.match(
            r"^/(?:app|code|src|usr/src/app|usr/src|srv/app|home/app(?:/web)?|opt/app|workspace|project|django|backend|web|code/\w+|app/\w+|src/\w+)/?$",
            target,
        )
    ) and not re.search(r"static|media|upload|data|log|cert|config|conf|nginx|backup|secret", source, re.IGNORECASE)


_ENVIRONMENT_NAME = regex(r"(?:^|_)(?:ENV|ENVIRONMENT|SETTINGS_MODULE|CONFIGURATION|STAGE|APP_MODE|RUN_MODE)$")


def _says_development(variable: EnvVar) -> bool:
    """Whether the variable names an environment and its value is development's (``config.settings.local``)."""
    if variable.value is None or not _ENVIRONMENT_NAME.search(variable.name):
        return False
    found = _by_words(variable.value.rpartition(".")[2], "")
    return found is not None and found.environment == "development"


def _targets_development(services: Sequence[Service]) -> bool:
    for service in services:
        if (
            service.image is not None
            and service.image.target
            and _by_words(service.image.target, "") == Decision("development", "")
        ):
            return True
        if (
            service.image is not None
            and service.image.dockerfile
            and (named := by_name(service.image.dockerfile))
            and named.environment == "development"
        ):
            return True
    return False


# Images that hold no Django project, by the last part of their names.
_WELL_KNOWN_IMAGES = regex(
    r"(?:^|/)(?:postgres|postgresql|postgis|timescaledb[\w\-]*|redis|redis-stack[\w\-]*|valkey|keydb|nginx|nginx[_\-][\w\-]+|rabbitmq|mysql|mysql-server|mariadb|mongo|mongodb|memcached|"
    r"elasticsearch[\w\-]*|ingress-nginx/controller|kube-webhook-certgen|metrics-server|opensearch[\w\-]*|kibana|grafana[\w\-]*|prometheus|traefik|caddy[\w\-]*|haproxy|httpd|minio|mc|mailhog|mailpit|adminer|pgadmin4?|certbot|dns-[\w\-]+|"
    r"letsencrypt[\w\-]*|acme-companion|docker-gen|flower|busybox|alpine|node|vault|consul|etcd|zookeeper|kafka|[\w\-]*exporter|selenium[\w\-]*|standalone-[\w\-]+|watchtower|portainer[\w\-]*|"
    r"cadvisor|loki|promtail|autoheal|pgbouncer[\w\-]*|pgbackups?|postgres-[\w\-]+|[\w\-]*backup[\w\-]*|localstack|solr|meilisearch|typesense|clickhouse[\w\-]*|influxdb|jaeger|"
    r"all-in-one|zipkin|tika|gotenberg|swag|cloudflared|mailcatcher|maildev|smtp4dev|ollama|qdrant|chroma|neo4j|cassandra|nats|mosquitto|couchdb|phpmyadmin|redis-commander|redisinsight|"
    r"socat|varnish|openresty|anubis|keycloak|dex|azurite|ubuntu|debian|python|centrifugo|imgproxy|thumbor|wait-for-it|dockerize|dbgate|metabase|matomo|plausible|jupyter[\w\-]*|wordpress|drupal|joomla|ghost|nextcloud|tomcat|[\w\-]*aws-cli[\w\-]*|jenkins|sonarqube|gitea)(?:[:@]|$)",
    re.IGNORECASE,
)


# Registries and organisations whose images are programs of their own, not bases for a project's.
_VENDORS = regex(
    r"^(?:docker\.io/)?(?:registry\.k8s\.io|k8s\.gcr\.io|gcr\.io/(?:google[_-]containers|kubebuilder|cadvisor|cloudsql-docker|kaniko-project)"
    r"|gcr\.io/cloud-sql-connectors|quay\.io/(?:jetstack|coreos|prometheus|prometheus-operator|argoproj|argoprojlabs|brancz|metallb|minio|strimzi|calico)"
    r"|docker\.elastic\.co|registry\.opensource\.zalan\.do|cr\.fluentbit\.io|cr\.l5d\.io|public\.ecr\.aws/(?:aws-[\w\-]+|eks|karpenter)"
    r"|ghcr\.io/(?:zalando|cloudnative-pg|fluxcd|external-secrets|stakater|kedacore|traefik)"
    r"|bitnami|bitnamilegacy|rancher|calico|traefik|fluxcd|hashicorp|grafana|prom|percona|velero|istio|envoyproxy|nginxinc|jaegertracing|fluent)/",
    re.IGNORECASE,
)


def is_well_known(image: str) -> bool:
    """Whether the name is that of a database, a proxy or another helper, which holds no Django project."""
    return bool(_WELL_KNOWN_IMAGES.search(image.partition("@")[0]))


def is_program(image: str) -> bool:
    """Whether what is run as it is can hold no project of ours: a helper, or a program of a vendor."""
    return is_well_known(image) or bool(_VENDORS.match(image))


def is_helper(base: str) -> bool:
    """Whether an image built on this one serves something else than Python: a proxy, a database, a front end."""
    return is_well_known(base) and not re.match(
        r"^(?:[\w.\-]+/)*(?:python|ubuntu|debian|alpine|busybox)(?:[:@\-]|$)", base
    )


_PROXIES = regex(
    r"(?:^|/)(?:nginx|traefik|caddy|haproxy|httpd|jwilder/nginx-proxy|nginxproxy/nginx-proxy|jrcs/letsencrypt|certbot|swag|openresty|nginx-unprivileged|bunkerweb|cloudflared)",
    re.IGNORECASE,
)


def _answers_the_web(services: Sequence[Service]) -> bool:
    """Whether certificates or public ports show that the world is let in."""
    for service in services:
        if any(port.published == "443" for port in service.ports):
            return True
        if (
            service.image is not None
            and service.image.name
            and re.search(r"certbot|letsencrypt|acme|cloudflared", service.image.name)
        ):
            return True
        if any(
            re.search(r"letsencrypt|certresolver|LETSENCRYPT_HOST|virtual_host", f"{key}={value}", re.IGNORECASE)
            for key, value in service.labels
        ):
            return True
        if any(variable.name in ("VIRTUAL_HOST", "LETSENCRYPT_HOST") for variable in service.variables):
            return True
    return False


def _looks_serious(services: Sequence[Service]) -> str | None:
    """What shows that a compose file is meant for production, in a few words; None for nothing."""
    if _answers_the_web(services):
        return "answers the web on its own"
    server = any(
        _command_text(service, r"gunicorn|uvicorn|daphne|uwsgi|hypercorn|granian|waitress") for service in services
    )
    proxy = any(
        (service.image is not None and service.image.name and _PROXIES.search(service.image.name))
        or re.fullmatch(r"nginx|proxy|caddy|traefik", service.name)
        for service in services
    )
    restarts = any(
        service.restart in ("always", "unless-stopped")
        for service in services
        if service.image is not None and service.image.dockerfile is not None
    )
    replicated = any(service.replicas for service in services)
    runserver = any(_command_text(service, r"runserver") for service in services)
    if proxy and not runserver:
        return "runs a proxy in front"
    if restarts and server:
        return "restarts a production server"
    if replicated:
        return "states replicas"
    if restarts and not runserver:
        return "restarts its services"
    return None


def _command_text(service: Service, pattern: str) -> bool:
    return any(line is not None and re.search(pattern, str(line)) for line in (service.command, service.entrypoint))


def _runs_application(service: Service) -> bool:
    if service.image is None:
        return service.command is not None
    return service.image.dockerfile is not None or _command_text(
        service, r"manage\.py|gunicorn|uvicorn|daphne|celery|uwsgi|hypercorn|granian|django"
    )


def default_stage(stages: Sequence[ImageStage]) -> ImageStage:
    """The last stage, or the last one that its name does not give to development or tests, where such a one exists."""
    for stage in reversed(stages):
        named = by_name(stage.name) if stage.name else None
        if named is None or named.environment != "development":
            return stage
    return stages[-1]


@dataclass(frozen=True)
class DockerfileUse:
    """
    What is known of a Dockerfile. ``users`` are the files that build it with their decisions; ``serves`` is the server
    that its image starts, None for none and where that is not known; ``siblings`` are the other
    Dockerfiles; ``other_ways`` are production files that use no image of this repository, ``from_source`` those of them
    whose platform would have to be told of one.
    """

    path: str
    stages: Sequence[ImageStage]
    users: Sequence[tuple[str, Decision]]
    serves: str | None
    siblings: Sequence[str]
    other_ways: Sequence[str]
    from_source: Sequence[str] = ()


def decide_dockerfile(use: DockerfileUse) -> Decision:
    """Whose a Dockerfile is: its name, then who builds it, then what its image starts."""
    for user, decision in use.users:
        if decision.environment == "production":
            return Decision("production", f"{user} builds it")
    named = by_name(use.path)
    if named is not None:
        return named
    if use.path.startswith(".github/"):
        return Decision("unknown", "is the image of an action of the pipeline")
    if use.stages and _serves_something_else(use.stages[-1]):
        if use.users:
            return Decision(use.users[0][1].environment, f"only {use.users[0][0]} builds it")
        return Decision("unknown", "builds no Python image")
    told = next(
        (variable for variable in (use.stages[-1].variables if use.stages else ()) if _says_development(variable)), None
    )
    if told is not None and use.serves in (None, "runserver"):
        return Decision("development", f"sets {told.name} to '{told.value}'")
    contrast = [
        other
        for other in use.siblings
        if posixpath.dirname(other) == posixpath.dirname(use.path)
        and (found := _by_words(posixpath.basename(other), ""))
        and found.environment == "production"
    ]
    if contrast and (use.users or use.serves in (None, "runserver")):
        return Decision("development", f"{contrast[0]} is the one for production")
    if use.from_source and use.users and all(decision.environment == "development" for _, decision in use.users):
        return Decision(
            "development", f"only {use.users[0][0]} builds it, and {use.from_source[0]} starts from the source"
        )
    if use.users and not any(_takes_code_along(stage) for stage in use.stages):
        return Decision(use.users[0][1].environment, f"only {use.users[0][0]} builds it")
    if use.serves not in (None, "runserver"):
        return Decision("production", f"its image starts {use.serves}")
    built = default_stage(use.stages).name if use.stages else None
    if built and (marked := _by_words(built, "")) and marked.environment == "production":
        return Decision("production", f"builds a stage '{built}'")
    if use.users:
        return Decision(use.users[0][1].environment, f"only {use.users[0][0]} builds it")
    if use.other_ways:
        return Decision("unknown", f"{use.other_ways[0]} is another way to production")
    return Decision("production", "is an image without another way to deploy")


def _takes_code_along(stage: ImageStage) -> bool:
    """Whether a folder is copied into it, or a pattern; without either the code can only be mounted."""
    sources = (source for copy in stage.copies if copy.stage is None and not copy.inline for source in copy.sources)
    return any("." not in posixpath.basename(source).strip(".") or "*" in source or "$" in source for source in sources)


def _serves_something_else(stage: ImageStage) -> bool:
    name = stage.base.rpartition("/")[2]
    for separator in ":@-":
        name = name.partition(separator)[0]
    return name in _OF_SOMETHING_ELSE
