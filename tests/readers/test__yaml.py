from __future__ import annotations

import pytest
import yaml

from django_deploycheck.readers import _yaml
from django_deploycheck.readers._yaml import ABSENT, MAX_DEPTH, Mapping, Node, Scalar, Sequence, parse, parse_json
from django_deploycheck.source import Source, Unreadable


def source(text: str) -> Source:
    return Source("deploy/file.yml", text)


def only(text: str) -> Node:
    (document,) = parse(source(text))
    return document


def plain(node: Node) -> object:
    """The values without their places."""
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.value) for entry in node.items()}
    if isinstance(node, Sequence):
        return [plain(element) for element in node.elements()]
    return node.text()


@pytest.fixture(params=["compiled", "pure Python"])
def loader(request, monkeypatch):
    """Runs a test with both of PyYAML's loaders; the compiled one is missing where PyYAML was built without libyaml."""
    if request.param == "pure Python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("this PyYAML has no compiled loader")


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("# only a comment\n", [], id="only a comment"),
        pytest.param("---\n", [None], id="an empty document"),
        pytest.param("a: 1\n---\nb: 2\n", [{"a": "1"}, {"b": "2"}], id="several documents"),
        pytest.param(
            "a: yes\nb: 010\nc: 22:22\n", [{"a": "yes", "b": "010", "c": "22:22"}], id="texts keep their form"
        ),
        pytest.param(
            "a: ~\nb: null\nc:\nd: ''\n", [{"a": None, "b": None, "c": None, "d": ""}], id="nulls, empty text"
        ),
        pytest.param("a: !!str null\n", [{"a": "null"}], id="a null that is said to be a text"),
        pytest.param("a: 1\nb: 2\na: 3\n", [{"a": "3", "b": "2"}], id="the last of two equal keys counts"),
        pytest.param("? [x, y]\n: 1\nb: 2\n", [{"b": "2"}], id="a key that is a list is left out"),
        pytest.param("a: !reset [1]\nb: !reference [x, y]\n", [{"a": ["1"], "b": ["x", "y"]}], id="unknown tags"),
        pytest.param("a: &x [1]\nb: *x\n", [{"a": ["1"], "b": ["1"]}], id="an alias"),
        pytest.param(
            "a: &x 1\n---\na: &x 2\nb: *x\n", [{"a": "1"}, {"a": "2", "b": "2"}], id="anchors of one document"
        ),
        pytest.param(
            "a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n",
            [{"a": {"b": "1", "c": "2"}, "d": {"c": "3", "b": "1"}}],
            id="merged",
        ),
        pytest.param("<<: [{a: 1}, {a: 2, b: 2}]\n", [{"a": "1", "b": "2"}], id="of several merged the first counts"),
        pytest.param("<<: {a: 1}\n<<: {b: 2}\n", [{"b": "2"}], id="of two merge keys the last counts"),
        pytest.param("'<<': {a: 1}\n", [{"<<": {"a": "1"}}], id="a quoted merge key is a name"),
        pytest.param("<<: word\na: 1\n", [{"a": "1"}], id="merging a word brings nothing"),
        pytest.param("a: x\u2028y\n", [{"a": "x y"}], id="a separator that is no line"),
    ],
)
def test_documents(text, expected):
    assert [plain(document) for document in parse(source(text))] == expected


@pytest.mark.usefixtures("loader")
def test_places_of_keys_and_values():
    document = only("a: &x\n  b: one\n\nc:\n  <<: *x\n  d: |\n    two\n  e:\n    three\n")

    assert [(entry.key, entry.line) for entry in document.items()] == [("a", 1), ("c", 4)]
    assert [(entry.key, entry.line, entry.value.line, entry.value.column) for entry in document.get("c").items()] == [
        ("d", 6, 6, 5),
        ("e", 8, 9, 4),
        ("b", 2, 2, 5),
    ]


def test_lines_are_those_of_the_source():
    text = "a: 1\r\nb: x\u2028y\rc: 3\r\n"

    assert [(entry.key, entry.line) for entry in only(text).items()] == [("a", 1), ("b", 2), ("c", 3)]
    assert source(text).lines[2] == "c: 3"


def test_duplicate_keys_stay_visible_beside_the_one_that_counts():
    document = only("a: 1\nb: 2\na: 3\n<<: {c: 4}\n")
    assert isinstance(document, Mapping)

    assert [(entry.key, entry.line) for entry in document.written] == [("a", 1), ("b", 2), ("a", 3), ("<<", 4)]
    assert document.entry("a") is document.written[2]


# --- questions --------------------------------------------------------------------------------------------------------


