"""Log lines without the addresses of private pages: who reads a log must not be able to open them."""

import logging
import re

PRIVATE = re.compile(r"/([rt])/(?:confirm/)?[^/\s'\"]+")


class PlainFormatter(logging.Formatter):
    """Cuts the secret out of every ``/r/<secret>/``, ``/r/confirm/<secret>/`` and ``/t/<secret>/``, in the message and
    in what went wrong.
    """

    def format(self, record: logging.LogRecord) -> str:
        return PRIVATE.sub(r"/\1/…", super().format(record))
