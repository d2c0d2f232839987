"""Python source understood by ast: settings sources, wsgi.py, asgi.py, manage.py."""

from __future__ import annotations

import time

import pytest

from django_deploycheck import secrets
from django_deploycheck.model import Assignment, Call, Include, Location, PythonModule, VariableRead
from django_deploycheck.readers import python_module
from django_deploycheck.source import Source, Unreadable

PATH = "shop/settings.py"


def at(line: int) -> Location:
    return Location(PATH, line)


def module(text: str) -> PythonModule:
    facts = list(python_module.read(Source(PATH, text)))
    assert len(facts) == 1
    return facts[0]


def assignment(text: str, name: str) -> Assignment:
    found = [item for item in module(text).assignments if item.name == name]
    assert len(found) == 1
    return found[0]


def summary(read: VariableRead) -> str:
    """``NAME@line``, with ``!`` for a required and ``?`` for a conditional read, and the default."""
    marks = ("!" if read.required else "") + ("?" if read.conditional else "")
    return f"{read.name}@{read.location.line}{marks}" + (f"={read.default}" if read.has_default else "")


def reads(text: str) -> list[str]:
    return [summary(read) for read in module(text).variables]


# --- which variables are read, by every library ---------------------------------------------------------------------

DJANGO_ENVIRON = "import environ\nenv = environ.Env(DEBUG=(bool, False), NAME=str)\n"
ENVIRONS = "from environs import Env\nenv = Env()\n"
DECOUPLE = "from decouple import config\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A = 1", [], id="a module without the environment"),
        pytest.param("import os\nos.environ['X'] = '1'", [], id="setting a variable is no read"),
        pytest.param("import os\nos.environ.setdefault('X', '1')", [], id="a default for a variable is no read"),
        pytest.param("os = {}\nA = os['X']", [], id="a dictionary of that name"),
        pytest.param("# os.environ['X']\nA = 'os.environ[\"X\"]'", [], id="comments and texts"),
        pytest.param("env = dict(a=1)\nA = env['X']", [], id="env as a plain dictionary"),
        pytest.param("def env(name):\n    return name\nA = env('X')", [], id="env as a function of another kind"),
        pytest.param(DJANGO_ENVIRON + "env.read_env('.env')", [], id="reading a dotenv file is no read"),
        pytest.param("import os\nA = os.environ['X']", ["X@2!"], id="os.environ by key"),
        pytest.param("import os\nA = os.getenv()", [], id="os.getenv without a name"),
        pytest.param("import os\nfor n in (1, 'X'):\n    A = os.environ[n]", [], id="a loop over more than names"),
        pytest.param("import os\ndef f():\n    a = yield os.environ['X']", ["X@3!?"], id="in a generator"),
        pytest.param(
            "import os\ndef ask(name, fallback):\n    value = os.getenv(name)\n    return value or fallback\nA = ask('X', 1)",
            ["X@5=1"],
            id="a helper that falls back itself",
        ),
        pytest.param(DJANGO_ENVIRON + "A = env()", [], id="django-environ without a name"),
        pytest.param(DJANGO_ENVIRON + "e = env\nA = e('X')", ["X@4!"], id="django-environ by another name"),
        pytest.param(
            "import os\ndef shop(name):\n    return os.environ[name.upper()]\nA = shop('X')",
            ["X@4!"],
            id="a name in capitals",
        ),
        pytest.param(
            "import os\ndef shop(name, kind):\n    return os.environ[name + kind], os.environ[PREFIX + name]\nA = shop('X')",
            [],
            id="a name that is put together of unknowns",
        ),
        pytest.param("import os\nA = os.environ.get('X')", ["X@2"], id="os.environ.get"),
        pytest.param("import os\nA = os.environ.get('X', None)", ["X@2"], id="None is no default"),
        pytest.param("import os\nA = os.environ.get('X', 'y')", ["X@2='y'"], id="os.environ.get with a default"),
        pytest.param("import os\nA = os.getenv('X', default=1)", ["X@2=1"], id="os.getenv with a keyword"),
        pytest.param("import os\nA = os.environ.get('X') or 'y'", ["X@2='y'"], id="or gives the default"),
        pytest.param("import os as o\nA = o.environ['X']", ["X@2!"], id="os under another name"),
        pytest.param("from os import environ\nA = environ.get('X')", ["X@2"], id="environ imported"),
        pytest.param("from os import environ as e, getenv as g\nA = e['X'], g('Y')", ["X@2!", "Y@2"], id="aliases"),
        pytest.param("import os\nget = os.environ.get\nA = get('X', 1)", ["X@3=1"], id="the method under a name"),
        pytest.param("import os\nE = os.environ\nA = E['X']", ["X@3!"], id="os.environ under a name"),
        pytest.param("import os\nE = dict(os.environ)\nA = E['X']", ["X@3!"], id="a copy of os.environ"),
        pytest.param("import os\nE = os.environ.copy()\nA = E['X']", ["X@3!"], id="another copy of os.environ"),
        pytest.param("import os\nN = 'X'\nA = os.environ[N]", ["X@3!"], id="the name in a constant"),
        pytest.param("import os\nP = 'S_'\nA = os.environ[P + 'X']", ["S_X@3!"], id="the name in two pieces"),
        pytest.param("import os\nP = 'S'\nA = os.environ[f'{P}_X']", ["S_X@3!"], id="the name in an f-string"),
        pytest.param("import os\nA = 'X' in os.environ", ["X@2=None"], id="asking whether it is set"),
        pytest.param(
            "import os\nfor n in ('X', 'Y'):\n    globals()[n] = os.environ[n]",
            ["X@3!?", "Y@3!?"],
            id="a loop over names",
        ),
        pytest.param("import os\nA = os.environ['X'] if B else 1", ["X@2!?"], id="one branch of an expression"),
        pytest.param("import os\nif B:\n    A = os.environ['X']", ["X@3!?"], id="under a condition"),
        pytest.param(
            "import os\ntry:\n    A = os.environ['X']\nexcept KeyError:\n    A = 1",
            ["X@3?"],
            id="its absence is caught",
        ),
        pytest.param(
            "import os\ntry:\n    A = os.environ['X']\nexcept KeyError:\n    raise RuntimeError('X')",
            ["X@3!?"],
            id="its absence is caught only to be named",
        ),
        pytest.param("import os\ndef f():\n    return os.environ['X']", ["X@3!?"], id="in a function"),
        pytest.param("import os\nA = os.getenv('A', os.environ['B'])", ["A@2=os.environ['B']", "B@2!"], id="nested"),
        pytest.param("import os\nKEY = os.getenv('SECRET_KEY', 'kd83jf7s')", ["SECRET_KEY@2=***"], id="secret default"),
        pytest.param(
            "import os\nU = os.getenv('DATABASE_URL', 'postgres://u:hunter22@h/d')",
            ["DATABASE_URL@2='postgres://u:***@h/d'"],
            id="a password inside a default",
        ),
        pytest.param(DJANGO_ENVIRON + "A = env('X')", ["X@3!"], id="django-environ"),
        pytest.param(DJANGO_ENVIRON + "A = env.bool('X', default=True)", ["X@3=True"], id="django-environ: a method"),
        pytest.param(DJANGO_ENVIRON + "A = env.bool('X', True)", ["X@3=True"], id="django-environ: by position"),
        pytest.param(DJANGO_ENVIRON + "A = env('X', str, 'y')", ["X@3='y'"], id="django-environ: after the cast"),
        pytest.param(DJANGO_ENVIRON + "A = env('DEBUG')", ["DEBUG@3=False"], id="django-environ: declared default"),
        pytest.param(DJANGO_ENVIRON + "A = env('NAME')", ["NAME@3!"], id="django-environ: declared without default"),
        pytest.param(DJANGO_ENVIRON + "A = env('X', default=None)", ["X@3"], id="django-environ: None is no default"),
        pytest.param(DJANGO_ENVIRON + "D = env.db()", ["DATABASE_URL@3!"], id="django-environ: db"),
        pytest.param(DJANGO_ENVIRON + "D = env.db('PG', default='x')", ["PG@3='x'"], id="django-environ: db by name"),
        pytest.param(DJANGO_ENVIRON + "D = env.cache()", ["CACHE_URL@3!"], id="django-environ: cache"),
        pytest.param(DJANGO_ENVIRON + "D = env.email_url()", ["EMAIL_URL@3!"], id="django-environ: email_url"),
        pytest.param(DJANGO_ENVIRON + "env.prefix = 'S_'\nA = env('X')", ["S_X@4!"], id="django-environ: a prefix"),
        pytest.param(DJANGO_ENVIRON + "A = env.ENVIRON.get('X')", ["X@3"], id="django-environ: its own os.environ"),
        pytest.param("from environ import Env\nenv = Env()\nA = env.str('X')", ["X@3!"], id="django-environ: Env"),
        pytest.param("from .base import *\nA = env('X')", ["X@2!"], id="env from a star import"),
        pytest.param("from config.env import env\nA = env.db()", ["DATABASE_URL@2!"], id="env of another module"),
        pytest.param("from .base import *\nA = config('X', default=1)", ["X@2=1"], id="config from a star import"),
        pytest.param("from .tools import get_env\nA = get_env('X')", ["X@2"], id="a helper of another module"),
        pytest.param("from .tools import env_choice\nA = env_choice('X', {'a'})", ["X@2"], id="choices are no default"),
        pytest.param("from .tools import environment\nA = environment('x y')", [], id="a text that names no variable"),
        pytest.param(ENVIRONS + "A = env.str('X')", ["X@3!"], id="environs"),
        pytest.param(ENVIRONS + "A = env('X', 'y')", ["X@3='y'"], id="environs: default by position"),
        pytest.param(ENVIRONS + "A = env.list('X', ['y'])", ["X@3=['y']"], id="environs: a list"),
        pytest.param("from environs import env\nA = env.int('X')", ["X@2!"], id="environs: its own object"),
        pytest.param(DECOUPLE + "A = config('X')", ["X@2!"], id="python-decouple"),
        pytest.param(DECOUPLE + "A = config('X', default=0, cast=int)", ["X@2=0"], id="python-decouple: default"),
        pytest.param(DECOUPLE + "A = config('X', 0)", ["X@2=0"], id="python-decouple: by position"),
        pytest.param("import decouple\nc = decouple.AutoConfig('.')\nA = c('X')", ["X@3!"], id="python-decouple: made"),
        pytest.param(
            "from starlette.config import Config\nc = Config('.env')\nA = c('X', cast=bool, default=False)",
            ["X@3=False"],
            id="starlette",
        ),
        pytest.param("import dj_database_url\nD = dj_database_url.config()", ["DATABASE_URL@2"], id="dj-database-url"),
        pytest.param(
            "import dj_database_url as d\nD = d.config(default='sqlite:///x', env='PG')",
            ["PG@2='sqlite:///x'"],
            id="dj-database-url: name and default",
        ),
        pytest.param(
            "import dj_database_url as d\nD = d.config(env=d.DEFAULT_ENV)",
            ["DATABASE_URL@2"],
            id="dj-database-url: the name's constant",
        ),
        pytest.param(
            "import os, dj_database_url\nD = dj_database_url.parse(os.environ['X'])",
            ["X@2!"],
            id="dj-database-url: parse",
        ),
        pytest.param("import dj_email_url\nD = dj_email_url.config()", ["EMAIL_URL@2"], id="dj-email-url"),
    ],
)
def test_variables_by_library(text, expected):
    """Every way of reading a variable that we know, and what looks like one."""
    assert reads(text) == expected