def test_paths_lead_down_or_to_the_absent_node():
    document = only("services:\n  web:\n    image: shop\n    command: null\n    ports: [80]\n")

    assert document.get("services", "web", "image").text() == "shop"
    assert document.get() is document
    for path in (["services", "db"], ["services", "web", "image", "name"], ["services", "web", "ports", "0"]):
        assert document.get(*path) is ABSENT
    assert not ABSENT
    assert document.get("services", "web", "command")
    assert document.get("services", "web", "command").is_null


def test_questions_that_do_not_fit_give_nothing():
    scalar, sequence, mapping = only("a"), only("[a]"), only("{a: b}")

    for node in (scalar, sequence, ABSENT):
        assert node.items() == ()
        assert node.entry("a") is None
    for node in (scalar, mapping, ABSENT):
        assert node.elements() == ()
    for node in (sequence, mapping, ABSENT):
        assert node.text() is None
        assert node.number() is None
        assert node.flag() is None
        assert not node.is_null
        assert node.content_line == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("~", (), id="null"),
        pytest.param("one", ("one",), id="a text"),
        pytest.param("[one, ~, two, [three]]", ("one", "two"), id="a list with a null and a list"),
        pytest.param("{a: b}", (), id="a mapping"),
    ],
)
def test_strings_of_one_or_a_list(text, expected):
    assert only(text).strings() == expected


def test_one_mapping_or_a_list_of_them():
    assert [node.get("a").text() for text in ("{a: b}", "[{a: b}]") for node in only(text).listed()] == ["b", "b"]
    assert ABSENT.listed() == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("3", 3, id="an integer"),
        pytest.param("'-3'", -3, id="a negative one in quotes"),
        pytest.param("3.5", None, id="a fraction"),
        pytest.param("0x10", None, id="hexadecimal"),
        pytest.param("9" * 30, None, id="too long to be one"),
        pytest.param("${COUNT}", None, id="a variable"),
    ],
)
def test_numbers(text, expected):
    assert only(text).number() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("Yes", True), ("ON", True), ("false", False), ("no", False), ("maybe", None), ("~", None)],
    ids=["true", "Yes", "ON", "false", "no", "another word", "null"],
)
def test_flags(text, expected):
    assert only(text).flag() is expected


def test_no_representation_shows_a_value():
    document = only("password: hunter2\nlist: [hunter2]\nmap: {a: hunter2}\n")

    assert "hunter2" not in repr(document)
    assert "hunter2" not in repr(document.items())
    assert "hunter2" not in repr(document.get("list").elements())


# --- where the text of a scalar stands --------------------------------------------------------------------------------


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        pytest.param("a: one", 1, ("one",), id="plain"),
        pytest.param("a:\n  one", 2, ("one",), id="plain on the next line"),
        pytest.param("a: |\n  one\n  two\n", 2, ("one\ntwo\n",), id="literal"),
        pytest.param("a: |\n\n  one\n", 2, ("\none\n",), id="literal after an empty line"),
        pytest.param("a: >\n  one\n  two\n\n", 2, ("one", "two"), id="folded"),
        pytest.param("a: >-\n  one\n    two\n", 2, ("one\n  two",), id="folded, but indented lines are kept"),
        pytest.param("a: >-\n  one\n\n  two\n", 2, ("one\ntwo",), id="folded around an empty line"),
        pytest.param("a: one\n  two\n  three\n", 1, ("one", "two", "three"), id="plain over several lines"),
        pytest.param('a: "one\n  two"\n', 1, ("one", "two"), id="in double quotes"),
        pytest.param("a: 'one\n  two'\n", 1, ("one", "two"), id="in single quotes"),
        pytest.param('a: "one \\u0074wo\n  three"\n', 1, ("one two three",), id="with an escape, which moves columns"),
        pytest.param("a: one # note\n", 1, ("one",), id="before a comment"),
        pytest.param("a: ''\n", 1, ("",), id="empty"),
        pytest.param("a: &name >\n  one\n  two\n", 2, ("one", "two"), id="behind an anchor"),
    ],
)
def test_content_lines(text, line, lines):
    scalar = only(text).get("a")
    assert isinstance(scalar, Scalar)

    assert scalar.content_line == line
    assert scalar.folded(source(text)) == lines


def test_a_source_that_ends_too_early_folds_nothing():
    scalar = only("a: >-\n  one\n  two\n").get("a")
    assert isinstance(scalar, Scalar)

    assert scalar.folded(source("a: >-\n  one")) == ("one two",)


