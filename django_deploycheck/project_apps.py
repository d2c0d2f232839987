"""
The project's own Django apps: folders with models or migrations, found by listing folders from the project's on down.

Django calls a package an app when INSTALLED_APPS names it; here its ``models`` and ``migrations`` do, so that apps are
seen whatever settings are being checked.
"""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator

from django_deploycheck import git_index
from django_deploycheck.model import App, Location, join
from django_deploycheck.patterns import regex
from django_deploycheck.readers import _python
from django_deploycheck.source import Repository, Unreadable

MAX_FOLDERS = 400
"""How many folders are listed in the search."""

MAX_APPS = 300
MAX_DEPTH = 4
MAX_MODEL_FILES = 40
"""How many modules of a ``models`` package are read."""

_SKIPPED = frozenset(
    "node_modules bower_components site-packages dist-packages vendor third_party venv env virtualenv static staticfiles assets media templates "
    "locale fixtures docs doc documentation examples example sample samples demo test tests testing testapp test_app e2e migrations management "
    "templatetags dist build frontend __pycache__ terraform k8s kubernetes helm charts".split()
)
# Folders that hold apps and are often no packages themselves.
_GROUPS = frozenset(
    "apps src backend server api app web code site www django project projects source lib packages".split()
)
_MODELS = frozenset({"Model", "AbstractUser", "AbstractBaseUser", "MPTTModel", "TimeStampedModel"})
_MIGRATION = regex(r"(?!_)\w+\.py")
_NUMBERED = regex(r"[0-9]{4}_\w+\.py")


def project_apps(repository: Repository, directory: str) -> tuple[App, ...]:
    """The apps below the project's folder and the root, in the order of their paths. Opens as few files as it can."""
    found = [folder for folder in _folders(repository, directory) if _is_app(repository, folder)][:MAX_APPS]
    if not found:
        return ()
    tracked = git_index.tracked_paths(repository)
    return tuple(_app(repository, folder, tracked) for folder in sorted(found))


def _folders(repository: Repository, directory: str) -> Iterator[str]:
    queue = [(folder, 0) for folder in dict.fromkeys((directory, ""))]
    seen: set[str] = set()
    while queue and len(seen) < MAX_FOLDERS:
        folder, depth = queue.pop(0)
        if folder in seen:
            continue
        seen.add(folder)
        listing = repository.listing(folder)
        if folder and (
            ("pyvenv.cfg" in listing) or (folder != directory and listing.get("manage.py") is False and directory)
        ):
            continue  # a virtualenv, or another project of the same repository
        yield folder
        # Below the first folders only packages are gone into, and what groups them: a tree of data is not walked.
        goes_on = not depth or "__init__.py" in listing or posixpath.basename(folder).lower() in _GROUPS
        if goes_on and depth < MAX_DEPTH:
            queue += [
                (join(folder, name), depth + 1)
                for name, is_folder in listing.items()
                if is_folder and _may_hold_apps(name)
            ]


def _may_hold_apps(name: str) -> bool:
    return name.isidentifier() and name.lower() not in _SKIPPED


def _is_app(repository: Repository, folder: str) -> bool:
    if not folder:
        return False
    listing = repository.listing(folder)
    return (
        listing.get("models.py") is False
        or repository.is_file(join(folder, "models/__init__.py"))
        or repository.is_file(join(folder, "migrations/__init__.py"))
    )


def _app(repository: Repository, folder: str, tracked: frozenset[str] | None) -> App:
    package = _migrations_package(repository, folder)
    files = [
        name for name, is_folder in repository.listing(package).items() if not is_folder and _MIGRATION.fullmatch(name)
    ]
    listed = None if tracked is None else tuple(name[:-3] for name in files if join(package, name) in tracked)
    path = (
        join(folder, "models.py")
        if repository.is_file(join(folder, "models.py"))
        else join(folder, "models/__init__.py")
    )
    return App(
        path=folder,
        label=posixpath.basename(folder),
        models=Location(path),
        # What has migrations has models; only for the others is it worth to read them.
        defines_models=True if listed or (listed is None and files) else _defines_models(repository, folder),
        migrations=tuple(name[:-3] for name in files),
        tracked=listed,
        file_field=_file_field(repository, folder),
    )


