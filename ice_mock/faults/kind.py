"""What every kind of fault is: a plane, a name, options, and what it does to the course of things."""

from collections.abc import Callable
from typing import Any, ClassVar

from marshmallow import Schema

from ice_mock.domain.fault import Plane


class Kind:
    """A kind of fault.

    Its docstring's first line says what it does, in the reference of the scenario format.
    """

    plane: ClassVar[Plane]
    name: ClassVar[str]
    Options: ClassVar[type[Schema]] = Schema
    """The options beside the selector and the frequency; their ``metadata["meaning"]`` explains them.

    In the short form of a scenario the kind's own key holds the option called ``value``, if there is one.
    """
    actions: ClassVar[frozenset[str] | None] = None
    """The actions that it can strike, where it cannot strike them all; others do not count."""
    strike: ClassVar[Callable[..., Any]]
    """The course that a course takes: ``strike(course, **options)``. It remembers and does nothing."""
