"""Kubernetes manifests: https://kubernetes.io/docs/concepts/workloads/."""

from __future__ import annotations

import time
from contextlib import suppress
from fnmatch import fnmatchcase
from textwrap import dedent

import pytest

from django_deploycheck.model import (
    BlindSpot,
    CommandLine,
    EnvVar,
    Fact,
    ImageSource,
    Location,
    Mount,
    Port,
    Service,
    VariableSet,
)
from django_deploycheck.readers import kubernetes
from django_deploycheck.source import Source, Unreadable

PATH = "k8s/web.yaml"


def at(line: int) -> Location:
    return Location(PATH, line)


def facts(text: str) -> list[Fact]:
    return list(kubernetes.read(Source(PATH, dedent(text))))


def services(text: str) -> list[Service]:
    return [fact for fact in facts(text) if isinstance(fact, Service)]


def pod(text: str) -> Service:
    """The one container of a Pod; its first line is line 6."""
    lines = dedent(text).strip().splitlines()
    head = "apiVersion: v1\nkind: Pod\nmetadata: {name: shop}\nspec:\n  containers:\n"
    [found] = services(head + "\n".join(("  - " if not number else "    ") + line for number, line in enumerate(lines)))
    return found


# --- what is read at all ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("config/settings.yaml", id="settings"),
        pytest.param("values.yaml", id="values at the root"),
        pytest.param("mkdocs.yml", id="documentation"),
        pytest.param("k8s/README.md", id="no YAML"),
        pytest.param("podcast.yaml", id="a name that only begins like one"),
    ],
)
def test_names_of_other_files(path: str) -> None:
    assert not is_named(path)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("k8s/web.yaml", id="a folder"),
        pytest.param("deployments/web.yml", id="a folder for deployments"),
        pytest.param("helm/templates/web.yaml", id="a chart"),
        pytest.param("web-deployment.yaml", id="a name"),
        pytest.param("shop.deployment.yml.tpl", id="a template"),
        pytest.param("pod.yaml", id="a Pod"),
        pytest.param("web-pod.yaml", id="a Pod with a name"),
    ],
)
def test_names_of_manifests(path: str) -> None:
    assert is_named(path)


def is_named(path: str) -> bool:
    return any(fnmatchcase(path if "/" in name else path.rpartition("/")[2], name) for name in kubernetes.NAMES)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("services:\n  web:\n    image: shop\n", id="a compose file"),
        pytest.param("- hosts: all\n  tasks: []\n", id="a playbook"),
        pytest.param("apiVersion: v1\nkind: Service\n", id="a manifest of nothing that runs"),
        pytest.param("kind: Deployment\n", id="a kind without a version"),
        pytest.param("apiVersion: v2\nname: shop\ntype: application\n", id="a chart"),
        pytest.param("apiVersion: v1\nspec:\n           kind: Deployment\n", id="a kind far inside"),
        pytest.param("apiVersion: v1\nkind: PodDisruptionBudget\n", id="a longer kind"),
    ],
)
def test_declines(text: str) -> None:
    assert not kubernetes.claims(Source(PATH, text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("apiVersion: apps/v1\nkind: Deployment\n", id="a Deployment"),
        pytest.param('kind: "Job"\napiVersion: batch/v1\n', id="a quoted kind before the version"),
        pytest.param("apiVersion: v1\nitems:\n  - kind: Pod\n    apiVersion: v1\n---\nkind: List\n", id="a list"),
        pytest.param("{{- if .Values.web }}\napiVersion: apps/v1\nkind: Deployment\n{{- end }}\n", id="a template"),
    ],
)
def test_claims(text: str) -> None:
    assert kubernetes.claims(Source(PATH, text))


# --- nothing to say -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("- 1\n- 2\n", id="a list"),
        pytest.param("kind: [Deployment]\n", id="a kind that is no word"),
        pytest.param("kind: Deployment\n", id="a Deployment of nothing"),
        pytest.param("kind: Deployment\nspec: {template: {spec: web}}\n", id="a template that is a word"),
        pytest.param("kind: Pod\nspec: {containers: web}\n", id="containers that are a word"),
        pytest.param("kind: Service\nspec: {ports: [{port: 80}]}\n", id="a Service"),
        pytest.param("kind: ConfigMap\n", id="an empty ConfigMap"),
        pytest.param("kind: ConfigMap\ndata: {shop.conf: debug, 1a: b}\n", id="names that are no variables"),
    ],
)
def test_no_facts_in(text: str) -> None:
    assert facts(text) == []