HELPER = "import os\n\ndef get_env(name, default=None):\n    return os.environ.get(name, default)\n\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(HELPER, [], id="a helper that nobody calls"),
        pytest.param(HELPER + "A = get_env('X')", ["X@6"], id="without a default"),
        pytest.param(HELPER + "A = get_env('X', 1)", ["X@6=1"], id="with a default"),
        pytest.param(HELPER + "A = get_env(default=1, name='X')", ["X@6=1"], id="by keywords"),
        pytest.param(HELPER + "A = get_env()", [], id="without a name"),
        pytest.param(
            "import os\ndef need(name):\n    try:\n        return os.environ[name]\n    except KeyError:\n"
            "        raise ValueError(name)\nA = need('X')",
            ["X@7!"],
            id="a helper that raises",
        ),
        pytest.param("import os\ndef need(name):\n    return os.environ[name]\nA = need('X')", ["X@4!"], id="by key"),
        pytest.param(
            "import os\ndef ask(name):\n    if name in os.environ:\n        return os.environ[name]\nA = ask('X')",
            ["X@5"],
            id="a helper that asks first",
        ),
        pytest.param(
            "import os\ndef shop(name):\n    return os.environ['SHOP_' + name]\nA = shop('X')",
            ["SHOP_X@4!"],
            id="a prefix",
        ),
        pytest.param(
            "import os\ndef shop(name):\n    return os.environ[f'SHOP_{name}_1']\nA = shop('X')",
            ["SHOP_X_1@4!"],
            id="a prefix and a suffix",
        ),
        pytest.param(
            "import os\ndef flag(name, default='no'):\n    return os.getenv(name, default) == 'yes'\nA = flag('X')",
            ["X@4=None"],
            id="its own default",
        ),
        pytest.param("import os\nget = lambda n, d=None: os.environ.get(n, d)\nA = get('X')", ["X@3"], id="a lambda"),
        pytest.param(
            HELPER + "def flag(name):\n    return get_env(name) == '1'\nA = flag('X')", ["X@8"], id="a helper's helper"
        ),
        pytest.param(
            "import os\ndef debug():\n    return os.environ['X']\nDEBUG = debug()",
            ["X@3!?"],
            id="a function that reads one variable",
        ),
    ],
)
def test_variables_by_the_modules_own_functions(text, expected):
    """A function that reads what its first argument names is understood by its calls."""
    assert reads(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("import os\nA = os.environ['X']", False, id="a name that stands there"),
        pytest.param("import os\nE = os.environ.copy()\nget = os.environ.get", False, id="other names for it"),
        pytest.param("import os\nos.environ.update(A='1')", False, id="setting variables"),
        pytest.param(HELPER + "A = get_env('X')", False, id="a helper called with a name"),
        pytest.param(HELPER, True, id="a helper for others to call"),
        pytest.param(HELPER + "A = get_env(B)", True, id="a helper called with who knows what"),
        pytest.param("import os\nA = os.environ[B]", True, id="a name that is computed"),
        pytest.param("import os\nA = dict(x=1, **os.environ)", True, id="the whole environment"),
        pytest.param("from os import environ\nprint(environ)", True, id="the whole environment passed on"),
        pytest.param("import os\nfor k, v in os.environ.items():\n    pass", True, id="all variables in a loop"),
        pytest.param("exec(open('x').read())", True, id="code that is not there"),
        pytest.param(
            "from env_config import Environment, values\nclass Base(Environment):\n    A = values.StringValue()",
            True,
            id="a library that we do not know",
        ),
    ],
)
def test_reads_that_cannot_be_named(text, expected):
    """A module says whether it reads variables whose names do not stand in it."""
    assert module(text).reads_unknown_variables is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("class Settings(BaseModel):\n    a: str", [], id="a plain model"),
        pytest.param("class S(BaseSettings):\n    debug: bool = False", ["DEBUG@3=False"], id="a default"),
        pytest.param("class S(BaseSettings):\n    secret_key: str", ["SECRET_KEY@3!"], id="required"),
        pytest.param("class S(BaseSettings):\n    dsn: str | None", ["DSN@3"], id="may be None"),
        pytest.param("class S(BaseSettings):\n    dsn: Optional[str] = None", ["DSN@3"], id="None as the default"),
        pytest.param(
            "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='SHOP_')\n    a: str = 'x'",
            ["SHOP_A@4='x'"],
            id="a prefix",
        ),
        pytest.param(
            "class S(BaseSettings):\n    model_config = {'env_prefix': 'SHOP_'}\n    a: str = 'x'",
            ["SHOP_A@4='x'"],
            id="a prefix in a dictionary",
        ),
        pytest.param(
            "class S(BaseSettings):\n    a: int\n    b: int\n    class Config:\n        env_prefix = 'S_'\n"
            "        case_sensitive = False\n        fields = {'b': {'env': 'PLAIN'}}",
            ["S_A@3!", "PLAIN@4!"],
            id="pydantic 1",
        ),
        pytest.param(
            "class S(BaseSettings):\n    a: str = Field(..., validation_alias='other')",
            ["OTHER@3!"],
            id="an alias",
        ),
        pytest.param(
            "class S(BaseSettings):\n    a: str = Field(default='x')",
            ["A@3='x'"],
            id="a field's default",
        ),
        pytest.param("class S(BaseSettings):\n    token: str = 'kd83jf7s'", ["TOKEN@3=***"], id="a secret default"),
        pytest.param(
            "class S(BaseSettings):\n    a: str\nclass T(S):\n    b: str",
            ["A@3!", "B@5!"],
            id="an inherited class",
        ),
    ],
)
def test_variables_of_pydantic_settings(text, expected):
    """The fields of a class of pydantic-settings are variables."""
    assert reads("from pydantic_settings import BaseSettings; from pydantic import Field\n" + text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("values.Value('x')", ["DJANGO_A@3?='x'"], id="a default"),
        pytest.param("values.BooleanValue()", ["DJANGO_A@3?"], id="no default"),
        pytest.param("values.SecretValue()", ["DJANGO_A@3!?"], id="a secret is required"),
        pytest.param("values.Value(environ_required=True)", ["DJANGO_A@3!?"], id="required"),
        pytest.param("values.Value(environ_name='B')", ["DJANGO_B@3?"], id="another name"),
        pytest.param("values.Value(environ_prefix='SHOP')", ["SHOP_A@3?"], id="another prefix"),
        pytest.param("values.Value(environ_prefix=None)", ["A@3?"], id="no prefix"),
        pytest.param("values.Value('x', environ=False)", [], id="without the environment"),
        pytest.param("values.DatabaseURLValue()", ["DATABASE_URL@3?"], id="a database's URL"),
    ],
)
def test_variables_of_django_configurations(value, expected):
    """An attribute of a configuration reads the variable of its own name."""
    text = f"from configurations import Configuration, values\nclass Base(Configuration):\n    A = {value}"
    assert reads(text) == expected
    assert assignment(text, "A").conditional


