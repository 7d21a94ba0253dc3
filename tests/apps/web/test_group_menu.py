"""The menu stays one line: what does not fit is behind “more”, and nothing is lost."""

import pytest

from gridward.web.navigation import MOST_IN_LINE, Shown, in_line


@pytest.mark.parametrize("n", [0, 1, MOST_IN_LINE, MOST_IN_LINE + 1, 20])
def test_every_entry_is_in_the_line_or_behind_more_and_none_alone(n: int) -> None:
    entries = [Shown(f"/{i}/", str(i), i == n - 1) for i in range(n)]
    menu = in_line(entries)
    assert menu.line + menu.more == entries and len(menu.line) <= MOST_IN_LINE and len(menu.more) != 1
    assert menu.is_within == (n > MOST_IN_LINE)
