"""
What one hostile file costs: ``python -m tests.benchmarks.hostile`` in a clone, see ``--help``.

Every format is given, by the name that its reader claims, the largest file that is read at all, made of what is most work:
each of its statements over and over, brackets that never close, one huge line, very many tiny ones. The whole of
``engine.inspect`` is measured, on the same small site, once with the hostile file and once with a harmless one of its name;
what the first costs beyond the second is in the table, worst first.

Time is that of the process, the least of several runs: others keep this machine busy, too. Memory is the peak of what Python allocates.
"""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

MAX_MILLISECONDS = 20
MAX_MEGABYTES = 10


@dataclass(frozen=True)
class Statement:
    """``unit`` over and over between ``head`` and ``tail``; ``@`` in it is a number that grows."""

    name: str
    unit: str
    head: str = ""
    tail: str = ""

    def text(self, size: int) -> str:
        """The statement as often as it fits into this many bytes, once at least."""
        if "@" not in self.unit:
            again = (size - len((self.head + self.tail).encode())) // len(self.unit.encode())
            return self.head + self.unit * max(again, 1) + self.tail
        parts = [self.head]
        left = size - len((self.head + self.tail).encode())
        number = 0
        while number == 0 or left > 0:
            part = self.unit.replace("@", str(number))
            left -= len(part.encode())
            if number and left < 0:
                break
            parts.append(part)
            number += 1
        return "".join([*parts, self.tail])


S = Statement

# --- shell --------------------------------------------------------------------------------------------------------------

SHELL = [
    S("gunicorn", "gunicorn shop.wsgi:application --bind 0.0.0.0:8000 --workers @ &\n", "#!/bin/sh\n"),
    S("migrate", "python manage.py migrate --database db@\n", "#!/bin/sh\n"),
    S("functions", 'f@() {\n  echo @; g@ "$1"\n}\n', "#!/bin/sh\n", "f0\n"),
    S("functions that call the next one", "f@() { f@1 a; f@2 b; f@3 c; }\n", "#!/bin/bash\n", "f0\n"),
    S("functions that call one function twice", "f() { a @; }\nf; f\n", "#!/bin/bash\n"),
    S("here-documents", "cat <<EOF@\nline $A\nEOF@\n", "#!/bin/sh\n"),
    S("many here-documents of one line", "cat <<A@ <<B@\na\nA@\nb\nB@\n", "#!/bin/sh\n"),
    S("here-documents that never end", "cat <<EOF@\n", "#!/bin/sh\n"),
    S("assignments", 'export A@="${A0:-x}$A1"\n', "#!/bin/sh\n"),
    S("a variable that doubles", 'A="$A$A@"\n', "#!/bin/sh\nA=x\n", "gunicorn $A\n"),
    S("substitutions", "A=$(echo $(echo `date`) @)\n", "#!/bin/sh\n"),
    S("conditions", 'if [ "$A" = "x@" ]; then gunicorn a@.wsgi; elif test -n $B; then :; else c; fi\n', "#!/bin/sh\n"),
    S("nested conditions", 'if [ "$A@" ]; then\n', "#!/bin/sh\n"),
    S("one case", "  a@|b@) python manage.py runserver 0.0.0.0:@ ;;\n", '#!/bin/sh\ncase "$1" in\n', "esac\n"),
    S("loops", "for a in 1 2 3 4 5 6 7 8 9; do python manage.py migrate $a; done\n", "#!/bin/sh\n"),
    S(
        "nested loops",
        "for a in 1 2 3 4 5 6 7 8 9; do ",
        "#!/bin/sh\n",
        " python manage.py migrate" + "; done" * 9 + "\n",
    ),
    S("sh -c", "sh -c 'python manage.py migrate @ && gunicorn a'\n", "#!/bin/sh\n"),
    S("nested sh -c", 'sh -c "sh -c \\"eval \'exec sudo -E python manage.py migrate\'\\""\n', "#!/bin/sh\n"),
    S("and, or", "a@ && b || c @ && \\\n", "#!/bin/sh\n", "d\n"),
    S("pipes", "a @ | ", "#!/bin/sh\n", "d\n"),
    S("words", "word@ ", "#!/bin/sh\necho ", "\n"),
    S("options of gunicorn", "--env A@=$B ", "#!/bin/sh\nexec gunicorn a.wsgi ", "\n"),
    S("wrappers", "env A=@ sudo -E nohup ", "#!/bin/sh\n", "gunicorn a\n"),
    S("make", "make target@\n", "#!/bin/sh\n"),
    S("scripts that are not there", "./script@.sh a\n. ./env@\n", "#!/bin/sh\n"),
    S("itself", '"$0" @\n./deploy.sh @\n', "#!/bin/sh\n"),
    S("expansions", "echo ${A@:-${B:-${C%%*x}}} ${#A} ${A//a/b} $((1 + @))\n", "#!/bin/sh\n"),
    S("ssh", "ssh host@ 'cd /srv; docker compose exec web python manage.py migrate'\n", "#!/bin/sh\n"),
    S("braces", "{ (a@; b); }\n", "#!/bin/sh\n"),
    S("secrets", "PASSWORD=k3fj29dk2k@ mysql --password=s3cr3t@x://u:p@@h\n", "#!/bin/sh\n"),
]

# --- YAML and JSON ------------------------------------------------------------------------------------------------------

_ANY_YAML = [
    S("keys", "k@: v\n"),
    S("tiny keys in braces", "@: 1,", "a: {", "}\n"),
    S("a list", "- a\n", "a:\n"),
    S("a list in brackets", "1,", "a: [", "]\n"),
    S("anchors", "a@: &a@ [x]\n"),
    S("aliases", "- *a\n", "x: &a [1, 2, 3]\ny:\n"),
    S("merges", "k@: {<<: *a, x: @}\n", "a: &a {b: 1, c: 2, d: 3}\n"),
    S("a merge of many", "*a,", "a: &a {b: 1, c: 2}\nb: {<<: [", "]}\n"),
    S("documents", "---\na: @\n"),
    S("one folded text", "  word word\n", "a: >\n"),
    S("texts in quotes", 'k@: "a\\n\\x41\\u00e9 b"\n'),
    S("tags", "k@: !!python/object/apply:os.system [x]\n"),
    S("a document of comments", "# comment\n"),
]
MERGE_BOMB = (
    "a0: &a0 {"
    + ", ".join(f"k{n}: x" for n in range(10))
    + "}\n"
    + "".join(
        f"a{n}: &a{n} {{<<: *a{n - 1}, " + ", ".join(f"b{n}{m}: *a{n - 1}" for m in range(8)) + "}\n"
        for n in range(1, 12)
    )
)
ALIAS_BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]\n" for n in range(1, 12)
)

_COMMAND = "gunicorn shop.wsgi --bind 0.0.0.0:8000"