# --- where settings come from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param("1", "literal", id="a number"),
        pytest.param("['a', *OTHER]", "literal", id="a list with another literal"),
        pytest.param("{'default': {'ENGINE': 'x', 'NAME': BASE_DIR / 'db'}}", "literal", id="a dictionary"),
        pytest.param("Path(__file__).resolve().parent", "literal", id="a path beside the file"),
        pytest.param("os.path.join(BASE_DIR, 'x')", "literal", id="a joined path"),
        pytest.param("timedelta(days=1)", "literal", id="a time span"),
        pytest.param("_('x')", "literal", id="a translated text"),
        pytest.param("[x.strip() for x in 'a,b'.split(',')]", "literal", id="a comprehension over a literal"),
        pytest.param("'a' if OTHER else 'b'", "literal", id="one of two literals"),
        pytest.param("os.environ['X']", "variable", id="a variable"),
        pytest.param("os.environ['X'].split(',')", "variable", id="a variable, split"),
        pytest.param("[x for x in os.environ['X'].split(',')]", "variable", id="a variable in a comprehension"),
        pytest.param("{'A': {'B': os.environ['X']}}", "variable", id="a variable deep inside"),
        pytest.param("FROM_ENV", "variable", id="a name assigned from a variable"),
        pytest.param("f'{FROM_ENV}/x'", "variable", id="an f-string around such a name"),
        pytest.param(
            "os.environ.get('X') or get_random_secret_key()", "variable", id="a variable or something made up"
        ),
        pytest.param("get_random_secret_key()", "unknown", id="something made up"),
        pytest.param("open('x').read()", "unknown", id="a file"),
        pytest.param("Path('x').read_text()", "unknown", id="a file by its path"),
        pytest.param("os.path.exists('x')", "unknown", id="whether a file is there"),
        pytest.param("sys.argv", "unknown", id="the command line"),
        pytest.param("[get_random_secret_key]", "unknown", id="a function of another package in a list"),
        pytest.param("re.compile", "literal", id="a function that is not called"),
        pytest.param("search('x', 'y')", "literal", id="a function that depends on its arguments"),
        pytest.param("[search, Path]", "literal", id="functions in a list"),
        pytest.param("os.environ[OTHER + mystery]", "unknown", id="a variable whose name is computed"),
        pytest.param("tools.get('X', os.environ['X'])", "unknown", id="a function of another module"),
        pytest.param("mystery(os.environ['X'])", "unknown", id="a function nobody knows"),
    ],
)
def test_kind_of_an_assignment(value, kind):
    """Literal, variable or unknown: what decides over a setting's value."""
    text = (
        "import os, sys\nfrom datetime import timedelta\nfrom pathlib import Path\nfrom . import tools\n"
        "from django.core.management.utils import get_random_secret_key\n"
        "from django.utils.translation import gettext_lazy as _\n"
        "import re; from re import search; BASE_DIR = Path(__file__).parent\nOTHER = ['x']\nFROM_ENV = os.environ['Y']\n"
        f"SETTING = {value}\n"
    )
    found = assignment(text, "SETTING")
    assert (found.kind, found.location) == (kind, at(10))


