"""Where live settings come from, over all sources of a settings module."""

from __future__ import annotations

import time
import types
from collections.abc import Mapping
from pathlib import Path

import django
import pytest
from django.conf import LazySettings, settings
from django.test import override_settings

from django_deploycheck.model import Answer, Location, VariableRead
from django_deploycheck.settings_view import (
    MAX_OF_ONE_NAME,
    SettingsSources,
    SettingsView,
    module_path,
    setting,
    settings_sources,
)
from django_deploycheck.source import Repository


def write(root: Path, files: Mapping[str, str]) -> Repository:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Repository(str(root))


def sources(root: Path, files: Mapping[str, str] | str, module: str = "shop.settings") -> SettingsSources:
    if isinstance(files, str):
        files = {"shop/settings.py": files}
    return settings_sources(write(root, files), module, [""])


def names(reads: tuple[VariableRead, ...]) -> list[str]:
    return [read.name for read in reads]


# --- finding modules ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dotted", "folders", "path"),
    [
        pytest.param("shop.missing", [""], None, id="no such module"),
        pytest.param("shop.wsgi", ["src"], None, id="not in this folder"),
        pytest.param("", [""], None, id="an empty name"),
        pytest.param("shop.wsgi:application", [""], None, id="a target is no module"),
        pytest.param("$MODULE", [""], None, id="a variable is no module"),
        pytest.param("shop..wsgi", [""], None, id="an empty part"),
        pytest.param("empty", [""], None, id="a folder without a module"),
        pytest.param("shop.wsgi", [".."], None, id="outside the root"),
        pytest.param("shop.wsgi", [""], "shop/wsgi.py", id="a module"),
        pytest.param("shop.settings", [""], "shop/settings/__init__.py", id="a package comes before a module"),
        pytest.param("api.wsgi", ["", "src"], "src/api/wsgi.py", id="a folder on the path"),
        pytest.param("shop.wsgi", ["src", ""], "src/shop/wsgi.py", id="the first folder wins"),
    ],
)
def test_module_path(tmp_path, dotted, folders, path):
    """The file that a dotted module would be loaded from."""
    files = ["shop/wsgi.py", "shop/settings.py", "shop/settings/__init__.py", "src/api/wsgi.py", "empty/x.txt"]
    extra = ["src/shop/wsgi.py"] if folders[0] == "src" and path else []
    assert module_path(write(tmp_path, dict.fromkeys(files + extra, "")), dotted, folders) == path


def test_sources_follow_includes_only_inside_the_project(tmp_path):
    """Star imports, relative ones, single settings and split-settings are followed, other packages are not."""
    found = sources(
        tmp_path,
        {
            "shop/settings/live.py": "from .base import *\nfrom shop.settings.db import DATABASES\nfrom oscar.defaults import X\n",
            "shop/settings/base.py": "from ..common import *\nfrom split_settings.tools import include\ninclude('parts/*.py')\n",
            "shop/settings/db.py": "DATABASES = {}\n",
            "shop/common.py": "A = 1\n",
            "shop/settings/parts/mail.py": "EMAIL_HOST = 'x'\n",
            "shop/settings/parts/log.py": "LOGGING = {}\n",
            "shop/settings/unused.py": "B = 1\n",
        },
        "shop.settings.live",
    )
    assert list(found.modules) == [
        "shop/settings/live.py",
        "shop/settings/base.py",
        "shop/settings/db.py",
        "shop/common.py",
        "shop/settings/parts/log.py",
        "shop/settings/parts/mail.py",
    ]
    assert (found.path, found.known()) == ("shop/settings/live.py", True)


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        pytest.param("A = 1", [], id="nothing to look for"),
        pytest.param("from .db import helper", [], id="no settings are imported"),
        pytest.param("from other import DATABASES", [], id="single settings of another package"),
        pytest.param("from .gone import *", [1], id="a star import of a missing file"),
        pytest.param("from other import *", [1], id="a star import of another package"),
        pytest.param(
            "try:\n    from .local import *\nexcept ImportError:\n    pass", [2], id="a file that may be there"
        ),
        pytest.param("from .gone import DATABASES", [1], id="single settings of a missing file"),
        pytest.param("from .broken import *", [1], id="a file that is no Python"),
        pytest.param("from ....above import *", [1], id="an import from above the root"),
        pytest.param("from .... import *", [1], id="a package above the root"),
        pytest.param(
            "from split_settings.tools import include\ninclude('/etc/shop.py', '../../x.py', 'gone.py')",
            [2, 2, 2],
            id="files outside",
        ),
    ],
)
def test_gaps(tmp_path, text, gaps):
    """What was looked for and not found leaves the sources unknown."""
    found = sources(tmp_path, {"shop/settings.py": text, "shop/broken.py": "a = = 1", "shop/db.py": "import x"})
    assert found.gaps == tuple(Location("shop/settings.py", line) for line in gaps)
    assert found.known() is (not gaps)


