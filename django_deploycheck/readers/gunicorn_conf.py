"""
gunicorn.conf.py: gunicorn's own settings and hooks, in Python. Understood by ``ast``; nothing is imported or run.

Names of settings: https://docs.gunicorn.org/en/stable/settings.html (23.0).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Literal as OneOf

from django_deploycheck import secrets
from django_deploycheck.model import BlindSpot, ConfigValue, PythonModule, ServerConfig
from django_deploycheck.readers import python_module
from django_deploycheck.readers._python import Literal, NotLiteral, literal, parse
from django_deploycheck.source import Source

KIND = "gunicorn-conf"
NAMES = (
    "gunicorn.conf.py",
    "gunicorn.config.py",
    "gunicorn_conf.py",
    "gunicorn-conf.py",
    "gunicorn_config.py",
    "gunicorn-config.py",
    "gunicorn_cfg.py",
    "gunicornconf.py",
    "gunicorn_settings.py",
    "gunicorn.py",
)
NATURE: OneOf["decided"] = "decided"

_SETTINGS = frozenset(
    """
    access_log_format accesslog backlog bind ca_certs capture_output casefold_http_method certfile chdir check_config
    cert_reqs ciphers config daemon default_proc_name dirty_timeout dirty_workers disable_redirect_access_to_syslog
    do_handshake_on_connect dogstatsd_tags enable_stdio_inheritance errorlog forwarded_allow_ips forwarder_headers
    graceful_timeout group header_map http_protocols initgroups keepalive keyfile limit_request_field_size
    limit_request_fields limit_request_line logconfig logconfig_dict logconfig_json logger_class loglevel max_requests
    max_requests_jitter on_fatal_signal paste permit_obsolete_folding permit_unconventional_http_method
    permit_unconventional_http_version pidfile post_fork post_request post_worker_init pre_exec pre_fork pre_request
    preload_app print_config proc_name protocol proxy_allow_ips proxy_protocol pythonpath raw_env raw_paste_global_conf
    refuse_obsolete_folding reload reload_engine reload_extra_files reuse_port secure_scheme_headers sendfile
    spew ssl_context ssl_version statsd_host statsd_prefix strip_header_spaces suppress_ragged_eofs syslog syslog_addr
    syslog_facility syslog_prefix threads timeout tmp_upload_dir umask user when_ready worker_abort worker_class
    worker_connections worker_exit worker_int worker_tmp_dir workers wsgi_app nworkers_changed on_exit on_reload
    on_starting child_exit
    """.split()
)


def read(source: Source) -> Iterator[ServerConfig | PythonModule | BlindSpot]:
    """
    What the file sets of gunicorn's settings, and what it says as a Python module (trackers started in hooks).

    No ServerConfig for a file that sets and defines nothing that gunicorn knows. Raises Unreadable for what is no Python.
    """
    tree = parse(source)
    module = next(python_module.read(source))
    values = tuple(_values(tree, source))
    if values or (module.names is not None and module.names & _SETTINGS):
        yield ServerConfig("gunicorn", source.path, values)
    yield module
    star = [include.location for include in module.includes if include.names is None]
    if module.sets_unknown_names or star:
        location = star[0] if star else source.location()
        yield BlindSpot("sets options of gunicorn that only show when it runs", location, frozenset())


def _values(tree: ast.Module, source: Source) -> Iterator[ConfigValue]:
    """The settings that are assigned at the top level, in order; None is gunicorn's own default and sets nothing."""
    names: dict[str, Literal] = {}
    stack = [(statement, False) for statement in reversed(tree.body)]
    while stack:
        statement, conditional = stack.pop()
        for target, value in _assigned(statement):
            found = _value(value, names)
            if conditional or found is None:
                names.pop(target.id, None)
            else:
                names[target.id] = found[0]
            if target.id in _SETTINGS and found != (None,):
                shown = _config_value(target.id, found)
                yield ConfigValue(target.id, shown, source.location(target.lineno), conditional)
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = conditional or not isinstance(statement, (ast.With, ast.AsyncWith))
            stack.extend((child, inner) for child in reversed(_nested(statement)))


def _nested(statement: ast.stmt) -> list[ast.stmt]:
    """The statements directly inside a compound statement, in the order of the text."""
    found: list[ast.stmt] = []
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.stmt):
            found.append(child)
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            found.extend(child.body)
    return found


def _assigned(statement: ast.stmt) -> Iterator[tuple[ast.Name, ast.expr | None]]:
    """The names that a statement assigns and what; None for a value that is only known in part."""
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _pairs(target, statement.value)
    elif (
        isinstance(statement, ast.AnnAssign) and statement.value is not None and isinstance(statement.target, ast.Name)
    ):
        yield statement.target, statement.value
    elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        yield statement.target, None


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.expr | None]]:
    if isinstance(target, ast.Name):
        yield target, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        values = (
            value.elts if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts) else None
        )
        for index, item in enumerate(target.elts):
            if isinstance(item, ast.Name):
                yield item, values[index] if values is not None else None


def _value(node: ast.expr | None, names: dict[str, Literal]) -> tuple[Literal] | None:
    if node is None:
        return None
    try:
        return (literal(node, names),)
    except NotLiteral:
        return None


def _config_value(name: str, found: tuple[Literal] | None) -> str | int | float | bool | tuple[str, ...] | None:
    if found is None:
        return None
    value = found[0]
    if isinstance(value, tuple):
        return tuple(secrets.mask_argument(item, ()) for item in value if isinstance(item, str))
    return secrets.mask_setting(name, value) if isinstance(value, str) else value
