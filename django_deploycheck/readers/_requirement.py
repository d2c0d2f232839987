"""
Dependency specifiers (packaging.python.org, PEP 508 and PEP 440) as requirement files and tools' tables spell them.

A URL is shown without user, password, query and fragment: any of them may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from django_deploycheck import secrets
from django_deploycheck.model import Location, Requirement
from django_deploycheck.patterns import regex

Kind = Literal["direct", "locked", "build"]

_HEAD = regex(r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\[\]]*)\])?\s*")
_CLAUSE = regex(r"[\s,]*(?P<operator>===|==|~=|!=|<=|>=|<|>)\s*(?P<version>[A-Za-z0-9.*+!_-]+)")
_URL = regex(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9.\-]*(?:\+[A-Za-z]+)?)://(?P<rest>\S*)|(?P<scp>(?:git\+)?git@\S+)",
    holding=":// git@",
)
_BARE_VERSION = regex(r"v?\d[A-Za-z0-9.!+_-]*")
# A commit, or a tag that holds a version; `stable/4.2.x` is a branch.
_FIXED_REFERENCE = regex(
    r"[0-9a-f]{7,64}|(?:[a-z][\w-]{0,60}[-_/])?v?\d+(?:\.\d+)+(?:[-.+]?[a-z]+[-.]?\d+)*", re.IGNORECASE
)
_ARCHIVE = regex(r"\.(?:whl|zip|tar\.\w{2,3}|tgz)$", re.IGNORECASE, holding=".whl .zip .tar. .tgz")
_ARCHIVE_NAME = regex(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._]*(?:-[A-Za-z][A-Za-z0-9._]*)*)-v?\d")
_OPTION = regex(r"(?:^|\s)--")
_EGG = regex(r"[#&]egg=(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[(?P<extras>[^\[\]]*)\])?")


def normalised(name: str) -> str:
    """The name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).strip("-").lower()


def requirement(
    text: str, location: Location, *, kind: Kind = "direct", group: str | None = None
) -> Requirement | None:
    """
    The requirement that a PEP 508 text states, or pip's older forms of it (a URL with ``#egg=``, an archive's path).

    None for what is none. Environment markers are left out: whether they hold is known only where it is installed.
    """
    text = text.strip()
    if _URL.match(text):
        return _by_url(text, location, kind, group)
    head = _HEAD.match(text)
    if head is None:
        return None
    extras = _extras(head["extras"])
    rest = text[head.end() :]
    if rest.startswith("@"):
        words = rest[1:].split(None, 1)
        url = words[0] if words else ""
        if not _URL.match(url) and not url.startswith((".", "/", "$", "file:")):  # an e-mail address
            return None
        pinned = is_fixed_url(url) or " --hash" in rest
        return Requirement(normalised(head["name"]), shown_url(url), location, kind, group, extras, pinned)
    rest, *options = (
        _OPTION.split(rest.partition(";")[0] + _options(rest)) if "--" in rest else (rest.partition(";")[0],)
    )
    specifier = _specifier(rest)
    if specifier is None:
        return None
    pinned = is_exact(specifier) or any(option.startswith("hash") for option in options)
    return Requirement(normalised(head["name"]), specifier, location, kind, group, extras, pinned)


def tabled(name: str, value: object, location: Location, *, group: str | None = None) -> Requirement | None:
    """
    The requirement that an entry of Poetry's or Pipenv's tables states: a version, or a table with ``version``,
    ``git``, ``url``, ``path`` …; of several alternatives the first. A bare version means exactly that one, as it does
    for Poetry.
    """
    if isinstance(value, list):
        value = value[0] if value else {}
    if isinstance(value, str):
        value = {"version": value}
    if not isinstance(value, Mapping) or not _HEAD.match(name):
        return None
    raw = value.get("extras")
    extras = _extras(",".join(item for item in raw if isinstance(item, str))) if isinstance(raw, list) else ()
    specifier, pinned = _tabled_specifier(value)
    return Requirement(normalised(name), specifier, location, "direct", group, extras, pinned)


def is_exact(specifier: str) -> bool:
    """Whether the specifier allows one version only (``==4.2.1``, not ``==4.2.*``)."""
    return any(clause.strip().startswith("==") and "*" not in clause for clause in re.split(r"[,|]", specifier))