def test_unknown_module(tmp_path):
    """A module that is no file of the project has no sources."""
    found = sources(tmp_path, "", "overlay.settings")
    assert (found.path, found.modules, found.known(), found.provenance("DEBUG")) == (None, {}, False, None)


def test_names_that_only_show_when_it_runs(tmp_path):
    """Sources that set unknown names are not known."""
    assert not sources(tmp_path, "globals().update(x)").known()


def test_module_that_is_loaded_already(tmp_path):
    """Where the caller knows the file, its package tells where the others are."""
    repository = write(
        tmp_path, {"deep/down/shop/settings.py": "from shop.base import *", "deep/down/shop/base.py": "A = 1"}
    )
    found = settings_sources(repository, "shop.settings", [""], {"shop.settings": "deep/down/shop/settings.py"}.get)
    assert (list(found.modules), found.known()) == (["deep/down/shop/settings.py", "deep/down/shop/base.py"], True)


def test_module_loaded_from_elsewhere(tmp_path):
    """A file that does not fit the module's name is read all the same."""
    found = settings_sources(write(tmp_path, {"x.py": "A = 1"}), "shop.settings", [""], lambda name: "x.py")
    assert found.provenance("A") is not None


def test_modules_in_a_circle(tmp_path):
    """Modules that include each other end."""
    found = sources(
        tmp_path,
        {"shop/a.py": "from .b import *\nA = 1\n", "shop/b.py": "from .a import *\nfrom .b import *\nB = 1\n"},
        "shop.a",
    )
    assert [item.location for item in found.assignments("A")] == [Location("shop/a.py", 2)]
    assert [item.location for item in found.assignments("B")] == [Location("shop/b.py", 3)]


def test_many_modules(tmp_path):
    """No more than a bounded number of files is read, and what is left out is known to be."""
    files = {f"shop/m{number}.py": f"from .m{number + 1} import *\n" for number in range(60)}
    found = sources(tmp_path, files, "shop.m0")
    assert (len(found.modules), found.known()) == (50, False)


def test_modules_that_multiply(tmp_path):
    """Including the same modules twice at every level costs no more than a bounded number of steps."""
    files = {
        f"shop/m{number}.py": f"from .m{number + 1} import *\nfrom .m{number + 1} import *\n" for number in range(40)
    }
    files["shop/m40.py"] = "A = 1\n"
    found = sources(tmp_path, files, "shop.m0")
    assert 0 < len(found.assignments("A")) <= MAX_OF_ONE_NAME
    assert not found.known()


# --- provenance ---------------------------------------------------------------------------------------------------------

