"""
Which texts are secrets, and how they are masked before they enter the model.

Names alone are a poor signal (the ``*_KEY`` false alarms of docker's own build checks, docker/buildx#3059), so a name
must end in a secret's word and the value must look like more than a placeholder, a file name, a flag or a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from django_deploycheck import values
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
    r"SCOUT[_-]?KEY|DEPLOY[_-]?KEY|SHARED[_-]?KEY|SECURITY[_-]?KEY|"
    r"SENTRY[_-]?KEY|CLIENT[_-]?SECRET)$",
    re.IGNORECASE,
    holding="pass pwd secret token key credential salt",
)
_NO_SECRET_NAME = regex(
    r"(?:^|[_\-])(?:PUBLIC|PUBLISHABLE|SITE_?KEY|ALLOW_EMPTY_PASSWORD|EMPTY_PASSWORD|RANDOM_ROOT_PASSWORD|"
    r"RANDOM_PASSWORD|USE_TOKEN|"
    r"OLDPWD|CSRF_TOKEN_NAME)(?:_|$)|^PWD$|^OLDPWD$",
    re.IGNORECASE,
    holding="public publishable site empty_password random use_token pwd csrf_token_name",
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
    r"|(?P<jwt>\beyJ[0-9A-Za-z_\-]{8,}\.eyJ[0-9A-Za-z_\-]{8,}\.[0-9A-Za-z_\-]*)"
    r"|(?P<pem>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)",
    holding="_live_ AKIA ASIA ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- xox SG. AIza sk- eyJ -----BEGIN",
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
    "jwt": "a signed token",
    "pem": "a private key",
}

# The rest of a private key: its lines, up to its end where that is to be seen.
_REST_OF_KEY = regex(
    r"[^-]{0,20000}-----END [A-Z ]{0,40}PRIVATE KEY-----"
    r"|(?:(?:\s|\\+[nr])*[0-9A-Za-z+/=]{40,}){0,500}(?:(?:\s|\\+[nr])*[0-9A-Za-z+/]{1,80}={1,2})?"
)
# The address of a web hook is all that it takes to use it.
_WEB_HOOK = regex(
    r"(?P<head>\bhooks\.slack\.com/(?:services|workflows)/|\bdiscord(?:app)?\.com/api/webhooks/|\bwebhook\.office\.com/)[^\s\"']+"
)

# Tried once for each run of characters, not for each of them: one word may be as long as a file.
# scheme://user:password@host; a password that is not escaped as RFC 3986 asks for may hold "/" too, unlike a port.
_URL = regex(
    r"(?P<head>(?<![A-Za-z0-9+.\-])[0-9+.\-]*[A-Za-z][A-Za-z0-9+.\-]*://(?P<user>[^\s:/\"'$]{0,200}))"
    r":(?P<password>[^\s/\"']{1,4000}|(?!\d{1,5}/)[^\s\"'?,]{1,4000})@",
    holding="://",
)
# A user's name alone that a web address holds is a token, unless it is one that everybody has.
_TOKEN_URL = regex(
    r"(?P<head>(?<![A-Za-z0-9])(?:git\+)?https?://)(?P<token>(?!(?:git|oauth2|user|username|deploy|__token__|x-access-token|x-token-auth|gitlab-ci-token|token|\*{3,4})[:@])"
    r"[^\s:/@\"'${}<>?#]{8,4000})(?P<tail>@|:(?:x-oauth-basic|x-token-auth|\*{3,4})?@)"
)
# An address that was cut off within its password; a port has five digits at the most.
_CUT_URL = regex(
    r"(?P<head>(?<![A-Za-z0-9+.\-])(?!docker:|oci:)[A-Za-z][A-Za-z0-9+.\-]{1,30}://[^\s:/@\"'${}<>]{0,200}:)"
    r"(?!\d{1,5}(?![^\s/?#\"']))(?!\*{3,4}@)[^\s/@\"'${}<>]{6,4000}(?=[\s\"']|$)"
)
# user:password@host without a scheme, as images are written; no digest of an image, and no path on another host.
_ACCOUNT = regex(
    r"(?P<head>(?<![A-Za-z0-9_/.:@+\-$}])[A-Za-z0-9_.+\-]{1,60}):(?!\*{3,4}@)[^\s@/:'=,$\\{}<>]{4,4000}@(?!sha\d)(?=[A-Za-z][\w\-.]{0,200}[/.:])"
)
_DEFAULTED = regex(r"(?P<head>\$\{(?P<name>[A-Za-z_]\w{0,120}):?[-=])(?P<value>[^{}$\s]{1,4000})\}")
# Names of entries in a store of secrets: AWS, Google Cloud, Vault, SSM.
_STORED_ELSEWHERE = regex(
    r"arn:aws|projects/[^/]+/secrets/|(?:vault|ssm|awssm|gcpsm|secret|ref\+\w+|resolve|file|env):", re.IGNORECASE
)
_REFERENCE = regex(r"\$\{?\(?\{?\s*[A-Za-z_][\w.]*|\{\{|<%|%\([A-Za-z_]|^\$\(", holding="$ {{ <% %(")

# As startproject draws it: the dollar sign is one of its characters.
_GENERATED_KEY = regex(r"(?:django-insecure-)?(?=[^!@#%^&*(=+)]*[!@#%^&*(=+)])[a-z0-9!@#$%^&*(\-_=+)]{50}")

_PLACEHOLDERS = frozenset(
    "none null nil true false yes no on off todo tbd n/a na 0 1"
    # What Azure App Service asks every image with SSH to set: https://learn.microsoft.com/azure/app-service/configure-custom-container#enable-ssh
    " docker! root:docker!".split()
)
_FIRST_WORDS = frozenset("your my the a an some enter insert put add set fill paste".split())
_BETWEEN_WORDS = str.maketrans("_-.\t\n\r\f\v", " " * 8)
_AROUND_PLACEHOLDERS = frozenset(("<>", "[]", "{}"))
_PLACEHOLDER = regex(
    r"(?:your|my)[_\-]?(?:secret|password|token|key|api|super|aws|django|domain|app|db|database|user|sentry|"
    r"email|stripe|project)"
    r"|replace[_\-]?(?:me|this|with)|placeholder|example|dummy|sample|foo|bar(?:$|[^a-z])|lorem|xxxx|\bhere\b|"
    r"_here$|-here$|fake|fixme|"
    r"not[_\-]?(?:a[_\-]?)?(?:so[_\-]?|really[_\-]?|very[_\-]?)?(?:real|secret|needed|used|set|important|"
    r"required)|unused|ignored|build[_\-]?(?:time|only)|for[_\-]?build|only[_\-]?for|collectstatic",
    re.IGNORECASE,
    holding="your my replace placeholder example dummy sample foo bar lorem xxxx here fake fixme not unused ignored build "
    "only collectstatic",
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
    text = value.strip()
    lowered = text.lower()
    if not text or lowered in _PLACEHOLDERS or (text[0] + text[-1] in _AROUND_PLACEHOLDERS and "\n" not in text):
        return True
    if lowered.strip(lowered[0]) == "" and (lowered[0] in "*x-_" or lowered.startswith("..")):
        return True
    word = lowered.translate(_BETWEEN_WORDS).partition(" ")
    return (bool(word[1]) and word[0] in _FIRST_WORDS) or bool(_PLACEHOLDER.search(text))


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
    if any(_is_password(match) for match in _URL.finditer(text)):
        return "a URL with a password"
    if not is_secret_name(name) or (is_placeholder(text) and not _URL.search(text)):
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
        or (name.upper().endswith(_LIKE_SECRET) and not _HARMLESS.fullmatch(value))
    )


def cut(text: str, length: int) -> str:
    """Its first characters, without a word that would be cut: what is left of a secret may not look like one."""
    if len(text) <= length:
        return text
    if text[length].isspace():
        return text[:length]
    return text[: max(text.rfind(blank, 0, length) for blank in " \t\n") + 1]


def mask(text: str) -> str:
    """The text with everything masked that is, or is assigned to, a secret; linear in its length, every line kept."""
    if len(text) < _RANDOM_LENGTH and not any(mark in text for mark in "=:- "):
        return text
    text = _without_vendors(text)
    if "://" in text and "@" in text:
        text = _TOKEN_URL.sub(rf"\g<head>{MASK}\g<tail>", _URL.sub(_mask_url, text))
    if "://" in text and text.count(":") > 1:
        text = _CUT_URL.sub(rf"\g<head>{HIDDEN}", text)
    if "@" in text and ":" in text:
        text = _ACCOUNT.sub(rf"\g<head>:{MASK}@", text)
    lowered = text.lower()
    if any(word in lowered for word in _OF_SECRETS):
        text = _mask_named(text)
    for word, pattern in _OF_PROGRAMS:
        if word in text:
            text = _mask_behind(pattern, text)
    return _mask_random(text)


def _mask_named(text: str) -> str:
    """What stands where it is said that a secret does."""
    if "${" in text:
        text = _DEFAULTED.sub(_mask_default, text)
    if "<<" in text:
        text = _DOCUMENT.sub(_mask_document, text)
    for word, pattern in _OF_TEXTS:
        if word in text:
            text = _mask_behind(pattern, text)
    if "sed " in text:
        text = _REPLACEMENT.sub(_mask_replacement, text)
    if "(" in text:
        text = _CALL.sub(_mask_call, text)
    return _mask_assigned(text)


def _without_vendors(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for match in _VENDOR.finditer(text):
        if match.start() < done:
            continue
        end = match.end()
        if match["pem"]:
            rest = _REST_OF_KEY.match(text, end)
            end = rest.end() if rest is not None else end
        # Every line stays where it is.
        pieces += [text[done : match.start()], MASK, "\n" * text.count("\n", match.start(), end)]
        done = end
    text = "".join([*pieces, text[done:]])
    return _WEB_HOOK.sub(rf"\g<head>{MASK}", text) if "hook" in text else text


def _mask_url(match: re.Match[str]) -> str:
    password = match["password"]
    if _ONLY_REFERENCE.fullmatch(password):
        return match[0]
    return f"{match['head']}:{MASK if _is_password(match) and not is_weak(password) else HIDDEN}@"


def _mask_default(match: re.Match[str]) -> str:
    if not is_sensitive(match["name"], match["value"]):
        return match[0]
    return f"{match['head']}{_mask_of(match['name'], match['value'])}}}"


def _mask_of(name: str, value: str) -> str:
    literal = _literal(value)
    return MASK if literal == MASK or (classify(name, literal) and not is_weak(literal)) else HIDDEN


def _mask_assigned(text: str) -> str:
    """What stands behind ``NAME=``, ``"name": ``, ``--name `` and the like."""
    if not any(mark in text for mark in "=:-") and not _SCHEME.search(text):
        return text
    quotes = values.Quotes(text)
    holds_url = "://" in text
    pieces: list[str] = []
    done = position = 0
    while (match := _ASSIGNED.search(text, position)) is not None:
        position = match.end()
        name = match["name"]
        if name is not None and not (
            names_secret(name) or (holds_url and text.find("***@", position, position + 600) > 0)
        ):
            continue
        if name is not None and name.lower() in _HEADERS and _SCHEME.match(text, position):
            continue  # what follows the word is looked at by itself
        quote = quotes.around(position)
        end, parts = values.value(text, position, quote, whole=bool(quote) and _is_whole(match, quote))
        literal = values.literal(parts)
        if _is_masked(literal) or (match["scheme"] and len(literal) < 8):
            continue
        if name is None and literal.startswith("-"):  # another option behind a flag such as --disabled-password
            continue
        if name is not None and not is_sensitive(name, literal) and name.lower() not in _HEADERS:
            continue
        is_option = name is None or _SECRET_OPTION.fullmatch(match[0].rstrip("="))
        label = MASK if is_option else _mask_of(name or "", literal)
        pieces += [text[done:position], values.replaced(_commands_masked(parts), label)]
        done = position = end
    return "".join([*pieces, text[done:]])


def _commands_masked(parts: list[values.Part]) -> list[values.Part]:
    """The parts with those masked that are commands, whose output is a part of the value."""
    return [(kind, mask(text) if kind == "other" and text.startswith(("$(", "`")) else text) for kind, text in parts]


def names_secret(name: str) -> bool:
    """Whether what has this name is not shown: wider than ``is_secret_name``."""
    return is_secret_name(name) or name.upper().endswith(_LIKE_SECRET) or name.lower() in _HEADERS


def _is_whole(match: re.Match[str], quote: str) -> bool:
    """Whether the value goes up to the quote around it: in a header or a text, and not in a command."""
    if match["user"] or match["colon"]:
        return True
    start = match.start()
    if match["scheme"]:
        return "uthorization" in match.string[max(0, start - 20) : start]
    if match["option"] or match.string[start - 1 : start] != quote:
        return False
    return bool(_TAKES_TEXT.search(match.string, max(0, start - 40), start - 1))


def _is_masked(literal: str) -> bool:
    """Whether there is nothing to mask, any more."""
    return not literal.strip("* \n")


def _mask_behind(pattern: re.Pattern[str], text: str) -> str:
    quotes = values.Quotes(text)
    pieces: list[str] = []
    done = position = 0
    while (match := pattern.search(text, position)) is not None:
        position = match.end()
        quote = quotes.around(position)
        end, parts = values.value(text, position, quote, whole=bool(quote) and match[0].endswith(":"))
        if not _is_masked(values.literal(parts)):
            pieces += [text[done:position], values.replaced(_commands_masked(parts), MASK)]
            done = position = max(end, position)
    return "".join([*pieces, text[done:]])


def _mask_document(match: re.Match[str]) -> str:
    """A document that a file is made of: a value in it goes up to the end of its line."""
    return match["head"] + _LINE.sub(_mask_line, match["body"])


def _mask_line(match: re.Match[str]) -> str:
    name, value = match["name"], match["value"].strip()
    is_header = name.lower() in _HEADERS
    if (
        not names_secret(name)
        or not (is_header or is_sensitive(name, value))
        or _ONLY_REFERENCE.fullmatch(value.strip("\"'"))
    ):
        return match[0]
    return match["head"] + _mask_of(name, value.strip("\"'"))


def _mask_replacement(match: re.Match[str]) -> str:
    """What sed puts in the place of something with a secret's name."""
    if not _NAMES_SECRET.search(match["pattern"]) or "$" in match["text"][:1]:
        return match[0]
    head, _, _ = match[0].rpartition(match["text"] + match["mark"])
    return f"{head}{MASK}{match['mark']}"


