"""
Which texts are secrets, and how they are masked before they enter the model.

Names alone are a poor signal (the ``*_KEY`` false alarms of docker's own build checks, docker/buildx#3059), so a name
must end in a secret's word and the value must look like more than a placeholder, a file name, a flag or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django_deploycheck.model import EnvVar, Location
from django_deploycheck.patterns import regex
from django_deploycheck.records import replace

MASK = "***"
"""Stands for a secret."""

HIDDEN = "****"
"""Stands for what is named like a secret and only holds its place (``change-me``): not shown, and no secret."""

# A name ends in one of these, as a whole word between underscores; the long words also without a boundary (PGPASSWORD).
_SECRET_NAME = regex(
    r"(?:PASSWORD|PASSWD|PASSPHRASE|SECRETKEY|PRIVATEKEY)$"
    r"|(?:^|[_\-.])(?:SECRET[_-]?KEY(?:_BASE|_FALLBACKS)?|SECRETS?|PASS(?:WORD|WD|PHRASE)?|PWD|TOKEN|API[_-]?KEY|"
    r"APIKEY|PRIVATE[_-]?KEY|SIGNING[_-]?KEY|"
    r"ENCRYPTION[_-]?KEY|LICENSE[_-]?KEY|ACCESS[_-]?KEY|AUTH[_-]?KEY|MASTER[_-]?KEY|HASH[_-]?SALT|CREDENTIALS?|"
    r"ACCOUNT[_-]?KEY|FERNET[_-]?KEY|JWT[_-]?KEY|"
    r"SENTRY[_-]?KEY|CLIENT[_-]?SECRET)$",
    re.IGNORECASE,
)
_NO_SECRET_NAME = regex(
    r"(?:^|[_\-])(?:PUBLIC|PUBLISHABLE|SITE_?KEY|ALLOW_EMPTY_PASSWORD|EMPTY_PASSWORD|RANDOM_ROOT_PASSWORD|"
    r"RANDOM_PASSWORD|USE_TOKEN|"
    r"OLDPWD|CSRF_TOKEN_NAME)(?:_|$)|^PWD$|^OLDPWD$",
    re.IGNORECASE,
)

# https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns and the vendors' own pages.
_VENDOR = regex(
    r"(?P<stripe>\b(?:sk|rk)_live_[0-9A-Za-z]{10,})"
    r"|(?P<aws>\b(?:AKIA|ASIA)[0-9A-Z]{16}\b)"
    r"|(?P<github>\b(?:gh[pousr]_[0-9A-Za-z]{30,}|github_pat_[0-9A-Za-z_]{30,}))"
    r"|(?P<gitlab>\bglpat-[0-9A-Za-z_\-]{20,})"
    r"|(?P<slack>\bxox[abprs]-[0-9A-Za-z-]{10,})"
    r"|(?P<sendgrid>\bSG\.[0-9A-Za-z_\-]{16,}\.[0-9A-Za-z_\-]{16,})"
    r"|(?P<google>\bAIza[0-9A-Za-z_\-]{35})"
    r"|(?P<openai>\bsk-(?:proj-|ant-)?[0-9A-Za-z_\-]{20,})"
    r"|(?P<pem>-----BEGIN [A-Z ]*PRIVATE KEY-----)"
)
_VENDOR_LABEL = {
    "stripe": "a live Stripe key",
    "aws": "an AWS access key",
    "github": "a GitHub token",
    "gitlab": "a GitLab token",
    "slack": "a Slack token",
    "sendgrid": "a SendGrid key",
    "google": "a Google API key",
    "openai": "an API key",
    "pem": "a private key",
}

# Tried once for each run of characters, not for each of them: one word may be as long as a file.
# scheme://user:password@host; the password may not hold "/" or white space (RFC 3986 would escape them).
_URL = regex(
    r"(?P<head>(?<![A-Za-z0-9+.\-])[0-9+.\-]*[A-Za-z][A-Za-z0-9+.\-]*://(?P<user>[^\s:/@\"'$]{0,200}))"
    r":(?P<password>[^\s/@\"']{1,500})@"
)
_ASSIGNED = regex(
    r"(?P<before>(?<![A-Za-z0-9_\-.])[0-9\-.]*)(?P<name>[A-Za-z_][A-Za-z0-9_\-.]*)(?P<equals>=|\s{1,3}=\s{1,3}|"
    r"\s{0,3}:\s{1,3})(?P<quote>[\"']?)(?P<value>[^\s\"';&|]{1,4000})(?P=quote)"
)
_DEFAULTED = regex(r"(?P<head>\$\{(?P<name>[A-Za-z_]\w{0,120}):?[-=])(?P<value>[^{}$\s]{1,4000})\}")
_OPTION = regex(
    r"(?P<head>\bsshpass\s-p\s{0,3}|(?:^|\s)--?(?:[a-z0-9\-_]{0,60}[\-_])?(?:password|passwd|pass|token|secret|api-?key|access-?key|"
    r"secret-?key|private-?key|basic[_-]auth|"
    r"user-password)[\s=]\s{0,3})(?P<quote>[\"']?)(?P<value>[^\s\"']{1,4000})",
    re.IGNORECASE,
)
_BASIC_AUTH = regex(r"(?P<head>(?:^|\s)(?:-u|--user)[\s=]\s{0,3}[\"']?[^\s:\"'$]{1,200}:)(?P<value>[^\s\"'$]{1,500})")
_BEARER = regex(r"(?P<head>\b(?:Bearer|Basic|Token)\s)(?P<value>[A-Za-z0-9._~+/=\-]{8,4000})")
# Names of entries in a store of secrets: AWS, Google Cloud, Vault, SSM.
_STORED_ELSEWHERE = regex(
    r"arn:aws|projects/[^/]+/secrets/|(?:vault|ssm|awssm|gcpsm|secret|ref\+\w+|resolve|file|env):", re.IGNORECASE
)
_REFERENCE = regex(r"\$\{?\(?\{?\s*[A-Za-z_][\w.]*|\{\{|<%|%\([A-Za-z_]|^\$\(")

# As startproject draws it: the dollar sign is one of its characters.
_GENERATED_KEY = regex(r"(?:django-insecure-)?(?=[^!@#%^&*(=+)]*[!@#%^&*(=+)])[a-z0-9!@#$%^&*(\-_=+)]{50}")

_PLACEHOLDER = regex(
    r"^(?:<.*>|\[.*\]|\{.*\}|\*+|x+|\.{2,}|-+|_+|none|null|nil|true|false|yes|no|on|off|todo|tbd|n/?a|0|1)$"
    r"|^(?:your|my|the|a|an|some|enter|insert|put|add|set|fill|paste)[\s_\-.]"
    r"|(?:your|my)[_\-]?(?:secret|password|token|key|api|super|aws|django|domain|app|db|database|user|sentry|"
    r"email|stripe|project)"
    r"|replace[_\-]?(?:me|this|with)|placeholder|example|dummy|sample|foo|bar(?:$|[^a-z])|lorem|xxxx|\bhere\b|"
    r"_here$|-here$|fake|fixme|"
    r"not[_\-]?(?:a[_\-]?)?(?:so[_\-]?|really[_\-]?|very[_\-]?)?(?:real|secret|needed|used|set|important|"
    r"required)|unused|ignored|build[_\-]?(?:time|only)|for[_\-]?build|only[_\-]?for|collectstatic"
    # What Azure App Service asks every image with SSH to set: https://learn.microsoft.com/azure/app-service/configure-custom-container#enable-ssh
    r"|^(?:root:)?Docker!$",
    re.IGNORECASE,
)
_WEAK = regex(
    r"change[_\-\s]?(?:me|this|it|in|before|for|on|to)|^changeit|replace|insecure|unsafe|^(?:default|test(?:ing)?|"
    r"dev(?:elopment)?|local|debug)(?:[_\-]|$)|"
    r"^super[_\-]?secret|^s[e3]cr[e3]t[\-_]?(?:key)?$|in[_\-]production|override",
    re.IGNORECASE,
)


def vendor_secret(text: str) -> str | None:
    """In a few words, which vendor's secret stands in this text ("a GitHub token"); None for none."""
    match = _VENDOR.search(text)
    return _VENDOR_LABEL[match.lastgroup] if match and match.lastgroup else None