def test_whole_assignments():
    """Everything that an assignment says, and nothing else becomes one."""
    text = (
        "import os\n"
        "secret = os.environ['KEY']\n"
        "SECRET_KEY = secret\n"
        "lower = 1\n"
        "DEBUG: bool = False\n"
        "USE_TZ, USE_I18N = True, os.getenv('I18N')\n"
        "HOSTS = OTHERS\n"
    )
    key = VariableRead("KEY", at(2), False, True, reader="os.environ[]")
    i18n = VariableRead("I18N", at(6), False, reader="os.getenv")
    assert module(text).assignments == (
        Assignment("SECRET_KEY", at(3), "variable", (key,)),
        Assignment("DEBUG", at(5), "literal", literal="False"),
        Assignment("USE_TZ", at(6), "literal", literal="True"),
        Assignment("USE_I18N", at(6), "variable", (i18n,)),
        Assignment("HOSTS", at(7), "literal", follows=("OTHERS",)),
    )


def test_targets_in_targets():
    """Names deep in a target share the origin of the whole."""
    found = module("import os\nA, (B, c.d) = os.environ['X'].split()\n")
    assert [(item.name, item.kind, item.location.line) for item in found.assignments] == [
        ("A", "variable", 2),
        ("B", "variable", 2),
    ]


def test_conditions_count_as_what_decides():
    """What a condition reads decides over the assignments under it."""
    text = "import os\nif os.environ.get('LIVE'):\n    A = 1\nelse:\n    A = 2\nB = A\n"
    live = VariableRead("LIVE", at(2), True, reader="os.environ.get")
    assert module(text).assignments == (
        Assignment("A", at(3), "literal", (live,), conditional=True, literal="1"),
        Assignment("A", at(5), "literal", (live,), conditional=True, literal="2"),
        Assignment("B", at(6), "literal", (live,)),
    )


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("if B:\n    A = 1", id="if"),
        pytest.param("if B:\n    pass\nelse:\n    A = 1", id="else"),
        pytest.param("try:\n    A = 1\nexcept E:\n    pass", id="try"),
        pytest.param("try:\n    pass\nexcept E:\n    A = 1", id="except"),
        pytest.param("for x in B:\n    A = 1", id="for"),
        pytest.param("while B:\n    A = 1", id="while"),
        pytest.param("match B:\n    case 1:\n        A = 1", id="match"),
        pytest.param("class Live(Configuration):\n    A = 1", id="a class of settings"),
        pytest.param("class Live(Configuration):\n    @property\n    def A(self):\n        return 1", id="a property"),
    ],
)
def test_conditional_assignments(block):
    """What may not happen is marked."""
    assert assignment(block, "A").conditional


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("with open('x') as f:\n    A = 1", id="with"),
        pytest.param("try:\n    pass\nfinally:\n    A = 1", id="finally"),
        pytest.param("A = 1", id="at the top"),
    ],
)
def test_certain_assignments(block):
    """What always happens is not marked."""
    assert not assignment(block, "A").conditional


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f():\n    A = 1", id="a local name"),
        pytest.param("class Colour(Enum):\n    RED = 1", id="an enumeration"),
        pytest.param("class F:\n    class Meta:\n        pass\n    def f(self):\n        A = 1", id="inside a method"),
        pytest.param("x.A = 1", id="an attribute"),
        pytest.param("f().A['x'] = 1\nf()['A'] += 1", id="a part of who knows what"),
        pytest.param("globals()['a'] = 1", id="a small name among the globals"),
        pytest.param("class Words(values):\n    a = f(1)", id="a class without settings"),
        pytest.param("a = A == 1", id="a comparison"),
        pytest.param("if (A := 1):\n    pass", id="a walrus"),
        pytest.param("A: int", id="a bare annotation"),
        pytest.param("del A", id="a deletion"),
    ],
)
def test_no_assignments(text):
    """What looks like a setting and is none."""
    assert module(text).assignments == ()


@pytest.mark.parametrize(
    ("text", "keys", "merges"),
    [
        pytest.param("D['a'] = 1", ("a",), False, id="a key"),
        pytest.param("D['a']['b'] = 1", ("a", "b"), False, id="a key of a key"),
        pytest.param("D['a'][x]['b'] = 1", ("a",), True, id="an unknown key between"),
        pytest.param("D += [1]", (), True, id="an addition"),
        pytest.param("D.append(1)", (), True, id="an element"),
        pytest.param("D['a'].insert(0, 1)", ("a",), True, id="an element of a key"),
        pytest.param("D.update(x)", (), True, id="an update with who knows what"),
        pytest.param("D.update({**x, 'a': 1})", (), True, id="an update with some known keys"),
        pytest.param("D.update({'a': 1})", ("a",), False, id="an update with a known key"),
        pytest.param("D['a'].update(b=1)", ("a", "b"), False, id="an update with a keyword"),
        pytest.param("D.setdefault('a', 1)", (), True, id="a default"),
    ],
)
def test_changes_of_a_setting(text, keys, merges):
    """What changes a part of a setting says which."""
    found = assignment(text, "D")
    assert (found.partial, found.keys, found.merges, found.location) == (True, keys, merges, at(1))


def test_changed_names_keep_what_they_were():
    """A name that was changed depends on what it was and on what was added."""
    text = "import os\nD = {'a': os.environ['X']}\nD['b'] = os.environ['Y']\nE = D\n"
    found = assignment(text, "E")
    assert [read.name for read in found.variables] == ["Y", "X"]


def test_parts_of_a_dictionary():
    """Every key of a display has its own origin and line."""
    text = (
        "import os\n"
        "DATABASES = {\n"
        "    'default': {\n"
        "        'ENGINE': 'sqlite3',\n"
        "        'PASSWORD': 'hunter22',\n"
        "        'NAME': os.environ['X'],\n"
        "        'OPTIONS': {**os.environ},\n"
        "    },\n"
        "    'other': dict(ENGINE='mysql'),\n"
        "}\n"
    )
    parts = {part.keys: (part.kind, part.location.line, part.literal) for part in assignment(text, "DATABASES").parts}
    assert parts == {
        ("default",): ("unknown", 3, None),
        ("other",): ("literal", 9, None),
        ("other", "ENGINE"): ("literal", 9, "'mysql'"),
        ("default", "ENGINE"): ("literal", 4, "'sqlite3'"),
        ("default", "PASSWORD"): ("literal", 5, None),
        ("default", "NAME"): ("variable", 6, None),
        ("default", "OPTIONS"): ("unknown", 7, None),
    }


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("{**x, 'a': 1}", id="with another dictionary in it"),
        pytest.param("{x: 1}", id="with an unknown key"),
        pytest.param("dict(x, a=1)", id="made of another dictionary"),
        pytest.param("dict(**x)", id="made of who knows what"),
        pytest.param("{" + ", ".join(f"'k{number}': {number}" for number in range(400)) + "}", id="with too many keys"),
    ],
)
def test_no_parts_where_keys_are_unknown(value):
    """A dictionary is taken apart only where all its keys are known."""
    assert assignment(f"D = {value}", "D").parts == ()


