"""Stating what is public of grids: contact, duties, supervision, assessment 四公开."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from gridward.areas.models import Division
from gridward.core.actor import Actor
from gridward.districts.queries import local_day
from gridward.grids.models import Grid, GridNotice
from gridward.grids.queries.days import as_of
from gridward.grids.queries.rights import require_stater
from gridward.work import clock
from gridward.work.actions import leave_entry, subject_key
from gridward.work.locks import lock


@transaction.atomic
def state_notices(
    *, place: Division | Grid, words: Mapping[str, tuple[str, str]], by: Actor, at: datetime
) -> list[str]:
    """State items (item → Chinese, English) of the grids of a division, or of one grid, from today on; empty words
    take one back. What was stated before stays readable for its days. Answers the items that changed.

    Raises RuleBroken ``grids.notice_elsewhere``.
    """
    place = lock(type(place), place.pk)
    require_stater(by, place, at)
    today, now = local_day(place.district, at), clock.now()
    of = {"grid": place} if isinstance(place, Grid) else {"division": place}
    held = {row.item: row for row in GridNotice.objects.filter(as_of(today), district_id=place.district_id, **of)}
    changed = []
    for item, (zh, en) in words.items():
        row = held.get(GridNotice.Item(item).value)
        if (zh, en) == ((row.words_zh, row.words_en) if row else ("", "")):
            continue
        changed.append(item)
        if row:
            _end(row, today, now)
        if zh:
            GridNotice.objects.create(
                district_id=place.district_id, item=item, words_zh=zh, words_en=en, by_id=by.user_id, valid_from=today,
                recorded_at=now, **of,
            )  # fmt: skip
    if changed:
        body = {item: list(words[item]) for item in changed}
        leave_entry(district_id=place.district_id, subject=subject_key(place), verb="grids.state_notices", by=by, at=at,
                    body=body)  # fmt: skip
    return changed


def _end(row: GridNotice, today: date, now: datetime) -> None:
    """Retire it; where it held before today, record it anew with its end."""
    GridNotice.objects.filter(pk=row.pk).update(retired_at=now)
    if row.valid_from < today:
        row.pk, row.valid_to, row.recorded_at, row.retired_at = None, today, now, None
        row.save(force_insert=True)