def _mask_call(match: re.Match[str]) -> str:
    return match["head"] + _TEXT.sub(rf"\g<quote>{MASK}\g<quote>", match["arguments"])


def mask_setting(name: str, value: str) -> str:
    """The value of an option of this name, masked: all of it where the name is that of a secret."""
    if names_secret(name) and value.strip() and not _ONLY_REFERENCE.fullmatch(value.strip("\"' ")):
        return _mask_of(name, value.strip("\"' ")) if is_sensitive(name, value.strip("\"' ")) else mask(value)
    return mask(value)


def mask_line(text: str) -> str:
    """A line of a file that no shell reads, masked: what stands behind a secret's name up to its end."""
    return mask(_LINE.sub(_mask_line, text))


def _mask_random(text: str) -> str:
    """Words that are random by their looks, masked: hashes and identifiers of what is public stay."""
    return (
        _WORD.sub(lambda word: MASK if _is_random(word[0]) else word[0], text) if len(text) >= _RANDOM_LENGTH else text
    )


def _is_random(word: str) -> bool:
    """Whether its letters and digits change as often as in no name or version."""
    if _IDENTIFIER.fullmatch(word) or _HEXADECIMAL.fullmatch(word):
        return True
    plain = word.replace("-", "").replace("_", "")
    changes = sum(1 for _ in _RUN.finditer(plain)) / max(len(plain), _RANDOM_LENGTH)
    digits = sum(map(str.isdigit, plain))
    if plain.lower() == plain or plain.upper() == plain:
        return changes >= 0.3 and digits > 2
    return changes >= 0.5 or (changes >= 0.35 and digits > 2)


