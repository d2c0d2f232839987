from __future__ import annotations

import time

import pytest

from django_deploycheck.shell import (
    MAX_DEPTH,
    AndOr,
    Assignment,
    Background,
    Case,
    For,
    Function,
    Group,
    If,
    Literal,
    Loop,
    Node,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Substitution,
    Variable,
    Word,
    parse,
)

SECONDS = 5
"""Far more than linear time needs, far less than quadratic time would."""


def word(*parts: str | Literal | Variable | Substitution, line: int = 1) -> Word:
    return Word(tuple(Literal(part) if isinstance(part, str) else part for part in parts), line)


def quoted(text: str) -> Literal:
    return Literal(text, quoted=True)


def command(text: str, line: int = 1) -> Simple:
    """A command of plain words, all on one line, each separated by one blank."""
    return Simple((), tuple(word(each, line=line) for each in text.split(" ")), (), line, text)


def words(text: str, line: int = 1) -> tuple[Word, ...]:
    """The words of a text that is one simple command without errors."""
    script = parse(text, line)
    assert script.error is None
    (node,) = script.body
    assert isinstance(node, Simple)
    return node.words


def body(text: str) -> tuple[Node, ...]:
    script = parse(text)
    assert script.error is None
    return script.body


def texts(script: Script) -> list[str]:
    """The sources of the simple commands at the top."""
    return [node.text for node in script.body if isinstance(node, Simple)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(" \t\n\n", id="blanks"),
        pytest.param("# migrate && collectstatic", id="a comment"),
        pytest.param("\\\n\\\n", id="continuations of nothing"),
        pytest.param("\r\n\r\n", id="Windows newlines"),
        pytest.param("#!/bin/sh", id="the first line of a script"),
    ],
)
def test_text_without_commands(text):
    assert parse(text) == Script(())


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("gunicorn", ("gunicorn",), id="plain"),
        pytest.param("'a \"$b\" `c`'", (quoted('a "$b" `c`'),), id="single quotes keep everything"),
        pytest.param('"a b"', (quoted("a b"),), id="double quotes"),
        pytest.param("''", (quoted(""),), id="empty single quotes"),
        pytest.param('""', (quoted(""),), id="empty double quotes"),
        pytest.param('"\\$A \\" \\\\ \\` \\n"', (quoted('$A " \\ ` \\n'),), id="escapes in double quotes"),
        pytest.param('"a\\\nb"', (quoted("ab"),), id="continuation in double quotes"),
        pytest.param("a\\\nb", ("ab",), id="continuation in a word"),
        pytest.param("a\\ b", ("a", quoted(" "), "b"), id="escaped blank"),
        pytest.param("\\if", (quoted("i"), "f"), id="escaped keyword"),
        pytest.param("a\\", ("a", quoted("\\")), id="backslash at the end"),
        pytest.param("a'b'\"c\"d", ("a", quoted("bc"), "d"), id="neighbours of one quoting are joined"),
        pytest.param("$'a\\n\\'\\x41\\101\\q'", (quoted("a\n'AA\\q"),), id="ANSI quotes"),
        pytest.param('$"a $b"', (quoted("a "), Variable("b", quoted=True)), id="translated quotes"),
        pytest.param("a#b", ("a#b",), id="number sign within a word"),
        pytest.param("a{b,c}*", ("a{b,c}*",), id="braces and globs are text"),
        pytest.param("{}", ("{}",), id="empty braces"),
        pytest.param("}}", ("}}",), id="two braces"),
        pytest.param("@(a|b c)d", ("@(a|b c)d",), id="pattern with alternatives"),
        pytest.param("esac1", ("esac1",), id="keyword within a word"),
        pytest.param("'if'", (quoted("if"),), id="quoted keyword"),
        pytest.param("$A", (Variable("A"),), id="variable"),
        pytest.param("a$A.b", ("a", Variable("A"), ".b"), id="variable within a word"),
        pytest.param('"$A"', (Variable("A", quoted=True),), id="quoted variable"),
        pytest.param("${A}", (Variable("A"),), id="variable in braces"),
        pytest.param("$10", (Variable("1"), "0"), id="positional parameter of one digit"),
        pytest.param("${10}", (Variable("10"),), id="positional parameter of two digits"),
        pytest.param("$@$*$#$?", (Variable("@"), Variable("*"), Variable("#"), Variable("?")), id="special parameters"),
        pytest.param("${#}", (Variable("#"),), id="special parameter in braces"),
        pytest.param("${#A}", (Variable("#A"),), id="length"),
        pytest.param("${!A}", (Variable("!A"),), id="indirection"),
        pytest.param("${A[@]}", (Variable("A[@]"),), id="array"),
        pytest.param("${A[${i}]}", (Variable("A[${i}]"),), id="element named by a variable"),
        pytest.param("$", ("$",), id="dollar alone"),
        pytest.param("a$.", ("a$.",), id="dollar before no name"),
        pytest.param('"a$"', (quoted("a$"),), id="dollar before a quote"),
        pytest.param("${A:-b c}", (Variable("A", ":-", word("b c")),), id="default with a blank"),
        pytest.param("${A-}", (Variable("A", "-", word()),), id="empty default"),
        pytest.param("${A:=b}", (Variable("A", ":=", word("b")),), id="assigned default"),
        pytest.param("${A:+b}", (Variable("A", ":+", word("b")),), id="alternative"),
        pytest.param("${A:?b}", (Variable("A", ":?", word("b")),), id="required"),
        pytest.param("${A%%.*}", (Variable("A", "%%", word(".*")),), id="suffix"),
        pytest.param("${A##*/}", (Variable("A", "##", word("*/")),), id="prefix"),
        pytest.param("${A//a/b}", (Variable("A", "//", word("a/b")),), id="replacement"),
        pytest.param("${A:0:3}", (Variable("A", ":", word("0:3")),), id="slice"),
        pytest.param("${A^^}", (Variable("A", "^^", word()),), id="upper case"),
        pytest.param("${A:-'}'}", (Variable("A", ":-", word(quoted("}"))),), id="quoted brace in a default"),
        pytest.param("${A:-\\}}", (Variable("A", ":-", word(quoted("}"))),), id="escaped brace in a default"),
        pytest.param(
            "${A:-${B:-c}}", (Variable("A", ":-", word(Variable("B", ":-", word("c")))),), id="default of a default"
        ),
        pytest.param(
            '"${A:-it\'s \\} $B}"',
            (Variable("A", ":-", word(quoted("it's } "), Variable("B", quoted=True)), quoted=True),),
            id="quoted default",
        ),
        pytest.param(
            '"${A:-"b"}"', (Variable("A", ":-", word(quoted("b")), quoted=True),), id="quotes in a quoted default"
        ),
        pytest.param(
            "\"${A%'}'}\"", (Variable("A", "%", word(quoted("}")), quoted=True),), id="quotes in a quoted pattern"
        ),
        pytest.param("${{ github.sha }}", (Variable("{ github.sha }"),), id="expression of a workflow"),
        pytest.param("${a b}", (Variable("a b"),), id="no expansion of the shell's"),
        pytest.param("${.a}", (Variable(".a"),), id="no name"),
        pytest.param("$(a b)", (Substitution((command("a b"),)),), id="substitution"),
        pytest.param("$()", (Substitution(()),), id="empty substitution"),
        pytest.param(
            "$(<a)", (Substitution((Simple((), (), (Redirect("<", word("a"), None, 1),), 1, "<a"),)),), id="file"
        ),
        pytest.param(
            '"a $(b "c")"',
            (quoted("a "), Substitution((Simple((), (word("b"), word(quoted("c"))), (), 1, 'b "c"'),), quoted=True)),
            id="quotes in a quoted substitution",
        ),
        pytest.param(
            "$(a $(b))",
            (Substitution((Simple((), (word("a"), word(Substitution((command("b"),)))), (), 1, "a $(b)"),)),),
            id="substitution in a substitution",
        ),
        pytest.param(
            "$((a); b)", (Substitution((Group((command("a"),), True, 1), command("b"))),), id="subshell in it"
        ),
        pytest.param("$(case a in b) c;; esac)", (Substitution(body("case a in b) c;; esac")),), id="case in it"),
        pytest.param("`a b`", (Substitution((command("a b"),)),), id="backticks"),
        pytest.param(
            "`a \\`b\\``",
            (Substitution((Simple((), (word("a"), word(Substitution((command("b"),)))), (), 1, "a `b`"),)),),
            id="backticks in backticks",
        ),
        pytest.param(
            '"`a \\"b\\"`"',
            (Substitution((Simple((), (word("a"), word(quoted("b"))), (), 1, 'a "b"'),), quoted=True),),
            id="quoted backticks",
        ),
        pytest.param("$((1 + (2) << A))", (Substitution(()),), id="arithmetic"),
        pytest.param("$((2 * $(nproc) + `b`))", (Substitution((command("nproc"), command("b"))),), id="commands in it"),
        pytest.param("a<(b)", ("a", Substitution((command("b"),))), id="process substitution"),
    ],
)
def test_parts_of_a_word(text, parts):
    assert words(text) == (word(*parts),)


