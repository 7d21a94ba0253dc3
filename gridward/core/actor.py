"""Who acts: a person in one chosen role, or the system itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A user (``None`` = the system) acting in one role, for one body, in one district."""

    user_id: int | None
    role: str
    body_id: int | None = None
    district_id: int | None = None


SYSTEM = Actor(user_id=None, role="system")
