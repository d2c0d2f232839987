from __future__ import annotations

import pytest

from django_deploycheck.model import Fact, Location, PlatformUse, PythonModule, Reference, Service
from django_deploycheck.readers import passenger
from django_deploycheck.source import Source, Unreadable

PATH = "passenger_wsgi.py"


def facts(text: str, path: str = PATH) -> list[Fact]:
    first, *others = passenger.read(Source(path, text))
    assert first == PlatformUse("passenger", Location(path, 1))
    return others


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="nothing is stated"),
        pytest.param('{"startup_file": "app.js"}', id="another language"),
        pytest.param('{"startup_file": "../passenger_wsgi.py"}', id="a file outside"),
    ],
)
def test_a_configuration_that_leads_nowhere(text):
    assert facts(text, "Passengerfile.json") == []


def test_a_configuration_names_the_file():
    path = "Passengerfile.json"
    assert facts('{"app_type": "wsgi",\n"startup_file": "serve.py"}', path) == [
        Reference("serve.py", "passenger", Location(path, 2))
    ]


def test_an_escape_that_python_warns_of():
    places = [getattr(fact, "location", None) for fact in facts("application = '\\d'\n")]
    assert places[-1] == Location("passenger_wsgi.py", 1)


def test_what_is_no_python():
    with pytest.raises(Unreadable):
        facts("application = (\n")


@pytest.mark.parametrize(
    ("text", "application", "line"),
    [
        pytest.param("import os\n", "site/passenger_wsgi.py", 1, id="no application at all"),
        pytest.param("from .wsgi import application\n", "site/passenger_wsgi.py", 1, id="a relative import"),
        pytest.param("from shop.wsgi import other\n", "site/passenger_wsgi.py", 1, id="another name"),
        pytest.param("x = 1\na.application = x\n", "site/passenger_wsgi.py", 1, id="an attribute"),
        pytest.param(
            "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
            "site/passenger_wsgi.py",
            2,
            id="an application of its own",
        ),
        pytest.param("import os\nfrom shop.wsgi import application\n", "shop.wsgi:application", 2, id="taken over"),
        pytest.param("from shop.wsgi import app as application\n", "shop.wsgi:app", 1, id="taken over by another name"),
    ],
)
def test_what_is_served(text, application, line):
    path = "site/passenger_wsgi.py"
    module, service = facts(text, path)
    assert isinstance(module, PythonModule)
    assert service == Service(
        name="passenger_wsgi",
        kind="passenger",
        location=Location(path, line),
        role="web",
        platform="passenger",
        application=application,
        runs_on_host=True,
    )