ONE_FILE = {
    "os.environ": ("import os\nX = os.environ['SECRET']\nSECRET_KEY = X\n", ["SECRET"]),
    "django-environ": ("import environ\nenv = environ.Env()\nSECRET_KEY = env('SECRET')\n", ["SECRET"]),
    "environs": ("from environs import Env\nenv = Env()\nSECRET_KEY = env.str('SECRET', 'x')\n", ["SECRET"]),
    "python-decouple": ("from decouple import config\nSECRET_KEY = config('SECRET', default='x')\n", ["SECRET"]),
    "dj-database-url": (
        "import dj_database_url\nSECRET_KEY = dj_database_url.config(default='sqlite://')\n",
        ["DATABASE_URL"],
    ),
    "pydantic-settings": (
        "from pydantic_settings import BaseSettings\nclass C(BaseSettings):\n    secret: str\nSECRET_KEY = C().secret\n",
        ["SECRET"],
    ),
    "django-configurations": (
        "from configurations import Configuration, values\nclass C(Configuration):\n    SECRET_KEY = values.SecretValue()\n",
        ["DJANGO_SECRET_KEY"],
    ),
}


@pytest.mark.parametrize(("text", "variables"), ONE_FILE.values(), ids=ONE_FILE)
def test_provenance_by_library(tmp_path, text, variables):
    """Whatever library reads it, the variable behind a setting is found, and whether it is set here."""
    found = sources(tmp_path, text)
    provenance = found.provenance("SECRET_KEY")
    assert provenance is not None
    assert (provenance.kind, names(provenance.variables)) == ("variable", variables)
    assert names(SettingsView(None, found, {}).unset_variables("SECRET_KEY")) == variables
    assert SettingsView(None, found, dict.fromkeys(variables, "x")).unset_variables("SECRET_KEY") == ()


def test_provenance_through_split_settings(tmp_path):
    """The file that a variable chooses makes its settings depend on that variable."""
    found = sources(
        tmp_path,
        {
            "shop/settings/__init__.py": (
                "import os\nfrom split_settings.tools import include, optional\nMODE = os.getenv('MODE', 'live')\n"
                "include('base.py', f'modes/{MODE}.py', optional('local.py'))\n"
            ),
            "shop/settings/base.py": "DEBUG = True\nA = 1\n",
            "shop/settings/modes/live.py": "DEBUG = False\n",
            "shop/settings/modes/test.py": "DEBUG = 1\n",
        },
    )
    assert [(item.location.path, item.conditional) for item in found.in_force("DEBUG")] == [
        ("shop/settings/base.py", False),
        ("shop/settings/modes/live.py", True),
        ("shop/settings/modes/test.py", True),
    ]
    provenance = found.provenance("DEBUG")
    assert provenance is not None
    assert names(provenance.variables) == ["MODE"]
    assert names(found.assignments("A")[0].variables) == []


@pytest.mark.parametrize(
    ("text", "kind", "line", "variables"),
    [
        pytest.param("A = 1\nA = 2", "literal", 2, [], id="the last one"),
        pytest.param("A = os.getenv('X')\nA = 2", "literal", 2, [], id="an earlier one does not count"),
        pytest.param("A = 1\nif B:\n    A = 2", "unknown", 3, [], id="a condition that is not known"),
        pytest.param("A = 1\nif os.getenv('X'):\n    A = 2", "literal", 3, ["X"], id="a condition on a variable"),
        pytest.param("A = 1\nif os.getenv('X'):\n    A = os.getenv('Y')", "unknown", 3, ["Y", "X"], id="two kinds"),
        pytest.param("if os.getenv('X'):\n    A = 1\nA = 2", "literal", 3, [], id="a condition before"),
        pytest.param("A = [1]\nA += [os.getenv('X')]", "unknown", 2, ["X"], id="an addition"),
        pytest.param("A = [1]\nA = A + [os.getenv('X')]", "variable", 2, ["X"], id="an addition to itself"),
        pytest.param("A = B", "unknown", 1, [], id="a name that nobody assigns"),
        pytest.param("A = C\nC = 1", "unknown", 1, [], id="a name that is assigned later"),
        pytest.param("C = 1\nA = C", "literal", 2, [], id="another setting"),
        pytest.param("if B:\n    C = 1\nif D:\n    A = C", "unknown", 4, [], id="names under conditions"),
    ],
)
def test_provenance_in_one_file(tmp_path, text, kind, line, variables):
    """The assignments in force say together where a value comes from."""
    found = sources(tmp_path, "import os\n" + text).provenance("A")
    assert found is not None
    assert (found.kind, found.location.line, names(found.variables)) == (kind, line + 1, variables)


