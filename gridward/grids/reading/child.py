"""Run the engine in a child process with limits."""

import json
import subprocess
import sys
from pathlib import Path

from gridward.core.errors import RuleBroken

ENGINE = Path(__file__).with_name("engine.py")
LONGEST_S = 180


def run_engine(what: str, source: Path, target: Path, layer: str = "", *, file: str) -> int:
    """How many features were read or written. Raises RuleBroken ``grids.file_unreadable`` with the reason."""
    command = [sys.executable, "-I", str(ENGINE), what, str(source), str(target), layer]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST_S, check=False)
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise RuleBroken("grids.file_unreadable", file=file, why=f"> {LONGEST_S} s") from None
    except ValueError:  # it was ended by one of its limits, or by a crash in a decoder
        raise RuleBroken("grids.file_unreadable", file=file, why="the reading process ended early") from None
    if "refused" in answer:
        raise RuleBroken("grids.file_unreadable", file=file, why=answer["refused"])
    return int(answer["features"])
