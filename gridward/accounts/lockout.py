"""The lock-out counter, sparing of writes: every wrong password counts, cleaning up happens once a minute."""

import time
from typing import Any

from axes.handlers.database import AxesDatabaseHandler

CLEAN_EVERY_S = 60.0


class SparingHandler(AxesDatabaseHandler):
    """Five wrong passwords for a name from an address lock that pair for 15 minutes; a locked try writes nothing."""

    _cleaned_at = -CLEAN_EVERY_S

    def clean_expired_user_attempts(self, request: Any = None, credentials: dict[str, Any] | None = None) -> int:
        now = time.monotonic()
        if now - self._cleaned_at < CLEAN_EVERY_S:
            return 0
        self._cleaned_at = now
        return int(super().clean_expired_user_attempts(request, credentials))