@pytest.mark.parametrize(
    ("name", "value", "literal"),
    [
        pytest.param("DEBUG", "not True", "False", id="a negation"),
        pytest.param("HOSTS", "['a', 'b']", "('a', 'b')", id="lists are shown as tuples"),
        pytest.param("AGE", "60 * 60 + 1 - 2 // 1", "3599", id="arithmetic"),
        pytest.param("URL", "PREFIX + '/x'", "'/p/x'", id="a constant in it"),
        pytest.param("URL", "f'{PREFIX}x{1}'", "'/px1'", id="an f-string"),
        pytest.param("SECRET_KEY", "'kd83jf7s'", None, id="a secret by its name"),
        pytest.param("BROKER", "'amqp://u:hunter22@h'", None, id="a password inside"),
        pytest.param("TEXT", "'x' * 3", None, id="a repetition"),
        pytest.param("TEXT", f"'{'x' * 300}'", None, id="a long text"),
        pytest.param("N", "2 * 10 ** 9", None, id="a power"),
        pytest.param("N", "10000000000 + 1", None, id="a huge number"),
        pytest.param("N", "1 // 0", None, id="an error"),
        pytest.param("N", "-1", "-1", id="a sign"),
        pytest.param("N", "~1", None, id="another sign"),
        pytest.param("N", "-'x'", None, id="a sign before a text"),
        pytest.param("N", "f'{1:03}'", None, id="a format"),
        pytest.param("N", "['a'] + ['b']", "('a', 'b')", id="lists added"),
        pytest.param("N", "[[[[[[[[[1]]]]]]]]]", None, id="a deep list"),
        pytest.param("N", "b'x'", None, id="bytes"),
    ],
)
def test_literals_shown(name, value, literal):
    """Short literals are kept, secrets are not."""
    assert assignment(f"PREFIX = '/p'\n{name} = {value}", name).literal == literal


def test_names_that_changed_are_no_constants():
    """A conditional or changed name is no constant any more."""
    text = "P = 'a'\nif x:\n    P = 'b'\nA = P + 'c'\nQ = ['a']\nQ.append('b')\nB = Q + ['c']\n"
    assert assignment(text, "A").literal is None
    assert assignment(text, "B").literal is None


def test_pydantic_objects_lead_to_variables():
    """A setting taken from an object of pydantic-settings comes from its field's variable."""
    text = (
        "from pydantic_settings import BaseSettings\n"
        "class Config(BaseSettings):\n"
        "    debug: bool = False\n"
        "config = Config()\n"
        "DEBUG = config.debug\n"
        "OTHER = Config().debug\n"
        "NONE = config.missing\n"
    )
    found = {item.name: (item.kind, [summary(read) for read in item.variables]) for item in module(text).assignments}
    assert found == {
        "DEBUG": ("variable", ["DEBUG@3=False"]),
        "OTHER": ("variable", ["DEBUG@3=False"]),
        "NONE": ("unknown", []),
    }


def test_globals_written_by_name():
    """globals() with a known key sets that setting."""
    text = "import os\nfor n in ['A', 'B']:\n    globals()[n] = os.environ.get(n)\n"
    found = [(item.name, [read.name for read in item.variables]) for item in module(text).assignments]
    assert found == [("A", ["A"]), ("B", ["B"])]
    assert not module(text).sets_unknown_names


def test_mail_settings_of_an_url():
    """vars().update with an e-mail URL of django-environ sets the settings of mail."""
    text = DJANGO_ENVIRON + "EMAIL_CONFIG = env.email_url('MAIL', default='smtp://')\nvars().update(EMAIL_CONFIG)\n"
    found = assignment(text, "EMAIL_BACKEND")
    assert (found.kind, found.location, [summary(read) for read in found.variables]) == (
        "variable",
        at(4),
        ["MAIL@3='smtp://'"],
    )
    assert not module(text).sets_unknown_names


def test_django_heroku():
    """django_heroku.settings(locals()) sets what its documentation says, less what is switched off."""
    text = "import django_heroku\ndjango_heroku.settings(locals(), logging=False, staticfiles=False)\n"
    assert [(item.name, item.kind, item.location.line, item.partial) for item in module(text).assignments] == [
        ("DATABASES", "variable", 2, True),
        ("ALLOWED_HOSTS", "unknown", 2, False),
        ("SECRET_KEY", "variable", 2, True),
    ]
    assert not module(text).sets_unknown_names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("if 'A' in locals():\n    pass", False, id="a question"),
        pytest.param("print(globals())", False, id="a print"),
        pytest.param("def f():\n    return g(locals())", False, id="a function's own names"),
        pytest.param("globals()['A'] = 1", False, id="a known name"),
        pytest.param("globals()[x] = 1", True, id="an unknown name"),
        pytest.param("globals().update(x)", True, id="an update"),
        pytest.param("locals().update({'A': 1})", True, id="an update with keys"),
        pytest.param("exec(code)", True, id="exec"),
        pytest.param("somewhere.configure(globals())", True, id="the namespace passed on"),
    ],
)
def test_names_that_cannot_be_known(text, expected):
    """A module says whether it sets names that only show when it runs."""
    assert module(text).sets_unknown_names is expected
    assert (module(text).names is None) is expected


# --- names, imports, includes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("", set(), id="an empty file"),
        pytest.param("a = b = 1\n(c, [d]) = x\ne: int = 1\nf: int", {"a", "b", "c", "d", "e"}, id="assignments"),
        pytest.param("def f():\n    g = 1\nasync def h():\n    pass\nclass C:\n    i = 1", {"f", "h", "C"}, id="defs"),
        pytest.param("import a.b\nimport c.d as e\nfrom f import g, h as i", {"a", "e", "g", "i"}, id="imports"),
        pytest.param("if x:\n    a = 1\nelse:\n    b = 1", {"a", "b"}, id="branches"),
        pytest.param("for i, j in x:\n    a = 1\nwith x as y:\n    b = 1", {"i", "j", "a", "y", "b"}, id="blocks"),
        pytest.param("try:\n    import a\nexcept E:\n    a = None", {"a"}, id="try"),
        pytest.param("print(n := 1)", {"n"}, id="a walrus"),
        pytest.param("from x import *", None, id="a star import"),
        pytest.param("def __getattr__(name):\n    pass", None, id="names made on demand"),
    ],
)
def test_names(text, names):
    """The names that other modules can import."""
    assert module(text).names == (None if names is None else frozenset(names))


def test_imports():
    """What may be loaded, in every spelling, wherever it stands."""
    text = "import a.b\nfrom c import d as e\nfrom . import f\nfrom ..g import h\ndef x():\n    import i\n"
    expected = {"a.b", "c", "c.d", ".", ".f", "..g", "..g.h", "i"}
    assert module(text).imports == frozenset(expected)