@pytest.mark.parametrize(
    ("text", "expected", "literal"),
    [
        pytest.param("a'b c'", "ab c", "ab c", id="quotes are removed"),
        pytest.param("''", "", "", id="empty"),
        pytest.param('"${A}"', "$A", None, id="variable"),
        pytest.param("${A}b", "${A}b", None, id="braces where they are needed"),
        pytest.param("${A}$B", "$A$B", None, id="no braces before another variable"),
        pytest.param("$1b", "${1}b", None, id="braces around a digit"),
        pytest.param("${10}", "${10}", None, id="braces around two digits"),
        pytest.param("${A[@]}", "${A[@]}", None, id="array"),
        pytest.param("0.0.0.0:${PORT:-'8000'}", "0.0.0.0:${PORT:-8000}", None, id="default"),
        pytest.param("${A:-${B}}", "${A:-$B}", None, id="default of a default"),
        pytest.param("${A:-}", "${A:-}", None, id="empty default"),
        pytest.param('a$(b  "c")', 'a$(b  "c")', None, id="substitution"),
        pytest.param("$(a \\\n  b\n\n  c)", "$(a b c)", None, id="substitution on several lines"),
        pytest.param("`a`", "$(a)", None, id="backticks"),
        pytest.param("<(a)", "<(a)", None, id="process substitution"),
        pytest.param("$((1 + 2))", "$((1 + 2))", None, id="arithmetic"),
        pytest.param("${{ a }}", "${{ a }}", None, id="expression of a workflow"),
    ],
)
def test_text_of_a_word(text, expected, literal):
    (only,) = words(text)
    assert (only.text, only.literal) == (expected, literal)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a b  c\td", "a|b|c|d", id="blanks"),
        pytest.param("a \\\n  b \\\n c", "a|b|c", id="continuations"),
        pytest.param("a \\\r\n  b", "a|b", id="continuations with Windows newlines"),
        pytest.param("a b # c", "a|b", id="comment at the end"),
        pytest.param("echo if then fi { } ! case in", "echo|if|then|fi|{|}|!|case|in", id="keywords as arguments"),
        pytest.param("find . \\( -a \\) -exec b {} \\;", "find|.|(|-a|)|-exec|b|{}|;", id="escaped operators"),
        pytest.param("a b=c", "a|b=c", id="an assignment after the command is an argument"),
        pytest.param("[ -z a ]", "[|-z|a|]", id="test"),
        pytest.param("[[ a && ( b || ! c ) ]]", "[[|a|&&|(|b||||!|c|)|]]", id="operators in a conditional"),
        pytest.param("[[ (a<b)\n]]", "[[|(|a|<|b|)|]]", id="operators without blanks in a conditional"),
        pytest.param("[[ a =~ ^(b|c d)+$ && e ]]", "[[|a|=~|^(b|c d)+$|&&|e|]]", id="regular expression"),
        pytest.param("[[ a =~ b|c>d ]]", "[[|a|=~|b|c>d|]]", id="operators in a regular expression"),
        pytest.param("[[ a == @(b|c) ]]", "[[|a|==|@(b|c)|]]", id="pattern in a conditional"),
        pytest.param("{{ a }}", "{{|a|}}", id="expression of a template"),
        pytest.param("((a = 1, (b)))", "((a = 1, (b)))", id="arithmetic"),
        pytest.param("let a=1", "let|a=1", id="let"),
        pytest.param("declare -a a=(b 'c d')", "declare|-a|a=(b c d)", id="declared array"),
        pytest.param("local a=()", "local|a=()", id="declared empty array"),
        pytest.param("local a= b", "local|a=|b", id="declared empty variable"),
        pytest.param("time -p a", "a", id="timed"),
        pytest.param("! ! a", "a", id="negated twice"),
        pytest.param("a 2> b", "a", id="redirected"),
        pytest.param("a 2", "a|2", id="number"),
    ],
)
def test_words_of_a_command(text, expected):
    assert "|".join(each.text for each in words(text)) == expected


