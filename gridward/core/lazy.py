"""The one allowed late import: heavy libraries live in modules named ``engine`` and load on first use.

With numba, scipy and pyogrio imported at start a process takes seconds and hundreds of megabytes
before a line of ours runs; the web process must stay below both.
"""

import importlib
from types import ModuleType


class LazyModule:
    """Stands for a module named ``engine`` until one of its attributes is asked for."""

    def __init__(self, name: str) -> None:
        if name.rpartition(".")[2] != "engine":
            raise ValueError(f"{name}: only modules named 'engine' load late")
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str) -> object:
        if self._module is None:
            self._module = importlib.import_module(self._name)
        return getattr(self._module, attribute)
