"""One round of deliveries: claim, perform outside any transaction, settle."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error as DatabaseError

from gridward.work import clock
from gridward.work.actions import claim_deliveries, finish_deliveries, postpone_delivery
from gridward.work.collected import handlers_by_name
from gridward.work.describing import describe
from gridward.work.models import Delivery

log = logging.getLogger(__name__)

MOST_AT_ONCE = 50
SAFE_LEFT = timedelta(seconds=30)


def perform(delivery: Delivery) -> None:
    """Run the handler on its step; a handler is idempotent by ``delivery.pk``."""
    handler = handlers_by_name()[delivery.handler]
    step = apps.get_model(delivery.table)._default_manager.get(pk=delivery.step_id)
    handler(delivery, step)


def deliver_round(*, is_over: Callable[[], bool] = lambda: False) -> int:
    """Work off one claim; answer how many were claimed. Stops between two deliveries when ``is_over``."""
    claimed = claim_deliveries(most=MOST_AT_ONCE, at=clock.now())
    done: list[Delivery] = []
    try:
        for delivery in claimed:
            if is_over() or not _has_time(delivery):
                break  # the lease runs out, and another round takes the rest
            if _try(delivery):
                done.append(delivery)
    finally:
        finish_deliveries(done=done)
    return len(claimed)


def _has_time(delivery: Delivery) -> bool:
    return delivery.lease_until is not None and delivery.lease_until - clock.now() > SAFE_LEFT


def _try(delivery: Delivery) -> bool:
    try:
        perform(delivery)
    except (KeyError, LookupError, ObjectDoesNotExist) as error:
        is_gone = delivery.handler not in handlers_by_name()
        _give_back(delivery, error, is_final=is_gone)
    except DatabaseError as error:
        log.warning("delivery %s waits: the database could not take it (%s)", delivery.pk, describe(error))
        _give_back(delivery, error)
    except Exception as error:  # a handler may fail in any way; the others go on
        _give_back(delivery, error)
    else:
        return True
    return False


def _give_back(delivery: Delivery, error: Exception, *, is_final: bool = False) -> None:
    kind = f"no handler named {delivery.handler}" if is_final else describe(error)
    row = postpone_delivery(delivery=delivery, error=kind, at=clock.now(), is_final=is_final)
    say = log.error if row.state == Delivery.State.PARKED else log.warning
    say("delivery %s of %s is %s after try %s: %s", row.pk, row.handler, row.state, row.attempts, kind)