REDIRECTS = [
    pytest.param(">b", Redirect(">", word("b"), None, 1), id="output"),
    pytest.param("2> b", Redirect("2>", word("b"), None, 1), id="descriptor"),
    pytest.param("{log}>b", Redirect("{log}>", word("b"), None, 1), id="named descriptor"),
    pytest.param("2>&1", Redirect("2>&", word("1"), None, 1), id="duplicate"),
    pytest.param(">&2", Redirect(">&", word("2"), None, 1), id="to standard error"),
    pytest.param("&>b", Redirect("&>", word("b"), None, 1), id="both outputs"),
    pytest.param("&>>b", Redirect("&>>", word("b"), None, 1), id="both outputs appended"),
    pytest.param(">>b", Redirect(">>", word("b"), None, 1), id="append"),
    pytest.param(">|b", Redirect(">|", word("b"), None, 1), id="overwrite"),
    pytest.param("<>b", Redirect("<>", word("b"), None, 1), id="both ways"),
    pytest.param("< \\\n b", Redirect("<", word("b", line=2), None, 1), id="continued"),
    pytest.param("<<<$b", Redirect("<<<", word(Variable("b")), None, 1), id="here-string"),
    pytest.param("< <(b)", Redirect("<", word(Substitution((command("b"),))), None, 1), id="process"),
    pytest.param("<<E\nb $c\n\nE\n", Redirect("<<", word("E"), "b $c\n\n", 1), id="here-document"),
    pytest.param("<<'E F'\nb\nE F", Redirect("<<", word(quoted("E F")), "b\n", 1), id="quoted delimiter"),
    pytest.param("<<\\E\nE", Redirect("<<", word(quoted("E")), "", 1), id="empty here-document"),
    pytest.param("<<E\n E\n\tE\nE", Redirect("<<", word("E"), " E\n\tE\n", 1), id="indented delimiters are text"),
    pytest.param("<<-E\n\tb\n\t\tE\n", Redirect("<<-", word("E"), "b\n", 1), id="here-document without tabs"),
    pytest.param("<<E \\\n\nb\nE\n", Redirect("<<", word("E"), "b\n", 1), id="here-document after a continuation"),
]


@pytest.mark.parametrize(("text", "expected"), REDIRECTS)
def test_redirections(text, expected):
    (node,) = body(f"a {text}")
    assert isinstance(node, Simple)
    assert (node.words, node.redirects) == ((word("a"),), (expected,))