def test_provenance_over_files(tmp_path):
    """What a module takes over and what it assigns count in the order of its text."""
    found = sources(
        tmp_path,
        {
            "shop/base.py": "import os\nA = 1\nB = os.getenv('B_BASE')\nHOSTS = os.getenv('HOSTS')\n",
            "shop/late.py": "C = 3\nHIDDEN = 3\n",
            "shop/live.py": (
                "C = 1\nfrom .base import *\nA = 2\nALLOWED_HOSTS = HOSTS\nfrom .late import C\nfrom .late import C as D\n"
            ),
        },
        "shop.live",
    )
    where = {name: found.provenance(name) for name in ("A", "B", "C", "D", "HIDDEN", "ALLOWED_HOSTS")}
    assert {name: item and (str(item.location), item.kind, names(item.variables)) for name, item in where.items()} == {
        "A": ("shop/live.py:3", "literal", []),
        "B": ("shop/base.py:3", "variable", ["B_BASE"]),
        "C": ("shop/late.py:1", "literal", []),
        "D": ("shop/late.py:1", "literal", []),
        "HIDDEN": None,
        "ALLOWED_HOSTS": ("shop/live.py:4", "variable", ["HOSTS"]),
    }


def test_provenance_follows_changed_and_conditional_names(tmp_path):
    """A name of another file that is changed or assigned under conditions counts with all that may be in force."""
    files = {
        "shop/base.py": "import os\nHOSTS = []\nHOSTS += [os.getenv('HOST')]\nif os.getenv('TEST'): HOSTS = []\nBOTH = HOSTS\n",
        "shop/settings.py": "from .base import *\nALLOWED_HOSTS = HOSTS + BOTH + HOSTS\n",
    }
    found = sources(tmp_path, files).provenance("ALLOWED_HOSTS")
    assert found is not None
    assert (found.kind, sorted(names(found.variables))) == ("variable", ["HOST", "TEST"])


def test_provenance_of_single_imports_from_elsewhere(tmp_path):
    """A setting imported from another package is unknown, and stands at its import."""
    found = sources(tmp_path, "from other import DATABASES").provenance("DATABASES")
    assert found is not None
    assert (found.kind, found.location) == ("unknown", Location("shop/settings.py", 1))


def test_provenance_follows_names_to_a_bounded_depth(tmp_path):
    """A chain of names over many files ends as unknown, not in a deep recursion."""
    files = {f"shop/m{n}.py": f"from .m{n + 1} import *\nA{n} = A{n + 1}\n" for n in range(20)}
    files["shop/m20.py"] = "A20 = 1\n"
    found = sources(tmp_path, files, "shop.m0")
    deep, near = found.provenance("A0"), found.provenance("A15")
    assert (deep and deep.kind, near and near.kind) == ("unknown", "literal")


DATABASES = (
    "import os, dj_database_url\n"
    "DATABASES = {\n"
    "    'default': {\n"
    "        'ENGINE': 'django.db.backends.sqlite3',\n"
    "        'NAME': os.environ['NAME'],\n"
    "    },\n"
    "}\n"
)


