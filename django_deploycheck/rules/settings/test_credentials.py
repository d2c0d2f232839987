"""
The settings of production hold a vendor's test key.

Keys of Stripe, Razorpay and Square that say so in their first letters, the public test keys of reCAPTCHA, hCaptcha and
Turnstile, and settings that choose the sandbox of Braintree, PayPal, Plaid, Stripe or Mollie are found. Of a key only
its first letters are ever shown.

Why it matters
--------------

Orders are taken and nobody is charged; a form that shall keep robots out lets everyone in. Both work perfectly in
every test.

Bad
---

.. code-block:: python
    :caption: settings.py

    BRAINTREE_ENVIRONMENT = "sandbox"
    STRIPE_PUBLISHABLE_KEY = "pk_test_" + "51H8example"

Good
----

.. code-block:: python
    :caption: settings.py

    BRAINTREE_ENVIRONMENT = "production"
    STRIPE_PUBLISHABLE_KEY = os.environ.get("STRIPE_PUBLISHABLE_KEY", "")

Good: a mode chooses between two keys
-------------------------------------

.. code-block:: python
    :caption: settings.py

    STRIPE_TEST_PUBLIC_KEY = "pk_test_" + "51H8example"
    STRIPE_LIVE_PUBLIC_KEY = os.environ.get("STRIPE_LIVE_PUBLIC_KEY", "")

When to silence it
------------------

When the shop is a demonstration.

References
----------

- https://docs.stripe.com/keys
- https://developer.paypal.com/braintree/docs/reference/general/testing
- https://developers.google.com/recaptcha/docs/faq
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.patterns import regex

ID = 606
LEVEL: Level = "W"
VALUE = True

_KEY = regex(
    r"(?P<start>(?:[spr]k_test_|rzp_test_|sandbox-sq0|6LeIxAcTAAAA|10000000-ffff-|[123]x0{8}))[\w\-]",
    holding="_test_ sandbox-sq0 6LeIxAcTAAAA 10000000-ffff- x00000000",
)
_SANDBOX = {
    "BRAINTREE_ENVIRONMENT": ("sandbox", "production"),
    "BRAINTREE_PRODUCTION": (False, True),
    "PAYPAL_TEST": (True, False),
    "PAYPAL_MODE": ("sandbox", "live"),
    "PLAID_ENV": ("sandbox", "production"),
    "STRIPE_LIVE_MODE": (False, True),
    "SQUARE_ENVIRONMENT": ("sandbox", "production"),
}
_DEPTH = 3
_MODES = regex(r"TEST|SANDBOX|DEV", re.IGNORECASE)


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if are_for_development(deployment):
        return
    for name in _assigned(deployment):
        found = settings.provenance(name)
        # A value from elsewhere, a file of secrets say, may well be a stand-in for what production has.
        if settings.may_differ(name) or (found is not None and found.kind == "unknown"):
            continue
        value = settings.get(name)
        sandbox, live = _SANDBOX.get(name, (None, None))
        if name in _SANDBOX and (value.lower() if isinstance(value, str) else value) == sandbox:
            yield Finding(
                f"'{name}' is {value!r}, so payments go to a sandbox.",
                f"Write {name} = {live!r} where production runs.",
                settings.location(name),
            )
        for keys, text in _texts(value, (name,), _DEPTH):
            match = _KEY.match(text)
            if match and not any(_MODES.search(key) for key in keys):
                shown = keys[0] + "".join(f"['{key}']" for key in keys[1:])
                yield Finding(
                    f"'{shown}' holds a test key, '{match['start']}…'.",
                    f"Write os.environ['{'_'.join(keys).upper()}'] there and set it to the live key in production.",
                    settings.location(*keys),
                )


def _texts(value: Any, keys: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield keys, value
    elif isinstance(value, dict) and depth:
        for key, item in value.items():
            yield from _texts(item, (*keys, str(key)), depth - 1)


def _assigned(deployment: Deployment) -> tuple[str, ...]:
    modules = deployment.settings.sources.modules.values()
    return tuple(dict.fromkeys(item.name for found in modules for item in found.assignments if item.name.isupper()))