FORMATS: dict[str, tuple[str, Sequence[Statement]]] = {
    # path: (harmless text, statements)
    "Procfile": (
        "web: gunicorn shop.wsgi\n",
        [
            S("processes", "p@: python manage.py process_tasks @ --bind $PORT\n"),
            S("one long process", "python manage.py migrate @ && ", "web: ", "gunicorn a\n"),
            S("nested substitutions", "$(echo ", "web: ", "\n"),
            S(
                "processes that migrate",
                "p@: python manage.py migrate && python manage.py collectstatic && gunicorn shop.wsgi\n",
            ),
            S("processes that call a script", "p@: ./start.sh @\n"),
        ],
    ),
    "heroku.yml": (
        "run:\n  web: gunicorn shop.wsgi\n",
        [
            S("processes", f"  p@: {_COMMAND}\n", "run:\n"),
            S("images", "    i@: Dockerfile\n", "build:\n  docker:\n"),
            S("configuration", "    C@: x\n", "build:\n  config:\n"),
        ],
    ),
    "app.json": (
        "{}",
        [
            S("variables", '"A@": {"value": "x"},', '{"env": {', '"B": ""}}'),
            S("formation", '"p@": {"quantity": 1},', '{"formation": {', '"B": {}}}'),
            S("cron", '{"command": "python manage.py migrate", "schedule": "@"},', '{"cron": [', "{}]}"),
        ],
    ),
    "Dockerfile": (
        "FROM python:3.13\nCMD gunicorn shop.wsgi\n",
        [
            S("stages", "FROM python:3.13 AS s@\n"),
            S("stages one upon the other", "FROM s@ AS s@1\n", "FROM python AS s0\n"),
            S("stages that copy", "FROM python:3.13 AS s@\nCOPY --from=s0 /a /b@\n"),
            S("RUN", "RUN python manage.py collectstatic --x=@\n", "FROM python:3.13\n"),
            S("RUN with a here-document", "RUN <<E@\npython manage.py migrate\nE@\n", "FROM python:3.13\n"),
            S("one long RUN", "  && pip install a@ \\\n", "FROM python:3.13\nRUN true \\\n", "  && true\n"),
            S("endless continuation", "\\\n", "FROM python:3.13\nRUN a "),
            S("comments in a continuation", "# @\n", "FROM python:3.13\nRUN a \\\n"),
            S("ENV", "ENV A@=$A0 B@=${B0:-x}\n", "FROM python:3.13\n"),
            S("one ENV", "A@=x ", "FROM python:3.13\nENV ", "\n"),
            S("ENV that doubles", "ENV A=$A$A@\n", "FROM python:3.13\nENV A=x\n"),
            S("ARG", "ARG A@=${A0}\n", "", "FROM python:3.13\n"),
            S("COPY", "COPY a@ b@/ /srv/c@/\n", "FROM python:3.13\n"),
            S("one COPY", "a@ ", "FROM python:3.13\nCOPY ", "/srv/\n"),
            S("COPY and a script", "COPY a@ /srv/b@/\n", "FROM python:3.13\n", "CMD /srv/start.sh\n"),
            S("WORKDIR", "WORKDIR a@\n", "FROM python:3.13\n"),
            S("WORKDIR up and down", "WORKDIR ../a@/../b\n", "FROM python:3.13\n"),
            S("USER", "USER a@\n", "FROM python:3.13\n"),
            S("CMD", 'CMD ["gunicorn", "a@"]\n', "FROM python:3.13\n"),
            S("one long CMD", '"--a@",', 'FROM python:3.13\nCMD ["gunicorn", ', '"b"]\n'),
            S("one long CMD for a shell", "gunicorn a@ & ", "FROM python:3.13\nCMD ", "\n"),
            S(
                "entry points and commands of stages",
                'FROM a AS s@\nENTRYPOINT ["./start.sh"]\nCMD ["gunicorn", "shop.wsgi"]\n',
            ),
            S("EXPOSE", "EXPOSE @\n", "FROM python:3.13\n"),
            S("ONBUILD", "ONBUILD ONBUILD RUN @\n", "FROM python:3.13\n"),
            S("HEALTHCHECK", "HEALTHCHECK --interval=@s CMD curl localhost\n", "FROM python:3.13\n"),
            S("unknown instructions", "X@ y\n", "FROM python:3.13\n"),
            S("escape", "RUN a `\n", "# escape=`\nFROM python:3.13\n"),
        ],
    ),
    "compose.yml": (
        "services:\n  web:\n    command: gunicorn shop.wsgi\n",
        [
            S("services", f"  s@:\n    image: i@\n    command: {_COMMAND}\n", "services:\n"),
            S("services that are built", "  s@: {build: ., command: ./start.sh @}\n", "services:\n"),
            S("services that extend", "  s@1: {extends: {service: s@}}\n", "services:\n  s0: {image: x}\n"),
            S(
                "services that merge",
                "  s@: {<<: *a, image: i@}\n",
                "services:\n  s: &a {image: x, environment: {A: b}, ports: ['1:1']}\n",
            ),
            S(
                "services that merge many variables",
                "  s@: *a\n",
                "services:\n  s: &a {environment: {" + ", ".join(f"A{n}: $B" for n in range(300)) + "}}\n",
            ),
            S("variables", "      A@: ${B:-${C:-x}}\n", "services:\n  web:\n    environment:\n"),
            S("variables in a list", "      - A@=$B\n", "services:\n  web:\n    environment:\n"),
            S("ports", "      - '80@:8000'\n", "services:\n  web:\n    ports:\n"),
            S(
                "volumes",
                "      - a@:/b@\n",
                "services:\n  web:\n    build: .\n    command: ./start.sh\n    volumes:\n",
            ),
            S("files of variables", "      - a@.env\n", "services:\n  web:\n    env_file:\n"),
            S("files that are included", "  - a@.yml\n", "include:\n"),
            S("dependencies", "      - s@\n", "services:\n  web:\n    depends_on:\n"),
            S("a command of many words", "      - a@\n", "services:\n  web:\n    command:\n      - gunicorn\n"),
            S("labels", "      - traefik.http.routers.a@.rule=Host(`x`)\n", "services:\n  web:\n    labels:\n"),
            S(
                "profiles",
                "  s@: {image: a, profiles: [a, b, c], healthcheck: {test: x}, deploy: {replicas: 1}}\n",
                "services:\n",
            ),
        ],
    ),
    "k8s/web.yaml": (
        "apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n",
        [
            S(
                "deployments",
                "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d@}\nspec: {template: {spec: {containers: [{name: web, image: shop, command: [gunicorn, shop.wsgi], envFrom: [{configMapRef: {name: c}}]}]}}}\n",
            ),
            S(
                "containers",
                "  - {name: c@, image: shop, args: [gunicorn, shop.wsgi], env: [{name: A, value: b}]}\n",
                "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n",
            ),
            S(
                "variables",
                "    - {name: A@, value: x}\n",
                "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: web\n    image: shop\n    env:\n",
            ),
            S("maps", "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c@}\ndata: {A: b}\n"),
            S("one map", "  A@: b\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n"),
            S(
                "services",
                "---\napiVersion: v1\nkind: Service\nmetadata: {name: s@}\nspec: {ports: [{port: 80, targetPort: @}], selector: {app: a}}\n",
            ),
            S(
                "a list of items",
                "- {apiVersion: v1, kind: Pod, metadata: {name: p@}, spec: {containers: [{name: a, image: b}]}}\n",
                "apiVersion: v1\nkind: List\nitems:\n",
            ),
            S("templates", "{{- if .Values.a@ }}\na@: {{ .Values.b }}\n{{- end }}\n", "apiVersion: v1\nkind: Pod\n"),
        ],
    ),
    "k8s/kustomization.yaml": (
        "resources: []\n",
        [
            S("resources", "- a@.yaml\n", "resources:\n"),
            S("patches", "- {path: a@.yaml, target: {kind: Deployment, name: a@}}\n", "patches:\n"),
            S(
                "patches in line",
                "- patch: |-\n    - {op: add, path: /spec/a@, value: 1}\n  target: {kind: Deployment}\n",
                "patches:\n",
            ),
            S("images", "- {name: a@, newTag: b}\n", "images:\n"),
            S("maps", "- {name: a@, literals: [A=b], envs: [c.env]}\n", "configMapGenerator:\n"),
        ],
    ),
    "helm/values.yaml": (
        "image: x\n",
        [
            S("values", "k@: {image: x, command: [gunicorn, shop.wsgi], env: [{name: A, value: b}]}\n"),
            S("variables", "- {name: A@, value: b}\n", "web:\n  command: gunicorn\nenv:\n"),
        ],
    ),
    ".github/workflows/deploy.yml": (
        "on: push\njobs: {}\n",
        [
            S(
                "jobs",
                "  j@: {runs-on: x, needs: [j0], steps: [{run: python manage.py migrate}]}\n",
                "on: push\njobs:\n",
            ),
            S("steps", "    - run: python manage.py migrate @\n", "on: push\njobs:\n  deploy:\n    steps:\n"),
            S(
                "steps that deploy",
                "    - run: ssh host@ 'docker compose up -d && python manage.py migrate'\n",
                "on: push\njobs:\n  deploy:\n    environment: production\n    steps:\n",
            ),
            S(
                "one step",
                "          python manage.py check --deploy @\n",
                "on: push\njobs:\n  deploy:\n    steps:\n    - run: |\n",
            ),
            S(
                "one step of continued lines",
                "          pytest \\\n",
                "on: push\njobs:\n  deploy:\n    steps:\n    - run: |\n",
            ),
            S(
                "actions",
                "    - uses: appleboy/ssh-action@v1\n      with: {script: python manage.py migrate @}\n",
                "on: push\njobs:\n  deploy:\n    steps:\n",
            ),
            S("variables", "  A@: b\n", "on: push\nenv:\n"),
            S(
                "jobs that need the one before",
                "  j@1: {needs: j@, steps: [{run: ./deploy.sh}]}\n",
                "on: push\njobs:\n  j0: {steps: []}\n",
            ),
        ],
    ),
    ".gitlab-ci.yml": (
        "deploy:\n  script: [echo]\n",
        [
            S("jobs", "j@:\n  script: [python manage.py migrate, ./deploy.sh]\n  environment: production\n"),
            S("jobs that extend", "j@1: {extends: j@, script: [a]}\n", "j0: {script: [x]}\n"),
            S(
                "jobs that extend many",
                "j@: {extends: [a, b, a, b, a, b]}\n",
                "a: {script: [x], variables: {A: b}}\nb: {extends: a}\n",
            ),
            S("lines", "  - python manage.py migrate @\n", "deploy:\n  script:\n"),
            S("files", "- local: a@.yml\n", "include:\n"),
            S("references", "j@: {script: [!reference [j0, script]]}\n", "j0: {script: [x, x, x, x]}\n"),
        ],
    ),
    ".circleci/config.yml": (
        "version: 2.1\njobs: {}\n",
        [
            S("jobs", "  j@: {steps: [{run: python manage.py migrate}, deploy]}\n", "version: 2.1\njobs:\n"),
            S("steps", "    - run: python manage.py migrate @\n", "version: 2.1\njobs:\n  deploy:\n    steps:\n"),
            S(
                "commands that call the next one twice",
                "  c@: {steps: [c@1, c@1]}\n",
                "version: 2.1\njobs: {deploy: {steps: [c0]}}\nworkflows: {a: {jobs: [deploy]}}\ncommands:\n",
            ),
            S(
                "commands",
                "  c@: {steps: [{run: ./deploy.sh}]}\n",
                "version: 2.1\njobs: {deploy: {steps: [c0]}}\ncommands:\n",
            ),
            S(
                "workflows",
                "  w@: {jobs: [deploy, {deploy: {requires: [a]}}]}\n",
                "version: 2.1\njobs: {deploy: {steps: [{run: ./deploy.sh}]}}\nworkflows:\n",
            ),
        ],
    ),
    "bitbucket-pipelines.yml": (
        "pipelines: {}\n",
        [
            S(
                "steps",
                "  - step: {script: [python manage.py migrate], deployment: production}\n",
                "pipelines:\n  default:\n",
            ),
            S("lines", "      - python manage.py migrate @\n", "pipelines:\n  default:\n  - step:\n      script:\n"),
            S("branches", "    b@: [{step: {script: [./deploy.sh]}}]\n", "pipelines:\n  branches:\n"),
        ],
    ),
    "azure-pipelines.yml": (
        "steps: []\n",
        [
            S("steps", "- script: python manage.py migrate @\n", "steps:\n"),
            S("jobs", "- job: j@\n  steps: [{bash: ./deploy.sh}]\n", "jobs:\n"),
            S(
                "stages",
                "- stage: s@\n  jobs: [{deployment: d, environment: production, strategy: {runOnce: {deploy: {steps: [{script: ./deploy.sh}]}}}}]\n",
                "stages:\n",
            ),
            S("variables", "  A@: b\n", "variables:\n"),
        ],
    ),
    "cloudbuild.yaml": (
        "steps: []\n",
        [
            S("steps", "- {name: python, entrypoint: python, args: [manage.py, migrate, '@']}\n", "steps:\n"),
            S(
                "steps that deploy",
                "- {name: gcr.io/cloud-builders/gcloud, args: [run, deploy, s@, --command, gunicorn, '--set-env-vars=A=$_B,C=d']}\n",
                "steps:\n",
            ),
            S("substitutions", "  _A@: $_A0\n", "steps: [{name: python, args: [a, $_A0]}]\nsubstitutions:\n"),
            S("one step", "    python manage.py migrate $_A@\n", "steps:\n- name: bash\n  script: |\n"),
            S("arguments", "  - a@\n", "steps:\n- name: gcr.io/cloud-builders/gcloud\n  args:\n"),
        ],
    ),
    "render.yaml": (
        "services: []\n",
        [
            S(
                "services",
                "- {type: web, name: s@, runtime: python, startCommand: gunicorn shop.wsgi, buildCommand: ./build.sh, preDeployCommand: python manage.py migrate, envVars: [{key: A, value: b}, {fromGroup: g}]}\n",
                "services:\n",
            ),
            S(
                "variables",
                "  - {key: A@, value: b}\n",
                "services:\n- type: web\n  name: web\n  startCommand: gunicorn\n  envVars:\n",
            ),
            S("groups", "- {name: g@, envVars: [{key: A, value: b}]}\n", "envVarGroups:\n"),
            S(
                "services and groups",
                "  - fromGroup: g\n",
                "envVarGroups: [{name: g, envVars: [{key: A, value: b}, {key: B, value: b}, {key: C, value: b}]}]\nservices:\n- type: web\n  name: web\n  startCommand: gunicorn\n  envVars:\n",
            ),
        ],
    ),
    ".do/app.yaml": (
        "name: x\nservices: []\n",
        [
            S(
                "services",
                "- {name: s@, run_command: gunicorn shop.wsgi, envs: [{key: A, value: b}], http_port: 80}\n",
                "name: x\nservices:\n",
            ),
            S(
                "variables",
                "- {key: A@, value: b}\n",
                "name: x\nservices: [{name: web, run_command: gunicorn}]\nenvs:\n",
            ),
        ],
    ),
    ".platform.app.yaml": (
        "name: x\ntype: python:3.13\n",
        [
            S(
                "workers",
                "  w@: {commands: {start: python manage.py process_tasks}}\n",
                "name: x\ntype: 'python:3.13'\nworkers:\n",
            ),
            S(
                "routes",
                "    /a@: {root: static, passthru: true}\n",
                "name: x\ntype: 'python:3.13'\nweb:\n  commands: {start: gunicorn}\n  locations:\n",
            ),
            S("a hook", "    python manage.py migrate @\n", "name: x\ntype: 'python:3.13'\nhooks:\n  deploy: |\n"),
            S("variables", "    A@: b\n", "name: x\ntype: 'python:3.13'\nvariables:\n  env:\n"),
        ],
    ),
    "app.yaml": (
        "runtime: python313\n",
        [
            S(
                "handlers",
                "- {url: /a@, static_dir: static}\n",
                "runtime: python313\nentrypoint: gunicorn\nhandlers:\n",
            ),
            S("variables", "  A@: b\n", "runtime: python313\nenv_variables:\n"),
        ],
    ),
    "apprunner.yaml": (
        "version: 1.0\nruntime: python3\n",
        [
            S(
                "variables",
                "    - {name: A@, value: b}\n",
                "version: 1.0\nruntime: python3\nrun:\n  command: gunicorn\n  env:\n",
            ),
            S(
                "commands",
                "      - python manage.py migrate @\n",
                "version: 1.0\nruntime: python3\nbuild:\n  commands:\n    build:\n",
            ),
        ],
    ),
    "config/deploy.yml": (
        "service: x\nimage: x\n",
        [
            S("roles", "  r@: {hosts: [a], cmd: python manage.py process_tasks}\n", "service: x\nimage: x\nservers:\n"),
            S("variables", "    A@: b\n", "service: x\nimage: x\nenv:\n  clear:\n"),
            S(
                "accessories",
                "  a@: {image: postgres, host: a, env: {clear: {A: b}}}\n",
                "service: x\nimage: x\naccessories:\n",
            ),
            S("Ruby", "a@: <%= ENV['A'] %>\n", "service: x\nimage: x\n"),
        ],
    ),
    "ansible/playbook.yml": (
        "- hosts: all\n  tasks: []\n",
        [
            S("tasks", "  - shell: python manage.py migrate @\n", "- hosts: all\n  tasks:\n"),
            S(
                "tasks with variables",
                "  - shell: '{{ a@ }}/python manage.py migrate {{ b }}'\n",
                "- hosts: all\n  vars: {a: b}\n  tasks:\n",
            ),
            S(
                "tasks over a list",
                "  - {shell: 'python manage.py {{ item }}', loop: [a, b, c, d, e, f]}\n",
                "- hosts: all\n  tasks:\n",
            ),
            S("files", "  - template: {src: a@.j2, dest: /etc/a@}\n", "- hosts: all\n  tasks:\n"),
            S(
                "variables",
                "    a@1: '{{ a@ }}x'\n",
                "- hosts: all\n  tasks: [{shell: 'gunicorn {{ a9 }}'}]\n  vars:\n",
            ),
            S("roles", "  - r@\n", "- hosts: all\n  roles:\n"),
            S("plays", "- {hosts: all, tasks: [{command: gunicorn shop.wsgi}]}\n"),
            S("blocks", "  - block: [{command: gunicorn shop.wsgi}]\n    when: a\n", "- hosts: all\n  tasks:\n"),
        ],
    ),
    "roles/web/tasks/main.yml": (
        "- command: gunicorn shop.wsgi\n",
        [S("tasks", "- {django_manage: {command: migrate, app_path: /srv@, settings: a}}\n")],
    ),
    ".ebextensions/01.config": (
        "option_settings: {}\n",
        [
            S("commands", "  c@: {command: python manage.py migrate, leader_only: true}\n", "container_commands:\n"),
            S(
                "settings",
                "- {namespace: 'aws:elasticbeanstalk:application:environment', option_name: A@, value: b}\n",
                "option_settings:\n",
            ),
            S("namespaces", "  aws:elasticbeanstalk:application:environment@: {A: b}\n", "option_settings:\n"),
            S("files", "  /etc/a@:\n    content: |\n      gunicorn shop.wsgi\n", "files:\n"),
        ],
    ),
    "Dockerrun.aws.json": (
        '{"AWSEBDockerrunVersion": 2}',
        [
            S(
                "containers",
                '{"name": "c@", "image": "i", "command": ["gunicorn", "a"], "environment": [{"name": "A", "value": "b"}]},',
                '{"AWSEBDockerrunVersion": 2, "containerDefinitions": [',
                "{}]}",
            )
        ],
    ),
    "ecs/task-definition.json": (
        '{"containerDefinitions": []}',
        [
            S(
                "containers",
                '{"name": "c@", "image": "i", "command": ["gunicorn", "a"]},',
                '{"containerDefinitions": [',
                "{}]}",
            ),
            S(
                "variables",
                '{"name": "A@", "value": "b"},',
                '{"containerDefinitions": [{"name": "c", "image": "i", "environment": [',
                "{}]}]}",
            ),
        ],
    ),
    "vercel.json": (
        "{}",
        [
            S("builds", '{"src": "a@/wsgi.py", "use": "@vercel/python"},', '{"builds": [', "{}]}"),
            S(
                "routes",
                '{"src": "/static/@(.*)", "dest": "/a@"},',
                '{"builds": [{"src": "wsgi.py", "use": "@vercel/python"}], "routes": [',
                "{}]}",
            ),
        ],
    ),
    "scalingo.json": (
        "{}",
        [S("variables", '"A@": {"value": "x"},', '{"env": {', '"B": {}}}')],
    ),
    "clevercloud/python.json": ("{}", [S("keys", '"A@": {"value": "x"},', "{", '"deploy": {"module": "shop.wsgi"}}')]),
    "zappa_settings.json": (
        "{}",
        [
            S(
                "stages",
                '"s@": {"app_function": "shop.wsgi", "environment_variables": {"A": "b"}},',
                "{",
                '"production": {"django_settings": "a"}}',
            ),
            S("stages that extend", '"s@1": {"extends": "s@"},', "{", '"s0": {"django_settings": "a"}}'),
        ],
    ),
    "captain-definition": (
        '{"schemaVersion": 2}',
        [
            S(
                "lines",
                '"RUN python manage.py migrate @",',
                '{"schemaVersion": 2, "dockerfileLines": ["FROM python",',
                '"CMD gunicorn a"]}',
            )
        ],
    ),
    "railway.json": (
        "{}",
        [S("environments", '"e@": {"deploy": {"startCommand": "gunicorn a"}},', '{"environments": {', '"b": {}}}')],
    ),
    "railway.toml": (
        "[deploy]\n",
        [
            S("environments", '[environments.e@.deploy]\nstartCommand = "gunicorn a"\n'),
            S("commands", '"python manage.py migrate @",\n', "[deploy]\npreDeployCommand = [\n", "]\n"),
        ],
    ),
    "nixpacks.toml": (
        "[start]\n",
        [
            S("phases", '[phases.p@]\ncmds = ["python manage.py migrate"]\n', '[start]\ncmd = "gunicorn a"\n'),
            S("commands", '"python manage.py collectstatic @",\n', "[phases.build]\ncmds = [\n", "]\n"),
            S("variables", 'A@ = "b"\n', "[variables]\n"),
        ],
    ),
    "railpack.json": (
        "{}",
        [
            S("steps", '"s@": {"commands": ["python manage.py migrate", {"cmd": "a"}]},', '{"steps": {', '"b": {}}}'),
            S("variables", '"A@": "b",', '{"deploy": {"startCommand": "gunicorn", "variables": {', '"b": ""}}}'),
        ],
    ),
    "fly.toml": (
        'app = "x"\n',
        [
            S("processes", 'p@ = "python manage.py process_tasks"\n', 'app = "x"\n[processes]\n'),
            S("services", '[[services]]\ninternal_port = @\nprocesses = ["web"]\n', 'app = "x"\n'),
            S("statics", '[[statics]]\nguest_path = "/a@"\nurl_prefix = "/static/@"\n', 'app = "x"\n'),
            S("mounts", '[[mounts]]\nsource = "a@"\ndestination = "/a@"\n', 'app = "x"\n'),
            S("variables", 'A@ = "b"\n', 'app = "x"\n[env]\n'),
        ],
    ),
    "pyproject.toml": (
        "[project]\nname = 'x'\n",
        [
            S(
                "dependencies",
                "\"package-@[a,b]>=1.2,<3; python_version > '3.9'\",\n",
                "[project]\nname = 'x'\ndependencies = [\n",
                "]\n",
            ),
            S("tables", "[tool.t@]\na = 1\n"),
            S("dotted keys", "a.b@.c.d = 1\n"),
            S(
                "dependencies of Poetry",
                'package-@ = {version = "^1.2", extras = ["a"]}\n',
                "[tool.poetry.dependencies]\n",
            ),
            S(
                "groups",
                'g@ = [{include-group = "g0"}, "a>=1"]\n',
                "[dependency-groups]\n",
            ),
            S("scripts", 's@ = "shop:main"\n', "[project.scripts]\n"),
            S("tables in a list", "[[a.b]]\nc = @\n"),
            S("tables in tables", "{a = ", "a = "),
            S("multi-line texts", '"""\na\n"""\na@ = """', 'a = """'),
        ],
    ),
    "Pipfile": ("[packages]\n", [S("packages", 'package-@ = {version = "==1.2", extras = ["a"]}\n', "[packages]\n")]),
    "Pipfile.lock": (
        '{"default": {}}',
        [
            S(
                "packages",
                '"package-@": {"hashes": ["sha256:0123456789abcdef"], "version": "==1.@"},',
                '{"default": {',
                '"b": {}}}',
            )
        ],
    ),
    "poetry.lock": (
        "",
        [
            S("packages", '[[package]]\nname = "package-@"\nversion = "1.@"\n'),
            S(
                "hashes",
                '    {file = "a-@.whl", hash = "sha256:0123456789abcdef0123456789abcdef"},\n',
                '[[package]]\nname = "a"\nversion = "1"\nfiles = [\n',
                "]\n",
            ),
            S("keys", 'k@ = "1"\n', '[[package]]\nname = "a"\nversion = "1"\n'),
        ],
    ),
    "uv.lock": ("version = 1\n", [S("packages", '[[package]]\nname = "p@"\nversion = "1"\n', "version = 1\n")]),
    "pdm.lock": ("", [S("packages", '[[package]]\nname = "p@"\nversion = "1"\n')]),
    "pylock.toml": ('lock-version = "1.0"\n', [S("packages", '[[packages]]\nname = "p@"\nversion = "1"\n')]),
    "requirements.txt": (
        "django==5.2.8\n",
        [
            S("requirements", "package-@==1.2.@\n"),
            S("short requirements", "a@\n"),
            S(
                "requirements with markers",
                "package-@[a,b]>=1.2,<3,!=1.5; python_version > '3.9' and sys_platform == 'linux'\n",
            ),
            S(
                "requirements with hashes",
                "p@==1 \\\n  --hash=sha256:0123456789abcdef \\\n  --hash=sha256:0123456789abcdef\n",
            ),
            S("one requirement of many hashes", "  --hash=sha256:@ \\\n", "django==5.2 \\\n", "\n"),
            S("files", "-r requirements/a@.txt\n-c c@.txt\n"),
            S("addresses", "p@ @ git+https://u:p@example.com/a.git@1\n-e ./a@\nhttps://example.com/a-@.whl\n"),
            S("the same requirement", "django==5.2\n"),
            S("endless continuation", "\\\n", "django"),
        ],
    ),
    "environment.yml": (
        "dependencies: []\n",
        [
            S("packages", "- conda-forge::a@=1.2=py_0\n", "dependencies:\n"),
            S("of pip", "  - a@==1\n", "dependencies:\n- pip:\n"),
        ],
    ),
    "setup.py": (
        "from setuptools import setup\nsetup()\n",
        [
            S(
                "requirements",
                "'package-@>=1.2',\n",
                "from setuptools import setup\nsetup(install_requires=[\n",
                "])\n",
            ),
            S("assignments", "a@ = ['x']\n", "from setuptools import setup\n", "setup(install_requires=a0)\n"),
        ],
    ),
    "setup.cfg": (
        "[options]\n",
        [
            S("requirements", "  package-@>=1.2\n", "[options]\ninstall_requires =\n"),
            S("sections", "[s@]\na = b\n"),
            S("keys", "k@ = v\n", "[options]\n"),
        ],
    ),
    "runtime.txt": ("python-3.13\n", [S("lines", "# @\n")]),
    ".python-version": ("3.13\n", [S("lines", "pypy@\n")]),
    ".env": (
        "A=b\n",
        [
            S("variables", "A@=b\n"),
            S("secrets", "PASSWORD_@=k3fj29dk2k\n"),
            S("addresses", "DATABASE_URL_@=postgres://u:p@h/d?sslmode=require\n"),
            S("a text that never ends", "line\n", 'A="'),
            S("lines that are none", "no variable @\n"),
            S("variables that hold others", "A@1=${A@}$A0\n"),
            S("quotes", "A@='\"x\\n\"' # c\n"),
        ],
    ),
    "ENV": ("A=b\n", [S("variables", "A@=b\n")]),
    ".gitignore": (
        "*.pyc\n",
        [
            S("patterns", "a@/**/b?[a-z]*\n"),
            S("negations", "!a@\n"),
            S("stars", "*a*@*b*\n"),
            S("files", "*.sqlite3\n.env@\n!.env\n"),
        ],
    ),
    ".dockerignore": (
        "*.pyc\n",
        [S("patterns", "a@/**/b?[a-z]*\n"), S("negations", "!a@\n"), S("stars", "**/*a*@*b*\n")],
    ),
    "gunicorn.conf.py": (
        "workers = 2\n",
        [
            S("assignments", "workers = @\n"),
            S("functions", "def post_fork@(server, worker):\n    pass\n"),
            S("expressions", "workers = max(1, int(os.environ.get('A@', 2)) * 2 + 1)\n", "import os\n"),
            S("environment", "'A@=b',\n", "raw_env = [\n", "]\n"),
        ],
    ),
    "nginx.conf": (
        "server {\n  listen 80;\n}\n",
        [
            S("servers", "server { listen 80; server_name a@.com; location / { proxy_pass http://web:8000; } }\n"),
            S("locations", "  location /a@/ { alias /srv/a@/; }\n", "server {\n", "}\n"),
            S(
                "locations of expressions",
                "  location ~ ^/(a|b)+@$ { proxy_pass http://web:8000; }\n",
                "server {\n",
                "}\n",
            ),
            S("upstreams", "upstream u@ { server web:80@; }\n", "server { location / { proxy_pass http://u0; } }\n"),
            S(
                "servers of an upstream",
                "  server web:@;\n",
                "upstream u {\n",
                "}\nserver { location / { proxy_pass http://u; } }\n",
            ),
            S(
                "headers",
                "    proxy_set_header X-A@ $host;\n",
                "server { location / { proxy_pass http://web;\n",
                "} }\n",
            ),
            S(
                "headers inherited by locations",
                "  location /a@ { proxy_pass http://web; }\n",
                "".join(f"proxy_set_header X-{n} a;\n" for n in range(200)) + "server {\n",
                "}\n",
            ),
            S("variables", "  set $a@ $a0;\n", "server {\n", "}\n"),
            S("includes", "  include a@.conf;\n", "server {\n", "}\n"),
            S("blocks in blocks", "a {\n"),
            S("maps", "  a@ b;\n", "map $a $b {\n", "}\n"),
            S("directives", "a@ b;\n"),
            S("names", " a@.com", "server { listen 80; server_name", "; }\n"),
        ],
    ),
    "apache.conf": (
        "<VirtualHost *:80>\n</VirtualHost>\n",
        [
            S("hosts", "<VirtualHost *:80>\nServerName a@\nProxyPass / http://web:8000/\n</VirtualHost>\n"),
            S("aliases", "Alias /a@ /srv/a@\n"),
            S("routes", "ProxyPass /a@ http://web:8000/\n", "<VirtualHost *:80>\n", "</VirtualHost>\n"),
            S("definitions", "Define A@ ${A0}x\n"),
            S(
                "definitions that double",
                "Define A@1 ${A@}${A@}\n",
                "Define A0 xxxxxxxxxx\n",
                "ProxyPass / http://${A9}/\n",
            ),
            S("daemons", "WSGIDaemonProcess a@ python-path=/srv/a@\nWSGIScriptAlias /a@ /srv/a@/wsgi.py\n"),
            S("conditions", "<IfModule mod_@.c>\n"),
            S("headers", "RequestHeader set X-A@ b\n", "<VirtualHost *:80>\n", "</VirtualHost>\n"),
            S("folders", "<Directory /a@>\nRequire all granted\n</Directory>\n"),
            S("includes", "Include a@.conf\n"),
            S("macros", "<Macro m@ $a>\nAlias /$a /b\n</Macro>\nUse m@ x\n"),
        ],
    ),
    "Caddyfile": (
        "example.com {\n}\n",
        [
            S("sites", "a@.com {\n  reverse_proxy web:8000\n}\n"),
            S("handlers", "  handle /a@/* {\n    reverse_proxy web:8000\n  }\n", "a.com {\n", "}\n"),
            S("snippets", "(s@) {\n  reverse_proxy web:8000\n}\n", "a.com {\n  import s0\n}\n"),
            S(
                "snippets that call the next one twice",
                "(s@) {\nimport s@1\nimport s@1\n}\n",
                "a.com {\n  import s0\n}\n",
            ),
            S("imports", "  import s\n", "(s) {\n  reverse_proxy web:8000\n}\na.com {\n", "}\n"),
            S("addresses", "a@.com, ", "", "b.com {\n  reverse_proxy web:8000\n}\n"),
            S("matchers", "  @m@ path /a@\n", "a.com {\n", "  reverse_proxy web:8000\n}\n"),
            S("upstreams", " web@:8000", "a.com {\n  reverse_proxy", "\n}\n"),
            S("blocks in blocks", "a {\n"),
            S("placeholders", "a@.com {\n  reverse_proxy {$A@:web}:8000\n}\n"),
        ],
    ),
    "supervisord.conf": (
        "[program:web]\ncommand=gunicorn shop.wsgi\n",
        [
            S("programs", "[program:p@]\ncommand=gunicorn shop.wsgi --bind 0.0.0.0:@\n"),
            S("groups", "[group:g@]\nprograms=a,b,c\n"),
            S("keys", "k@=v\n", "[program:web]\ncommand=gunicorn a\n"),
            S("environment", 'A@="b",', "[program:web]\ncommand=gunicorn a\nenvironment=", "B=c\n"),
            S("continued lines", "  a @\n", "[program:web]\ncommand=gunicorn a\n"),
            S("includes", " a@.conf", "[include]\nfiles =", "\n"),
        ],
    ),
    "circus.ini": (
        "[watcher:web]\ncmd = gunicorn shop.wsgi\n",
        [
            S("watchers", "[watcher:w@]\ncmd = gunicorn shop.wsgi $(circus.env.A)\n"),
            S("environment", "A@ = b\n", "[watcher:web]\ncmd = gunicorn a\n[env]\n"),
            S("environments", "[env:w@]\nA = b\n", "[watcher:web]\ncmd = gunicorn a\n"),
        ],
    ),
    "uwsgi.ini": (
        "[uwsgi]\nmodule = shop.wsgi\n",
        [
            S("options", "o@ = v\n", "[uwsgi]\n"),
            S("attached daemons", "attach-daemon = python manage.py process_tasks @\n", "[uwsgi]\nmodule = a\n"),
            S("hooks", "hook-pre-app = exec:python manage.py migrate @\nexec-asap = a\n", "[uwsgi]\nmodule = a\n"),
            S("placeholders", "a@1 = %(a@)x\n", "[uwsgi]\na0 = x\n", "module = %(a9)\n"),
            S("placeholders that double", "a@1 = %(a@)%(a@)\n", "[uwsgi]\na0 = xxxxxxxxxx\n", "module = %(a9)\n"),
            S("environment", "env = A@=b\n", "[uwsgi]\n"),
            S("static files", "static-map = /a@=/srv/a@\n", "[uwsgi]\n"),
            S("sections", "[s@]\nmodule = a\n"),
        ],
    ),
    "uwsgi.yaml": ("uwsgi:\n  module: shop.wsgi\n", [S("options", "  o@: v\n", "uwsgi:\n")]),
    "uwsgi.xml": (
        "<uwsgi><module>shop.wsgi</module></uwsgi>",
        [
            S("options", "<o@>v</o@>\n", "<uwsgi>", "</uwsgi>"),
            S("nested", "<a>"),
            S("entities", '<!ENTITY a@ "&a0;&a0;">', '<!DOCTYPE x [<!ENTITY a0 "x">', "]><uwsgi>&a1;</uwsgi>"),
        ],
    ),
    "web.service": (
        "[Service]\nExecStart=/usr/bin/gunicorn shop.wsgi\n",
        [
            S(
                "commands",
                "ExecStartPre=/srv/python manage.py migrate @\n",
                "[Service]\n",
                "ExecStart=/usr/bin/gunicorn a\n",
            ),
            S("variables", "Environment=A@=b C=d\n", "[Service]\nExecStart=/usr/bin/gunicorn a\n"),
            S("one long line", "A@=b ", "[Service]\nExecStart=/usr/bin/gunicorn a\nEnvironment=", "\n"),
            S("files", "EnvironmentFile=-/srv/a@.env\n", "[Service]\nExecStart=/usr/bin/gunicorn a\n"),
            S("endless continuation", "\\\n", "[Service]\nExecStart=/usr/bin/gunicorn a "),
            S("continued lines", " --a @ \\\n", "[Service]\nExecStart=/usr/bin/gunicorn a \\\n", "\n"),
            S("sections", "[S@]\nA=b\n", "[Service]\nExecStart=/usr/bin/gunicorn a\n"),
        ],
    ),
    "Makefile": (
        "deploy:\n\tgunicorn shop.wsgi\n",
        [
            S("targets", "t@: t@1\n\tpython manage.py migrate\n"),
            S("recipes", "\tpython manage.py migrate @\n", "deploy:\n"),
            S("variables", "A@ = $(A0)x\n", "", "deploy:\n\tgunicorn $(A0)\n"),
            S("variables that double", "A@1 = $(A@)$(A@)\n", "A0 = xxxxxxxxxx\n", "deploy:\n\tgunicorn $(A9)\n"),
            S("includes", "include a@.mk\n"),
            S("conditions", "ifeq ($(A),@)\n"),
            S("prerequisites", " t@", "deploy:", "\n\tgunicorn a\n"),
        ],
    ),
    "justfile": (
        "deploy:\n  gunicorn shop.wsgi\n",
        [
            S("recipes", "r@: r@1\n  python manage.py migrate\n"),
            S("lines", "  python manage.py migrate @\n", "deploy:\n"),
            S("variables", "a@ := a0 + 'x'\n", "", "deploy:\n  gunicorn {{a0}}\n"),
            S("imports", "import 'a@.just'\n"),
        ],
    ),
    "fabfile.py": (
        "from fabric.api import *\ndef deploy():\n    run('gunicorn shop.wsgi')\n",
        [
            S("tasks", "def t@():\n    run('python manage.py migrate @')\n", "from fabric.api import *\n"),
            S("statements", "    run('python manage.py migrate @')\n", "from fabric.api import *\ndef deploy():\n"),
            S(
                "calls of the next one twice",
                "def t@():\n    t@1()\n    t@1()\n",
                "from fabric.api import *\n",
                "def deploy():\n    t0()\n",
            ),
            S("contexts", "    with cd('/a@'): run('gunicorn a')\n", "from fabric.api import *\ndef deploy():\n"),
            S("texts", "    a = a + 'x@' % a\n", "from fabric.api import *\ndef deploy():\n    a = 'x'\n"),
        ],
    ),
    "setup/deploy.py": (
        "import subprocess\n",
        [S("calls", "subprocess.run(['python', 'manage.py', 'migrate', '@'])\n", "import subprocess\n")],
    ),
    "deploy.sh": ("#!/bin/sh\ngunicorn shop.wsgi\n", SHELL),
    "gunicorn_start": ("#!/bin/sh\ngunicorn shop.wsgi\n", SHELL[:8]),
    "startup.sh": (
        "#!/bin/sh\n# antenv\ngunicorn shop.wsgi\n",
        [S(s.name, s.unit, s.head + "# antenv\n", s.tail) for s in SHELL[:6]],
    ),
    "run.sh": ("#!/bin/sh\ngunicorn shop.wsgi\n", [S("mentions", "python manage.py migrate @\n")]),
    "services.d/web/run": (
        "#!/bin/sh\nexec gunicorn shop.wsgi\n",
        [
            *SHELL[:6],
            S("execline", "foreground { python manage.py migrate @ }\n", "#!/command/execlineb\n"),
            S("nested execline", "if {\n", "#!/command/execlineb\n"),
        ],
    ),
    "passenger_wsgi.py": ("import os\n", [S("assignments", "os.environ['A@'] = 'b'\n", "import os\n")]),
    "Passengerfile.json": ("{}", [S("keys", '"a@": "b",', "{", '"startup_file": "wsgi.py"}')]),
    "main.tf": (
        "",
        [
            S(
                "containers",
                '  { name = "c@", image = "i", command = ["gunicorn", "a"] },\n',
                'resource "aws_ecs_task_definition" "a" {\n  container_definitions = jsonencode([\n',
                "  ])\n}\n",
            ),
            S(
                "tasks",
                'resource "aws_ecs_task_definition" "a@" {\n  container_definitions = jsonencode([{ name = "a", image = "b" }])\n}\n',
            ),
            S(
                "tasks of texts",
                'resource "aws_ecs_task_definition" "a@" {\n  container_definitions = <<E\n[{"name": "a", "image": "b"}]\nE\n}\n',
            ),
            S("texts that never end", "  container_definitions = <<E@\n"),
            S("resources", 'resource "a" "b@" {\n  c = [1, 2]\n}\n', "# gunicorn\n"),
        ],
    ),
    "DOKKU_SCALE": ("web=1\n", [S("processes", "p@=1\n")]),
    "CHECKS": ("/ Hello\n", [S("addresses", "/a@ b\n")]),
    # Python files of the project
    "bookstore/settings.py": (
        "",
        [
            S("settings", "A@ = 1\n"),
            S("settings from the environment", "A@ = os.environ.get('A@', 'x')\n", "import os\n"),
            S("the same setting", "DEBUG = os.environ.get('A@')\n", "import os\n"),
            S("conditions", "if os.environ.get('A@'):\n    DEBUG = True\nelse:\n    DEBUG = False\n", "import os\n"),
            S(
                "nested conditions",
                "{}",
                "import os\n"
                + "".join(" " * n + f"if os.environ.get('A{n}'):\n" for n in range(90))
                + " " * 90
                + "A = [",
                "]\n",
            ),
            S("a list", "'a@',\n", "INSTALLED_APPS = [\n", "]\n"),
            S("a dictionary", "'a@': {'b': {'c': @}},\n", "DATABASES = {\n", "}\n"),
            S("lists that grow", "INSTALLED_APPS += ['a@']\n", "INSTALLED_APPS = []\n"),
            S("lists that double", "A@1 = A@ + A@\n", "A0 = ['x']\n"),
            S("names of names", "A@1 = A@\n", "import os\nA0 = os.environ['A']\n"),
            S("texts that grow", "A@1 = f'{A@}x{A@}'\n", "A0 = 'x'\n"),
            S(
                "calls",
                "A@ = env.bool('A@', default=dict(a=[1, 2], b=f('x')))\n",
                "import environ\nenv = environ.Env()\n",
            ),
            S(
                "functions",
                "def f@(name, default=None):\n    return os.environ.get(name, default)\nA@ = f@('A@')\n",
                "import os\n",
            ),
            S(
                "functions that call the next one twice",
                "def f@(a):\n    return f@1(a) + f@1(a)\n",
                "import os\n",
                "A = f0('B')\n",
            ),
            S("classes", "class C@(Base):\n    A = os.environ['A@']\n", "import os\n"),
            S("imports", "from .a@ import *\n"),
            S("imports of modules", "import a@.b, c@\n"),
            S("sums", "1 + ", "A = ", "1\n"),
            S("one long sum", "x@ + ", "A = (", "1)\n"),
            S("attributes", ".a", "A = b", "\n"),
            S("calls of calls", "()", "A = b", "\n"),
            S("brackets", "[", "A = "),
            S("minus signs", "-", "A = ", "1\n"),
            S("not", "not ", "A = ", "1\n"),
            S("lambdas", "lambda: ", "A = ", "1\n"),
            S("comparisons", "a@ < ", "A = ", "1\n"),
            S("texts side by side", "'a@' ", "A = (", ")\n"),
            S("an f-string", "{a@}", "A = f'", "'\n"),
            S("a huge number", "9", "A = ", "\n"),
            S("targets", "a@ = ", "", "1\n"),
            S("environment", "os.environ['A@'] = os.environ.get('B@', 'x')\n", "import os\n"),
            S("globals", "globals()['A@'] = 1\n"),
            S("Sentry", "sentry_sdk.init(dsn=os.environ['A@'], environment='x')\n", "import os, sentry_sdk\n"),
            S("elifs", "elif a == @:\n    A = @\n", "if a:\n    A = 1\n"),
            S("loops", "for a@ in b:\n    A.append(a@)\n", "A = []\n"),
            S("try", "try:\n    from .a@ import *\nexcept ImportError:\n    A = @\n"),
            S("comprehensions", "A@ = [a for a in b if a]\n"),
        ],
    ),
    "bookstore/wsgi.py": (
        "",
        [
            S("imports", "import a@\n"),
            S("calls", "f(a@)\n"),
            S("Sentry", "sentry_sdk.init('https://a@b/@')\n", "import sentry_sdk\n"),
            S("brackets", "[", "A = "),
        ],
    ),
    "bookstore/urls.py": (
        "urlpatterns = []\n",
        [
            S(
                "routes",
                "    path('a@/', views.a@, name='a@'),\n",
                "from django.urls import path\nurlpatterns = [\n",
                "]\n",
            ),
            S(
                "statics",
                "urlpatterns += static('/a@/', document_root='a')\n",
                "from django.conf.urls.static import static\nurlpatterns = []\n",
            ),
        ],
    ),
    "manage.py": (
        "import os\n",
        [S("settings modules", "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a@')\n", "import os\n")],
    ),
    "books/models.py": (
        "",
        [
            S("models", "class B@(models.Model):\n    a = models.FileField()\n", "from django.db import models\n"),
            S(
                "fields",
                "    a@ = models.CharField(max_length=@)\n",
                "from django.db import models\nclass B(models.Model):\n",
            ),
            S("classes", "class B@:\n    pass\n"),
        ],
    ),
    ".git/index": ("", [S("no index", "DIRC\0\0\0\2")]),
}

