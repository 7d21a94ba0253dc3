"""Several moves of one case that belong to one press: all of them or none."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from gridward.cases.actions.moving import move_case
from gridward.cases.models import Case
from gridward.core.actor import Actor


@transaction.atomic
def move_in_one(
    *, case: Case, moves: Sequence[str], given: Mapping[str, Any], by: Actor, at: datetime, action_uuid: uuid.UUID,
    seen_n: int,
) -> Case:  # fmt: skip
    """Make the moves one after another, each a step of its own; the last one has the fields.

    Raises what ``move_case`` raises; then none of them is made. The same ``action_uuid`` again changes nothing.
    """
    *before, last = moves
    for move in before:
        name = uuid.uuid5(action_uuid, move)
        case = move_case(case=case, move=move, given={}, by=by, at=at, action_uuid=name, seen_n=seen_n)
    return move_case(case=case, move=last, given=given, by=by, at=at, action_uuid=action_uuid, seen_n=seen_n)
