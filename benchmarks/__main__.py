"""``make bench``: every benchmark in a process of its own, side by side with its peers; prints ratios and the noise."""

import os
import subprocess
import sys
import time

MODULES = ("locate", "partition", "gpkg", "cases", "rehoming", "rollups", "pages", "search", "escalating")


def main() -> int:
    wanted = sys.argv[1:] or MODULES
    day, load = time.strftime("%Y-%m-%d"), os.getloadavg()[0]
    print(f"{day}, {os.cpu_count()} cores, load {load:.1f} before the start", flush=True)
    codes = []
    for name in wanted:
        print(f"\n== {name}", flush=True)
        began = time.monotonic()
        command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{name}"]
        codes.append(subprocess.run(command, check=False).returncode)
        print(f"({time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f} at the end)", flush=True)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