def test_what_is_no_yaml() -> None:
    with pytest.raises(Unreadable, match="is no valid YAML"):
        facts("kind: [\n")


def test_a_template_that_is_no_yaml_before_it_is_filled_in() -> None:
    """Nobody may take for absent what it could run."""
    found = facts("kind: Job\n  args: {{ .Values.args }}\n[ python manage.py migrate\n")

    assert found == [
        BlindSpot("the format is not read yet, and it mentions migrate", at(3), frozenset({"migrate"})),
    ]


# --- containers ---------------------------------------------------------------------------------------------------------


def test_a_whole_deployment() -> None:
    found = facts(
        """\
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: shop
        spec:
          replicas: 3
          template:
            spec:
              securityContext:
                runAsUser: 1000
              initContainers:
                - name: migrate
                  image: example/shop:1
                  command: [python, manage.py, migrate]
              containers:
                - name: web
                  image: example/shop:1
                  args: ["gunicorn", "-w 2", "shop.wsgi"]
                  workingDir: /app
                  env:
                    - name: DEBUG
                      value: "off"
                    - name: SECRET_KEY
                      valueFrom: {secretKeyRef: {name: shop, key: key}}
                  ports:
                    - containerPort: 8000
                  volumeMounts:
                    - name: media
                      mountPath: /app/media
        """
    )

    assert found == [
        Service(
            name="migrate",
            kind="kubernetes",
            location=at(12),
            role="release",
            entrypoint=CommandLine(at(14), argv=("python", "manage.py", "migrate")),
            image=ImageSource(at(13), name="example/shop:1"),
            user="1000",
            workload="Deployment/shop",
            prepares="web",
            keeps_files=False,
        ),
        Service(
            name="web",
            kind="kubernetes",
            location=at(16),
            command=CommandLine(at(18), argv=("gunicorn", "-w", "2", "shop.wsgi")),
            image=ImageSource(at(17), name="example/shop:1"),
            variables=(EnvVar("DEBUG", "off", at(21)), EnvVar("SECRET_KEY", None, at(23))),
            ports=(Port("8000", None, None, at(26)),),
            mounts=(Mount("volume", "media", "/app/media", at(28)),),
            user="1000",
            workdir="/app",
            replicas=3,
            workload="Deployment/shop",
            given=(("shop", "key", "SECRET_KEY"),),
        ),
    ]


@pytest.mark.parametrize(
    ("kind", "path", "role", "keeps_files"),
    [
        pytest.param("StatefulSet", ("template",), None, None, id="a StatefulSet"),
        pytest.param("DaemonSet", ("template",), None, None, id="a DaemonSet"),
        pytest.param("Rollout", ("template",), None, None, id="a resource of somebody else's with a Pod template"),
        pytest.param("Job", ("template",), "release", False, id="a Job"),
        pytest.param("CronJob", ("jobTemplate", "spec", "template"), "scheduler", None, id="a CronJob"),
        pytest.param("Pod", (), None, None, id="a Pod"),
    ],
)
def test_kinds(kind: str, path: tuple[str, ...], role: str | None, keeps_files: bool | None) -> None:
    spec = "".join(f"{key}: {{" for key in path)
    inner = "spec: {containers: [{image: shop}]}" if path else "containers: [{image: shop}]"
    [service] = services(f"kind: {kind}\nmetadata: {{name: web}}\nspec: {{{spec}{inner}{'}' * len(path)}}}\n")

    assert (service.name, service.role, service.keeps_files) == ("web", role, keeps_files)
    assert service.image == ImageSource(at(3), name="shop")


def test_a_pod_without_containers_of_its_own() -> None:
    [service] = services("kind: Pod\nspec: {initContainers: [{image: shop}]}\n")

    assert (service.name, service.prepares) == ("pod", "pod")


def test_a_main_container_without_a_name() -> None:
    prepares = [service.prepares for service in services("kind: Pod\nspec: {initContainers: [{}], containers: [{}]}\n")]

    assert prepares == ["pod", None]