@pytest.mark.parametrize(("text", "expected"), REDIRECTS)
def test_redirections_of_compound_commands_are_dropped(text, expected):
    assert body(f"{{ a; }} {text}\n") == (Group((command("a"),), False, 1),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("cat <<E | b && c\nif\nE\nd", ["b", "c", "d"], id="the rest of the line comes first"),
        pytest.param("b $(cat <<E\n) if\nE\n)\nd", ["b $(cat <<E ) if E )", "d"], id="in a substitution"),
        pytest.param("if cat <<E\nfi\nE\nthen b; fi\nd", ["b", "d"], id="in a condition"),
        pytest.param("cat <<E <<F\n1\nE\n2\nF\nd", ["cat <<E <<F", "d"], id="two on a line"),
        pytest.param("cat <<E # `\n'\nE\nd", ["cat <<E", "d"], id="before a comment"),
        pytest.param("cat <<E; b <<E\n1\nE\n2\nE\nd", ["cat <<E", "b <<E", "d"], id="of two commands"),
    ],
)
def test_commands_around_a_here_document(text, expected):
    script = parse(text)
    shown = repr(script)
    assert script.error is None
    assert [each for each in expected if f"text={each!r}" not in shown] == []
    assert parse(text.removesuffix("d")).body == script.body[: len(script.body) - text.endswith("\nd")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A=b", Assignment("A", word("b"), False, 1), id="plain"),
        pytest.param("A=", Assignment("A", word(), False, 1), id="empty"),
        pytest.param("A+=b", Assignment("A", word("b"), True, 1), id="append"),
        pytest.param("A[0]=b", Assignment("A[0]", word("b"), False, 1), id="element"),
        pytest.param(
            'A="b $C"', Assignment("A", word(quoted("b "), Variable("C", quoted=True)), False, 1), id="quoted"
        ),
        pytest.param("A=b=c", Assignment("A", word("b=c"), False, 1), id="equals sign in the value"),
        pytest.param("A=()", Assignment("A", None, False, 1), id="empty array"),
        pytest.param(
            "A+=(b # c\n 'd')", Assignment("A", None, True, 1, (word("b"), word(quoted("d"), line=2))), id="array"
        ),
    ],
)
def test_assignments(text, expected):
    assert body(text) == (Simple((expected,), (), (), 1, text.replace("\n ", " ")),)
    assert body(f"B=1 {text} c")[0] == Simple(
        (Assignment("B", word("1"), False, 1), expected),
        (word("c", line=1 + text.count("\n")),),
        (),
        1,
        f"B=1 {text} c".replace("\n ", " "),
    )


@pytest.mark.parametrize(
    "text", [pytest.param("1A=b", id="digit"), pytest.param("'A'=b", id="quotes"), pytest.param("=b", id="none")]
)
def test_what_is_no_name_is_not_assigned(text):
    assert words(text)[0].text == text.replace("'", "")