# What any format may be asked to swallow.
ANY = [
    S("empty lines", "\n"),
    S("short lines", "ab\n"),
    S("one huge line", "a"),
    S("one line of words", "a "),
    S("comments", "#\n"),
    S("continued lines", "a \\\n"),
    S("nothing but continuations", "\\\n"),
    S("backslashes", "\\"),
    S("brackets", "["),
    S("braces", "{"),
    S("braces on lines", "{\n"),
    S("parentheses", "("),
    S("less-than signs", "<"),
    S("sections", "[a]\n"),
    S("double quotes", '"'),
    S("single quotes", "'"),
    S("a quote that never ends", "a\n", '"'),
    S("three quotes", '"""'),
    S("backquotes", "`"),
    S("substitutions", "$("),
    S("expansions", "${"),
    S("expansions with a default", "${A:-"),
    S("arithmetic", "$(("),
    S("dollars", "$"),
    S("here-documents", "<<E@\n"),
    S("templates", "{{ a@ }}\n"),
    S("templates that never end", "{{ a "),
    S("blocks of templates", "{% if a %}\n"),
    S("comments of templates", "{# "),
    S("Ruby", "<%= "),
    S("blanks", " "),
    S("tabs", "\t"),
    S("blanks, then a letter", " ", "a", "b"),
    S("deeper and deeper", "{}", "".join(f"{' ' * n}a:\n" for n in range(700)), ""),
    S("dashes", "- "),
    S("colons", ":"),
    S("a: b", "a: b\n"),
    S("a = b", "a = b\n"),
    S("a=b", "A@=b\n"),
    S("ampersands", "a & "),
    S("semicolons", ";"),
    S("pipes", "|"),
    S("stars", "*"),
    S("anchors", "&a"),
    S("exclamation marks", "! "),
    S("tildes", "~/"),
    S("slashes", "/"),
    S("dots", "../"),
    S("minus signs", "--"),
    S("percent signs", "%(a)s"),
    S("at signs", "\u0040"),
    S("umlauts", "ä"),
    S("other characters", "\U0001f600\u2028\x85"),
    S("carriage returns", "\r"),
    S("form feeds", "\f"),
    S("commands", "python manage.py migrate; "),
    S("words that are masked", "password=k3fj29dk2k "),
    S("addresses", "https://u:p@h/ "),
]