def test_several_documents_and_lists() -> None:
    text = "kind: Pod\nspec: {containers: [{name: a}]}\n---\nkind: List\nitems:\n- {kind: Pod, spec: {containers: [{name: b}]}}\n"

    assert [service.name for service in services(text)] == ["a", "b"]


def test_an_image_that_a_patch_leaves_to_its_base() -> None:
    assert pod("name: web").image == ImageSource(at(6))


@pytest.mark.parametrize(
    ("command", "argv"),
    [
        pytest.param("command:", None, id="nothing"),
        pytest.param("command: []", None, id="an empty list"),
        pytest.param("command: web", ("web",), id="a word"),
        pytest.param("command: [web, $(PORT)]", ("web", "${PORT}"), id="a variable"),
        pytest.param("command: [web, $$(PORT)]", ("web", "$$(PORT)"), id="an escaped variable"),
        pytest.param("command: [web, '-b :80']", ("web", "-b", ":80"), id="an option and its value in one word"),
        pytest.param("command: [sh, -c, 'a -b c']", ("sh", "-c", "a -b c"), id="a shell's command"),
        pytest.param("command: [web, [a]]", ("web", ""), id="a list in the list"),
    ],
)
def test_commands(command: str, argv: tuple[str, ...] | None) -> None:
    line = pod(command).entrypoint

    assert (line.argv if line else None) == argv


def test_secrets_in_arguments_are_masked() -> None:
    line = pod("command: [web, --password, hunter2hunter2]").entrypoint

    assert line == CommandLine(at(6), argv=("web", "--password", "***"))


@pytest.mark.parametrize(
    ("context", "user"),
    [
        pytest.param("{}", None, id="nothing"),
        pytest.param("{runAsNonRoot: false}", None, id="root is allowed"),
        pytest.param("{runAsNonRoot: true}", "nonroot", id="anybody but root"),
        pytest.param("{runAsNonRoot: true, runAsUser: 10}", "10", id="a number"),
        pytest.param("{runAsUser: 0}", "0", id="root"),
    ],
)
def test_users(context: str, user: str | None) -> None:
    assert pod(f"securityContext: {context}").user == user


def test_variables() -> None:
    found = pod(
        """
        env:
        - {name: HOST, value: $(POD).local}
        - {value: x}
        - {name: DB_PASSWORD, value: 'q9$Kz7mWn2Lp'}
        """
    )

    assert found.variables == (
        EnvVar("HOST", "${POD}.local", at(7), references=("POD",)),
        EnvVar("DB_PASSWORD", "***", at(9), secret="a password"),
    )


def test_no_part_of_a_secret_in_a_template_is_taken_for_a_variable() -> None:
    found = facts("kind: ConfigMap\ndata:\n  A: '{{ HOST }}'\n  DB_PASSWORD: q9$Kz7mWn2Lp\n")

    assert [(variable.name, variable.references) for variable in found if isinstance(variable, EnvVar)] == [
        ("A", ("HOST",)),
        ("DB_PASSWORD", ()),
    ]
    assert "Wn2Lp" not in repr(found)


def test_a_dollar_sign_is_nothing_special() -> None:
    [variable] = pod("env: [{name: PRICE, value: 5$US}]").variables

    assert (variable.value, variable.references) == ("5$US", ())


def test_mounts() -> None:
    found = services(
        """\
        kind: Pod
        spec:
          volumes:
          - {name: conf, configMap: {name: x}}
          - {name: keys, secret: {secretName: x}}
          - {name: host, hostPath: {path: /srv/media}}
          - {name: tmp, emptyDir: {}}
          - {emptyDir: {}}
          containers:
          - volumeMounts:
            - {name: conf, mountPath: /conf, readOnly: true}
            - {name: keys, mountPath: /keys}
            - {name: host, mountPath: /media}
            - {name: tmp, mountPath: /tmp}
            - {name: claimed, mountPath: /data}
            - {name: nowhere}
            - {mountPath: /nothing}
        """
    )

    assert found[0].mounts == (
        Mount("config", "conf", "/conf", at(11), read_only=True),
        Mount("secret", "keys", "/keys", at(12)),
        Mount("bind", "/srv/media", "/media", at(13)),
        Mount("volume", "tmp", "/tmp", at(14)),
        Mount("volume", "claimed", "/data", at(15)),
    )


