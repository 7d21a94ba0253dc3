"""What higher apps subscribe to, collected once at start: jobs (afterwards) and joins (together).

In ``<app>/jobs.py``:
``JOBS = {"cases.dispatch": (notify_body, …)}`` handlers ``f(delivery, step)``, idempotent by ``delivery.pk``;
``SWEEPS = (("cases.resume_suspended", resume_due), …)`` called each minute as ``f(at=…)``, by one process;
``NAMES = {"cases.resume_suspended": _("…")}`` what a duty or a run is called on the operator's page;
``MESSAGES = (Kind(…), …)`` what the app tells people (notify.queries.kinds);
``EVENTS = (("cases.dispatch", _("…")), …)`` what other systems may be told of;
``RUNS = {"demo.grow": grow}`` long work ``f(report)`` in a child process (work.reporting.Report).
In ``<app>/joins.py``: ``JOINS = {"grids.adopt_plan": rehome_open_cases}``.
In ``<app>/checks.py``: ``CHECKS = (("cases.head", compare_heads), …)``: ``f()`` yields differences.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

Handler = Callable[..., Any]


def _modules(name: str) -> list[Any]:
    """``<app>.<name>`` of every gridward app that has one, in the order of INSTALLED_APPS (layers)."""
    own = [config.name for config in apps.get_app_configs() if config.name.startswith("gridward.")]
    return [import_module(f"{app}.{name}") for app in own if find_spec(f"{app}.{name}")]


def handler_name(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


@cache
def jobs() -> dict[str, tuple[Handler, ...]]:
    """Verb → handlers of all apps, in layer order."""
    merged: dict[str, tuple[Handler, ...]] = {}
    for module in _modules("jobs"):
        for verb, handlers in getattr(module, "JOBS", {}).items():
            merged[verb] = merged.get(verb, ()) + tuple(handlers)
    return merged


@cache
def handlers_by_name() -> dict[str, Handler]:
    return {handler_name(handler): handler for group in jobs().values() for handler in group}


@cache
def sweeps() -> tuple[tuple[str, Handler], ...]:
    """(name, function) of every duty that is due each minute, in layer order."""
    return tuple(sweep for module in _modules("jobs") for sweep in getattr(module, "SWEEPS", ()))


@cache
def names() -> dict[str, Any]:
    """Code of a duty or a run → its name, spoken in the reader's language."""
    return {code: name for module in _modules("jobs") for code, name in getattr(module, "NAMES", {}).items()}


@cache
def messages() -> tuple[Any, ...]:
    """Every kind of message of every app, in layer order."""
    return tuple(kind for module in _modules("jobs") for kind in getattr(module, "MESSAGES", ()))


@cache
def events() -> tuple[tuple[str, Any], ...]:
    """(verb, name) of everything that other systems may be told of."""
    return tuple(event for module in _modules("jobs") for event in getattr(module, "EVENTS", ()))


@cache
def performers() -> dict[str, Handler]:
    """Kind of run → the function that performs it."""
    return {kind: f for module in _modules("jobs") for kind, f in getattr(module, "RUNS", {}).items()}


@cache
def checks() -> tuple[tuple[str, Handler], ...]:
    """(name, function) of every comparison of derived data with its source, in layer order."""
    return tuple(check for module in _modules("checks") for check in getattr(module, "CHECKS", ()))


@cache
def joins() -> dict[str, tuple[Handler, ...]]:
    """Verb → functions that must hold in the same transaction, in layer order."""
    merged: dict[str, tuple[Handler, ...]] = {}
    for module in _modules("joins"):
        for verb, function in getattr(module, "JOINS", {}).items():
            merged[verb] = (*merged.get(verb, ()), function)
    return merged


def join(verb: str, **values: Any) -> None:
    """Call what higher apps must do in this transaction; any of them may refuse."""
    for function in joins().get(verb, ()):
        function(**values)


@cache
def work_providers() -> tuple[Handler, ...]:
    """``work_items(user, at)`` of every app that fills 我的工作 (in ``<app>/queries.py``)."""
    return tuple(module.work_items for module in _modules("queries") if hasattr(module, "work_items"))