@pytest.mark.parametrize(
    ("extra", "keys", "expected"),
    [
        pytest.param("", (), ("variable", 2, ["NAME"]), id="the whole"),
        pytest.param("", ("default",), ("variable", 3, ["NAME"]), id="a part"),
        pytest.param("", ("default", "ENGINE"), ("literal", 4, []), id="a literal inside"),
        pytest.param("", ("default", "NAME"), ("variable", 5, ["NAME"]), id="a variable inside"),
        pytest.param("", ("default", "NAME", "x"), ("variable", 5, ["NAME"]), id="inside a value"),
        pytest.param("", ("default", "OPTIONS"), ("variable", 3, ["NAME"]), id="a key that is missing"),
        pytest.param("", ("other",), ("variable", 2, ["NAME"]), id="a part that is missing"),
        pytest.param(
            "DATABASES['default'] = dj_database_url.config()\n",
            ("default", "ENGINE"),
            ("variable", 8, ["DATABASE_URL"]),
            id="a part replaced",
        ),
        pytest.param(
            "DATABASES['default']['ENGINE'] = os.getenv('E')\n",
            ("default", "ENGINE"),
            ("variable", 8, ["E"]),
            id="a key replaced",
        ),
        pytest.param(
            "DATABASES['default']['OPTIONS'] = os.getenv('O')\n",
            ("default", "ENGINE"),
            ("literal", 4, []),
            id="another key replaced",
        ),
        pytest.param(
            "DATABASES['default'].update(dj_database_url.config())\n",
            ("default", "ENGINE"),
            ("unknown", 8, ["DATABASE_URL"]),
            id="a part updated",
        ),
        pytest.param(
            "DATABASES['default'].update(CONN_MAX_AGE=os.getenv('AGE'))\n",
            ("default", "ENGINE"),
            ("literal", 4, []),
            id="another key updated",
        ),
        pytest.param(
            "DATABASES['default']['NAME'] = 'x'\n", ("default",), ("unknown", 8, ["NAME"]), id="a part changed inside"
        ),
        pytest.param(
            "if os.getenv('URL'):\n    DATABASES['default'] = {'ENGINE': 'x'}\n",
            ("default", "ENGINE"),
            ("literal", 9, ["URL"]),
            id="a part replaced under a condition",
        ),
    ],
)
def test_provenance_of_keys(tmp_path, extra, keys, expected):
    """What stands under a key of a setting has its own provenance."""
    found = sources(tmp_path, DATABASES + extra).provenance("DATABASES", *keys)
    assert found is not None
    assert (found.kind, found.location.line, names(found.variables)) == expected


# --- variables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        pytest.param({"shop/settings.py": "A = 1"}, Answer.NO, id="it does not"),
        pytest.param({"shop/settings.py": "import os\nA = os.environ['X']"}, Answer.YES, id="it does"),
        pytest.param(
            {"shop/settings.py": "from .base import *", "shop/base.py": "import os\nA = os.getenv('X')"},
            Answer.YES,
            id="what it takes over does",
        ),
        pytest.param(
            {"shop/settings.py": "from .tools import f", "shop/tools.py": "import os\nA = os.getenv('X')"},
            Answer.YES,
            id="what it imports does",
        ),
        pytest.param(
            {"shop/settings.py": "from .tools import f", "shop/tools.py": "f = 1"}, Answer.NO, id="its import does not"
        ),
        pytest.param(
            {"shop/settings.py": "from .tools import f", "shop/tools.py": "from .more import g", "shop/more.py": ""},
            Answer.UNKNOWN,
            id="an import imports more",
        ),
        pytest.param(
            {"shop/settings.py": "from .tools import f", "shop/tools.py": "f = = 1"},
            Answer.UNKNOWN,
            id="an import is no Python",
        ),
        pytest.param(
            {"shop/settings.py": "".join(f"from . import m{n}\n" for n in range(20))}
            | {f"shop/m{n}.py": "" for n in range(20)},
            Answer.UNKNOWN,
            id="too many imports",
        ),
        pytest.param({"shop/settings.py": "import os\nA = os.environ[B]"}, Answer.UNKNOWN, id="a computed name"),
        pytest.param({"shop/settings.py": "from .gone import *"}, Answer.UNKNOWN, id="a gap"),
        pytest.param({}, Answer.UNKNOWN, id="no sources"),
    ],
)
def test_reads(tmp_path, files, answer):
    """Whether settings read a variable: no only where everything was understood."""
    view = SettingsView(None, sources(tmp_path, files), {})
    assert view.reads("X") is answer


