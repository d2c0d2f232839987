"""Files made to break a parser: deep, long, endless, or larger when read than when written. Each is no larger than is read."""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.source import MAX_BYTES

DEPTHS = (150, 900, 2_500, 30_000)
"""Deep enough for a recursion of our own, for one of several calls a level, for a parser's, for the interpreter's stack."""


def shapes(size: int = MAX_BYTES) -> dict[str, str]:
    """The texts by a short name each; those that could go on for ever end at so many bytes."""
    deep = (shape for depth in DEPTHS for shape in _deep(depth))
    return dict((*deep, *_long(size), *_endless(size), *_growing(), *_odd(size)))


def _filled(part: str, size: int) -> str:
    return part * (size // len(part.encode("utf-8", "surrogatepass")))


def _deep(depth: int) -> Iterator[tuple[str, str]]:
    for opening, closing in ("[]", "{}", "()", "<>"):
        yield f"nested {opening}, {depth}", opening * depth
        yield f"nested and closed {opening}{closing}, {depth}", opening * depth + closing * depth
        yield f"nested {opening} as a value, {depth}", f"a: {opening * depth}"
        yield f"nested {opening} assigned, {depth}", f"a = {opening * depth}{closing * depth}\n"
        yield f"nested {opening} on lines of their own, {depth}", f"a {opening}\n" * depth + f"{closing}\n" * depth
    for name, (opening, inner, closing) in {
        "JSON objects": ('{"a":', "1", "}"),
        "JSON lists of objects": ('[{"a":', "1", "}]"),
        "TOML inline tables": ("{a=", "1", "}"),
        "YAML flow mappings": ("{a: ", "1", "}"),
        "YAML block sequences": ("- ", "a", ""),
        "YAML complex keys": ("? ", "a", ""),
        "calls": ("f(", "1", ")"),
        "subscripts": ("a[", "1", "]"),
        "lambdas": ("lambda: ", "1", ""),
        "minus": ("-", "1", ""),
        "tildes": ("~", "1", ""),
        "nots": ("not ", "1", ""),
        "powers": ("2**", "1", ""),
        "conditions": ("a if b else ", "1", ""),
        "awaits": ("await ", "a", ""),
        "shell substitutions": ("$(", "a", ")"),
        "quoted shell substitutions": ('"$(', "a", ')"'),
        "shell arithmetic": ("$((", "1", "))"),
        "shell defaults": ("${a:-", "a", "}"),
        "backquotes": ("\\`", "a", "\\`"),
        "shell ifs": ("if a; then ", "a", "; fi"),
        "shell subshells": ("( ", "a", " )"),
        "shell groups": ("{ ", "a", "; }"),
        "shell negations": ("! ", "a", ""),
        "template marks": ("{{ ", "a", " }}"),
        "template blocks": ("{% if a %}", "a", "{% endif %}"),
        "make references": ("$(a", "", ")"),
        "Terraform calls": ("concat([", '"a"', "])"),
    }.items():
        fitting = min(depth, MAX_BYTES // len(opening + closing) - 10)
        yield f"nested {name}, {depth}", opening * fitting
        for how, head in {"": "", " as a value": "a: ", " assigned": "a = ", " in a command": "RUN "}.items():
            yield f"nested and closed {name}{how}, {depth}", f"{head}{opening * fitting}{inner}{closing * fitting}\n"
    for name, part in {
        "a sum": " + a",
        "a product of differences": " * a - a",
        "negations": "",
    }.items():
        expression = f"{'-' * depth}a" if not part else f"a{part * depth}"
        yield f"{name} within a text, {depth}", f"SECRET_KEY = f'{{{expression}}}'\nbind = f'{{{expression}}}'\n"
    for name, part in {
        "blocks": "a {\n",
        "servers": "server {\n",
        "locations": "location / {\n",
        "Apache sections": "<VirtualHost *:80>\n",
        "Apache conditions": "<IfModule a>\n",
        "make conditions": "ifdef A\n",
        "shell conditions": "if true; then\n",
        "shell loops": "while true; do\n",
        "shell cases": "case a in a)\n",
        "shell functions": "f() {\n",
        "here-documents": "cat <<EOF\n",
        "Terraform blocks": 'resource "a" "b" {\n',
    }.items():
        yield f"nested {name}, {depth}", part * min(depth, MAX_BYTES // len(part))
    for name, (opening, inner, closing) in {
        "Caddy blocks": ("a {\n", "respond a\n", "}\n"),
        "nginx locations": ("location / {\n", "proxy_pass http://a;\n", "}\n"),
        "nginx servers": ("server {\n", "listen 80;\n", "}\n"),
        "Apache conditions": ("<IfModule a>\n", "WSGIScriptAlias / /a/wsgi.py\n", "</IfModule>\n"),
        "make conditions": ("ifdef A\n", "a = b\n", "endif\n"),
        "shell conditions": ("if true; then\n", "a\n", "fi\n"),
        "shell functions": ("f() {\n", "a\n", "}\n"),
        "Terraform blocks": ('resource "a" "b" {\n', "c = 1\n", "}\n"),
        "Terraform objects": ("a = {\n", "c = 1\n", "}\n"),
    }.items():
        fitting = min(depth, MAX_BYTES // len(opening + closing) - 10)
        yield f"nested and closed {name}, {depth}", f"{opening * fitting}{inner}{closing * fitting}"
    yield f"nested indentation, {depth}", "".join(f"{' ' * level}a:\n" for level in range(min(depth, 1000)))
    yield f"nested indented lists, {depth}", "".join(f"{' ' * level}- a:\n" for level in range(min(depth, 1000)))
    blocks = min(depth, 99)
    for name, head in {
        "ifs": "if a:",
        "tries": "try:",
        "functions": "def f():",
        "classes": "class A:",
        "withs": "with a:",
    }.items():
        yield (
            f"nested Python {name}, {depth}",
            "".join(f"{' ' * n}{head}\n" for n in range(blocks)) + " " * blocks + "a = 1\n",
        )
    yield (
        f"nested Python blocks, too many, {depth}",
        "".join(f"{' ' * level}if a:\n" for level in range(min(depth, 900))) + " " * min(depth, 900) + "pass\n",
    )
    yield f"a chain of attributes, {depth}", "a" + ".b" * depth + " = 1\n"
    yield f"a chain of calls, {depth}", "a" + "()" * depth + "\n"
    yield f"a chain of subscripts, {depth}", "a" + "[0]" * depth + " = 1\n"
    yield f"a sum, {depth}", "a = 1" + " + 1" * depth + "\n"
    yield f"a sum of texts, {depth}", "SECRET_KEY = 'a'" + " + 'b'" * depth + "\n"
    yield f"a difference of names, {depth}", "a = b" + " - b" * depth + "\n"
    yield f"a chain of comparisons, {depth}", "a = 1" + " < 1" * depth + "\n"
    yield f"a chain of ands, {depth}", "a = b" + " and b" * depth + "\n"
    yield f"a chain of assignments, {depth}", "a = " * depth + "1\n"
    yield f"a chain of elifs, {depth}", "if a:\n  b = 1\n" + "elif a:\n  b = 1\n" * min(depth, 20_000)
    yield f"a chain of dotted keys, {depth}", "a." * depth + "b = 1\n"
    yield f"a table of dotted keys, {depth}", "[" + "a." * depth + "b]\nc = 1\n"
    yield (
        f"tables in each other, {depth}",
        "".join(f"[{'.'.join(['a'] * level)}]\n" for level in range(1, min(depth, 400))),
    )
    yield (
        f"arrays of tables in each other, {depth}",
        "".join(f"[[{'.'.join(['a'] * level)}]]\n" for level in range(1, min(depth, 400))),
    )


def _long(size: int) -> Iterator[tuple[str, str]]:
    for name, part in {
        "letters": "a",
        "words": "a ",
        "digits": "1",
        "spaces": " ",
        "tabs": "\t",
        "backslashes": "\\",
        "single quotes": "'",
        "double quotes": '"',
        "quoted words": "'a' ",
        "backquotes": "`",
        "dollars": "$",
        "references": "${a}",
        "percent signs": "%(a)s",
        "colons": ":",
        "colons and spaces": ": ",
        "hyphens": "-",
        "equals signs": "a=",
        "commas": "a,",
        "semicolons": "a;",
        "pipes": "a|",
        "ampersands": "a&&",
        "redirections": "a>",
        "here-documents on one line": "<<A ",
        "hash signs": "#",
        "exclamation marks": "!",
        "stars": "*",
        "question marks": "?a",
        "at signs": "@a",
        "slashes": "/a",
        "parents": "../",
        "dots": "a.",
        "options": "--a b ",
        "requirements": "a==1,",
        "brackets": "[]",
        "braces": "{}",
        "anchors": "&a ",
        "tags": "!a ",
        "names of variables": "A=$A",
        "URLs with passwords": "https://a:b@c ",
    }.items():
        yield f"one line of {name}", _filled(part, size)
        yield f"a value of {name}", "web: " + _filled(part, size)[8:]
        yield f"an assignment of {name}", "A=" + _filled(part, size)[8:]
        yield f"a command of {name}", "RUN " + _filled(part, size)[8:]
        yield f"a JSON text of {name}", '{"a": "' + part.replace("\\", "\\\\").replace('"', '\\"') * 30_000 + '"}'


def _endless(size: int) -> Iterator[tuple[str, str]]:
    for name, part in {
        "empty lines": "\n",
        "carriage returns": "\r",
        "letters": "a\n",
        "comments": "#\n",
        "semicolon comments": ";a\n",
        "continuations": "\\\n",
        "continued words": "a \\\n",
        "continued instructions": "RUN a \\\n",
        "continued comments": "RUN a \\\n#\n",
        "instructions": "RUN a\n",
        "stages": "FROM a\n",
        "named stages": "FROM a AS b\n",
        "arguments": "ARG A=$A\n",
        "environments": "ENV A=${A}a\n",
        "here-documents": "RUN <<EOF\n",
        "here-documents that end": "RUN <<E\nE\n",
        "assignments": "A=1\n",
        "other assignments": "A += $(A)\n",
        "interpolations": "a = %(a)s\n",
        "exports": "export A=$A\n",
        "keys": "a: b\n",
        "keys without a value": "a:\n",
        "items": "- a\n",
        "mappings in a list": "- a: b\n",
        "documents": "---\n",
        "documents with a key": "---\na: b\n",
        "ends of documents": "...\n",
        "directives": "%YAML 1.1\n",
        "sections": "[a]\n",
        "tables": "[[a]]\n",
        "sections with a key": "[a]\nb = 1\n",
        "programs": "[program:a]\ncommand=a\n",
        "indented lines": " a\n",
        "indented assignments": " a = b\n",
        "targets": "a: a\n\ta\n",
        "included files": "include a\n",
        "included files, referred to": "-r a\n",
        "requirements": "django==5.2\n",
        "hashes": "django==5.2 \\\n --hash=sha256:a \\\n",
        "functions": "def f(): pass\n",
        "decorators": "@a\n",
        "imports": "from a import b\n",
        "settings": "A = A + ['a']\n",
        "added settings": "A += [1]\n",
        "texts": "'a'\n",
        "shell commands": "a && b || c\n",
        "shell functions": "f() { f; }\n",
        "changed folders": "cd a\n",
        "directives that end": "a b;\n",
        "empty blocks": "a {}\n",
        "servers": "server { listen 80; }\n",
        "upstreams": "upstream a { server b; }\n",
        "Apache sections": "<VirtualHost *>\n</VirtualHost>\n",
        "Apache directives": "WSGIDaemonProcess a\n",
        "Caddy sites": "a.example.com {\n}\n",
        "Caddy snippets": "(a) {\nimport a\n}\n",
        "excluded files": "!a\n",
        "patterns": "**/a*\n",
        "block texts": "a: |\n a\n",
        "quoted keys": '"a": "b",\n',
        "Terraform resources": 'resource "a" "b" {}\n',
        "line separators": "\u2028",
        "line separators after keys": "a: b\u2028",
        "next lines": "a: b\x85",
        "vertical tabs": "a\x0b",
        "form feeds": "a\x0c",
    }.items():
        yield f"endless {name}", _filled(part, size)
    for name, head, part in (
        ("services", "services:\n", "  a: {image: b}\n"),
        ("different services", "services:\n", ""),
        ("steps", "jobs:\n  a:\n    steps:\n", "    - run: a\n"),
        ("items of a list", "a: [", "b, "),
        ("JSON items", "[", "1,"),
        ("JSON keys", "{", '"a":1,'),
        ("open texts", "", '"a\n'),
        ("other open texts", "", "'a\n"),
        ("open long texts", '"""', "a\n"),
        ("open TOML texts", 'a = """', "a\n"),
        ("open comments", "/*", "a\n"),
    ):
        body = part * (size // 24) if part else "".join(f"  a{number}: {{image: b}}\n" for number in range(size // 24))
        yield f"endless {name}", head + body
    yield "a Python list of many", "A = [" + "'a', " * (size // 8) + "]\n"
    yield "a Python dictionary of many", "A = {" + "'a': 1, " * (size // 8) + "}\n"


def _growing() -> Iterator[tuple[str, str]]:
    lists = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 30)]
    yield "aliases of aliases", "a0: &a0 [x]\n" + "".join(lists)
    merges = [
        f"a{level}: &a{level}\n  <<: [{', '.join([f'*a{level - 1}'] * 9)}]\n  k{level}: v\n" for level in range(1, 30)
    ]
    yield "merges of merges", "a0: &a0 {k: v}\n" + "".join(merges)
    twice = [f"a{level}: &a{level} {{<<: [*a{level - 1}, *a{level - 1}]}}\n" for level in range(1, 25)]
    yield "merges twice each", "a0: &a0 {k: v}\n" + "".join(twice)
    yield (
        "merged services",
        (
            "x-0: &a0 {image: a}\n"
            + "".join(f"x-{level}: &a{level} {{<<: [*a{level - 1}, *a{level - 1}]}}\n" for level in range(1, 25))
            + "services:\n  web: {<<: *a24, command: b}\n"
        ),
    )
    yield "an alias of itself", "a: &a [*a]\n"
    yield "a merge of itself", "a: &a {<<: *a}\nservices: *a\n"
    yield "many anchors", "".join(f"a{number}: &a{number} b\n" for number in range(20_000))
    yield "many aliases", "a: &a b\nc: [" + "*a, " * 60_000 + "]\n"
    yield "many merges", "a: &a {b: c}\nd:\n" + "  <<: *a\n" * 30_000
    yield (
        "many merged keys",
        "a: &a\n"
        + "".join(f"  k{n}: v\n" for n in range(5000))
        + "b:\n"
        + "".join(f"  s{n}: {{<<: *a}}\n" for n in range(5000)),
    )
    yield (
        "variables of variables",
        "A0=aaaaaaaaaa\n" + "".join(f"A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 60)),
    )
    yield (
        "instructions of variables",
        "FROM a\nENV A0=aaaaaaaaaa\n" + "".join(f"ENV A{n}=${{A{n - 1}}}${{A{n - 1}}}\n" for n in range(1, 60)),
    )
    yield (
        "make variables of variables",
        "A0 = a\n" + "".join(f"A{n} = $(A{n - 1})$(A{n - 1})\n" for n in range(1, 60)) + "a:\n\t$(A59)\n",
    )
    yield (
        "just variables of variables",
        "a0 := 'a'\n" + "".join(f"a{n} := a{n - 1} + a{n - 1}\n" for n in range(1, 60)) + "a:\n  {{a59}}\n",
    )
    yield (
        "Python names of names",
        "a0 = 'a'\n" + "".join(f"a{n} = a{n - 1} + a{n - 1}\n" for n in range(1, 60)) + "SECRET_KEY = a59\n",
    )
    yield (
        "Python lists of names",
        "a0 = ['a']\n" + "".join(f"a{n} = [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60)) + "INSTALLED_APPS = a59\n",
    )
    yield "Python texts times a number", "A = 'a' * 10 ** 9\nB = [1] * 10 ** 9\nC = 10 ** 10 ** 10\nD = 1 << 10 ** 9\n"
    yield "a format with a wide field", "A = '%999999999d' % 1\nB = '{:>999999999}'.format(1)\nC = f'{1:>999999999}'\n"
    yield (
        "functions that call each other",
        "from fabric import task\n"
        + "".join(f"def f{n}(c):\n    f{n + 1}(c)\n    f{n + 1}(c)\n" for n in range(60))
        + "def f60(c):\n    c.run('a')\n@task\ndef deploy(c):\n    f0(c)\n",
    )
    yield (
        "Makefile targets that need each other",
        "".join(f"a{n}: a{n + 1} a{n + 1}\n\ta\n" for n in range(60)) + "a60: a0\n",
    )
    yield (
        "Caddy snippets that import each other",
        "".join(f"(a{n}) {{\nimport a{n + 1}\nimport a{n + 1}\n}}\n" for n in range(60))
        + "(a60) {\nrespond a\n}\nexample.com {\nimport a0\n}\n",
    )
    yield (
        "GitLab jobs that extend each other",
        "".join(f".a{n}:\n  extends: [.a{n + 1}, .a{n + 1}]\n" for n in range(60))
        + "b:\n  extends: .a0\n  script: [a]\n",
    )
    yield (
        "references that refer to each other",
        "".join(f".a{n}: [!reference [.a{n + 1}], !reference [.a{n + 1}]]\n" for n in range(60))
        + "b:\n  script: [!reference [.a0]]\n",
    )
    yield (
        "CircleCI commands that run each other",
        "version: 2.1\ncommands:\n"
        + "".join(f"  a{n}:\n    steps: [a{n + 1}, a{n + 1}]\n" for n in range(60))
        + "  a60:\n    steps: [{run: a}]\njobs:\n  b:\n    steps: [a0]\n",
    )
    yield "brace expansion", "RUN echo " + "{a,b}" * 60 + "\n"


def _odd(size: int) -> Iterator[tuple[str, str]]:
    yield "nothing", ""
    yield "a byte order mark inside", "a: b\n\ufeffc: d\n"
    yield "byte order marks", _filled("\ufeff", size)
    yield "a long number", '{"a": ' + "1" * 5000 + "}"
    yield "a long number assigned", "a = " + "1" * 5000 + "\n"
    yield "a long number as a value", "a: " + "1" * 5000 + "\nreplicas: " + "9" * 5000 + "\n"
    yield "a long hexadecimal number", "a = 0x" + "f" * 200_000 + "\n"
    yield "a long number in base sixty", "a: " + "1:" * 5000 + "1\n"
    yield "a large exponent", '{"a": 1e999999999, "b": -1e999999999, "c": NaN}'
    yield "a date that does not exist", "a: 2026-99-99\nb: 2026-02-30T25:61:61Z\n"
    yield "a date that does not exist, assigned", "a = 2026-99-99\n"
    yield "an unknown tag", "a: !!python/object/apply:os.system [b]\n"
    yield "half a surrogate pair in JSON", '{"a": "\\ud800", "command": "a \\udfff", "\\ud83d": "b"}'
    yield "half a surrogate pair in YAML", 'command: "a \\ud800"\nservices:\n  web:\n    command: "a \\udfff"\n'
    yield "half a surrogate pair in Python", "SECRET_KEY = '\\ud800'\nbind = 'a\\udfff'\n"
    yield "NULs in texts", '{"a": "\\u0000", "command": "a\\u0000b"}'
    yield "control characters", "".join(map(chr, range(1, 32))) + "\x7f\x80\x9b\n"
    yield "characters above the first plane", _filled("\U0001f40d", size)
    yield "combining characters", "a" + "\u0301" * 200_000
    yield "characters that change their length", "İ" * 1000 + "ß" * 1000 + "ﬁ" * 1000 + ": ŉ\n"
    yield (
        "digits of other scripts",
        "a: ١٢٣\nweb=٣\nports: ['٨٠:٨٠']\nEXPOSE ٨٠\nlisten ٨٠;\na==١.٢\n²=²\nreplicas: ²\nweb=²\nEXPOSE ²\n",  # noqa: RUF001
    )
    yield "directions", "\u202e" * 1000 + "a\n"