_RANDOM_LENGTH = 20
_WORD = regex(
    r"(?<![A-Za-z0-9_\-@])(?<!sha256:)(?<!sha512:)(?<!sha384:)(?<!sha1:)(?<!md5:)(?<!sha256=)"
    r"(?=[A-Za-z_\-]{0,200}[0-9])(?=[0-9_\-]{0,200}[A-Za-z])[A-Za-z0-9_\-]{20,}"
)
_RUN = regex(r"[a-z]+|[A-Z]+|[0-9]+")
_HEXADECIMAL = regex(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_IDENTIFIER = regex(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")
_ONLY_REFERENCE = regex(r"\$\w+|\$\{[^{}]*\}|\$\([^()]*\)|\$\{\{[^{}]*\}\}|\{\{[^{}]*\}\}|%\(\w+\)s|<[^<>]*>|\{\w*\}")
_LIKE_SECRET = ("DSN", "_SALT", "COOKIE", "BASIC_AUTH", "BASIC-AUTH", "_KEY", "-KEY")
_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})
# Where none of these stands in a text, no secret is named in it.
_OF_SECRETS = (
    "pass",
    "pwd",
    "secret",
    "token",
    "key",
    "credential",
    "salt",
    "dsn",
    "cookie",
    "auth",
    "bearer",
    "basic",
    "--user",
    " -u",
    "identified",
    "user(",
    "login(",
    "***",
)
_SCHEME = regex(r"(?:Bearer|Basic|Token)[ \t]\S", re.IGNORECASE)
_TAKES_TEXT = regex(
    r"(?:\b(?:echo|printf|export|env|set)|\s-e|-env|-build-arg|-set|-set-string|config:set|-literal|-d|-data)[ \t=]{0,3}$"
)
_ASSIGNED = regex(
    r"(?<![A-Za-z0-9_\-.])[0-9\-.]*(?P<name>[A-Za-z_][A-Za-z0-9_\-.]*)"
    r"(?:(?P<colon>[ \t]{0,3}:[ \t]{1,3}|\\?[\"'][ \t]{0,3}:[ \t]{0,3})|\\?[\"']?\]?(?:=|[ \t]{1,3}[=!]?=[ \t]{1,3}))"
    r"|(?:^|(?<=[\s\"']))(?P<option>--?(?:[A-Za-z0-9\-_]{0,60}[\-_])?(?:password|passwd|passphrase|pass|pwd|token|secret|"
    r"api-?key|access-?key|secret-?key|private-?key|basic[_-]auth|user-password))[ \t]{1,3}"
    r"|\b(?P<scheme>Bearer|Basic|Token)[ \t](?=[A-Za-z0-9+/])"
    r"|(?:^|(?<=\s))(?P<user>-u|--user)[\s=]\s{0,3}[\"']?[^\s:\"'$]{1,200}:",
    re.IGNORECASE | re.MULTILINE,
)
# What only some programs read a secret from: looked for where one of these words is in the text.
_OF_PROGRAMS = tuple(
    (word, pattern)
    for words, pattern in (
        (("sshpass",), regex(r"\bsshpass\s{1,3}-p\s{0,3}")),
        (("mysql", "mariadb"), regex(r"\b(?:mysql|mariadb)[\w\-]*[ \t](?:[^\n;|&]{0,300}?\s)?-p(?=\S)")),
        (("redis-cli",), regex(r"\bredis-cli[ \t](?:[^\n;|&]{0,300}?\s)?(?:-a|--pass)[ \t]{1,3}")),
        ((" login",), regex(r"\blogin[ \t](?:[^\n;|&]{0,300}?\s)?-p[ \t]{0,3}")),
        (("htpasswd",), regex(r"\bhtpasswd[ \t]{1,3}-\w{0,8}b\w{0,8}[ \t]{1,3}\S{1,300}[ \t]{1,3}\S{1,300}[ \t]{1,3}")),
        (
            ("configure",),
            regex(r"\bconfigure[ \t]{1,3}set[ \t]{1,3}(?:\w{0,80}secret\w{0,80}|\w{0,80}token)[ \t]{1,3}"),
        ),
        (("pass:",), regex(r"(?<!\w)pass:")),
        (
            ("rabbitmqctl",),
            regex(
                r"\brabbitmqctl[ \t](?:[^\n;|&]{0,100}?\s)?(?:add_user|change_password)[ \t]{1,3}\S{1,200}[ \t]{1,3}"
            ),
        ),
        (
            ("chpasswd",),
            regex(
                r"\becho[ \t]{1,3}[\"']?[\w\-]{1,100}:(?=[^\n|]{1,4000}\|[^\n]{0,100}\bchpasswd)"
                r"|\bchpasswd[ \t]{0,3}<<<[ \t]{0,3}[\"']?[\w\-]{1,100}:"
            ),
        ),
        (
            ("stdin", "sudo -S"),
            regex(r"\becho[ \t]{1,3}(?:-\w{1,3}[ \t]{1,3})?(?=[^\n|]{1,4000}\|[^\n|]{0,300}(?:stdin|sudo -S))"),
        ),
    )
    for word in words
)
_OF_TEXTS = tuple(
    (word, pattern)
    for words, pattern in (
        (
            ("=%s",),
            regex(
                r"\bprintf[ \t]{1,3}[\"'][^\"'\n]{0,200}(?:PASSWORD|SECRET|TOKEN|KEY|PASS)=%s[^\"'\n]{0,50}[\"'][ \t]{1,3}"
            ),
        ),
        (("PASSWORD ", "password "), regex(r"\bpassword[ \t]{1,3}(?=\\?[\"'])", re.IGNORECASE)),
        (
            ("IDENTIFIED", "identified"),
            regex(
                r"\bidentified[ \t]{1,3}(?:with[ \t]{1,3}\S{1,80}[ \t]{1,3})?(?:by|as)[ \t]{1,3}(?=\\?[\"'])",
                re.IGNORECASE,
            ),
        ),
        (
            ("set -",),
            regex(
                r"\bset[ \t]{1,3}(?:-\w{1,10}[ \t]{1,3}){1,3}[A-Za-z_]\w{0,100}(?:PASSWORD|SECRET|TOKEN|_KEY|_PASS)[ \t]{1,3}"
            ),
        ),
    )
    for word in words
)
_DOCUMENT = regex(
    r"(?P<head>^[^\n]{0,2000}(?:\b(?:cat|tee)\b|>|\bCOPY\b|\bADD\b)[^\n<]{0,2000}<<-?[ \t]{0,3}[\"'\\]?(?P<end>\w{1,100})[^\n]{0,2000}\n)"
    r"(?P<body>(?:(?![ \t]{0,100}(?P=end)[ \t]{0,10}$)[^\n]*\n){0,2000})",
    re.MULTILINE,
)
_LINE = regex(
    r"^(?P<head>[ \t\-]{0,100}(?:export[ \t]{1,3})?[\"']?(?P<name>[A-Za-z_][\w.\-]{0,100})[\"']?[ \t]{0,3}[=:][ \t]{0,3})(?P<value>[^\n]+)",
    re.MULTILINE,
    holding="= :",
)
_REPLACEMENT = regex(
    r"\bs(?P<mark>[|/#,~@:!])(?P<pattern>[^\n\"']{1,200}?)(?P=mark)(?P<text>[^\n\"']{1,4000}?)(?P=mark)"
)
_NAMES_SECRET = regex(r"passw|secret|token|api_?key", re.IGNORECASE)
# How Django's shell and programs in Python are told a password.
_CALL = regex(
    r"(?P<head>\b(?:create_superuser|create_user|set_password|check_password|make_password|login|authenticate|auth)[ \t]{0,3}\()"
    r"(?P<arguments>[^()\n]{1,2000})",
    holding="create_ set_password check_password make_password login authenticate auth",
)
_TEXT = regex(r"(?P<quote>\\?[\"'])(?:(?!(?P=quote))[^\n]){1,1000}(?P=quote)")