def test_variables(tmp_path):
    """Every variable of all sources, with its place."""
    files = {
        "shop/settings.py": "from .base import *\nimport os, shop.tools\nA = os.environ['A']\n",
        "shop/base.py": "import os\nB = os.environ.get('B', '1')\n",
        "shop/tools.py": "import os\nC = os.getenv('C')\n",
    }
    found = SettingsView(None, sources(tmp_path, files)).variables()
    assert found == (
        VariableRead("A", Location("shop/settings.py", 3), False, True, reader="os.environ[]"),
        VariableRead("B", Location("shop/base.py", 2), True, False, "'1'", "os.environ.get"),
        VariableRead("C", Location("shop/tools.py", 2), False, reader="os.getenv"),
    )


def test_unset_variables_are_named_once(tmp_path, monkeypatch):
    """A variable that is read twice is missing once; this process's environment decides."""
    text = "import os\nA = os.getenv('X', os.getenv('X', os.getenv('Y')))\n"
    view = SettingsView(None, sources(tmp_path, text))
    monkeypatch.delenv("X", raising=False)
    monkeypatch.setenv("Y", "")
    assert names(view.unset_variables("A")) == ["X"]
    assert view.unset_variables("MISSING") == ()


PLATFORM = "from platformhelper import here\n"


@pytest.mark.parametrize(
    ("text", "live", "expected"),
    [
        pytest.param("A = 'x'\n", {"A": "x"}, False, id="a value that nothing changes"),
        pytest.param("A = 'x'\nif DEBUG:\n    A = 'y'\n", {"A": "x"}, False, id="a condition on another setting"),
        pytest.param(
            "import sys\nA = 'x'\nif 'test' in sys.argv:\n    A = 'y'\n", {"A": "x"}, False, id="only in tests"
        ),
        pytest.param(
            "import sys\nTESTING = 'test' in sys.argv\nA = 'x'\nif TESTING:\n    A = 'y'\n",
            {"A": "x"},
            False,
            id="only in tests, by a name",
        ),
        pytest.param(
            PLATFORM + "A = 'x'\nif here():\n    A = 'y'\n", {"A": "y"}, False, id="the value of the platform, on it"
        ),
        pytest.param(
            PLATFORM + "A = ['x']\nif here():\n    A += ['y']\n", {"A": ["x"]}, False, id="something that is added"
        ),
        pytest.param(
            "try:\n    import x\n    A = 'y'\nexcept ImportError:\n    A = 'x'\n", {"A": "x"}, False, id="a try"
        ),
        pytest.param(PLATFORM + "A = 'x'\nif here():\n    A = 'y'\n", {"A": "x"}, True, id="set again on a platform"),
        pytest.param(PLATFORM + "if here():\n    A = 'y'\n", {}, True, id="set on a platform alone"),
        pytest.param(
            PLATFORM + "A = 'x'\nif here():\n    if DEBUG:\n        pass\n    else:\n        A = 'y'\n",
            {"A": "x"},
            True,
            id="a condition inside another",
        ),
        pytest.param(
            "import socket\nif socket.gethostname() == 'web':\n    A = 'y'\nelse:\n    A = 'x'\n",
            {"A": "x"},
            True,
            id="the other branch of a condition on the host",
        ),
        pytest.param("import os\nA = os.environ.get('X', 'x')\n", {"A": "x"}, True, id="a variable that is unset"),
    ],
)
def test_whether_production_may_see_another_value(tmp_path, text, live, expected):
    """A value that something outside decides, which no variable tells, is not production's for certain."""
    view = SettingsView(types.SimpleNamespace(**live), sources(tmp_path, "DEBUG = False\n" + text), {})
    assert view.may_differ("A") is expected


