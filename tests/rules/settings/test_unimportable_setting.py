"""Rule 617."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from tests.projects import SETTINGS, SETTINGS_PATH, inspect_files

RULE = "unimportable-setting"
LINE = len(SETTINGS.splitlines()) + 1
HINT = "Correct the path in bookstore/settings.py."


@pytest.fixture(autouse=True)
def _packages(tmp_path, monkeypatch):
    """Packages whose import fails in ways of their own."""
    for name, text in {
        "wants_driver": "import absent_driver\n",
        "wraps_driver": "try:\n    import absent_driver\nexcept ImportError as error:\n    raise ValueError('no') from error\n",
        "misconfigured": "raise ValueError('a variable is missing')\n",
        "bare": "raise ImportError\n",
    }.items():
        folder = tmp_path / "packages" / name
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
        (folder / "backend.py").write_text(text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.delitem(sys.modules, f"{name}.backend", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))


@pytest.mark.parametrize(
    ("files", "settings"),
    [
        pytest.param({}, "", id="Django's own defaults"),
        pytest.param({}, 'EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"\n', id="a right path"),
        pytest.param({}, 'SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"\n', id="a right module"),
        pytest.param(
            {},
            'STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "other": None}\n',
            id="right storages",
        ),
        pytest.param({}, "EMAIL_BACKEND = os.environ.get('MAILER', 'absent.Backend')\n", id="it is unset here"),
        pytest.param({}, 'EMAIL_BACKEND = "misconfigured.backend.Backend"\n', id="a module that raises something else"),
        pytest.param({}, 'EMAIL_BACKEND = ""\n', id="no path"),
        pytest.param({}, 'EMAIL_BACKEND = "no path at all"\n', id="no dotted path"),
        pytest.param({}, "AUTHENTICATION_BACKENDS = [object]\n", id="something that is no text"),
        pytest.param({}, 'CHANNEL_LAYERS = "none"\n', id="a setting that is no dictionary"),
        pytest.param(
            {"requirements.txt": "django-anymail[mailgun]==13.1\n"},
            'EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"\n',
            id="a package that production installs",
        ),
        pytest.param(
            {},
            'MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend"}}\nEMAIL_BACKEND = "absent.Backend"\n',
            id="a backend that MAILERS replaces",
        ),
    ],
)
def test_silent(tmp_path, files, settings):
    assert inspect_files(tmp_path, files, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        pytest.param(
            'EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBakend"\n',
            "EMAIL_BACKEND names 'django.core.mail.backends.smtp.EmailBakend', which cannot be imported: "
            "'django.core.mail.backends.smtp' has no 'EmailBakend'.",
            id="a name",
        ),
        pytest.param(
            'SESSION_ENGINE = "django.contrib.sessions.backends.redis"\n',
            "SESSION_ENGINE names 'django.contrib.sessions.backends.redis', which cannot be imported: "
            "there is no module 'django.contrib.sessions.backends.redis'.",
            id="a module",
        ),
        pytest.param(
            'AUTHENTICATION_BACKENDS = ["django.contrib.auth.backend.ModelBackend"]\n',
            "AUTHENTICATION_BACKENDS names 'django.contrib.auth.backend.ModelBackend', which cannot be imported: "
            "there is no module 'django.contrib.auth.backend'.",
            id="an entry of a list",
        ),
        pytest.param(
            'STORAGES = {"default": {"BACKEND": "wants_driver.backend.Storage"}}\n',
            "STORAGES['default']['BACKEND'] names 'wants_driver.backend.Storage', which cannot be imported: "
            "there is no module 'absent_driver'.",
            id="what the package needs",
        ),
        pytest.param(
            'CACHES = {"default": {"BACKEND": "wraps_driver.backend.Cache"}}\n',
            "CACHES['default']['BACKEND'] names 'wraps_driver.backend.Cache', which cannot be imported: "
            "there is no module 'absent_driver'.",
            id="what the package needs, said in another way",
        ),
        pytest.param(
            'MAILERS = {"default": {"BACKEND": "bare.backend.Mailer"}}\n',
            "MAILERS['default']['BACKEND'] names 'bare.backend.Mailer', which cannot be imported: ImportError.",
            id="no module is named",
        ),
    ],
)
def test_fires(tmp_path, settings, message):
    (finding,) = inspect_files(tmp_path, settings=settings).findings(RULE)
    assert (str(finding.location), finding.level) == (f"{SETTINGS_PATH}:{LINE}", None)
    assert (finding.message, finding.hint) == (message, HINT)


@pytest.mark.parametrize("package", ["absent", "specless"])
def test_a_package_that_is_not_installed_here_is_a_warning(tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, "specless", ModuleType("specless"))
    settings = f'EMAIL_BACKEND = "{package}.mail.Backend"\n'
    (finding,) = inspect_files(tmp_path, settings=settings).findings(RULE)
    assert finding.level == "W"
    assert (
        finding.hint == f"Add the package that brings '{package}' to the project's dependencies, or correct the path."
    )
