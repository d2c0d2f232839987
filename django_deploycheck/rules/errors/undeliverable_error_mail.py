"""
ADMINS names who is told of errors, and the mail to them cannot arrive.

It looks at the backend that mail is given to, at the address it comes from, and at whether a handler that mails is
left for errors of ``django.request``: one of your own, or Django's, which stays unless ``LOGGING`` names the logger
``django`` or disables existing loggers.

Why it matters
--------------

Somebody took care that errors are told, and relies on it. That no mail comes looks exactly like a site without errors.

Bad: nothing is sent
--------------------

.. code-block:: python
    :caption: settings.py

    ADMINS = [("Errors", "errors@example.com")]
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

Bad: the sender's address does not exist
----------------------------------------

.. code-block:: python
    :caption: settings.py

    ADMINS = [("Errors", "errors@example.com")]
    SERVER_EMAIL = "root@localhost"

Bad: no handler mails
---------------------

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "loggers": {"django": {"handlers": ["console"]}},
    }

Good
----

.. code-block:: python
    :caption: settings.py

    ADMINS = [("Errors", "errors@example.com")]
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    SERVER_EMAIL = "bookstore@example.com"

Good: Django's own handler is left alone
----------------------------------------

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"]},
    }

Good: a handler that mails
--------------------------

.. code-block:: python
    :caption: settings.py

    LOGGING = {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {
            "console": {"class": "logging.StreamHandler"},
            "mail": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"},
        },
        "loggers": {"django": {"handlers": ["console", "mail"]}},
    }

When to silence it
------------------

When ``ADMINS`` is there for another purpose and errors are told in another way.

References
----------

- https://docs.djangoproject.com/en/stable/howto/error-reporting/#email-reports
- https://docs.djangoproject.com/en/stable/ref/settings/#server-email
- https://docs.djangoproject.com/en/stable/ref/logging/#default-logging-configuration
"""

from __future__ import annotations

from collections.abc import Iterator

from django_deploycheck.judged import are_for_development
from django_deploycheck.model import Deployment, Finding, Level, Location
from django_deploycheck.rules.errors._logging import MAIL, reached_handlers
from django_deploycheck.rules.errors._mail import fate_of_mail, is_decided_elsewhere, tells_somebody
from django_deploycheck.rules.errors._trackers import is_unset, settings_file

ID = 504
LEVEL: Level = "W"
VALUE = True

_NO_SENDER = ("root@localhost", "webmaster@localhost")


def check(deployment: Deployment) -> Iterator[Finding]:
    settings = deployment.settings
    if not settings.get("ADMINS") or are_for_development(deployment) or is_decided_elsewhere(deployment):
        return
    found = _what_hinders(deployment)
    if found is None:
        return
    reason, hint, location = found
    yield Finding(f"'ADMINS' is set and is told of no error: {reason}.", hint, location or settings.location("ADMINS"))


def _what_hinders(deployment: Deployment) -> tuple[str, str, Location | None] | None:
    """The reason, what to do about it and where it stands; None where mail may arrive."""
    settings, file = deployment.settings, settings_file(deployment)
    fate = fate_of_mail(deployment)
    if fate is not None:
        if settings.is_overridden("MAILERS"):
            hint = f"Let the 'default' of MAILERS in {file} use 'django.core.mail.backends.smtp.EmailBackend'."
            return fate, hint, settings.location("MAILERS")
        hint = f"Write EMAIL_BACKEND = 'django.core.mail.backends.smtp.EmailBackend' and EMAIL_HOST in {file}."
        return fate, hint, settings.location("EMAIL_BACKEND")
    handlers = reached_handlers(deployment)
    if handlers is not None and not any(handler.get("class") == MAIL for handler in handlers):
        if tells_somebody(deployment):
            return None
        hint = (
            f"Add 'mail': {{'class': '{MAIL}', 'level': 'ERROR'}} to the 'handlers' of LOGGING, and 'mail' to those "
            "of its logger 'django'."
        )
        return "'LOGGING' leads errors of 'django.request' to no handler that mails", hint, settings.location("LOGGING")
    sender = settings.get("SERVER_EMAIL")
    if sender in _NO_SENDER and not is_unset(deployment, "SERVER_EMAIL"):
        hint = f"Write SERVER_EMAIL = 'errors@<your domain>' in {file}, an address that your mail server may send from."
        return f"it would come from '{sender}', which mail servers refuse", hint, settings.location("SERVER_EMAIL")
    return None