# --- live settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "live", "line"),
    [
        pytest.param("A = 1\nif x:\n    A = 2\nelse:\n    A = 3", 2, 3, id="the literal that is in force"),
        pytest.param("A = 1\nif x:\n    A = 2", 1, 1, id="the condition did not hold"),
        pytest.param("A = ['a']\nif x:\n    A = ['b']", ["a"], 1, id="a list"),
        pytest.param("A = 1\nif x:\n    A = y\nelse:\n    A = 3", 9, 3, id="no literal fits"),
        pytest.param("A = 1\nif x:\n    A = 2", 9, 3, id="nothing fits"),
        pytest.param("A = 1\nA = 2", 1, 2, id="an assignment that is overridden"),
        pytest.param("A = 1\nif x:\n    A = True", True, 3, id="True is not one"),
        pytest.param("A = {}\nif x:\n    A = {'b': 1}", {"b": 1}, 3, id="dictionaries"),
        pytest.param("A = []\nif x:\n    A = [{}]", [{}], 3, id="a list of dictionaries"),
    ],
)
def test_location(tmp_path, text, live, line):
    """A finding stands at the assignment whose value is in force."""
    view = SettingsView(types.SimpleNamespace(A=live), sources(tmp_path, text), {})
    assert view.location("A") == Location("shop/settings.py", line)


@pytest.mark.parametrize(
    ("live", "line"),
    [
        pytest.param({"default": {"ENGINE": "x"}}, 2, id="the value in force"),
        pytest.param({"default": {"ENGINE": "y"}}, 1, id="the other one"),
        pytest.param({}, 2, id="a key that is missing"),
        pytest.param(None, 2, id="no dictionary"),
    ],
)
def test_location_of_keys(tmp_path, live, line):
    """So does a finding about a key."""
    text = "D = {'default': {'ENGINE': 'y'}}\nif z: D['default'] = {'ENGINE': 'x'}\n"
    view = SettingsView(types.SimpleNamespace(D=live), sources(tmp_path, text), {})
    assert view.location("D", "default", "ENGINE") == Location("shop/settings.py", line)


def test_location_of_what_no_source_assigns(tmp_path):
    """There is no place for a setting that no source assigns."""
    view = SettingsView(settings, sources(tmp_path, "A = 1"))
    assert (view.location("DEBUG"), view.provenance("DEBUG"), view.assignments("DEBUG")) == (None, None, ())


def test_without_sources():
    """After settings.configure() there is no module and nothing is known."""
    view = SettingsView(settings)
    assert (view.module, view.known(), view.reads("X"), view.variables()) == (None, False, Answer.UNKNOWN, ())


def test_module_and_known(tmp_path):
    """The view names its module and says whether its sources are known."""
    view = SettingsView(settings, sources(tmp_path, "A = 1"))
    assert (view.module, view.known()) == ("shop.settings", True)


def test_a_name_that_is_reached_twice_is_followed_once(tmp_path):
    """Two ways to the same name give its variables once."""
    found = sources(tmp_path, 'import os\nA = os.environ["X"]\nB = A\nE = B\nF = [E, B]')
    provenance = SettingsView(settings, found).provenance("F")
    assert provenance is not None
    assert [read.name for read in provenance.variables] == ["X"]


def test_live_values():
    """Live values, defaults for what does not exist."""
    view = SettingsView(settings)
    with override_settings(SECURE_BROWSER_XSS_FILTER=True, LANGUAGE_CODE="nl"):
        assert view.get("LANGUAGE_CODE") == "nl"
        assert view.get("NO_SUCH_SETTING", 3) == 3
        assert view.get("NO_SUCH_SETTING") is None
        assert view.is_overridden("LANGUAGE_CODE")
        assert view.is_overridden("SECURE_BROWSER_XSS_FILTER")  # a name that Django no longer knows
        assert not view.is_overridden("EMAIL_PORT")
        assert not view.is_overridden("NO_SUCH_SETTING")