@pytest.mark.parametrize(
    ("volume", "keeps_files"),
    [
        pytest.param("{name: static, configMap: {name: x}}", False, id="what holds no files of its own"),
        pytest.param("{name: static, emptyDir: {}}", None, id="a volume that others may see"),
    ],
)
def test_files_of_a_job(volume: str, keeps_files: bool | None) -> None:
    mounts = "[{name: static, mountPath: /static}]"
    [service] = services(
        f"kind: Job\nspec: {{template: {{spec: {{volumes: [{volume}], containers: [{{volumeMounts: {mounts}}}]}}}}}}\n"
    )

    assert service.keeps_files is keeps_files


def test_a_hook_that_runs_after_the_start() -> None:
    text = "kind: Pod\nspec:\n  containers:\n  - name: web\n    lifecycle:\n      postStart:\n        exec:\n"

    found = facts(text + "          command: [python, manage.py, migrate]\n")

    assert found[1:] == [
        BlindSpot("the format is not read yet, and it mentions migrate", at(8), frozenset({"migrate"})),
    ]


def test_ports_without_a_number() -> None:
    assert pod("ports: [{name: http}]").ports == ()


# --- where variables come from ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "given"),
    [
        pytest.param("env: [{name: A, value: b}]", (), id="values"),
        pytest.param("envFrom: [{configMapRef: {optional: true}}]", (), id="a name that is missing"),
        pytest.param("envFrom: [{prefix: X_, configMapRef: {name: shop}}]", (), id="names with a prefix"),
        pytest.param("env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]", (), id="a field of the Pod"),
        pytest.param(
            "envFrom: [{configMapRef: {name: shop}}, {secretRef: {name: keys}}]",
            (("shop", None, ""), ("keys", None, "")),
            id="whole ones",
        ),
        pytest.param(
            "env: [{name: A, valueFrom: {configMapKeyRef: {name: shop, key: a}}}]", (("shop", "a", "A"),), id="one key"
        ),
    ],
)
def test_where_variables_come_from(text: str, given: tuple[tuple[str, str | None, str], ...]) -> None:
    assert pod(text).given == given


# --- ConfigMaps and Secrets ---------------------------------------------------------------------------------------------


def test_a_config_map() -> None:
    text = "kind: ConfigMap\ndata:\n  DEBUG: 'False'\n  DB_PASSWORD: QQQQwww123!@#\n  EMPTY:\n"

    assert facts(text) == [
        EnvVar("DEBUG", "False", at(3)),
        EnvVar("DB_PASSWORD", "***", at(4), secret="a password"),
        EnvVar("EMPTY", None, at(5)),
    ]


def test_a_config_map_with_a_name() -> None:
    found = facts("kind: ConfigMap\nmetadata:\n  name: shop\ndata:\n  DEBUG: 'False'\n")

    debug = EnvVar("DEBUG", "False", at(5))
    assert found == [debug, VariableSet("shop", at(3), (debug,))]


def test_a_config_map_whose_name_a_template_leaves_open() -> None:
    found = facts("kind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  DEBUG: 'False'\n")

    assert found == [EnvVar("DEBUG", "False", at(5))]


# --- patches by position ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/spec/replicas", id="how many"),
        pytest.param("/spec/template/spec/containers/0/image", id="an image"),
        pytest.param("/spec/template/spec/containers/0/env/-", id="a variable"),
    ],
)
def test_patches_that_change_no_command(path: str) -> None:
    assert facts(f"- op: replace\n  path: {path}\n  value: x\n") == []


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/spec/template/spec/containers/0/command", id="a command"),
        pytest.param("/spec/template/spec/containers/0/args/-", id="one more argument"),
        pytest.param("/spec/template/spec/initContainers/-", id="one more container"),
    ],
)
def test_patches_that_change_a_command(path: str) -> None:
    found = facts(f"- {{op: test, path: /a}}\n- op: replace\n  path: {path}\n  value: x\n")

    assert found == [BlindSpot("patches a command by its position", at(2))]


def test_a_kustomization_with_patches_is_no_manifest() -> None:
    text = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Deployment\n"

    assert kubernetes.claims(Source("k8s/web.yaml", text))
    assert kubernetes.claims(Source("k8s/patch.yaml", "- op: remove\n  path: /spec/template/spec/containers/0/args\n"))
    assert not kubernetes.claims(Source("k8s/patch.yaml", "- op: remove\n  path: /spec/replicas\n"))
    assert not kubernetes.claims(Source("k8s/kustomization.yaml", text))