A, B, C, D = (command(name) for name in "abcd")
STAR = word("*")
ALL = word(Variable("@", quoted=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a; b", (A, B), id="semicolon"),
        pytest.param("a;", (A,), id="semicolon at the end"),
        pytest.param("a\r\n\r\nb\r\n", (A, command("b", 3)), id="Windows newlines"),
        pytest.param("a\rb", (A, command("b", 2)), id="carriage returns"),
        pytest.param("a & b", (Background(A), B), id="background"),
        pytest.param("a && b &", (Background(AndOr((("", A), ("&&", B)))),), id="background of a list"),
        pytest.param("a && b || c", (AndOr((("", A), ("&&", B), ("||", C))),), id="and, or"),
        pytest.param("a &&\n# c\n\nb", (AndOr((("", A), ("&&", command("b", 4)))),), id="newlines after and"),
        pytest.param("a \\\n && b", (AndOr((("", A), ("&&", command("b", 2)))),), id="continuation before and"),
        pytest.param("a | b |& c", (Pipeline((A, B, C), False, 1),), id="pipeline"),
        pytest.param("a |\nb", (Pipeline((A, command("b", 2)), False, 1),), id="newline after a bar"),
        pytest.param("! a | b", (Pipeline((A, B), True, 1),), id="negated pipeline"),
        pytest.param("! a || b", (AndOr((("", Pipeline((A,), True, 1)), ("||", B))),), id="negated command"),
        pytest.param("time a | b", (Pipeline((A, B), False, 1),), id="timed pipeline"),
        pytest.param("coproc a", (Background(A),), id="coprocess"),
        pytest.param("coproc N { a; }", (Background(Group((A,), False, 1)),), id="named coprocess"),
        pytest.param("if a; then b; fi", (If((((A,), (B,)),), (), 1),), id="if"),
        pytest.param(
            "if a; then b; elif c; then d; else a; fi", (If((((A,), (B,)), ((C,), (D,))), (A,), 1),), id="elif, else"
        ),
        pytest.param(
            "if a\nthen\n:\nelse # c\n\tb\nfi", (If((((A,), (command(":", 3),)),), (command("b", 5),), 1),), id="lines"
        ),
        pytest.param("if a; then\\\n b; fi", (If((((A,), (command("b", 2),)),), (), 1),), id="continued keyword"),
        pytest.param(
            "if a && b; then c; fi && d",
            (AndOr((("", If((((AndOr((("", A), ("&&", B))),), (C,)),), (), 1)), ("&&", D))),),
            id="lists around if",
        ),
        pytest.param("if (a) then b; fi", (If((((Group((A,), True, 1),), (B,)),), (), 1),), id="subshell before then"),
        pytest.param(
            "if [[ a ]] then b; fi", (If((((command("[[ a ]]"),), (B,)),), (), 1),), id="conditional before then"
        ),
        pytest.param(
            "if if a; then b; fi then c; fi", (If((((If((((A,), (B,)),), (), 1),), (C,)),), (), 1),), id="if in if"
        ),
        pytest.param("while a; do b; done", (Loop("while", (A,), (B,), 1),), id="while"),
        pytest.param("until a\ndo b\ndone", (Loop("until", (A,), (command("b", 2),), 1),), id="until"),
        pytest.param(
            "while a; do b; done < c | d",
            (Pipeline((Loop("while", (A,), (B,), 1), D), False, 1),),
            id="redirected loop",
        ),
        pytest.param("for x in a b; do c; done", (For("x", (word("a"), word("b")), (C,), 1),), id="for"),
        pytest.param("for x; do c; done", (For("x", (ALL,), (C,), 1),), id="for all arguments"),
        pytest.param("for x do c; done", (For("x", (ALL,), (C,), 1),), id="for without semicolon"),
        pytest.param(
            "for x\nin a\ndo c\ndone", (For("x", (word("a", line=2),), (command("c", 3),), 1),), id="for on lines"
        ),
        pytest.param("for x in; do c; done", (For("x", (), (C,), 1),), id="for nothing"),
        pytest.param("for x in a; { c; }", (For("x", (word("a"),), (C,), 1),), id="for with braces"),
        pytest.param("select x in a; do c; done", (For("x", (word("a"),), (C,), 1),), id="select"),
        pytest.param(
            "for ((i=0; i<3; i++)); do c; done",
            (Loop("while", (Simple((), (word("((i=0; i<3; i++))"),), (), 1, "((i=0; i<3; i++))"),), (C,), 1),),
            id="for with arithmetic",
        ),
        pytest.param("case a in esac", (Case(word("a"), (), 1),), id="case without branches"),
        pytest.param(
            "case a in b) c;; *) d;; esac", (Case(word("a"), (((word("b"),), (C,)), ((STAR,), (D,))), 1),), id="case"
        ),
        pytest.param(
            'case "$1" in\n (b|"c d" )\n  a\n  ;;\n *) b\nesac',
            (
                Case(
                    word(Variable("1", quoted=True)),
                    (
                        ((word("b", line=2), word(quoted("c d"), line=2)), (command("a", 3),)),
                        ((word("*", line=5),), (command("b", 5),)),
                    ),
                    1,
                ),
            ),
            id="case on lines",
        ),
        pytest.param("case a\nin b) ;; esac", (Case(word("a"), (((word("b", line=2),), ()),), 1),), id="empty branch"),
        pytest.param(
            "case a in b) c;& *) d;; esac",
            (Case(word("a"), (((word("b"),), (C, D)), ((STAR,), (D,))), 1),),
            id="fall through",
        ),
        pytest.param(
            "case a in b) c;;& *) d;; esac",
            (Case(word("a"), (((word("b"),), (C,)), ((STAR,), (D,))), 1),),
            id="test on",
        ),
        pytest.param(
            "case a in b) ((c));; esac",
            (Case(word("a"), (((word("b"),), body("((c))")),), 1),),
            id="arithmetic in a case",
        ),
        pytest.param(
            "case a in (esac) c;; esac", (Case(word("a"), (((word("esac"),), (C,)),), 1),), id="esac as a pattern"
        ),
        pytest.param(
            "case a in done) c;; esac", (Case(word("a"), (((word("done"),), (C,)),), 1),), id="done as a pattern"
        ),
        pytest.param("{ a; b; }", (Group((A, B), False, 1),), id="group"),
        pytest.param("(a; b)", (Group((A, B), True, 1),), id="subshell"),
        pytest.param("{ { a; } }", (Group((Group((A,), False, 1),), False, 1),), id="group in a group"),
        pytest.param("((a); b)", (Group((Group((A,), True, 1), B), True, 1),), id="subshell in a subshell"),
        pytest.param("f() { a; }", (Function("f", (A,), 1),), id="function"),
        pytest.param("f-1 ( )\n{\na\n}", (Function("f-1", (command("a", 3),), 1),), id="function on lines"),
        pytest.param("function f { a; }", (Function("f", (A,), 1),), id="function by keyword"),
        pytest.param("function f () { a; } >b", (Function("f", (A,), 1),), id="function by keyword, with parentheses"),
        pytest.param("f() ( a )", (Function("f", (Group((A,), True, 1),), 1),), id="function in a subshell"),
        pytest.param("f() [[ a ]]", (Function("f", (command("[[ a ]]"),), 1),), id="function of a conditional"),
        pytest.param("f() { a; }; f", (Function("f", (A,), 1), command("f")), id="function and call"),
    ],
)
def test_commands(text, expected):
    assert parse(text) == Script(expected)


def test_lines_count_from_the_given_one():
    (first, second) = parse("a \\\n $(\nb)\nc", 40).body
    assert isinstance(first, Simple)
    assert [each.line for each in first.words] == [40, 41]
    assert first.words[1] == word(Substitution((command("b", 42),)), line=41)
    assert second == command("c", 43)


def test_lines_in_backticks_count_from_their_own():
    assert words("a `\n b`", 7)[1] == word(Substitution((command("b", 8),)), line=7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a   'b  c'", "a   'b  c'", id="as written"),
        pytest.param("a \\\n\t --b \\\n --c # d", "a --b --c", id="continuations"),
        pytest.param("a 'b\n\n  c'", "a 'b c'", id="newlines in quotes"),
        pytest.param("A=1 a >b ;", "A=1 a >b", id="assignments and redirections"),
    ],
)
def test_text_of_a_command_is_on_one_line(text, expected):
    assert texts(parse(text)) == [expected]


