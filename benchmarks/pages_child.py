"""One database of the pages benchmark; started by benchmarks.pages, which sets the environment."""

import io
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from benchmarks.copying import copy_cases  # noqa: E402
from gridward.accounts.models import User  # noqa: E402
from gridward.cases.models import Case  # noqa: E402

CASES, REQUESTS = 100_000, 15
PAGES = {
    "wen": ("/overview/", "/cases/", "/cases/?condition=late", "/cases/?condition=all&family=help"),
    "dev": ("/work/", "/cases/features.json"),
    "gao": ("/work/", "/cases/"),
    "deng": ("/work/", "/cases/?condition=all"),
}


def counted(request: Callable[[], Any]) -> int:
    """How many statements a request sends; the connection's own log is emptied when a request begins."""
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        request()
    return len(sent)


def measure() -> None:
    clients = {}
    for name in PAGES:
        clients[name] = Client()
        clients[name].force_login(User.objects.get(username=name))
    print(f"{Case.objects.count():,} cases, {Case.objects.filter(is_open=True).count():,} open")
    case = Case.objects.filter(step_n__gt=8).order_by("pk").first()
    pages = {**PAGES, "wen": (*PAGES["wen"], f"/cases/{case.number}/")}
    for name, paths in pages.items():
        for path in paths:
            statements = counted(lambda c=clients[name], p=path: c.get(p))
            took = []
            for _ in range(REQUESTS):
                began = time.perf_counter()
                answer = clients[name].get(path)
                took.append((time.perf_counter() - began) * 1000)
                assert answer.status_code == 200, path
            shown = f"/cases/{len(case.number)} digits/" if case.number in path else path
            p95 = quantiles(took, n=20)[-1]
            print(f"{name:5} {shown:42} median {median(took):6.1f} ms  p95 {p95:6.1f} ms  {statements} statements")


if __name__ == "__main__":
    call_command("demo", "--grow-only", stdout=io.StringIO())
    copy_cases(CASES)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    measure()