@dataclass(frozen=True)
class Shape:
    """
    A hostile file: its path, what it is called in the table, and what it holds; ``statement`` is what it is made of where
    it can be made smaller.
    """

    path: str
    name: str
    text: str | bytes
    statement: Statement | None = None

    def smaller(self, size: int) -> Shape:
        """The same of at most this many bytes."""
        assert self.statement is not None
        return replace(self, text=self.statement.text(size))

    @property
    def data(self) -> bytes:
        return self.text if isinstance(self.text, bytes) else self.text.encode("utf-8", "surrogatepass")


def shapes(path: str, size: int, everything: bool = True) -> Iterator[Shape]:
    """The hostile files of this name; ``size`` is the largest one that is read, in bytes."""
    _, statements = FORMATS[path]
    for statement in statements:
        yield Shape(path, statement.name, statement.text(size), statement)
    if not everything:
        return
    for statement in ANY:
        yield Shape(path, f"any: {statement.name}", statement.text(_fitting(statement, path)))
    yield Shape(path, "any: 10 MB", b"a: b\n" * 2_000_000)
    yield Shape(path, "any: just too large", b"a: b\n" * (size // 5 + 10))
    yield Shape(path, "any: no UTF-8", b"\xff" * size)
    yield Shape(path, "any: UTF-16", b"\xff\xfe" + b"\x61\0" * (size // 2 - 2))
    yield Shape(path, "any: NULs", b"\0" * size)
    if path.endswith((".yml", ".yaml", ".config")):
        for statement in _ANY_YAML:
            yield Shape(path, f"YAML: {statement.name}", statement.text(size), statement)
        yield Shape(path, "YAML: merge-key bomb", MERGE_BOMB)
        yield Shape(path, "YAML: bomb of aliases", ALIAS_BOMB)
    if path.endswith(".py"):
        for statement in FORMATS["bookstore/settings.py"][1]:
            yield Shape(path, f"Python: {statement.name}", statement.text(size), statement)


def _fitting(statement: Statement, path: str) -> int:
    """The size up to which a file of this statement has no more and no longer lines than a file may have."""
    from django_deploycheck import bounds

    sizes = bounds.sizes(path)
    lines = statement.unit.count("\n") + statement.unit.count("\r")
    if not lines:
        return min(sizes.one, sizes.width - 100)
    return min(sizes.one, len(statement.unit) * (sizes.lines - 10) // lines)


# --- the site -----------------------------------------------------------------------------------------------------------

SITE = {
    "Dockerfile": 'FROM python:3.13\nWORKDIR /srv\nCOPY . .\nUSER web\nCMD ["./start.sh"]\n',
    "start.sh": "#!/bin/sh\npython manage.py migrate --noinput\nexec gunicorn bookstore.wsgi --bind 0.0.0.0:8000 --workers 3\n",
}


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))


def right_site(folder: Path) -> Any:
    """Write a small site that nothing is wrong with, in a git repository, and return its settings."""
    from django.conf import UserSettingsHolder, global_settings

    from tests.projects import SETTINGS, SETTINGS_PATH, SKELETON

    write(folder, {**SKELETON, SETTINGS_PATH: SETTINGS, **SITE, ".git/HEAD": "ref: refs/heads/main\n"})
    namespace: dict[str, Any] = {"__file__": str(folder / SETTINGS_PATH), "__name__": "bookstore.settings"}
    exec(compile(SETTINGS, str(folder / SETTINGS_PATH), "exec"), namespace)  # noqa: S102 - the site's own settings
    live = UserSettingsHolder(global_settings)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, value in namespace.items():
            if name.isupper():
                setattr(live, name, value)
    return live


@dataclass(frozen=True)
class Cost:
    """What a file costs: milliseconds of the process, and bytes at the peak."""

    milliseconds: float
    peak: int = 0
    said: tuple[str, ...] = ()
    """Why it was refused, or that somebody crashed."""


class TooLong(BaseException):
    """Nothing that contains crashes catches it."""


def _stop(*_: object) -> None:
    raise TooLong


def cost(files: Mapping[str, str | bytes], times: int = 1, memory: bool = False, seconds: int = 20) -> Cost:
    """
    What it costs to inspect the right site with these files beside the others, in a folder of its own each time; what
    takes longer than ``seconds`` is stopped.
    """
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return _cost(files, times, memory)
    except TooLong:
        tracemalloc.stop()
        return Cost(seconds * 1000, said=("was stopped",))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _cost(files: Mapping[str, str | bytes], times: int, memory: bool) -> Cost:
    from django_deploycheck.discovery import Root
    from django_deploycheck.engine import inspect

    taken = []
    peak = 0
    said: tuple[str, ...] = ()
    for run in range(times + memory):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name).resolve()
            settings = right_site(folder)
            write(folder, files)
            gc.collect()
            if run == times:
                tracemalloc.start()
            started = time.process_time()
            report = inspect(settings, root=Root(str(folder), "", complete=True), module="bookstore.settings")
            taken.append(1000 * (time.process_time() - started))
            if run == times:
                _, peak = tracemalloc.get_traced_memory()
                tracemalloc.stop()
                taken.pop()
            deployment = report.deployment
            assert deployment is not None
            said = (
                *(f"{crash.culprit} raised {crash.exception} at {crash.frame}" for crash in deployment.crashes),
                *(spot.reason for spot in deployment.unreadable),
            )
            del report, deployment
    return Cost(min(taken), peak, said)


def limit(path: str) -> int:
    """The size of the largest file of this name that is read, in bytes."""
    from django_deploycheck import bounds

    return bounds.sizes(path).one


@dataclass(frozen=True)
class Measured:
    shape: Shape
    milliseconds: float
    megabytes: float
    said: tuple[str, ...]

    def __str__(self) -> str:
        words = "; ".join(self.said)
        return (
            f"{self.milliseconds:9.1f} ms {self.megabytes:7.1f} MB  {self.shape.path:32} {self.shape.name:44} "
            f"{len(self.shape.data) // 1024:6} KiB  {words}"
        )


def measured(paths: Iterable[str], times: int, everything: bool, memory: bool) -> Iterator[Measured]:
    """
    What each hostile file of these names costs beyond a harmless one: the largest of its shape, or, where that costs
    more, the largest one that is not refused.
    """
    for path in paths:
        cost({path: FORMATS[path][0]})
        harmless = cost({path: FORMATS[path][0]}, 5, memory)
        for shape in shapes(path, limit(path), everything):
            found = [_measured(each, harmless, times, memory) for each in (shape, _accepted(shape)) if each is not None]
            yield max(found, key=lambda item: item.milliseconds)


def _accepted(shape: Shape) -> Shape | None:
    """The largest file of this shape that is not refused, to some 15 percent; None where no smaller one is wanted."""
    if shape.statement is None or not _is_refused(shape):
        return None
    low, high = 0, len(shape.data)
    while high > 100 and low < 0.85 * high:
        middle = (low + high) // 2
        if _is_refused(shape.smaller(middle)):
            high = middle
        else:
            low = middle
    return shape.smaller(low) if low else None


def _is_refused(shape: Shape) -> bool:
    return bool(cost({shape.path: shape.data}).said)


def _measured(shape: Shape, harmless: Cost, times: int, memory: bool) -> Measured:
    found = cost({shape.path: shape.data})
    if memory or found.milliseconds - harmless.milliseconds > MAX_MILLISECONDS / 2:
        found = cost({shape.path: shape.data}, times, memory)
    beyond = (found.peak - harmless.peak) / 1e6 if memory else 0.0
    return Measured(shape, found.milliseconds - harmless.milliseconds, beyond, found.said)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.hostile", description="What a hostile file costs."
    )
    parser.add_argument("names", nargs="*", help="names of files to measure, all of them without any")
    parser.add_argument("--times", type=int, default=5, help="how often each one is measured that costs much (5)")
    parser.add_argument("--top", type=int, default=60, help="how many of the worst are shown (60)")
    parser.add_argument("--no-memory", action="store_true", help="measure no memory, which takes half of the time")
    parser.add_argument("--own", action="store_true", help="only the statements of each format")
    parser.add_argument("--all", action="store_true", help="show each one as soon as it is measured")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in FORMATS]
    if unknown:
        parser.error(f"there are no shapes of {', '.join(unknown)}; known are {', '.join(FORMATS)}")

    import django
    from django.conf import settings

    settings.configure(SECRET_KEY="x" * 50)
    django.setup()
    paths = options.names or list(FORMATS)
    found = []
    for item in measured(paths, options.times, not options.own, not options.no_memory):
        found.append(item)
        if options.all:
            print(item, flush=True)
    found.sort(key=lambda item: -item.milliseconds)
    print(f"\n{len(found)} hostile files; beyond a harmless file of the same name:\n")
    for item in found[: options.top]:
        print(item)
    beyond = [item for item in found if item.milliseconds > MAX_MILLISECONDS or item.megabytes > MAX_MEGABYTES]
    print(f"\n{len(beyond)} of {len(found)} cost more than {MAX_MILLISECONDS} ms or {MAX_MEGABYTES} MB")
    return bool(beyond)


if __name__ == "__main__":
    sys.exit(main())