@pytest.mark.parametrize(
    ("text", "error", "line", "kept"),
    [
        pytest.param("a\nb 'c\nd", "has an unclosed quote", 2, ["a", "d"], id="single quote"),
        pytest.param('a\nb "c\nd', "has an unclosed quote", 2, ["a", "d"], id="double quote"),
        pytest.param("a\nb $'c\\'\nd", "has an unclosed quote", 2, ["a", "d"], id="ANSI quote"),
        pytest.param("a\nb `c\nd", "has an unclosed quote", 2, ["a", "d"], id="backtick"),
        pytest.param("a\nb ${c:-\nd", "has an unclosed '${'", 2, ["a", "d"], id="braces"),
        pytest.param("a\nb ${{ c\nd", "has an unclosed '${'", 2, ["a", "d"], id="expression of a workflow"),
        pytest.param("a\nb $(c\nd", "has an unclosed '$('", 2, ["a", "d"], id="substitution"),
        pytest.param("a\nb <(c\nd", "has an unclosed '<('", 2, ["a", "d"], id="process substitution"),
        pytest.param("a\nb=(c\nd", "has an unclosed '('", 2, ["a", "d"], id="array"),
        pytest.param("a\n[[ b\nd", "has an unclosed '[['", 2, ["a", "d"], id="conditional"),
        pytest.param("a\nb && c 'e\nd", "has an unclosed quote", 2, ["a", "b", "d"], id="quote after and"),
        pytest.param(
            "a\nb $(c 'e)\nd", "has an unclosed quote", 2, ["a", "b $(c 'e)", "d"], id="quote in a substitution"
        ),
        pytest.param(
            "a\nb $(c ;; e) f\nd", "has an unexpected ';;'", 2, ["a", "b $(c ;; e) f", "d"], id="no shell in it"
        ),
        pytest.param(
            "a\nb $(c ;; e\nf) g\nd",
            "has an unexpected ';;'",
            2,
            ["a", "f", "d"],
            id="no shell in one of several lines",
        ),
        pytest.param(
            "a\nb $(c &&) f\nd", "has no command after '&&'", 2, ["a", "b $(c &&) f", "d"], id="half a list in it"
        ),
        pytest.param("a\nb `c 'e`\nd", "has an unclosed quote", 2, ["a", "b `c 'e`", "d"], id="quote in backticks"),
        pytest.param("a\nb <<E\nd", "has an unclosed here-document", 2, ["a", "b <<E"], id="here-document"),
        pytest.param("a\nb >\nd", "has nothing after '>'", 2, ["a", "b >", "d"], id="redirection to nothing"),
        pytest.param("a\nb 2>\nd", "has nothing after '>'", 2, ["a", "b 2>", "d"], id="descriptor to nothing"),
        pytest.param("a\nfi\nd", "has an unexpected 'fi'", 2, ["a", "d"], id="fi"),
        pytest.param("a\ndone; b\nd", "has an unexpected 'done'", 2, ["a", "d"], id="done"),
        pytest.param("a\n}\nd", "has an unexpected '}'", 2, ["a", "d"], id="brace"),
        pytest.param("a\nb )\nd", "has an unexpected ')'", 2, ["a", "b", "d"], id="parenthesis"),
        pytest.param("a\nb (c)\nd", "has an unexpected '('", 2, ["a", "b", "d"], id="call"),
        pytest.param("a\n&& b\nd", "has an unexpected '&'", 2, ["a", "d"], id="and before everything"),
        pytest.param("a\n; b\nd", "has an unexpected ';'", 2, ["a", "d"], id="semicolon before everything"),
        pytest.param("a\nb ;;\nd", "has an unexpected ';;'", 2, ["a", "b", "d"], id="end of a branch"),
        pytest.param("a\nb c=(e)\nd", "has an unexpected '('", 2, ["a", "b c=", "d"], id="array as an argument"),
        pytest.param("a\n!\nd", "has an unexpected '!'", 2, ["a", "d"], id="negation of nothing"),
        pytest.param("a\nb &&", "has no command after '&&'", 2, ["a", "b"], id="and at the end"),
        pytest.param("a\nb ||\n)\nd", "has no command after '||'", 2, ["a", "b", "d"], id="or before a parenthesis"),
        pytest.param("a\nb |", "has no command after '|'", 2, ["a", "b"], id="bar at the end"),
        pytest.param("a\nfor\nd", "has a 'for' without a name", 2, ["a", "d"], id="for without a name"),
        pytest.param("a\ncase b\nd", "has a 'case' without 'in'", 2, ["a", "d"], id="case without in"),
        pytest.param("a\ncase\nd", "has a 'case' without 'in'", 2, ["a", "d"], id="case of nothing"),
        pytest.param("a\nfunction\nd", "has a function without a name", 2, ["a", "d"], id="function without a name"),
        pytest.param("a\nf() b\nd", "has a function without a body", 2, ["a", "d"], id="function of a simple command"),
        pytest.param(
            "a\nf() g() { b; }\nd", "has a function without a body", 2, ["a", "d"], id="function of a function"
        ),
        pytest.param("a\n(b) c\nd", "has an unexpected word", 2, ["a", "d"], id="word after a subshell"),
        pytest.param(
            "a\n[[ b ]] c\nd", "has an unexpected word", 2, ["a", "[[ b ]]", "d"], id="word after a conditional"
        ),
        pytest.param("a\n{{ b('c') }}\nd", "has an unexpected '('", 2, ["a", "{{ b", "d"], id="call in a template"),
        pytest.param("a\n{% if b|c('d') %}\nd", "has an unexpected '('", 2, ["a", "d"], id="statement of a template"),
        pytest.param("a\nexport B=<C>\nd", "has nothing after '>'", 2, ["a", "export B=<C>", "d"], id="placeholder"),
    ],
)
def test_one_odd_line_does_not_hide_the_rest(text, error, line, kept):
    script = parse(text)
    assert (script.error, script.error_line) == (error, line)
    assert texts(script) == kept