# --- what is no YAML, and what is meant to hurt -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        pytest.param("a: 1\nb: [\n", "is no valid YAML", 3, id="an open bracket"),
        pytest.param("a: 1\n\tb: 2\n", "is no valid YAML", 2, id="a tab as indentation"),
        pytest.param("a: 1\nb: *nowhere\n", "is no valid YAML", 2, id="an alias of nothing"),
        pytest.param("a: &x 1\n---\nb: *x\n", "is no valid YAML", 3, id="an alias of another document's anchor"),
        pytest.param("a: 1\nb: \x07\n", "is no valid YAML", 2, id="a control character"),
        pytest.param("{{- if .Values.web }}\n", "is no valid YAML", 1, id="a template"),
        pytest.param("a: 1\nb: \ud800\n", "is no valid YAML", 2, id="half a surrogate pair"),
        pytest.param("[" * 30_000, "is nested too deeply", 1, id="thirty thousand brackets"),
        pytest.param("- " * 30_000, "is nested too deeply", 1, id="thirty thousand dashes"),
        pytest.param("? " * 30_000, "is nested too deeply", 1, id="thirty thousand keys of keys"),
    ],
)
def test_unreadable(text, reason, line):
    with pytest.raises(Unreadable) as error:
        parse(source(text))

    assert (error.value.reason, error.value.line) == (reason, line)


@pytest.mark.usefixtures("loader")
def test_nesting_is_read_down_to_the_limit():
    assert plain(only("[" * 64 + "]" * 64)) is not None
    assert plain(only("{a: " * 64 + "}" * 64)) is not None
    for text in ("[" * 65 + "]" * 65, "{a: " * 65 + "}" * 65, "{" * 65 + "}" * 65):
        with pytest.raises(Unreadable, match="is nested too deeply"):
            parse(source(text))


def test_values_are_counted(monkeypatch):
    monkeypatch.setattr(_yaml, "MAX_NODES", 3)

    assert plain(only("[1, 2]")) == ["1", "2"]
    with pytest.raises(Unreadable, match="holds too many values") as error:
        parse(source("- 1\n- 2\n- 3\n"))
    assert error.value.line == 3


def test_aliases_that_would_expand_to_a_billion_are_refused():
    lines = ["a0: &a0 ha"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    with pytest.raises(Unreadable, match="repeats itself too often through aliases"):
        parse(source("\n".join(lines)))


def test_merge_keys_bring_each_key_once_however_often_they_repeat_it():
    lines = ["a0: &a0 {k: v}"] + [f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    assert plain(only("\n".join(lines)).get("a11")) == {"k": "v"}


def test_short_values_repeated_many_times_are_refused():
    """A value is work however few characters it has."""
    text = "b: &b [" + "1, " * 500 + "]\n" + "".join("- *b\n" if n else "m:\n" for n in range(100))

    with pytest.raises(Unreadable, match="repeats itself too often through aliases"):
        parse(source(text))


def test_many_keys_merged_many_times_are_refused():
    keys = "".join(f"  k{n}: v\n" for n in range(1000))
    text = f"b: &b\n{keys}" + "".join(f"m{n}: {{<<: *b}}\n" for n in range(1000))

    with pytest.raises(Unreadable, match="repeats itself too often through aliases"):
        parse(source(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('a: "b"\n', "b", id="a text"),
        pytest.param('a: "\\u00e9\\U0001F600"\n', "é\U0001f600", id="escapes"),
        pytest.param("a: 'b\\ud800'\n", "b\\ud800", id="no escape"),
        pytest.param('a: "\\ud800!"\n', "\ufffd!", id="half a surrogate pair"),
    ],
)
def test_without_libyaml(text, expected, monkeypatch):
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert only(text).get("a").text() == expected


@pytest.mark.parametrize(
    "text",
    ["a: &x {b: *x}", "a: &x [*x]", "a: &x {<<: *x, b: 1}", "a: &x {b: {<<: *x}}"],
    ids=["a mapping", "a list", "a mapping merged into itself", "a mapping merged into its part"],
)
def test_what_holds_itself_is_refused(text):
    with pytest.raises(Unreadable, match="holds itself") as error:
        parse(source("\n" + text))
    assert error.value.line == 2


def test_an_anchor_that_is_set_again_within_what_had_it():
    assert plain(only("a: &x\n  b: &x 1\n  c: *x\n").get("a")) == {"b": "1", "c": "1"}


@pytest.mark.parametrize(
    ("first", "following", "levels"),
    [
        pytest.param("a0: &a0 [x]\n", "a{n}: &a{n} [*a{before}]\n", MAX_DEPTH - 1, id="lists"),
        pytest.param("a0: &a0 {k: x}\n", "a{n}: &a{n} {{k: *a{before}}}\n", MAX_DEPTH - 1, id="mappings"),
        pytest.param("a0: &a0 {k: [x]}\n", "a{n}: &a{n} {{k: [*a{before}]}}\n", MAX_DEPTH // 2 - 1, id="both"),
    ],
)
def test_aliases_of_aliases_nest_as_what_they_name(first, following, levels):
    lines = [first, *(following.format(n=n, before=n - 1) for n in range(1, levels))]

    assert only("".join(lines)).get(f"a{levels - 1}")
    with pytest.raises(Unreadable, match="is nested too deeply") as error:
        parse(source("".join(lines) + following.format(n=levels, before=levels - 1)))
    assert error.value.line == levels + 1


# --- JSON -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            '{"a":[1,-2.5e3,true,null,"x"],"b":{}}', {"a": ["1", "-2.5e3", "true", None, "x"], "b": {}}, id="compact"
        ),
        pytest.param('{\t"a" :\t[ ] }\r\n', {"a": []}, id="with tabs and spaces"),
        pytest.param(r'"\/ \" \\ \n A"', '/ " \\ \n A', id="escapes"),
        pytest.param(r'"\ud83d\ude00"', "\U0001f600", id="a surrogate pair"),
        pytest.param(r'"\ud800!"', "\ufffd!", id="half a surrogate pair"),
        pytest.param('"\u2028\x7f"', "\u2028\x7f", id="characters that YAML refuses"),
        pytest.param('{"' + "k" * 2000 + '": 1}', {"k" * 2000: "1"}, id="a key longer than YAML allows"),
        pytest.param('{"a": 1, "a": 2}', {"a": "2"}, id="the last of two equal keys counts"),
        pytest.param(
            '{"a": "null", "b": "<<", "<<": {"c": 1}}', {"a": "null", "b": "<<", "<<": {"c": "1"}}, id="words"
        ),
    ],
)
def test_json(text, expected):
    assert plain(parse_json(source(text))) == expected


