"""
Dataclasses that cost nothing to define.

``dataclasses`` writes source for the methods of each class and compiles it when the class is imported: two million
instructions a class, for a package of facts more than everything that it does with them. These classes share
methods that look their fields up instead. Only what this package uses is there, and it behaves as in ``dataclasses``;
type checkers see the originals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass", "field", "fields", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, replace
else:
    from operator import attrgetter

    _MISSING = object()

    class Field:
        """A field's name and what ``field()`` was told of it."""

        __slots__ = ("compare", "default", "default_factory", "name", "repr")

        def __init__(self, default, default_factory, repr, compare):
            self.default = default
            self.default_factory = default_factory
            self.repr = repr
            self.compare = compare

    def field(*, default=_MISSING, default_factory=_MISSING, repr=True, compare=True):
        """As ``dataclasses.field``."""
        return Field(default, default_factory, repr, compare)

    def fields(record):
        """The fields of a record, or of its class, in their order."""
        return tuple(record.__record__.fields.values())

    def replace(record, /, **changes):
        """A record of the same class, with these fields changed. Raises TypeError for an unknown one."""
        state = record.__dict__
        for name in record.__record__.fields:
            if name not in changes:
                changes[name] = state[name]
        return record.__class__(**changes)

    def dataclass(cls=None, /, *, frozen=False, eq=True, order=False, repr=True, kw_only=False):
        """As ``dataclasses.dataclass``; ``kw_only`` holds for the fields of base classes too."""

        def decorate(cls):
            known = _fields(cls)
            cls.__record__ = _Record(known, kw_only, hasattr(cls, "__post_init__"))
            cls.__match_args__ = () if kw_only else tuple(known)
            cls.__init__ = _initialize
            if repr:
                cls.__repr__ = _represent
            if eq:
                cls.__eq__ = _equals
                cls.__hash__ = _hash if frozen else None
            if order:
                cls.__lt__ = _is_less
                cls.__le__ = _is_less_or_equal
            if frozen:
                cls.__setattr__ = _refuse_to_set
                cls.__delattr__ = _refuse_to_delete
            return cls

        return decorate if cls is None else decorate(cls)

    class _Record:
        """What the shared methods know of a class."""

        __slots__ = ("compared", "defaults", "factories", "fields", "positional", "prepares", "shown")

        def __init__(self, known, kw_only, prepares):
            compared = [name for name, found in known.items() if found.compare]
            self.fields = known
            self.prepares = prepares
            self.positional = () if kw_only else tuple(known)
            self.defaults = {name: found.default for name, found in known.items() if found.default is not _MISSING}
            self.factories = [
                (name, found.default_factory) for name, found in known.items() if found.default_factory is not _MISSING
            ]
            self.compared = attrgetter(*compared) if compared else _nothing
            self.shown = [name for name, found in known.items() if found.repr]

    def _nothing(record):
        return ()

    def _fields(cls):
        known = {}
        for base in reversed(cls.__mro__[1:]):
            if "__record__" in base.__dict__:
                known.update(base.__record__.fields)
        for name in cls.__annotations__:
            default = cls.__dict__.get(name, _MISSING)
            found = default if isinstance(default, Field) else Field(default, _MISSING, True, True)
            found.name = name
            known[name] = found
            if found is default:
                # As in dataclasses: the class has the default as its attribute, or none.
                if found.default is _MISSING:
                    delattr(cls, name)
                else:
                    setattr(cls, name, found.default)
        return known

    def _initialize(self, /, *args, **kwargs):
        record = self.__record__
        state = self.__dict__
        state.update(record.defaults)
        if record.factories:
            for name, make in record.factories:
                if name not in kwargs:
                    state[name] = make()
        if args:
            state.update(zip(record.positional, args))  # noqa: B905 - what is missing is noticed below
            if len(args) > len(record.positional) or not kwargs.keys().isdisjoint(record.positional[: len(args)]):
                _refuse_arguments(self, args, kwargs)
        if kwargs:
            state.update(kwargs)
        if state.keys() != record.fields.keys():
            _refuse_arguments(self, args, kwargs)
        if record.prepares:
            self.__post_init__()

    def _refuse_arguments(self, args, kwargs):
        record = self.__record__
        name = self.__class__.__qualname__
        missing = [field for field in record.fields if field not in self.__dict__]
        unknown = [field for field in kwargs if field not in record.fields]
        if missing:
            raise TypeError(f"{name}() needs {', '.join(missing)}")
        if unknown:
            raise TypeError(f"{name}() knows no {', '.join(unknown)}")
        raise TypeError(f"{name}() got {len(args)} values by place and {len(kwargs)} by name, some of them twice")

    def _represent(self):
        state = self.__dict__
        shown = ", ".join(f"{name}={state[name]!r}" for name in self.__record__.shown)
        return f"{self.__class__.__qualname__}({shown})"

    def _equals(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = self.__record__.compared
        return values(self) == values(other)

    def _hash(self):
        return hash(self.__record__.compared(self))

    def _is_less(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = self.__record__.compared
        return values(self) < values(other)

    def _is_less_or_equal(self, other):
        if other.__class__ is not self.__class__:
            return NotImplemented
        values = self.__record__.compared
        return values(self) <= values(other)

    def _refuse_to_set(self, name, value):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_to_delete(self, name):
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")
