"""What the architecture tests read: committed and new files as text and syntax trees, and the committed lists.

Each rule is a function from one source to the places that break it, so that a test can plant a violation.
A list in ``lists/`` holds ``entry  # reason`` per line; an entry that nothing needs any more fails too.
"""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
LISTS = Path(__file__).parent / "lists"


@dataclass(frozen=True)
class Source:
    """One text file by its path in the checkout."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.split("/"))

    @property
    def app(self) -> str:
        """``cases`` for ``gridward/cases/…``, nothing for files outside the apps."""
        return self.parts[1] if self.parts[0] == "gridward" and len(self.parts) > 2 else ""

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts

    def line(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


@cache
def paths() -> tuple[str, ...]:
    """Every file that belongs to the project: committed, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    found = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    return tuple(sorted(path for path in set(found.split("\0")) if path and (CHECKOUT / path).is_file()))


@cache
def read(path: str) -> Source:
    return Source(path, (CHECKOUT / path).read_text("utf-8"))


def sources(*suffixes: str, under: str = "gridward/") -> list[Source]:
    return [read(path) for path in paths() if path.startswith(under) and path.endswith(suffixes)]


def python(under: str = "gridward/", migrations: bool = False) -> list[Source]:
    """The Python of the project, without migrations unless they are asked for."""
    return [source for source in sources(".py", under=under) if migrations or not source.is_migration]


def broken(rule: Callable[[Source], Iterable[str]], among: Iterable[Source]) -> list[str]:
    return [place for source in among for place in rule(source)]


@cache
def listed(name: str) -> dict[str, str]:
    """Entries of ``lists/<name>.txt`` with their reasons; an entry without a reason is an error."""
    entries: dict[str, str] = {}
    for line in (LISTS / f"{name}.txt").read_text("utf-8").splitlines():
        entry, mark, reason = line.partition("  # ")
        if not entry.strip() or line.startswith("#"):
            continue
        if not mark or not reason.strip():
            raise ValueError(f"lists/{name}.txt: {entry!r} gives no reason")
        entries[entry.strip()] = reason.strip()
    return entries


def stale(name: str, used: Iterable[str]) -> list[str]:
    """Listed exceptions that nothing needs any more."""
    return sorted(set(listed(name)) - set(used))