@pytest.mark.parametrize(
    ("text", "error", "line", "expected"),
    [
        pytest.param("if a; then b", "has an 'if' without 'fi'", 1, (If((((A,), (B,)),), (), 1),), id="if without fi"),
        pytest.param("if a; then b; else c", "has an 'if' without 'fi'", 1, (If((((A,), (B,)),), (C,), 1),), id="else"),
        pytest.param(
            "if a; fi; b", "has an 'if' without 'then'", 1, (If((((A,), ()),), (), 1), B), id="if without then"
        ),
        pytest.param(
            "if a; then b; elif c; else d; fi",
            "has an 'elif' without 'then'",
            1,
            (If((((A,), (B,)), ((C,), ())), (D,), 1),),
            id="elif without then",
        ),
        pytest.param(
            "if a; then b && fi; c", "has no command after '&&'", 1, (If((((A,), (B,)),), (), 1), C), id="and before fi"
        ),
        pytest.param("if a; then\nfi", "has no command after 'then'", 1, (If((((A,), ()),), (), 1),), id="empty then"),
        pytest.param(
            "if a; then b; else fi", "has no command after 'else'", 1, (If((((A,), (B,)),), (), 1),), id="no else"
        ),
        pytest.param("while a; do b", "has a 'while' without 'done'", 1, (Loop("while", (A,), (B,), 1),), id="while"),
        pytest.param("while a; done; b", "has a 'while' without 'do'", 1, (Loop("while", (A,), (), 1), B), id="no do"),
        pytest.param(
            "for x in a; b", "has a 'for' without 'do'", 1, (For("x", (word("a"),), (), 1),), id="for without do"
        ),
        pytest.param(
            "for x in a; { b", "has a 'for' without '}'", 1, (For("x", (word("a"),), (B,), 1),), id="for in braces"
        ),
        pytest.param(
            "while a; do if b; then c; done; d",
            "has an 'if' without 'fi'",
            1,
            (Loop("while", (A,), (If((((B,), (C,)),), (), 1),), 1), D),
            id="the loop around an if ends it",
        ),
        pytest.param(
            "f() { case a in b) c; }; d",
            "has a 'case' without 'esac'",
            1,
            (Function("f", (Case(word("a"), (((word("b"),), (C,)),), 1),), 1), D),
            id="the function around a case ends it",
        ),
        pytest.param(
            "case a in\nb) c",
            "has a 'case' without 'esac'",
            1,
            (Case(word("a"), (((word("b", line=2),), (command("c", 2),)),), 1),),
            id="case",
        ),
        pytest.param(
            "case a in\nb c\nd) d;; esac",
            "has an unexpected word",
            2,
            (Case(word("a"), (((word("d", line=3),), (command("d", 3),)),), 1),),
            id="no pattern",
        ),
        pytest.param(
            "case a in\n) c;;\nd) d;; esac",
            "has an unexpected ')'",
            2,
            (Case(word("a"), (((word("d", line=3),), (command("d", 3),)),), 1),),
            id="empty pattern",
        ),
        pytest.param("{ a", "has an unclosed '{'", 1, (Group((A,), False, 1),), id="brace"),
        pytest.param("(a", "has an unclosed '('", 1, (Group((A,), True, 1),), id="parenthesis"),
        pytest.param("()", "has no command after '('", 1, (Group((), True, 1),), id="empty subshell"),
        pytest.param(
            "if a; then\nb 'c\nfi\nd",
            "has an unclosed quote",
            2,
            (If((((A,), ()),), (), 1), command("d", 4)),
            id="quote in if",
        ),
        pytest.param("@(a\nb", None, None, (command("@(a"), command("b", 2)), id="unclosed pattern"),
    ],
)
def test_what_is_unclosed_keeps_what_it_holds(text, error, line, expected):
    assert parse(text) == Script(expected, error, line)


def test_errors_within_expansions_do_not_add_up():
    assert texts(parse("a ${b:-${\n" * (MAX_DEPTH + 1) + "${a:-b}\n")) == ["${a:-b}"]


def test_the_first_error_is_told():
    assert parse("fi\na 'b", 10) == Script((), "has an unexpected 'fi'", 10)


def test_an_error_in_backticks_does_not_replace_the_first():
    assert parse("fi\na `b )`").error_line == 1


def test_a_file_of_another_kind_ends():
    script = parse("[Unit]\nDescription=Book shop (web)\n\n[Service]\nExecStart=/usr/bin/gunicorn shop.wsgi\n" * 50)
    assert (script.error, script.error_line) == ("has an unexpected '('", 2)
    assert "/usr/bin/gunicorn" not in [
        each.words[0].text for each in script.body if isinstance(each, Simple) and each.words
    ]


def nested(opening: str, closing: str, count: int) -> str:
    return f"{opening * count}a{closing * count}"


