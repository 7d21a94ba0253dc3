"""Pictures of a table: Mermaid text, nodes and edges with places for a drawing, and the reference page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gridward.core.workflow.roles import Role
from gridward.core.workflow.table import Move, MoveKind, Table, roles_en

COLUMN = 168
ROW = 72
NODE_WIDTH = 136
NODE_HEIGHT = 44
MARGIN = 24
HEAD = 40


@dataclass(frozen=True, slots=True)
class Node:
    """A state with the top left corner of its box; the column is its stage."""

    code: str
    zh: str
    en: str
    stage: int
    is_final: bool
    x: int
    y: int
    width: int = NODE_WIDTH
    height: int = NODE_HEIGHT


@dataclass(frozen=True, slots=True)
class Edge:
    """All moves from one state to another, as one arrow; ``path`` is SVG path data.

    ``kind`` is ``forward``, ``back`` (to an earlier stage, or out of a final state) or ``end``.
    """

    source: str
    target: str
    moves: tuple[str, ...]
    zh: str
    en: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Column:
    """A stage and the left edge of its column."""

    stage: int
    zh: str
    en: str
    x: int


@dataclass(frozen=True, slots=True)
class Layout:
    """A table ready to be drawn, in pixels."""

    width: int
    height: int
    columns: tuple[Column, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def layout(table: Table) -> Layout:
    """States by stage in columns, final ones in a band below; arrows between those that a move joins."""
    columns = tuple(
        Column(stage.number, stage.zh, stage.en, MARGIN + i * COLUMN) for i, stage in enumerate(table.stages)
    )
    band = _most_open(table)
    nodes = {node.code: node for column in columns for node in _nodes(table, column, band)}
    return Layout(
        width=2 * MARGIN + len(columns) * COLUMN,
        height=max(node.y for node in nodes.values()) + NODE_HEIGHT + MARGIN,
        columns=columns,
        nodes=tuple(nodes.values()),
        edges=tuple(_edge(nodes[a], nodes[b], moves) for (a, b), moves in changes(table).items()),
    )


def changes(table: Table) -> dict[tuple[str, str], list[Move]]:
    """Moves by (state, other state), without those that leave the state as it is."""
    found: dict[tuple[str, str], list[Move]] = {}
    for move in table.moves.values():
        for source, target in move.targets.items():
            if source != target:
                found.setdefault((source, target), []).append(move)
    return found


def _nodes(table: Table, column: Column, band: int) -> Iterator[Node]:
    """Open states from the top, final ones from row ``band`` on."""
    states = [state for state in table.states.values() if state.stage.number == column.stage]
    going = [state for state in states if not state.is_final]
    ended = [state for state in states if state.is_final]
    for row, state in (*enumerate(going), *enumerate(ended, start=band)):
        yield Node(
            code=state.code,
            zh=state.zh,
            en=state.en,
            stage=column.stage,
            is_final=state.is_final,
            x=column.x + (COLUMN - NODE_WIDTH) // 2,
            y=MARGIN + HEAD + row * ROW,
        )


def _most_open(table: Table) -> int:
    """The largest number of open states in a stage: where the band of final states begins."""
    return max(sum(not s.is_final and s.stage == stage for s in table.states.values()) for stage in table.stages)


def _edge(a: Node, b: Node, moves: list[Move]) -> Edge:
    return Edge(
        source=a.code,
        target=b.code,
        moves=tuple(move.code for move in moves),
        zh="、".join(move.zh for move in moves),
        en=", ".join(move.en for move in moves),
        kind=_kind(a, b),
        path=_path(a, b),
    )


def _kind(a: Node, b: Node) -> str:
    if b.is_final:
        return "end"
    return "back" if a.is_final or (b.stage, b.y) < (a.stage, a.y) else "forward"


def _path(a: Node, b: Node) -> str:
    """A curve that leaves forwards on the right, returns on the left, and bows out within a column."""
    middle_a, middle_b = a.y + a.height // 2, b.y + b.height // 2
    if a.stage == b.stage:
        side = a.x + a.width if a.y < b.y else a.x
        bow = side + (28 if a.y < b.y else -28)
        return f"M{side} {middle_a} C{bow} {middle_a} {bow} {middle_b} {side} {middle_b}"
    start, end = (a.x + a.width, b.x) if a.stage < b.stage else (a.x, b.x + b.width)
    pull = (end - start) // 2
    return f"M{start} {middle_a} C{start + pull} {middle_a} {end - pull} {middle_b} {end} {middle_b}"


def mermaid(table: Table) -> str:
    """A Mermaid state diagram with Chinese names."""
    lines = ["stateDiagram-v2", "  direction LR"]
    lines += [f'  state "{state.zh}" as {state.code}' for state in table.states.values()]
    lines.append(f"  [*] --> {table.first_state}: {table.moves[table.start].zh}")
    lines += [
        f"  {source} --> {target}: {'、'.join(move.zh for move in moves)}"
        for (source, target), moves in changes(table).items()
    ]
    lines += [f"  {state.code} --> [*]" for state in table.states.values() if state.is_final]
    return "\n".join(lines) + "\n"


def reference(table: Table) -> str:
    """The reference page of a table in Markdown; the committed page is this text."""
    return "\n".join(
        [
            f"# The seven stages ({table.full_name})",
            "",
            "Written by `gridward.core.workflow.diagram.reference` from the table file; do not edit.",
            f"SHA-256 of the table: `{table.sha256}`.",
            "",
            "```mermaid",
            mermaid(table).rstrip(),
            "```",
            "",
            "## States",
            "",
            *_rows(["state", "stage", "中文", "English", "the reporter reads", "clocks", "final"], _states(table)),
            "",
            "## Moves",
            "",
            *_rows(["move", "kind", "中文", "English", "from → to", "roles", "needs", "clocks"], _moves(table)),
            "",
            "## Fields",
            "",
            *_rows(["field", "中文", "English", "least characters"], _fields(table)),
            "",
            "## Duties kept apart",
            "",
            "A person who made a move of one duty on a case makes none of another duty on it.",
            "",
            *_rows(["duty", "moves"], ([d, _code(sorted(m))] for d, m in table.duties.items())),
            "",
            "Besides, these moves are refused to whoever made the others on the same case:",
            "",
            *_rows(["move", "differs from"], _differs(table)),
            "",
            "## Stage limits",
            "",
            "Defaults; a district sets its own. They run on the shift of the post.",
            "",
            *_rows(["limit", "中文", "English", "minutes"], _limits(table)),
            "",
            "## Roles",
            "",
            *_rows(["role", "中文", "English"], ([role.value, role.zh, role.en] for role in Role)),
            "",
            "## Departures from the usual list of states and moves",
            "",
            *(f"- {line}" for line in table.departures),
            "",
        ]
    )


def _rows(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _states(table: Table) -> Iterator[list[str]]:
    for state in table.states.values():
        clocks = [f"stage ({state.stage_limit})"] if state.stage_limit else []
        clocks += sorted(state.runs)
        clocks += [f"{kind} (paused)" for kind in sorted(state.pauses)]
        clocks += [f"{kind} (perhaps)" for kind in sorted(state.may_run)]
        final = "yes" if state.is_final else ""
        stage = f"{state.stage.number} {state.stage.zh}"
        yield [f"`{state.code}`", stage, state.zh, state.en, state.public_zh, ", ".join(clocks), final]


def _moves(table: Table) -> Iterator[list[str]]:
    for move in table.moves.values():
        asked = tuple(f"{code} (if the category asks)" for code in move.needs_if_asked)
        clocks = ", ".join(f"{kind}: {effect}" for kind, effect in move.clocks.items())
        ways = _ways(table, move)
        kind = f"{move.kind} {move.request}".strip()
        yield [
            f"`{move.code}`",
            kind,
            move.zh,
            move.en,
            ways,
            roles_en(move),
            ", ".join((*move.needs, *asked)),
            clocks,
        ]


def _ways(table: Table, move: Move) -> str:
    if move.code == table.start:
        return f"→ {table.first_state}"
    if move.kind is MoveKind.FLAG:
        return "wherever a case is open"
    groups: dict[str, list[str]] = {}
    for source, target in move.targets.items():
        groups.setdefault("same" if source == target else target, []).append(source)
    return "; ".join(f"{', '.join(sources)} → {target}" for target, sources in groups.items())


def _fields(table: Table) -> Iterator[list[str]]:
    for field in table.fields.values():
        yield [f"`{field.code}`", field.zh, field.en, str(field.min_length or "")]


def _differs(table: Table) -> Iterator[list[str]]:
    for move in table.moves.values():
        if move.differs_from and not any(move.code in moves for moves in table.duties.values()):
            yield [f"`{move.code}`", _code(sorted(move.differs_from))]


def _limits(table: Table) -> Iterator[list[str]]:
    for limit in table.stage_limits.values():
        yield [f"`{limit.code}`", limit.zh, limit.en, str(limit.seconds // 60)]