def _migrations_package(repository: Repository, folder: str) -> str:
    """The folder of the migrations: the usual one, or another that holds some where MIGRATION_MODULES names it."""
    usual = join(folder, "migrations")
    if any(_NUMBERED.fullmatch(name) for name in repository.listing(usual)):
        return usual
    others = [join(folder, name) for name, is_folder in repository.listing(folder).items() if is_folder]
    named = (other for other in others if other != usual and "migrations" in posixpath.basename(other))
    return next((other for other in named if any(map(_NUMBERED.fullmatch, repository.listing(other)))), usual)


# --- models -------------------------------------------------------------------------------------------------------------


def _model_files(repository: Repository, folder: str) -> list[str]:
    paths = [join(folder, "models.py")] if repository.is_file(join(folder, "models.py")) else []
    package = join(folder, "models")
    paths += [
        join(package, name)
        for name, is_folder in repository.listing(package).items()
        if name.endswith(".py") and not is_folder
    ][:MAX_MODEL_FILES]
    return paths


def _defines_models(repository: Repository, folder: str) -> bool | None:
    answers = [_holds_model(repository, path) for path in _model_files(repository, folder)]
    if True in answers:
        return True
    return None if None in answers else False


def _holds_model(repository: Repository, path: str) -> bool | None:
    try:
        source = repository.read(path)
        if source is None or "class " not in source.text:
            return False
        return any(
            isinstance(statement, ast.ClassDef) and _makes_table(statement) for statement in _python.parse(source).body
        )
    except Unreadable:
        return None


def _makes_table(definition: ast.ClassDef) -> bool:
    """Whether a class is a model with a table of its own: it inherits from Django's or holds fields, and is no abstract one."""
    if (
        _meta_says(definition, "abstract", True)
        or _meta_says(definition, "proxy", True)
        or _meta_says(definition, "managed", False)
    ):
        return False
    bases = {_python.dotted(base) or "" for base in definition.bases}
    # A bare "BaseModel" may be pydantic's; the fields tell then.
    return (
        bool(bases & _MODELS)
        or any(base.startswith("models.") and base.endswith("Model") for base in bases)
        or (bool(bases) and any(_is_field(item) for item in definition.body))
    )


def _meta_says(definition: ast.ClassDef, name: str, value: bool) -> bool:
    statements = [
        item for meta in definition.body if isinstance(meta, ast.ClassDef) and meta.name == "Meta" for item in meta.body
    ]
    return any(
        isinstance(item, ast.Assign)
        and isinstance(item.value, ast.Constant)
        and item.value.value is value
        and any(isinstance(target, ast.Name) and target.id == name for target in item.targets)
        for item in statements
    )


def _is_field(statement: ast.stmt) -> bool:
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or not isinstance(statement.value, ast.Call):
        return False
    module, _, name = (_python.dotted(statement.value.func) or "").rpartition(".")
    return module == "models" and name.endswith(("Field", "ForeignKey"))


def _file_field(repository: Repository, folder: str) -> Location | None:
    """The first field of the app's models that keeps files and names no storage of its own."""
    for path in _model_files(repository, folder):
        try:
            source = repository.read(path)
            if source is None or not ("FileField(" in source.text or "ImageField(" in source.text):
                continue
            classes = [statement for statement in _python.parse(source).body if isinstance(statement, ast.ClassDef)]
        except Unreadable:
            continue
        for statement in (item for definition in classes for item in definition.body):
            if _is_field(statement) and _keeps_files(statement):
                return source.location(statement.lineno)
    return None


def _keeps_files(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    if not isinstance(call, ast.Call) or any(keyword.arg in ("storage", None) for keyword in call.keywords):
        return False
    return (_python.dotted(call.func) or "").endswith((".FileField", ".ImageField"))