def test_a_script_in_a_config_map() -> None:
    text = (
        "kind: ConfigMap\ndata:\n  nginx.conf: |\n    a;\n    b;\n  start.sh: |\n    set -e\n    exec gunicorn shop\n"
    )

    [found] = facts(text)

    assert isinstance(found, BlindSpot)
    assert found.location == at(6)


def test_a_secret_in_clear_text_and_one_that_is_encoded() -> None:
    text = "kind: Secret\nstringData:\n  DB_PASSWORD: q9Kz7mWn2Lp\ndata:\n  SECRET_KEY: aHVudGVyMg==\n"

    assert facts(text) == [
        EnvVar("SECRET_KEY", None, at(5)),
        EnvVar("DB_PASSWORD", "***", at(3), secret="a password"),
    ]


def test_a_file_in_a_platform_folder_is_said_to_be_a_manifest_alone() -> None:
    """The platform of the folder is not what runs the manifest."""
    text = "kind: ConfigMap\ndata:\n  start.sh: |\n    set -e\n    exec gunicorn shop\n"

    found = list(kubernetes.read(Source(".do/configmap.yaml", text)))

    assert [type(fact) for fact in found] == [BlindSpot]


# --- templates ----------------------------------------------------------------------------------------------------------


def test_a_template() -> None:
    found = facts(
        """\
        {{- if .Values.web }}
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{ .Release.Name }}
        {{/* a comment */}}
        spec:
          replicas: {{ .Values.replicas }}
          template:
            spec:
              containers:
                - name: web
                  image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"
                  command: [gunicorn, -b, ":{{ PORT }}"]
                  env:
                    - {name: SECRET_KEY, value: "{{ .Values.key }}"}
        {% if resources %}
                  resources:
        {{ toYaml .Values.resources | indent 12 }}
        {% endif %}
        {{- end }}
        """
    )

    assert found == [
        Service(
            name="web",
            kind="kubernetes",
            location=at(12),
            entrypoint=CommandLine(at(14), argv=("gunicorn", "-b", ":$PORT")),
            workload="Deployment/$Release_Name",
            image=ImageSource(at(13), name="$Values_image_name:$Values_image_tag"),
            variables=(EnvVar("SECRET_KEY", "$Values_key", at(16), references=("Values_key",)),),
        )
    ]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("{{ .Values.key }}", "$Values_key", id="a name"),
        pytest.param("{{ }}", "$TEMPLATE", id="nothing"),
        pytest.param('{{ "hunter2" }}', "$TEMPLATE", id="a literal"),
        pytest.param("{{ default 'hunter2' .Values.key }}", "$default", id="a default before the name"),
        pytest.param("{{ .Values.key | default `hunter2` }}", "$Values_key", id="a default behind the name"),
    ],
)
def test_only_the_name_is_kept_of_an_expression(expression: str, value: str) -> None:
    [variable] = facts(f"kind: ConfigMap\ndata:\n  NAME: {expression}\n")

    assert isinstance(variable, EnvVar)
    assert variable.value == value


# --- hostile input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{{" * 200_000, id="openings of expressions"),
        pytest.param("{{ a" * 100_000, id="expressions without an end"),
        pytest.param("{%" * 200_000, id="openings of statements"),
        pytest.param("{{ if " * 50_000 + "}}", id="controls in controls"),
        pytest.param("kind: " * 100_000, id="kinds on one line"),
        pytest.param("\n" * 300_000 + "kind:", id="empty lines"),
        pytest.param("kind: Pod\nspec: " + "[" * 100_000, id="deep nesting"),
        pytest.param("kind: ConfigMap\ndata:\n  X: " + "$(" * 200_000, id="openings of variables"),
        pytest.param("kind: ConfigMap\ndata:\n  X: {{ '" + "a" * 300_000 + " }}", id="a quote without an end"),
        pytest.param("kind: ConfigMap\ndata:\n  X: {{ " + "'" * 199_999 + " }}", id="quotes"),
    ],
)
def test_hostile_input_ends_soon(text: str) -> None:
    started = time.process_time()
    source = Source(PATH, text)
    kubernetes.claims(source)
    with suppress(Unreadable):
        list(kubernetes.read(source))

    assert time.process_time() - started < 10