def mask_argument(argument: str, before: Sequence[str]) -> str:
    """One of the arguments of a command that no shell reads, masked; ``before`` are those that stand before it."""
    previous = before[-1] if before else ""
    if _SCRIPT_FOLLOWS.fullmatch(previous) or (before and _RUNS_ELSEWHERE.match(" ".join(before))):
        return mask(argument)
    pair = _PAIR.fullmatch(argument)
    if pair is not None and names_secret(pair["name"]):
        _, parts = values.value(pair["value"], 0, "", whole=True)
        literal = values.literal(parts)
        if not literal or not is_sensitive(pair["name"], literal):
            return argument
        return pair["head"] + (MASK if _SECRET_OPTION.fullmatch(pair["head"][:-1]) else _mask_of(pair["name"], literal))
    if previous.startswith("-") and not argument.startswith(("$", "-")):
        if _SECRET_OPTION.fullmatch(previous):
            return MASK if argument.strip() else argument
        user, colon, _ = argument.partition(":")
        if previous in ("-u", "--user") and colon:
            return f"{user}:{MASK}"
    joined = " ".join(before) + " "
    for word, pattern in _OF_PROGRAMS if before else ():
        if word in joined or word == "pass:":
            for head in ("", argument[:2]):
                behind = f"{joined}{head}{MASK}"
                ends = (found.end() for found in pattern.finditer(behind))
                if len(head) < len(argument) and len(behind) - len(MASK) in ends:
                    return head + MASK
    if "sed" in before:
        argument = _REPLACEMENT.sub(_mask_replacement, argument)
    # Of a header, or of data, what is behind the name belongs to it up to the end.
    return mask_line(argument) if previous.startswith("-") else mask(argument)


