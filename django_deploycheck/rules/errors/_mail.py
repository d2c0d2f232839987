"""Whether Django's mail to ADMINS about errors would leave the site."""

from __future__ import annotations

from django_deploycheck.model import Answer, Deployment
from django_deploycheck.rules.errors._trackers import is_unset, logging_handlers

_GOES_NOWHERE = {
    "django.core.mail.backends.console.EmailBackend": "the console",
    "django.core.mail.backends.locmem.EmailBackend": "memory",
    "django.core.mail.backends.dummy.EmailBackend": "nowhere",
    "django.core.mail.backends.filebased.EmailBackend": "a folder",
}
# Handlers that keep what they are given where the site runs; any other may tell somebody.
_SILENT_HANDLERS = ("logging.StreamHandler", "logging.FileHandler", "logging.NullHandler", "logging.handlers.")
_TELLING = (
    "logging.handlers.SMTPHandler",
    "logging.handlers.HTTPHandler",
    "logging.handlers.SysLogHandler",
    "logging.handlers.SocketHandler",
)


def obstacle(deployment: Deployment) -> str | None:
    """What keeps mail about errors from being sent, in words; None where nothing does, or where that cannot be told."""
    if is_decided_elsewhere(deployment) or tells_somebody(deployment):
        return None
    if not deployment.settings.get("ADMINS"):
        return "'ADMINS' is empty"
    fate = fate_of_mail(deployment)
    if fate is not None:
        return fate
    return None if _handler_remains(deployment) is not Answer.NO else "'LOGGING' has no handler that mails to ADMINS"


def is_decided_elsewhere(deployment: Deployment) -> bool:
    """Whether variables that are unset here decide about mail to ADMINS."""
    names = ("ADMINS", "EMAIL_BACKEND", "MAILERS", "LOGGING", "LOGGING_CONFIG")
    return any(is_unset(deployment, name) for name in names)


def fate_of_mail(deployment: Deployment) -> str | None:
    """What becomes of mail with a backend that sends none, in words; None for one that may send it."""
    target = _GOES_NOWHERE.get(_backend(deployment))
    if target is None:
        return None
    return f"mail goes to {target}" if target != "nowhere" else "mail is thrown away"


def tells_somebody(deployment: Deployment) -> bool:
    """Whether LOGGING names a handler that may carry errors out of the machine, other than the one that mails."""
    for name in logging_handlers(deployment):
        if name in _TELLING:
            return True
        if (
            not name.startswith(_SILENT_HANDLERS)
            and not name.endswith(".AdminEmailHandler")
            and name != "rich.logging.RichHandler"
        ):
            return True
    return False


def _backend(deployment: Deployment) -> str:
    settings = deployment.settings
    mailers = settings.get("MAILERS") if settings.is_overridden("MAILERS") else None
    if isinstance(mailers, dict):  # Django 6.1 and later
        default = mailers.get("default")
        return str(default.get("BACKEND", "")) if isinstance(default, dict) else ""
    return str(settings.get("EMAIL_BACKEND"))


def _handler_remains(deployment: Deployment) -> Answer:
    """Whether a handler that mails is left: Django's own survives unless LOGGING disables or redefines its logger."""
    settings = deployment.settings
    logging = settings.get("LOGGING")
    if settings.get("LOGGING_CONFIG") != "logging.config.dictConfig" or not isinstance(logging, dict):
        return Answer.UNKNOWN
    if any(name.endswith(".AdminEmailHandler") for name in logging_handlers(deployment)):
        return Answer.YES
    if not logging:
        return Answer.YES
    redefined = "django" in (logging.get("loggers") or {})
    return Answer.NO if redefined or logging.get("disable_existing_loggers", True) else Answer.YES