def test_places_in_json():
    document = parse_json(source('{\n  "a": "\\n",\n  "b": [\n    1,\n    {"c": 2}\n  ]\n}\n'))

    assert [(entry.key, entry.line, entry.value.line, entry.value.column) for entry in document.items()] == [
        ("a", 2, 2, 7),
        ("b", 3, 3, 7),
    ]
    assert [(node.line, node.column) for node in document.get("b").elements()] == [(4, 4), (5, 4)]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        pytest.param("", "is no valid JSON", 1, id="nothing"),
        pytest.param("\n\n", "is no valid JSON", 3, id="only lines"),
        pytest.param('{"a": 1,\n}', "is no valid JSON", 2, id="a trailing comma"),
        pytest.param("[1,\n]", "is no valid JSON", 2, id="a trailing comma in a list"),
        pytest.param('{"a": 1}\n// note', "is no valid JSON", 2, id="a comment"),
        pytest.param('{"a": 1}\n{}', "is no valid JSON", 2, id="a second value"),
        pytest.param('{"a" 1}', "is no valid JSON", 1, id="no colon"),
        pytest.param('{"a" "b"}', "is no valid JSON", 1, id="a text for a colon"),
        pytest.param('{"a": }', "is no valid JSON", 1, id="no value"),
        pytest.param("{1: 2}", "is no valid JSON", 1, id="a number as key"),
        pytest.param('{"a": 1 "b": 2}', "is no valid JSON", 1, id="no comma"),
        pytest.param("[1 2]", "is no valid JSON", 1, id="no comma in a list"),
        pytest.param("\n\n  'a'", "is no valid JSON", 3, id="single quotes"),
        pytest.param('{\n"a": "x\ny"}', "is no valid JSON", 2, id="a line end in a text"),
        pytest.param('\n"\\x"', "is no valid JSON", 2, id="an unknown escape"),
        pytest.param('"' + "\\a" * 100_000, "is no valid JSON", 1, id="an endless text"),
        pytest.param("[" * 100_000, "is nested too deeply", 1, id="a hundred thousand brackets"),
    ],
)
def test_unreadable_json(text, reason, line):
    with pytest.raises(Unreadable) as error:
        parse_json(source(text))

    assert (error.value.reason, error.value.line) == (reason, line)


def test_json_is_read_down_to_the_limit():
    assert plain(parse_json(source("[" * 64 + "]" * 64))) is not None
    assert plain(parse_json(source('{"a":' * 64 + "1" + "}" * 64))) is not None
    for text in ("[" * 65 + "]" * 65, '{"a":' * 65 + "1" + "}" * 65):
        with pytest.raises(Unreadable, match="is nested too deeply"):
            parse_json(source(text))


def test_json_words_are_counted():
    assert plain(parse_json(source("[1, 2]"), 6)) == ["1", "2"]
    with pytest.raises(Unreadable, match="holds too many values") as error:
        parse_json(source("[1,\n2,\n3]"), 6)
    assert error.value.line == 3