SPLIT = "from split_settings.tools import include, optional\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("from django.urls import include\ninclude('x')", [], id="another include"),
        pytest.param("from x import y", [], id="an ordinary import"),
        pytest.param("def f():\n    from x import A", [], id="an import in a function"),
        pytest.param(
            "from .a import A, B\nclass Live(A, B, object):\n    DEBUG = False",
            [
                Include(".a", at(1), names=(("A", "A"), ("B", "B"))),
                Include(".a", at(2), conditional=True, required=False),
            ],
            id="two classes of one module",
        ),
        pytest.param("from .base import *", [Include(".base", at(1))], id="a star import"),
        pytest.param("from . import *", [Include(".", at(1))], id="a star import of the package"),
        pytest.param("from ..a.b import *", [Include("..a.b", at(1))], id="a star import from above"),
        pytest.param(
            "try:\n    from .local import *\nexcept ImportError:\n    pass",
            [Include(".local", at(2), conditional=True, required=False)],
            id="a star import that may fail",
        ),
        pytest.param(
            "from .db import DATABASES, helper, CACHES as CACHE",
            [Include(".db", at(1), names=(("DATABASES", "DATABASES"), ("CACHES", "CACHE")))],
            id="single settings",
        ),
        pytest.param(
            SPLIT + "include('base.py', optional('local.py'), scope=globals())",
            [
                Include("base.py", at(2), is_file=True),
                Include("local.py", at(2), is_file=True, conditional=True, required=False),
            ],
            id="split-settings",
        ),
        pytest.param(
            SPLIT + "parts = ('a.py', ['b.py'])\ninclude(*parts)",
            [Include("a.py", at(2), is_file=True), Include("b.py", at(2), is_file=True)],
            id="split-settings: a tuple",
        ),
        pytest.param(
            SPLIT + "parts = ['a.py']\nif x:\n    parts.append('b.py')\nparts.extend(['c.py'])\ninclude(*parts)",
            [
                Include("a.py", at(2), is_file=True),
                Include("b.py", at(4), is_file=True, conditional=True),
                Include("c.py", at(5), is_file=True),
            ],
            id="split-settings: a list that grows",
        ),
        pytest.param(
            SPLIT + "include('envs/%s.py' % x, 'envs/{0}.py'.format(x), f'envs/{x}.py', 'envs/' + x)",
            [Include(f"envs/{end}", at(2), is_file=True, conditional=True) for end in ("*.py", "*.py", "*.py", "*")],
            id="split-settings: names that are decided later",
        ),
        pytest.param(
            "from shop.base import Base\nclass Live(Base):\n    DEBUG = False",
            [Include("shop.base", at(2), conditional=True, required=False)],
            id="a class of settings from another module",
        ),
        pytest.param(
            "from configurations import Configuration\nclass Live(Configuration):\n    DEBUG = False",
            [],
            id="a class of the library",
        ),
    ],
)
def test_includes(text, expected):
    """Where a settings source takes settings over from."""
    found = module(text).includes
    assert [(i.name, i.location, i.names, i.is_file, i.conditional, i.required) for i in found] == [
        (i.name, i.location, i.names, i.is_file, i.conditional, i.required) for i in expected
    ]


def test_includes_know_their_conditions():
    """What decides over an include is kept with it."""
    text = "import os\nMODE = os.getenv('MODE')\nif MODE == 'live' and DEBUG:\n    from .live import *\n"
    (include,) = module(text).includes
    assert ([summary(read) for read in include.variables], include.follows) == (["MODE@2"], ("DEBUG",))


def test_includes_of_unknown_files():
    """An include of who knows what leaves the settings open."""
    assert module(SPLIT + "include(x)").sets_unknown_names


# --- applications, settings modules, calls -----------------------------------------------------------------------------

WSGI = "from django.core.wsgi import get_wsgi_application\n"
ASGI = "from django.core.asgi import get_asgi_application\n"


@pytest.mark.parametrize(
    ("text", "serves"),
    [
        pytest.param("application = 1", None, id="another value"),
        pytest.param(WSGI, None, id="an import alone"),
        pytest.param("from shop.wsgi import application", None, id="an application made elsewhere"),
        pytest.param("def application(request):\n    pass", None, id="a function with one parameter"),
        pytest.param(WSGI + "application = get_wsgi_application()", "wsgi", id="wsgi"),
        pytest.param(WSGI + "app = get_wsgi_application()", "wsgi", id="wsgi by another name"),
        pytest.param(WSGI + "application = Wrapper(get_wsgi_application())", "wsgi", id="wsgi in a wrapper"),
        pytest.param(WSGI + "a = get_wsgi_application()\napplication = W(a)", "wsgi", id="wsgi wrapped later"),
        pytest.param("import django.core.wsgi as w\na = w.get_wsgi_application()", "wsgi", id="wsgi by its module"),
        pytest.param("def application(environ, start_response):\n    pass", "wsgi", id="a wsgi function"),
        pytest.param(ASGI + "application = get_asgi_application()", "asgi", id="asgi"),
        pytest.param(
            ASGI + "http = get_asgi_application()\nfrom channels.routing import ProtocolTypeRouter\n"
            "application = ProtocolTypeRouter({'http': http})",
            "asgi",
            id="channels",
        ),
        pytest.param("async def application(scope, receive, send):\n    pass", "asgi", id="an asgi function"),
        pytest.param(
            WSGI + ASGI + "wsgi = get_wsgi_application()\napplication = get_asgi_application()",
            "asgi",
            id="application wins",
        ),
    ],
)
def test_serves(text, serves):
    """Which kind of application a module makes."""
    assert module(text).serves == serves


SETDEFAULT = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', {})\n"
FORCE = "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = {}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", (None, None, False), id="none"),
        pytest.param("import os\nos.environ.setdefault('OTHER', 'x')", (None, None, False), id="another variable"),
        pytest.param(SETDEFAULT.format("'shop.settings'"), ("shop.settings", 2, False), id="setdefault"),
        pytest.param(
            "def main():\n    from os import environ\n    environ.setdefault('DJANGO_SETTINGS_MODULE', 'a.b')",
            ("a.b", 3, False),
            id="setdefault in a function",
        ),
        pytest.param("M = 'a.b'\n" + SETDEFAULT.format("M"), ("a.b", 3, False), id="a constant"),
        pytest.param(SETDEFAULT.format("'shop.' + 'live'"), ("shop.live", 2, False), id="pieces"),
        pytest.param(SETDEFAULT.format("f'shop.{x}'"), (None, 2, False), id="unknown pieces"),
        pytest.param(SETDEFAULT.format("os.environ.get('M', 'a.b')"), (None, 2, False), id="another variable's value"),
        pytest.param(FORCE.format("'a.b'"), ("a.b", 2, True), id="forced"),
        pytest.param(
            FORCE.format("os.environ.get('DJANGO_SETTINGS_MODULE', 'a.b')"), ("a.b", 2, False), id="forced to itself"
        ),
        pytest.param(
            "import os\nif 'DJANGO_SETTINGS_MODULE' not in os.environ:\n"
            "    os.environ['DJANGO_SETTINGS_MODULE'] = 'a.b'",
            ("a.b", 3, False),
            id="forced where it is missing",
        ),
        pytest.param(
            SETDEFAULT.format("'a.b'") + SETDEFAULT.format("'c.d'"), ("a.b", 2, False), id="the first default counts"
        ),
        pytest.param(FORCE.format("'a.b'") + FORCE.format("'c.d'"), ("c.d", 4, True), id="the last word counts"),
        pytest.param(
            "import os, sys\nif 'test' in sys.argv:\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 't')\n"
            "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a.b')",
            ("a.b", 4, False),
            id="a condition before the default",
        ),
        pytest.param(
            "import os\nif x:\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a')\n"
            "else:\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'b')",
            (None, 5, False),
            id="a condition decides",
        ),
        pytest.param(
            "import os\nif x:\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a')",
            ("a", 3, False),
            id="one branch",
        ),
    ],
)
def test_settings_module(text, expected):
    """What a module makes of DJANGO_SETTINGS_MODULE: value, line, whether it overrides the environment."""
    found = module(text)
    line = found.settings_location.line if found.settings_location else None
    assert (found.settings_default, line, found.settings_forced) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("init()", [], id="another init"),
        pytest.param("import sentry_sdk\nsentry_sdk.set_tag('a', 'b')", [], id="a call that starts nothing"),
        pytest.param("import sentry_sdk\nsentry_sdk = x\nsentry_sdk.init()", [], id="a name bound anew"),
        pytest.param("import ddtrace", [], id="an import that starts nothing"),
        pytest.param(
            "import sentry_sdk as s\ns.init('https://x', environment='live')",
            [Call("sentry_sdk.init", at(2), ("dsn", "environment"))],
            id="Sentry under another name",
        ),
        pytest.param(
            "from sentry_sdk import init as go\ngo(**options)",
            [Call("sentry_sdk.init", at(2), ("**",))],
            id="Sentry with unknown arguments",
        ),
        pytest.param(
            "import sentry_sdk\nif x:\n    sentry_sdk.init()",
            [Call("sentry_sdk.init", at(3), (), True)],
            id="Sentry under a condition",
        ),
        pytest.param(
            "def post_fork(server, worker):\n    import sentry_sdk\n    sentry_sdk.init()",
            [Call("sentry_sdk.init", at(3), (), True)],
            id="Sentry in a hook",
        ),
        pytest.param(
            "class C(AppConfig):\n    def ready(self):\n        import rollbar\n        rollbar.init('x')",
            [Call("rollbar.init", at(4), ("access_token",), True)],
            id="Rollbar in ready",
        ),
        pytest.param(
            "import bugsnag\nbugsnag.configure(api_key='x')",
            [Call("bugsnag.configure", at(2), ("api_key",))],
            id="Bugsnag",
        ),
        pytest.param(
            "from honeybadger import honeybadger\nhoneybadger.configure(api_key='x')",
            [Call("honeybadger.configure", at(2), ("api_key",))],
            id="Honeybadger",
        ),
        pytest.param(
            "import newrelic.agent\nnewrelic.agent.initialize('newrelic.ini')",
            [Call("newrelic.agent.initialize", at(2), ("config_file",))],
            id="New Relic",
        ),
        pytest.param("import ddtrace.auto", [Call("ddtrace.auto", at(1))], id="Datadog by import"),
        pytest.param(
            "from ddtrace import patch_all\npatch_all()", [Call("ddtrace.patch_all", at(2))], id="Datadog by call"
        ),
        pytest.param(
            "from __appsignal__ import appsignal\nappsignal.start()", [Call("appsignal.start", at(2))], id="AppSignal"
        ),
        pytest.param("import logfire\nlogfire.configure()", [Call("logfire.configure", at(2))], id="Logfire"),
        pytest.param(
            "from opentelemetry.instrumentation.django import DjangoInstrumentor\nDjangoInstrumentor().instrument()",
            [Call("opentelemetry.instrumentation.django.DjangoInstrumentor.instrument", at(2))],
            id="OpenTelemetry",
        ),
    ],
)
def test_tracker_calls(text, expected):
    """Calls that start an error tracker, under one name whatever the spelling."""
    assert list(module(text).calls) == expected


