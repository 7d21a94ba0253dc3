"""The drawing and the reference page say what the table says."""

from pathlib import Path

from gridward.core.workflow.diagram import changes, layout, mermaid, reference
from gridward.core.workflow.parse import load

TABLE = load()
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "seven-stages.md"


def test_the_committed_reference_page_is_the_one_made_from_the_table():
    assert PAGE.read_text("utf-8") == reference(TABLE), "write reference(load()) to docs/reference/seven-stages.md"


def test_every_change_of_state_is_one_arrow_in_both_pictures():
    drawn = {(edge.source, edge.target) for edge in layout(TABLE).edges}
    assert drawn == set(changes(TABLE))
    text = mermaid(TABLE)
    assert all(f"  {source} --> {target}: " in text for source, target in drawn)
    assert {move for edge in layout(TABLE).edges for move in edge.moves} == {
        move.code for move in TABLE.moves.values() if any(a != b for a, b in move.targets.items())
    }


def test_boxes_stand_in_the_column_of_their_stage_and_do_not_overlap():
    drawing = layout(TABLE)
    assert {node.code for node in drawing.nodes} == set(TABLE.states)
    places = {(node.x, node.y) for node in drawing.nodes}
    assert len(places) == len(drawing.nodes)
    for node in drawing.nodes:
        column = drawing.columns[node.stage - 1]
        assert column.x <= node.x and node.x + node.width <= column.x + 168
        assert node.y > 0 and node.y + node.height <= drawing.height
    rows = sorted((n.x, n.y) for n in drawing.nodes)
    assert all(b[1] - a[1] >= 44 for a, b in zip(rows, rows[1:], strict=False) if a[0] == b[0])


def test_every_cell_of_the_reference_page_stays_in_its_column():
    lines = reference(TABLE).splitlines()
    for line, following in zip(lines, lines[1:], strict=False):
        if line.startswith("|") and following.startswith("|"):
            assert line.count("|") == following.count("|")


def test_final_states_stand_below_all_others_and_arrows_know_their_kind():
    drawing = layout(TABLE)
    assert max(n.y for n in drawing.nodes if not n.is_final) < min(n.y for n in drawing.nodes if n.is_final)
    kinds = {(edge.source, edge.target): edge.kind for edge in drawing.edges}
    assert kinds["pending_dispatch", "pending_handle"] == "forward"
    assert kinds["pending_handle", "returned"] == "back"
    assert kinds["closed", "rework"] == "back"
    assert kinds["pending_close", "closed"] == "end"