def test_stand_in_settings():
    """An object without Django's methods will do: what it has is overridden."""
    view = SettingsView(types.SimpleNamespace(A=1))
    assert (view.is_overridden("A"), view.is_overridden("B"), view.get("A"), view.get("B", 2)) == (True, False, 1, 2)


def test_empty_secret_key():
    """Django raises for an empty SECRET_KEY; the view gives the default."""
    live = LazySettings()
    live.configure(SECRET_KEY="")
    assert SettingsView(live).get("SECRET_KEY", "none") == "none"


@pytest.mark.skipif(django.VERSION < (6, 1), reason="MAILERS is new in Django 6.1")
@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        pytest.param({"MAILERS": {"default": {"BACKEND": "x"}}}, "none", id="beside MAILERS"),
        pytest.param({}, "django.core.mail.backends.smtp.EmailBackend", id="deprecated"),
    ],
)
def test_mail_settings_since_django_6_1(configured, expected):
    """EMAIL_BACKEND is deprecated, and gone beside MAILERS; reading it neither warns nor raises."""
    live = LazySettings()
    live.configure(**configured)
    assert SettingsView(live).get("EMAIL_BACKEND", "none") == expected


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        pytest.param(
            "from .base import *\n" * 300, "".join(f"A{n} = 1\n" for n in range(3_000)), id="the same file often"
        ),
        pytest.param(
            "import os\n" + "if os.environ.get('B'):\n  from .base import *\n" * 300,
            "".join(f"A{n} = 1\n" for n in range(3_000)),
            id="the same file often, under conditions",
        ),
        pytest.param(
            "from .base import *\n" + "if a:\n  A = OTHER\n" * 1_900,
            "if a:\n  OTHER = 1\n" * 1_900,
            id="one name by another",
        ),
        pytest.param(
            "from .base import (" + ", ".join(f"A as A{n}" for n in range(10_000)) + ")\n",
            "A = 1\n" * 3_900,
            id="many names for one",
        ),
        pytest.param(
            "from .base import *\n"
            + "".join(f"if a:\n  A{n + 1} = A{n} + B{n}\n" for n in range(1_900))
            + "A = A1900\n",
            "".join(f"if a:\n  A{n % 10} = 1\n" for n in range(1_900)),
            id="names by names by names",
        ),
    ],
)
def test_settings_that_multiply_take_bounded_time(tmp_path, settings, base):
    start = time.process_time()
    found = sources(tmp_path, {"shop/settings.py": settings, "shop/base.py": base}, "shop.settings")
    for name in ("A", "A0", "A1900", "OTHER"):
        assert len(found.in_force(name)) <= MAX_OF_ONE_NAME
        found.provenance(name)
    assert time.process_time() - start < 5


def test_many_large_sources_are_not_all_read(tmp_path):
    files = {f"shop/m{n}.py": f"from .m{n + 1} import *\n" + "A = 1\n" * 3_000 for n in range(30)}
    found = sources(tmp_path, files, "shop.m0")
    assert len(found.modules) == 4
    assert found.gaps == (Location("shop/m3.py", 1),)


def test_a_source_that_cannot_be_read_is_not_read_again(tmp_path):
    start = time.process_time()
    base = "A = 1\n" * 6_000
    found = sources(
        tmp_path, {"shop/settings.py": "from .base import *\n" * 300, "shop/base.py": base}, "shop.settings"
    )
    assert len(found.gaps) == 300
    assert time.process_time() - start < 5


def test_mail_settings_that_mailers_replace_are_not_there(monkeypatch):
    """Since Django 6.1; this one warns whoever reads them."""
    monkeypatch.setattr("django.conf.DEPRECATED_EMAIL_SETTINGS", ("EMAIL_HOST",), raising=False)
    live = types.SimpleNamespace(MAILERS={}, EMAIL_HOST="mail.example.com", EMAIL_TIMEOUT=3)

    with pytest.raises(AttributeError, match=r"^EMAIL_HOST$"):
        setting(live, "EMAIL_HOST")
    assert setting(live, "EMAIL_TIMEOUT") == 3