def test_tracker_calls_know_their_variables():
    """What the arguments and the conditions read is kept with the call."""
    text = (
        "import os, sentry_sdk\ndsn = os.getenv('DSN')\nif dsn:\n    sentry_sdk.init(dsn, release=os.getenv('REL'))\n"
    )
    (call,) = module(text).calls
    assert [summary(read) for read in call.variables] == ["DSN@2", "REL@4?"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "from django.core.management import execute_from_command_line as e\ne(sys.argv)", (), id="manage.py"
        ),
        pytest.param(
            "from django.core.management import call_command\ncall_command('migrate', verbosity=0)",
            ("migrate",),
            id="call_command",
        ),
        pytest.param(
            "from django.core import management\ndef f():\n    management.call_command(x)\n    management.call_command()",
            ("?",),
            id="an unknown command",
        ),
        pytest.param(
            "from django.core.management import execute_from_command_line\n"
            "execute_from_command_line(['manage.py', 'migrate'])\nexecute_from_command_line(['manage.py', x])\n"
            "execute_from_command_line(['manage.py'])",
            ("migrate", "?"),
            id="a command line that stands there",
        ),
    ],
)
def test_management_calls(text, expected):
    """Management commands that a module runs itself."""
    assert module(text).management_calls == expected


# --- bad input ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        pytest.param("a = 1\nb = = 2", "is no valid Python", 2, id="a syntax error"),
        pytest.param("print 'x'", "is no valid Python", 1, id="Python 2"),
        pytest.param("SECRET_KEY = 'hunter22", "is no valid Python", 1, id="an open text with a secret"),
        pytest.param("a = '\ud800'", "is no valid Python", None, id="a lone surrogate"),
        pytest.param("x = " + "(" * 5000 + ")" * 5000, "nests too deeply", None, id="brackets"),
        pytest.param("x = " + "-" * 10_000 + "1", "nests too deeply", None, id="signs"),
        pytest.param("x = a" + ".b" * 15_000, "nests too deeply", None, id="attributes"),
        pytest.param("x = 1" + "\\\n+1" * 15_000, "nests too deeply", None, id="a sum over many lines"),
        pytest.param("x = (1" + "\n+1" * 9_000 + ")", "nests too deeply", None, id="a sum in brackets"),
        pytest.param("x = a" + "()" * 6_000, "nests too deeply", None, id="calls of calls"),
        pytest.param("x = " + "not " * 15_000 + "1", "nests too deeply", None, id="negations"),
        pytest.param("if x: pass\n" + "elif x: pass\n" * 5_900, "nests too deeply", None, id="elif without end"),
        pytest.param("A = [\n" + "1,\n" * 60_000 + "]", "is too long", None, id="a list of very many elements"),
        pytest.param("A = f'" + "{A}" * 3_000 + "'", "is too long", None, id="a text of very many pieces"),
        pytest.param("A = a.b.c.d.e\n" * 5_000, "is too long", None, id="very many operators"),
        pytest.param("A = 1\n" * 7_000, "is too long", None, id="very many lines"),
        pytest.param("A = 1\n" * 4_001, "is too long", None, id="very many statements"),
    ],
)
def test_unreadable(text, reason, line):
    """What is no Python, or is meant to break parsers, is said in our own words."""
    with pytest.raises(Unreadable) as caught:
        list(python_module.read(Source(PATH, text)))
    assert (caught.value.reason, caught.value.line) == (reason, line)
    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A = [\n" + "'x',\n" * 9_000 + "]", id="a long list"),
        pytest.param("A = 1" + "+1" * 2500, id="a long sum"),
        pytest.param("A = '" + "x" * 400_000 + "'", id="a long text"),
        pytest.param("A = 1;" * 3_900, id="one long line"),
        pytest.param("import os\n" + "A = os.environ['X'] + A\n" * 2_900, id="a chain of names"),
        pytest.param(
            "import os\n" + "".join(f"A{n} = os.environ['X{n}']\n" for n in range(2_900)), id="many variables"
        ),
        pytest.param("".join(f"{' ' * n}if x:\n" for n in range(95)) + " " * 95 + "A = 1", id="blocks in blocks"),
        pytest.param(
            "".join(f"{' ' * n}def f{n}(x):\n" for n in range(95)) + (" " * 95 + "x = 1\n") * 2000,
            id="functions in functions",
        ),
        pytest.param("A = '\\d'  # an invalid escape\nassert (1, 'x')", id="a warning of the compiler"),
        pytest.param('A = 1\n"""' + "\n'''" * 30_000 + '\n"""', id="quotes in quotes"),
    ],
)
def test_large_but_readable(text):
    """Large files are read, in time that grows with them."""
    assert module(text).names is not None


