from __future__ import annotations

import time

import pytest

from django_deploycheck.readers._jinja import resolved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("gunicorn shop.wsgi", "gunicorn shop.wsgi", id="no expression"),
        pytest.param("{ {x} } {{ {x} }}", "{ {x} } {{ {x} }}", id="braces that are none"),
        pytest.param("{{ x", "{{ x", id="an open one"),
        pytest.param("{{x}}", "${x}", id="a name"),
        pytest.param("{{- x -}}", "${x}", id="without white space around"),
        pytest.param("{{ hostvars['db'].ip | x('y') }}", "${hostvars}", id="the first name of a longer one"),
        pytest.param("{{ 'hunter2' }}", "${jinja}", id="a literal is not shown"),
        pytest.param("{{ x | default('a.b') }}", "${x:-a.b}", id="a default"),
        pytest.param('{{ x|d("a", true) }}', "${x:-a}", id="a default for what is empty"),
        pytest.param("{{ x | default('a b') }}", "${x}", id="a default that is no word"),
        pytest.param("{{ known }}/{{ known | default('y') }}", "here/here", id="a literal"),
        pytest.param("a {% if x %}b{% endif %} {# c #}d", "a b d", id="statements and comments"),
        pytest.param("{{ x\n}}\nb", "${x} \\\n\nb", id="a line end inside"),
        pytest.param("{%\nif x %}b", " \\\nb", id="a line end in a statement"),
    ],
)
def test_what_expressions_become(text, expected):
    assert resolved(text, {"known": "here"}) == expected


def test_a_prefix_tells_the_variables_from_others():
    assert resolved("$x {{ x }} {{ y | default('z') }}", {}, "JINJA_") == "$x ${JINJA_x} ${JINJA_y:-z}"


@pytest.mark.parametrize("text", ["{{ " * 200_000, "{%" * 200_000, "{{" + "x" * 400_000, "{{ x | d('" * 100_000])
def test_hostile_text_takes_no_long_time(text):
    started = time.process_time()
    resolved(text, {})

    assert time.process_time() - started < 10