def is_secret_name(name: str) -> bool:
    """Whether a variable of this name holds a secret."""
    spelled = _snake(name)
    return bool(_SECRET_NAME.search(spelled)) and not _NO_SECRET_NAME.search(spelled)


def _snake(name: str) -> str:
    """``apiPassword`` as ``api_Password``: charts and JSON write names in camel case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)


def is_placeholder(value: str) -> bool:
    """Whether the value only stands for one: empty, ``<key>``, ``your-token``, a word such as ``example``."""
    return not value.strip() or bool(_PLACEHOLDER.search(value.strip()))


def is_weak(value: str) -> bool:
    """Whether the value says of itself that it has to be replaced (``change-me``)."""
    # startproject writes this before a key that is random and in use.
    return bool(_WEAK.search(value.replace("django-insecure-", "")))


def classify(name: str, value: str) -> str | None:
    """
    In a few words, the kind of secret that this variable's literal value is ("a password"); None when it is none.

    Values that refer to other variables, placeholders, file names, flags and passwords equal to their user are none.
    """
    text = value.strip()
    label = vendor_secret(text)
    if label:
        return label
    if is_placeholder(text) and not _URL.search(text):
        return None
    for match in _URL.finditer(text):
        if _is_password(match):
            return "a URL with a password"
    if not is_secret_name(name):
        return None
    if _GENERATED_KEY.fullmatch(text):
        return "a secret key"
    if _REFERENCE.search(text) or "://" in text:
        return None
    if text.startswith(("/", "./", "../")) and " " not in text:  # a mounted file that holds the secret
        return None
    if _STORED_ELSEWHERE.match(text):
        return None
    return _kind(name, text)


def _is_password(url: re.Match[str]) -> bool:
    password = url["password"]
    if password == MASK:
        return True
    return not _REFERENCE.search(password) and password != url["user"] and not is_placeholder(password)


def _kind(name: str, text: str) -> str | None:
    upper = _snake(name).upper()
    if re.search(r"PASS(WORD|WD|PHRASE)?$|PWD$", upper):
        return "a password"
    if re.fullmatch(r"\d{1,4}", text):  # a length, a count or a port, whatever the name ends in
        return None
    if "SECRET_KEY" in upper or "SECRETKEY" in upper:
        return "a secret key"
    if upper.endswith("TOKEN"):
        return "a token"
    return "a secret"


def is_sensitive(name: str, value: str) -> bool:
    """Whether the value must not be shown: wider than ``classify``, because showing too little harms nobody."""
    if _REFERENCE.fullmatch(value.strip().rstrip("}")) or not value.strip() or value in (MASK, HIDDEN):
        return False
    return (
        is_secret_name(name)
        or classify(name, value) is not None
        or bool(re.search(r"DSN$|_SALT$|COOKIE$", name, re.IGNORECASE))
    )


def mask(text: str) -> str:
    """The text with everything masked that is, or is assigned to, a secret; linear in its length."""
    if not any(mark in text for mark in ("=", ":", "-", "_", "AKIA", "ASIA", "AIza", " ")):
        return text
    text = _VENDOR.sub(MASK, text)
    text = _URL.sub(_mask_url, text)
    text = _DEFAULTED.sub(_mask_default, text)
    text = _ASSIGNED.sub(_mask_assigned, text)
    text = _OPTION.sub(_mask_value, text)
    text = _BASIC_AUTH.sub(_mask_value, text)
    return _BEARER.sub(_mask_value, text)


def _mask_url(match: re.Match[str]) -> str:
    if match["password"].startswith("$"):
        return match[0]
    return f"{match['head']}:{MASK if _is_password(match) and not is_weak(match['password']) else HIDDEN}@"


def _mask_assigned(match: re.Match[str]) -> str:
    if not is_sensitive(match["name"], match["value"]):
        return match[0]
    masked = _mask_of(match["name"], match["value"])
    return f"{match['before']}{match['name']}{match['equals']}{match['quote']}{masked}{_closing(match)}{match['quote']}"


def _mask_default(match: re.Match[str]) -> str:
    if not is_sensitive(match["name"], match["value"]):
        return match[0]
    return f"{match['head']}{_mask_of(match['name'], match['value'])}}}"


def _mask_of(name: str, value: str) -> str:
    literal = _literal(value)
    return MASK if literal == MASK or (classify(name, literal) and not is_weak(literal)) else HIDDEN


def _mask_value(match: re.Match[str]) -> str:
    if match["value"].startswith(("$", "-")):  # a variable; another option behind a flag such as --disabled-password
        return match[0]
    head, tail = match[0][: match.start("value") - match.start()], match[0][match.end("value") - match.start() :]
    return head + MASK + _closing(match) + tail


def _closing(match: re.Match[str]) -> str:
    """The bracket behind the value, where it belongs to the shell: ``KEY=$(vault read --token=…)``."""
    if not match["value"].endswith(")") or match.groupdict().get("quote"):
        return ""
    return ")" if "$(" in match.string[max(0, match.start() - 2000) : match.start("value")] else ""


_INTERPOLATED = regex(
    r"\$\{(?P<name>[A-Za-z_]\w*)(?::?[-=](?P<default>[^{}]*)|:?[+?][^{}]*)?\}|\$(?P<bare>[A-Za-z_]\w*)"
)


def env_var(
    name: str, value: str | None, location: Location, *, interpolated: bool = True, generated: bool = False
) -> EnvVar:
    """
    The fact that a file sets a variable, its value masked where it is a secret.

    ``interpolated`` says whether ``${NAME}`` in the value refers to another variable, as in compose and Dockerfiles;
    the default of ``${NAME:-default}`` counts like a literal.
    """
    name = name.strip()
    if value is None:
        return EnvVar(name, None, location, generated=generated)
    value = value.strip()
    references: tuple[str, ...] = ()
    literal = _literal(value) if interpolated else value
    if interpolated and "$" in value:
        references = tuple(
            dict.fromkeys(match["name"] or match["bare"] for match in _INTERPOLATED.finditer(value.replace("$$", "")))
        )
    # "$$" stands for a dollar sign in compose files, not for the start of a reference.
    label = _kind(name, "") if literal == MASK and is_secret_name(name) else classify(name, literal.replace("$$", "S"))
    weak = label is not None and is_weak(literal)
    if is_sensitive(name, literal) and not _URL.search(value):
        value = MASK if literal == value else value[: value.rindex(literal)] + MASK + "}"
    return EnvVar(name, mask(value), location, references, label, weak, generated)


def _literal(value: str) -> str:
    """What the value is when no variable that it refers to is set: the default of ``${NAME:-default}``, else itself."""
    whole = _INTERPOLATED.fullmatch(value)
    return (whole["default"] or "") if whole else value


# The user that an image creates where no variable names one.
_DEFAULT_USERS = {"postgres", "root", "guest", "minioadmin"}
_USER_NAME = regex(r"(?:USER|USERNAME|LOGIN|_DB|DB_NAME|DATABASE|DATABASE_NAME|DATABASE_USER|DBNAME)$", re.IGNORECASE)


def env_vars(items: Iterable[tuple[str, str | None, Location]], *, interpolated: bool = True) -> Iterator[EnvVar]:
    """
    The facts for variables that one place sets together.

    A password that only repeats the user's or the database's name beside it guards nothing and is no secret.
    """
    items = list(items)
    names = {
        _literal(value.strip()) for name, value, _ in items if value and _USER_NAME.search(_snake(name))
    } | _DEFAULT_USERS
    for name, value, location in items:
        variable = env_var(name, value, location, interpolated=interpolated)
        if variable.secret == "a password" and value is not None and _literal(value.strip()) in names:
            variable = replace(variable, secret=None, weak=False)
        yield variable