PASSWORD = "kd83jf7sXk29slq0"


@pytest.mark.parametrize(
    ("name", "default", "expected"),
    [
        pytest.param("DATABASE_URL", f"'pg://u:' '{PASSWORD}@h'", "'pg://u:***@h'", id="texts side by side"),
        pytest.param("DATABASE_URL", f"'pg://u:' + '{PASSWORD}@h'", "'pg://u:***@h'", id="a sum"),
        pytest.param("DATABASE_URL", f"'pg://u:{PASSWORD}' + AT", "…", id="a sum with an unknown"),
        pytest.param("DATABASE_URL", f"f'pg://u:{PASSWORD}@{{HOST}}'", "f'pg://u:***@{HOST}'", id="an f-string"),
        pytest.param("DATABASE_URL", f"(\n'pg://u:'\n'{PASSWORD}@h'\n)", "'pg://u:***@h'", id="several lines"),
        pytest.param(
            "DATABASE_URL", f"[f('pg://u:{PASSWORD}@h',\n1)]", "[f('pg://u:***@h', 1)]", id="calls over lines"
        ),
        pytest.param("DATABASE_URLS", f"['pg://u:' '{PASSWORD}@h']", "***", id="a list with a secret"),
        pytest.param("HOSTS", "['a', 'b']", "['a', 'b']", id="a list without"),
        pytest.param("SECRET_KEY", f"'{PASSWORD}' + SALT", "…", id="a secret put together"),
        pytest.param("SECRET_KEY", "get_random_secret_key()", "get_random_secret_key()", id="a secret made up"),
        pytest.param("SENTRY_DSN", f"'{PASSWORD}'", "***", id="a DSN"),
        pytest.param("DATABASE_URL", f"f('pg://u:{PASSWORD}' + {'x' * 5000})", "…", id="a long expression"),
        pytest.param("TEXT", f"f({'x' * 5000})", "…", id="another long expression"),
    ],
)
def test_defaults_are_masked(name, default, expected):
    """However a default is put together, no secret of it is kept."""
    (read,) = module(f"import os\nA = os.getenv('{name}', {default})").variables
    assert (read.has_default, read.default) == (True, expected)


def test_no_fact_holds_a_secret():
    """Neither literals nor defaults of secrets come into the facts."""
    text = (
        "import os\n"
        "SECRET_KEY = 'kd83jf7sXk29slq0'\n"
        "TOKEN = os.getenv('API_TOKEN', 'kd83jf7sXk29slq0')\n"
        "DATABASES = {'default': {'PASSWORD': 'kd83jf7sXk29slq0', 'URL': 'pg://u:kd83jf7sXk29slq0@h/d'}}\n"
        "BROKER_URL = 'amqp://u:kd83jf7sXk29slq0@h'\n"
        "KEYS = ['sk_live_kd83jf7sXk29slq0']\n"
    )
    assert "kd83jf7sXk29slq0" not in repr(module(text))
    assert secrets.MASK in repr(module(text))


@pytest.mark.parametrize(
    ("text", "copes"),
    [
        pytest.param("A = os.environ.get('X')", False, id="its value"),
        pytest.param("A = not os.environ['X']", False, id="asked for in a way that fails"),
        pytest.param("if os.environ['X'] == '1':\n    pass", False, id="compared in a way that fails"),
        pytest.param("if f(os.environ.get('X')):\n    pass", False, id="given to a function"),
        pytest.param("A = a and os.environ.get('X')", False, id="the last of several values"),
        pytest.param("A = str(os.environ.get('X'))", False, id="its text"),
        pytest.param("A = bool(os.environ['X'])", False, id="whether it is empty, in a way that fails"),
        pytest.param("A = bool(os.environ.get('X'))", True, id="whether it is there"),
        pytest.param("A = os.environ.get('X') and 1", True, id="what decides over another value"),
        pytest.param("if os.environ.get('X'):\n    pass", True, id="a condition"),
        pytest.param("if a and os.environ.get('X'):\n    pass", True, id="a part of a condition"),
        pytest.param("if not os.getenv('X'):\n    pass", True, id="a condition turned round"),
        pytest.param("A = os.environ.get('X') == 'yes'", True, id="compared"),
        pytest.param("A = 1 if os.environ.get('X') else 2", True, id="a condition inside an expression"),
    ],
)
def test_who_only_asks_for_a_variable_copes_without_it(text, copes):
    """A condition answers no where the variable is missing."""
    [read] = module("import os\n" + text + "\n").variables
    assert read.has_default is copes


DOUBLED = "".join(f"A{number + 1} = (A{number}, A{number})\n" for number in range(40))
JOINED = "".join(f"A{number + 1} = f'{{A{number}}}{{A{number}}}'\n" for number in range(40))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"A0 = ('x', 'y')\n{DOUBLED}B = A40\n", id="tuples that double"),
        pytest.param(f"import os\nA0 = 'x'\n{DOUBLED}B = os.environ.get('B', A40)\n", id="a default that doubles"),
        pytest.param(f"A0 = 'xxxxxxxxxx'\n{JOINED}B = A40\n", id="texts that double"),
        pytest.param(f"A0 = ('x', 'y')\n{DOUBLED}B = f'{{A40}}'\n", id="a text of tuples that double"),
        pytest.param("A = 'xxxxxxxxxx'\nB = f'" + "{A}" * 1_900 + "'\n", id="a text of many pieces"),
        pytest.param("A = '" + "x" * 100_000 + "'\n" + "B = A + A\n" * 3_000, id="sums of long texts"),
        pytest.param(
            "import os\nfor n in (" + "'A', " * 5_000 + "):\n" + "    x = os.environ.get(n)\n" * 1_500,
            id="many reads of many variables",
        ),
        pytest.param(
            "import os\nfor n in ("
            + "".join(f"'A{n}', " for n in range(90))
            + "):\n"
            + "    x = os.environ.get(n)\n" * 3_000,
            id="many reads of some variables",
        ),
        pytest.param(
            "for n in (" + "".join(f"'A{n}', " for n in range(90)) + "):\n" + "    globals()[n] = n\n" * 3_000,
            id="many assignments of some settings",
        ),
        pytest.param(
            "import os\nif "
            + " or ".join(f"a{n}" for n in range(10_000))
            + ":\n"
            + "    os.environ['DJANGO_SETTINGS_MODULE'] = 'x'\n" * 3_000,
            id="many statements below a long condition",
        ),
        pytest.param(
            "import os\n" + ("A = " + "os.environ.get('A', " * 90 + "'x'" + ")" * 90 + "\n") * 35,
            id="defaults in defaults",
        ),
        pytest.param(
            "import os\nA = " + "os.environ.get('A', [" * 90 + "1," * 15_000 + "])" * 90 + "\n",
            id="a long list in defaults in defaults",
        ),
        pytest.param(
            "from pydantic import BaseSettings\n"
            + "".join(
                f"class A{n}({', '.join(['BaseSettings', *(f'A{m}' for m in range(max(0, n - 3), n))])}):\n    a{n}: int = 1\n"
                for n in range(1_900)
            ),
            id="classes that inherit ever more fields",
        ),
    ],
)
def test_modules_that_multiply_take_bounded_time(text):
    start = time.process_time()
    found = module(text)
    assert len(repr(found)) < 5_000_000
    assert time.process_time() - start < 5