_PAIR = regex(r"(?P<head>(?:--?[A-Za-z][\w\-]*=)?-{0,2}(?P<name>[A-Za-z_][\w\-.]*)=)(?P<value>[\s\S]+)", holding="=")
_SECRET_OPTION = regex(
    r"--?(?:[A-Za-z0-9\-_]{0,60}[\-_])?(?:password|passwd|passphrase|pass|pwd|token|secret|api-?key|access-?key|secret-?key|"
    r"private-?key|basic[_-]auth|user-password)",
    re.IGNORECASE,
    holding="pass pwd token secret key auth",
)
_SCRIPT_FOLLOWS = regex(r"-[a-z]{0,3}c|eval", holding="c eval")
_RUNS_ELSEWHERE = regex(r"(?:\S{0,100}/)?(?:ssh|eval|heroku run|dokku run)\b", holding="ssh eval run")


_INTERPOLATED = regex(
    r"\$\{(?P<name>[A-Za-z_]\w*)(?::?[-=](?P<default>[^{}]*)|:?[+?][^{}]*)?\}|\$(?P<bare>[A-Za-z_]\w*)",
    holding="$",
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
        if literal == value:
            value, references = MASK, ()  # a dollar sign in a secret begins no name
        else:
            value = value[: value.rindex(literal)] + MASK + "}"
    return EnvVar(name, mask(value), location, references, label, weak, generated)


def _literal(value: str) -> str:
    """What the value is when no variable that it refers to is set: the default of ``${NAME:-default}``, else itself."""
    whole = _INTERPOLATED.fullmatch(value)
    return (whole["default"] or "") if whole else value


# The user that an image creates where no variable names one.
_DEFAULT_USERS = {"postgres", "root", "guest", "minioadmin"}
_USER_NAME = regex(r"(?:USER|USERNAME|LOGIN|_DB|DB_NAME|DATABASE|DATABASE_NAME|DATABASE_USER|DBNAME)$", re.IGNORECASE)


MAX_VARIABLES = 300
"""How many variables one place sets; a real one set 78."""


def env_vars(items: Iterable[tuple[str, str | None, Location]], *, interpolated: bool = True) -> Iterator[EnvVar]:
    """
    The facts for variables that one place sets together.

    A password that only repeats the user's or the database's name beside it guards nothing and is no secret. Raises
    Unreadable for more variables than any file sets.
    """
    items = list(items)
    if len(items) > MAX_VARIABLES:
        from django_deploycheck.source import Unreadable

        raise Unreadable(f"holds more than {MAX_VARIABLES} variables", items[MAX_VARIABLES][2].line)
    names = {
        _literal(value.strip()) for name, value, _ in items if value and _USER_NAME.search(_snake(name))
    } | _DEFAULT_USERS
    for name, value, location in items:
        variable = env_var(name, value, location, interpolated=interpolated)
        if variable.secret == "a password" and value is not None and _literal(value.strip()) in names:
            variable = replace(variable, secret=None, weak=False)
        yield variable


# A number, a flag, a word that configures, a dotted name, a path, hosts, a URL without an account.
_HARMLESS = regex(
    r"-?[0-9][0-9.,:]{0,30}|true|false|yes|no|on|off|none|null|prod|production|staging|stage|dev|development|test|local|localhost|"
    r"debug|info|warn|warning|error|critical|\*|"
    r"(?:[a-z0-9_\-]{1,60}\.)+[a-z0-9_\-]{1,60}(?::[0-9]{1,5})?(?:,(?:[a-z0-9_\-]{1,60}\.)*[a-z0-9_\-]{1,60})*|"
    r"\.{0,2}/[\w./\-]{0,200}|[a-z][a-z0-9+.\-]{1,20}://[\w.\-]{1,100}(?::[0-9]{1,5})?(?:/[\w.\-]{0,60}){0,5}",
    re.IGNORECASE,
)


def hidden(name: str, value: str | None) -> str | None:
    """A value of a place that is made for secrets: what has no secret's name is kept only where it can be none."""
    if not value or _HARMLESS.fullmatch(value) or names_secret(name) or classify(name, value):
        return value
    refers = _ONLY_REFERENCE.fullmatch(value) or "${" in value or "{{" in value
    return value if refers else HIDDEN