def shown_url(url: str) -> str:
    """The specifier of a direct reference: ``@`` and the URL without anything that may be a secret."""
    match = _URL.match(url)
    if match is None or match["rest"] is None:
        return "@ " + secrets.mask(re.split(r"[?#]", url, maxsplit=1)[0])
    authority, slash, path = re.split(r"[?#]", match["rest"], maxsplit=1)[0].partition("/")
    return secrets.mask(f"@ {match['scheme']}://{authority.rpartition('@')[2]}{slash}{path}")


def is_fixed_url(url: str) -> bool:
    """Whether the URL names a commit, a tag or a release, none of which move."""
    match = _URL.match(url)
    if match is None:
        return False
    rest = match["rest"] if match["scp"] is None else match["scp"].partition("@")[2]
    path = re.split(r"[?#;]", rest, maxsplit=1)[0].partition("/")[2]
    path, at, reference = path.rpartition("@")
    if at:
        return bool(_FIXED_REFERENCE.fullmatch(reference))
    if not _ARCHIVE.search(reference):
        return False
    segments = reference.split("/")
    stem = _ARCHIVE.sub("", segments[-1])
    if _FIXED_REFERENCE.fullmatch(stem) or re.search(r"\d\.\d", stem):
        return True
    return any(re.fullmatch(r"[0-9a-f]{40,64}", segment) for segment in segments)


def _by_url(text: str, location: Location, kind: Kind, group: str | None) -> Requirement | None:
    url = text.split(None, 1)[0]
    egg = _EGG.search(url)
    # `#egg=name==1.2` is an old form whose version is no part of the name.
    name = egg["name"] if egg else _name_in_url(url)
    if name is None:
        return None
    extras = _extras(egg["extras"]) if egg else ()
    pinned = is_fixed_url(url) or " --hash" in text
    return Requirement(normalised(name), shown_url(url), location, kind, group, extras, pinned)


def _name_in_url(url: str) -> str | None:
    """The name in an archive's file name, or the repository's, which mostly is the distribution's; None for neither."""
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    host, _, path = path.partition("://")[2].partition("/") if "://" in path else path.partition(":")
    # A reference may hold slashes: …/django.git@stable/4.2.x.
    segments = [host, *re.sub(r"@.*", "", path).rstrip("/").split("/")]
    name = archive_name(segments[-1])
    if name:
        return name
    if _ARCHIVE.search(segments[-1]):
        # https://github.com/django/django/archive/main.zip
        return segments[segments.index("archive") - 1] if "archive" in segments[1:] else None
    name = segments[-1].removesuffix(".git")
    return name if _HEAD.fullmatch(name) else None


def archive_name(name: str) -> str | None:
    """The distribution that a wheel's or source archive's file name names."""
    match = _ARCHIVE_NAME.match(name) if _ARCHIVE.search(name) else None
    return match["name"] if match else None


def _options(rest: str) -> str:
    """Options that follow an environment marker."""
    marker = rest.partition(";")[2]
    found = _OPTION.search(marker) if "--" in marker else None
    return marker[found.start() :] if found else ""


def _specifier(text: str) -> str | None:
    """The version clauses joined by commas, None where the text is something else."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    clauses = []
    position = 0
    while match := _CLAUSE.match(text, position):
        clauses.append(match["operator"] + match["version"])
        position = match.end()
    return ",".join(clauses) if not text[position:].strip(" \t,") else None


def _tabled_specifier(value: Mapping[str, object]) -> tuple[str, bool]:
    """Specifier and whether it is pinned."""
    for system in ("git", "hg", "svn", "bzr"):
        url = value.get(system)
        if not isinstance(url, str):
            continue
        keys = ("tag", "rev", "ref", "branch")
        key, reference = next(((key, text) for key in keys if isinstance(text := value.get(key), str)), ("", ""))
        shown = shown_url(f"{system}+{url}" if "://" in url else url)
        is_fixed = key == "tag" or bool(_FIXED_REFERENCE.fullmatch(reference))
        return f"{shown}@{reference}" if reference else shown, is_fixed
    for key in ("url", "file"):
        url = value.get(key)
        if isinstance(url, str) and "://" in url:
            return shown_url(url), is_fixed_url(url)
    version = value.get("version")
    if not isinstance(version, str) or version.strip() == "*":
        return "", False
    version = version.strip()
    if _BARE_VERSION.fullmatch(version):
        version = f"=={version}"
    return secrets.mask(version), is_exact(version)


def _extras(text: str | None) -> tuple[str, ...]:
    return tuple(normalised(extra.strip()) for extra in (text or "").split(",") if extra.strip())
