"""The escalation ladder of a district: its own table, else the one that ships."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gridward.core.workflow.ladder import BadLadderError, Ladder, parse_ladder, usual_ladder

CODE = 6


def ladder_of(code6: str) -> Ladder:
    """The ladder that the cases of the district with these six digits climb."""
    return own_ladders(settings.GRIDWARD_LADDERS).get(code6) or usual_ladder()


@cache
def own_ladders(folder: str) -> dict[str, Ladder]:
    """Ladders by the six digits of their district, read once.

    Raises ImproperlyConfigured, naming the file, for one that cannot be used.
    """
    if not folder:
        return {}
    if not Path(folder).is_dir():
        raise ImproperlyConfigured(f"GRIDWARD_LADDERS={folder!r} is no folder")
    return {path.stem: _read(path) for path in sorted(Path(folder).glob("*.toml"))}


def _read(path: Path) -> Ladder:
    if len(path.stem) != CODE or not path.stem.isdecimal():
        raise ImproperlyConfigured(f"GRIDWARD_LADDERS: {path.name} is not named by the six digits of a district")
    try:
        return parse_ladder(path.read_text("utf-8"))
    except (BadLadderError, OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"GRIDWARD_LADDERS: {path.name}: {error}") from error
