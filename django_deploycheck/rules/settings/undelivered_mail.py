"""
The site sends mail to its users, and the mail backend delivers none.

The backends for the console, memory, a folder and nowhere are found where a ``password_reset`` URL is there, or an app
such as allauth that mails its users. Mail to ADMINS has a rule of its own. Where ``MAILERS`` is set, Django 6.1 checks
it itself.

Why it matters
--------------

"We have sent you a mail" is what the page says; the link to reset the password or to confirm an address is in a log,
or nowhere. Nothing fails, so nobody notices but the users.

Bad
---

.. code-block:: python
    :caption: settings.py

    INSTALLED_APPS += ["allauth", "allauth.account"]
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

Good
----

.. code-block:: python
    :caption: settings.py

    INSTALLED_APPS += ["allauth", "allauth.account"]
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = "mail.example.com"

When to silence it
------------------

When these pages are there and nobody shall use them yet.

References
----------

- https://docs.djangoproject.com/en/stable/topics/email/#email-backends
- https://docs.djangoproject.com/en/stable/howto/deployment/checklist/#email-backend-and-related-settings
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level
from django_deploycheck.rules.errors._mail import fate_of_mail
from django_deploycheck.unchanged import asked

ID = 611
LEVEL: Level = "W"
VALUE = True

_MAILING_APPS = ("allauth.account", "djoser", "dj_rest_auth.registration", "registration", "django_registration")
_DEPTH = 5


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if settings.is_overridden("MAILERS") or settings.may_differ("EMAIL_BACKEND"):
        return
    fate = None if are_for_development(deployment) else fate_of_mail(deployment)
    reason = _reason_to_mail(deployment) if fate is not None else None
    if fate is None or reason is None:
        return
    file = settings.file_or_module
    yield Finding(
        f"{reason} mails users, and with '{settings.get('EMAIL_BACKEND')}' {fate}.",
        f"Write EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend' and EMAIL_HOST in {file}.",
        settings.location("EMAIL_BACKEND"),
    )


def _reason_to_mail(deployment: Deployment) -> str | None:
    """What sends mail to users, quoted; None where nothing is known to."""
    apps = [app for app in deployment.settings.get("INSTALLED_APPS") or () if isinstance(app, str)]
    app = next((app for app in apps for name in _MAILING_APPS if (app + ".").startswith(name + ".")), None)
    if app is not None:
        return f"'{app}'"
    return "The URL 'password_reset'" if _resets_passwords(deployment.settings.get("ROOT_URLCONF")) else None


def _resets_passwords(urlconf: Any) -> bool:
    """Whether a URL of that name is there; Django's own check of URLs imports the same modules."""
    from django.urls import get_resolver

    try:
        return isinstance(urlconf, str) and _has_name(asked(get_resolver, urlconf), _DEPTH)
    except Exception:  # noqa: BLE001 - the project's URLs may raise anything
        return False


def _has_name(resolver: Any, depth: int) -> bool:
    if "password_reset" in resolver.reverse_dict:
        return True
    return depth > 0 and any(_has_name(below, depth - 1) for _, below in resolver.namespace_dict.values())
