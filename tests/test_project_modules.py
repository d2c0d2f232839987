from __future__ import annotations

import pytest

from tests.projects import WSGI, inspect_files

INIT = "import sentry_sdk\nsentry_sdk.init(dsn='x')\n"
APPS = "class ShopConfig:\n    def ready(self):\n        from . import errors\n"


def starts(tmp_path, files, settings="") -> list[str]:
    """Where the files that were read start a tracker."""
    deployment = inspect_files(tmp_path, files, settings=settings).report.deployment
    assert deployment is not None
    return sorted(str(call.location) for module in deployment.modules.values() for call in module.calls)


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="nothing starts one"),
        pytest.param({"scripts/tool.py": INIT}, "", id="a file that nothing leads to"),
        pytest.param({"shop/__init__.py": "", "shop/apps.py": INIT}, "", id="an app that is not installed"),
        pytest.param({"bookstore/celery.py": "import sentry_sdk\nsentry_sdk.init(\n"}, "", id="no valid Python"),
        pytest.param(
            {"bookstore/celery.py": "from ...above import x\nfrom .missing import y\n"},
            "",
            id="imports that lead nowhere",
        ),
        pytest.param({}, "INSTALLED_APPS = None\n", id="no list of apps"),
    ],
)
def test_nothing_is_found(tmp_path, files, settings):
    assert starts(tmp_path, files, settings) == []


@pytest.mark.parametrize(
    ("files", "settings", "places"),
    [
        pytest.param({"manage.py": INIT}, "", ["manage.py:2"], id="manage.py"),
        pytest.param({"bookstore/wsgi.py": WSGI + INIT}, "", ["bookstore/wsgi.py:9"], id="wsgi.py"),
        pytest.param({"bookstore/asgi.py": INIT}, "", ["bookstore/asgi.py:2"], id="asgi.py"),
        pytest.param({"bookstore/celery.py": INIT}, "", ["bookstore/celery.py:2"], id="celery.py"),
        pytest.param({"bookstore/__init__.py": INIT}, "", ["bookstore/__init__.py:2"], id="the settings' package"),
        pytest.param(
            {"shop/__init__.py": "", "shop/apps.py": INIT},
            'INSTALLED_APPS += ["shop"]\n',
            ["shop/apps.py:2"],
            id="an app by its package",
        ),
        pytest.param(
            {"shop/__init__.py": "", "shop/apps.py": INIT},
            'INSTALLED_APPS += ["shop.apps.ShopConfig"]\n',
            ["shop/apps.py:2"],
            id="an app by its configuration",
        ),
        pytest.param(
            {"src/shop/__init__.py": "", "src/shop/apps.py": INIT},
            'INSTALLED_APPS += ["shop"]\n',
            ["src/shop/apps.py:2"],
            id="an app below src",
        ),
        pytest.param(
            {"shop/__init__.py": "", "shop/apps.py": APPS, "shop/errors.py": INIT},
            'INSTALLED_APPS += ["shop"]\n',
            ["shop/errors.py:2"],
            id="what an app imports",
        ),
        pytest.param(
            {
                "bookstore/wsgi.py": "from tools.start import go\n",
                "tools/__init__.py": "",
                "tools/start.py": "import sentry_sdk\nfrom tools import errors\n",
                "tools/errors.py": INIT,
            },
            "",
            ["tools/errors.py:2"],
            id="what is imported by what mentions a tracker",
        ),
        pytest.param(
            {"shop/__init__.py": "", "shop/middleware.py": INIT},
            'MIDDLEWARE += ["shop.middleware.Errors"]\n',
            ["shop/middleware.py:2"],
            id="middleware",
        ),
    ],
)
def test_where_a_tracker_starts(tmp_path, files, settings, places):
    assert starts(tmp_path, files, settings) == places


def test_what_mentions_no_tracker_is_not_looked_at(tmp_path):
    files = {"bookstore/wsgi.py": "import tools\n", "tools.py": "import bookstore.deep\n", "bookstore/deep.py": INIT}
    assert starts(tmp_path, files) == []


@pytest.mark.parametrize(
    ("call", "empty"),
    [
        pytest.param("init(dsn=DSN)", (), id="a name from elsewhere"),
        pytest.param("init('x')", (), id="a value"),
        pytest.param("init()", (), id="no argument"),
        pytest.param("init(**options)", (), id="unpacked"),
        pytest.param("init('')", ("dsn",), id="empty, in first place"),
        pytest.param("init(dsn=None, debug=False)", ("dsn", "debug"), id="empty, by name"),
        pytest.param("init(EMPTY)", ("dsn",), id="a name for nothing"),
    ],
)
def test_arguments_that_are_empty(tmp_path, call, empty):
    source = f"import sentry_sdk\nEMPTY = ''\nsentry_sdk.{call}\n"
    deployment = inspect_files(tmp_path, {"bookstore/celery.py": source}).report.deployment
    assert deployment is not None
    assert [found.empty for found in deployment.modules["bookstore/celery.py"].calls] == [empty]
