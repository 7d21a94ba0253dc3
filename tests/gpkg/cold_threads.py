"""Eight threads ask at once, again and again from cold caches; run as a process of its own.

``python -m tests.gpkg.cold_threads FILE SECONDS``: exit code 0 when every answer was right.
"""

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

    until = time.monotonic() + seconds
    wrong: list[int] = []
    rounds: list[int] = []

    def ask() -> None:
        while time.monotonic() < until:
            for number in range(20):
                spot = Point(number + 0.5, 0.5, srid=4326)
                found = Grid.objects.filter(outline__contains=spot).count()
                wrong.extend([found] if found != 1 else [])
            connection.close()  # the next round begins with nothing prepared
            rounds.append(1)

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"{len(rounds)} rounds\n")
    sys.exit(1 if wrong or len(rounds) < THREADS else 0)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