@pytest.mark.parametrize(
    ("opening", "closing", "levels"),
    [
        pytest.param("if a; then ", "; fi", MAX_DEPTH, id="if"),
        pytest.param("( ", " )", MAX_DEPTH, id="subshells"),
        pytest.param("{ ", "; }", MAX_DEPTH, id="groups"),
        pytest.param("while ", "; do a; done", MAX_DEPTH, id="loops"),
        pytest.param("case a in a) ", ";; esac", MAX_DEPTH, id="cases"),
        pytest.param("function f { ", "; }", MAX_DEPTH, id="functions"),
        pytest.param("${a:-", "}", MAX_DEPTH, id="defaults"),
        pytest.param("$(", ")", MAX_DEPTH // 2, id="substitutions"),
        pytest.param('"$(', ')"', MAX_DEPTH // 2, id="quoted substitutions"),
    ],
)
def test_depth_is_limited(opening, closing, levels):
    assert parse(f"b\n{nested(opening, closing, levels)}\nc").error is None
    too_deep = parse(f"b\n{nested(opening, closing, levels + 1)}\nc")
    assert (too_deep.error, too_deep.error_line) == ("is nested too deeply", 2)
    assert too_deep.body[0] == B


HOSTILE = {
    "endless continuation": "\\\n" * 100_000,
    "one long line": "a" * 500_000,
    "one long line of words": "a " * 62_500,
    "one long line of commands": "a;" * 25_000,
    "one long pipeline": "a|" * 25_000,
    "one long list": "a&&" * 17_500,
    "blanks": " " * 50_000,
    "blanks on lines": " \n" * 25_000,
    "comments": "#\n" * 25_000,
    "bars": "|" * 50_000,
    "semicolons": ";" * 50_000,
    "substitutions": "$(" * 100_000,
    "substitutions on lines": "$(\n" * 17_500,
    "closed substitutions": "$(" * 17_500 + ")" * 17_500,
    "deep substitutions on lines": (nested("$(", "", 64) + "\n") * 375,
    "arithmetic": "$((" * 17_500,
    "closed arithmetic": "((" * 12_500 + "))" * 12_500,
    "ifs": "if " * 100_000,
    "ifs on lines": "if a; then\n" * 25_000,
    "fis": "fi\n" * 17_500,
    "dones": "for x in a;do b;" * 3_000,
    "cases": "case a in " * 5_000,
    "branches that fall through": "case a in " + "a)b;&" * 10_000,
    "functions": "f() " * 12_500,
    "braces": "{ " * 25_000,
    "negations": "! " * 25_000,
    "coprocesses": "coproc " * 7_500,
    "expansions": "${" * 25_000,
    "defaults": "${a:-" * 10_000,
    "elements": "${a[" * 12_500,
    "unclosed elements": "a[;" * 15_000,
    "expressions on lines": "${{\n" * 12_500,
    "double quotes": '"' * 50_000,
    "single quotes on lines": "'\n" * 25_000,
    "unclosed quotes in substitutions": 'a "\n$(\n' * 5_000,
    "substitutions in quotes": '"$(' * 15_000,
    "unclosed everything": 'a "$(b `c ${d:-"e\n' * 3_000,
    "backslashes": "\\" * 50_000,
    "escapes": "\\a" * 25_000,
    "escapes in quotes": '"' + '\\"' * 25_000,
    "backticks": "`" * 50_000,
    "backticks around quotes": "`'\n'\n'`" * 6_250,
    "escaped backticks": "`\\`" * 15_000,
    "here-documents": "<<A " * 12_500,
    "here-documents on lines": "".join(f"a <<E{number}\n" for number in range(5_000)),
    "arrays": "a=(\n" * 12_500,
    "conditionals": "[[ " * 15_000,
    "patterns": "@(" * 25_000,
    "process substitutions": "<(" * 25_000,
    "calls of a template": "{{ a('b') }}\n" * 3_750,
    "NUL": "\0" * 50_000,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_hostile_text_takes_linear_time(text):
    start = time.process_time()
    script = parse(text)
    assert time.process_time() - start < SECONDS
    assert script.error_line is None or script.error_line <= text.count("\n") + 1


def test_rereading_after_errors_is_limited():
    text = "a $(\n" + "b\n" * 300
    assert len(parse(text * 2).body) == 600
    assert len(parse(text * 20).body) < 6_000


def test_commands_have_the_line_where_they_start():
    script = parse("a\n\nb; if c\nthen\nd\nfi\n(e)\n")
    assert [node.line for node in script.body if isinstance(node, Simple | If | Group)] == [1, 3, 3, 7]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("# a comment\n" * 10_000, 5461, id="many lines"),
        pytest.param("a" * 100_000, 1, id="one line"),
        pytest.param("a;" * 10_000, 1, id="many commands"),
        pytest.param("a\n" * 10_000, 2501, id="many commands, each on a line"),
        pytest.param("if a; then\n" * 2 + "a\n" * 10_000 + "fi\nfi\n", 2500, id="many commands in a block"),
        pytest.param("a\n" + "b " * 10_000, 2, id="many words"),
        pytest.param("a\n" + "$a" * 10_000, 2, id="many expansions"),
        pytest.param("a `b` " * 2_000, 1, id="many backticks"),
        pytest.param("`" + "a;" * 10_000 + "`", 1, id="many commands in backticks"),
        pytest.param("(a);" * 5_000, 1, id="many blocks"),
    ],
)
def test_texts_are_parsed_up_to_a_bound(text, line):
    script = parse(text)
    assert script.error is not None
    assert (script.error, script.error_line) == ("is too long to be read to its end", line)


def test_what_is_parsed_of_a_long_text_stays():
    body = parse("if a; then\nb\n" + "c\n" * 10_000 + "fi\n").body
    assert isinstance(body[0], If)
    assert len(body[0].branches[0][1]) > 2_000


def test_branches_that_fall_through_in_each_other_do_not_double_the_tree():
    script = parse("case a in b) c;& *) d; e\n" * 100)
    assert len(repr(script)) < 5_000_000
    assert hash(script) == hash(parse("case a in b) c;& *) d; e\n" * 100))
