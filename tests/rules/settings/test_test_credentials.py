from __future__ import annotations

import pytest

from tests.projects import SETTINGS, inspect_files

RULE = "test-credentials"
LINE = len(SETTINGS.splitlines()) + 1
KEY = "sk_test_" + "51H8aBcDeFgHiJk"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    monkeypatch.delenv("BOOKSTORE_STRIPE", raising=False)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("", id="no key"),
        pytest.param(f'DEBUG = True\nSTRIPE_KEY = "{KEY}"\n', id="settings for development"),
        pytest.param(f'STRIPE_TEST_KEY = "{KEY}"\n', id="beside the live one, chosen by a mode"),
        pytest.param(f'STRIPE = {{"test": "{KEY}", "live": ""}}\n', id="beside the live one, in a dictionary"),
        pytest.param(f'STRIPE_KEY = os.environ.get("BOOKSTORE_STRIPE", "{KEY}")\n', id="it is unset here"),
        pytest.param(
            "import json\ntry:\n    with open('no/secrets.json') as file:\n        SECRETS = json.load(file)\n"
            f"except OSError:\n    SECRETS = {{}}\nSTRIPE_KEY = SECRETS.get('stripe', '{KEY}')\n",
            id="instead of a file that is not here",
        ),
        pytest.param('STRIPE_KEY = "pk_live_x"\nBRAINTREE_ENVIRONMENT = "production"\n', id="live"),
        pytest.param('STRIPE_KEY = "sk_test_"\n', id="nothing but the prefix"),
        pytest.param(f'STRIPE_HELP = "use {KEY}"\n', id="a text that speaks of one"),
        pytest.param('PAYPAL_MODE = os.environ.get("BOOKSTORE_STRIPE", "sandbox")\n', id="the mode is unset here"),
    ],
)
def test_silent(tmp_path, settings):
    assert inspect_files(tmp_path, settings=settings).places(RULE) == []


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        pytest.param(
            f'STRIPE_KEY = "{KEY}"\n',
            "'STRIPE_KEY' holds a test key, 'sk_test_…'.",
            "Write os.environ['STRIPE_KEY'] there and set it to the live key in production.",
            id="Stripe",
        ),
        pytest.param(
            f'PAYMENTS = {{"stripe": {{"secret": "{KEY}"}}}}\n',
            "'PAYMENTS['stripe']['secret']' holds a test key, 'sk_test_…'.",
            "Write os.environ['PAYMENTS_STRIPE_SECRET'] there and set it to the live key in production.",
            id="in a dictionary",
        ),
        pytest.param(
            'RECAPTCHA_PUBLIC_KEY = "6LeIxAcTAAAAAJcZVRqyHh71UMIEGNQ_MXjiZKhI"\n',
            "'RECAPTCHA_PUBLIC_KEY' holds a test key, '6LeIxAcTAAAA…'.",
            "Write os.environ['RECAPTCHA_PUBLIC_KEY'] there and set it to the live key in production.",
            id="the key that lets every robot in",
        ),
        pytest.param(
            'PAYPAL_MODE = "Sandbox"\n',
            "'PAYPAL_MODE' is 'Sandbox', so payments go to a sandbox.",
            "Write PAYPAL_MODE = 'live' where production runs.",
            id="a sandbox by its name",
        ),
        pytest.param(
            "STRIPE_LIVE_MODE = False\n",
            "'STRIPE_LIVE_MODE' is False, so payments go to a sandbox.",
            "Write STRIPE_LIVE_MODE = True where production runs.",
            id="a sandbox by a flag",
        ),
    ],
)
def test_fires(tmp_path, settings, message, hint):
    found = inspect_files(tmp_path, settings=settings)
    assert found.places(RULE) == [f"bookstore/settings.py:{LINE}"]
    assert [(item.message, item.hint) for item in found.findings(RULE)] == [(message, hint)]
    assert KEY[8:] not in repr(found.findings(RULE))


def test_fires_for_a_variable_that_is_set_here(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKSTORE_STRIPE", KEY)
    settings = 'STRIPE_KEY = os.environ.get("BOOKSTORE_STRIPE")\n'
    assert inspect_files(tmp_path, settings=settings).places(RULE) == [f"bookstore/settings.py:{LINE}"]
