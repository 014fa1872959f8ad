"""Noticing that a module is imported, without importing it."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType

Hook = Callable[[ModuleType], object]


class Watch(MetaPathFinder):
    """Gives modules to hooks, by name: those that are there at once, others when they have been imported."""

    def __init__(self, hooks: Mapping[str, Hook]) -> None:
        self._hooks = hooks
        self._looking_for: set[str] = set()

    def start(self) -> None:
        sys.meta_path.insert(0, self)

    def look(self) -> None:
        """Give the modules that are there to their hooks."""
        for name, hook in self._hooks.items():
            if name in sys.modules:
                # Not from sys.modules: a thread may be in the middle of importing it, and is waited for.
                hook(import_module(name))

    def stop(self) -> None:
        sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self._hooks or fullname in self._looking_for:
            return None
        self._looking_for.add(fullname)
        try:
            spec = find_spec(fullname)
        finally:
            self._looking_for.discard(fullname)
        if spec and spec.loader:
            spec.loader = _Loader(spec.loader, self._hooks[fullname])
        return spec


class _Loader(Loader):
    """Loads as another loader does, and then gives the module to a hook."""

    def __init__(self, loader: Loader, hook: Hook) -> None:
        self._loader = loader
        self._hook = hook

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # A module may ask its loader for more than a loader has to have.
        module.__loader__ = self._loader
        if module.__spec__:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._hook(module)
