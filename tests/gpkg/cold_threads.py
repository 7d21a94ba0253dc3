"""Eight threads ask about the same shape at the same moment, one shape after the other; a process of its own.

There are more shapes than a cache holds, so each is prepared anew whenever its turn comes, and a cache
that threads share would have several of them prepare it at once.

``python -m tests.gpkg.cold_threads FILE SECONDS``: exit code 0 when every answer was right.
"""

import itertools
import os
import sys
import threading
import time

THREADS = 8


def main(path: str, seconds: float) -> None:
    os.environ["DATABASE_URL"] = f"gpkg://{path}"
    import django  # noqa: PLC0415 (the database must be named first)

    django.setup()
    from django.contrib.gis.geos import Point  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from tests.gpkg.shapes import Grid  # noqa: PLC0415

    shapes = list(Grid.objects.values_list("code", flat=True).order_by("id"))
    barrier = threading.Barrier(THREADS, timeout=60)
    answers: list[int] = []
    go_on = [True]

    def ask(leads: bool) -> None:
        until = time.monotonic() + seconds
        for number in itertools.cycle(range(len(shapes))):
            if leads:
                go_on[0] = time.monotonic() < until
            barrier.wait()
            if not go_on[0]:
                break
            spot = Point(number + 0.5, 0.5, srid=4326)
            answers.append(Grid.objects.filter(outline__contains=spot).count())
            barrier.wait()
        connection.close()

    threads = [threading.Thread(target=ask, args=[number == 0]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"{len(answers)} answers\n")
    sys.exit(0 if answers and set(answers) == {1} else 1)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
