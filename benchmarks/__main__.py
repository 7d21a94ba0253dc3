"""``make bench``: every benchmark in a process of its own, side by side with its peers; prints ratios and the noise."""

import os
import subprocess
import sys

MODULES = ("locate", "gpkg", "cases", "pages")


def main() -> int:
    wanted = sys.argv[1:] or MODULES
    load = os.getloadavg()[0]
    print(f"machine: {os.cpu_count()} cores, load {load:.2f} before the start", flush=True)
    codes = []
    for name in wanted:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{name}"]
        codes.append(subprocess.run(command, check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
