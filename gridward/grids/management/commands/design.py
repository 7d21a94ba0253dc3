"""``gridward design``: grids for anybody's units and edges, without a database: docs/howto/design-grids.md."""

import json
import signal
import time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from gridward.core.errors import RuleBroken
from gridward.core.partition import NAMED_PLANS, Result, Seconds, Steps, Terms, Weights, design
from gridward.core.partition.prove import SMALL, prove
from gridward.core.partition.report import report_of
from gridward.grids.reading.instances import Layers, read_instance, write_assignment

FEW = 400  # atoms of all small pieces together
WHY = {
    "across_communities": "because they lie in two communities",
    "heavier_than_a_grid": "because they are heavier than a grid may be",
    "whole_unbalances": "because whole they would leave a grid too heavy or too light",
    "whole_tears": "because whole they would tear a grid apart",
    "better_whole": "that could be whole in one grid, at a higher J elsewhere",
}
LETTERS = {"B": "balance", "C": "compactness", "X": "crossings", "I": "integrity", "T": "stability"}


class Command(BaseCommand):
    help = "Design grids for units and their neighbours; Ctrl-C ends it with the best plan so far"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--units", type=Path, required=True, help="id,x,y,workload[,community,…] or a map")
        parser.add_argument("--edges", type=Path, help="a,b[,class]; may be left out for units on a map")
        for layer in ("streets", "main-roads", "railways", "rivers"):
            parser.add_argument(f"--{layer}", type=Path, help="a map, to tell neighbours and walks by")
        parser.add_argument("--gates", type=Path, help="a map of the gates of compounds: points with their block")
        parser.add_argument("--walks", type=Path, metavar="WALKS.CSV", help="a,b,metres between units and other places")
        parser.add_argument("--convenience", choices=("straight", "walking"), default="straight", help=(
            "what C is told by: straight distances, or walks along streets or by WALKS.CSV"))  # fmt: skip
        parser.add_argument("--crs", default="", help="system of maps that state none: wgs84, gcj02, bd09, EPSG:4547 …")
        number = parser.add_mutually_exclusive_group()
        number.add_argument("--target-workload", type=float, help="what a grid is to carry")
        number.add_argument("--grids-per-community", type=Path, metavar="K.CSV", help="community,grids")
        parser.add_argument("--area-m2", type=float, help="land covered; by default the hull of the points")
        parser.add_argument("--plan", choices=sorted(NAMED_PLANS), help="weights by the name of what they are for")
        parser.add_argument("--weights", default="", help="B=1,C=1,X=1,I=1,T=0; on top of a named plan's")
        how_long = parser.add_mutually_exclusive_group()
        how_long.add_argument("--seconds", type=float, default=5.0, help="time for the search (5)")
        how_long.add_argument("--steps", type=int, help="rounds instead of seconds: the same plan every time")
        parser.add_argument("--prove", choices=("auto", "all", "none"), default="auto", help="prove small pieces best")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--out", type=Path, required=True, help="id,grid")
        parser.add_argument("--report", type=Path, help="J, its terms and each grid as JSON")

    def handle(self, **options: Any) -> None:
        try:
            self._design(options)
        except RuleBroken as refused:
            raise CommandError(str(refused)) from None
        except OSError as trouble:
            raise CommandError(f"{trouble.filename}: {trouble.strerror}") from None

    def _design(self, options: dict[str, Any]) -> None:
        began, asked = time.monotonic(), _asked_by_ctrl_c()
        weights = weights_of(options["weights"], NAMED_PLANS.get(options["plan"], Weights()))
        weights = replace(weights, walks=options["convenience"] == "walking")
        layers = Layers(*(options[name] for name in ("streets", "main_roads", "railways", "rivers", "gates", "crs")))
        instance = read_instance(
            options["units"], options["edges"], numbers=options["grids_per_community"],
            target_workload=options["target_workload"], area_m2=options["area_m2"], layers=layers,
            walks=options["walks"],
        )  # fmt: skip
        steps, seconds = options["steps"], max(0.0, options["seconds"])
        stop = Seconds(seconds, time.monotonic, asked) if steps is None else Steps(max(0, steps), asked)
        rng = np.random.default_rng(options["seed"])
        result = design(instance, weights=weights, stop=stop, rng=rng, progress=self._say)
        result, proofs = prove(instance, result, weights, most_atoms=_most_atoms(options["prove"], result))
        names = (result.names[grid] for grid in result.grid.tolist())
        write_assignment(options["out"], zip(instance.ids, names, strict=True))
        report = report_of(instance, result, weights, proofs)
        report |= {"seed": options["seed"], "seconds": time.monotonic() - began}
        if options["report"]:
            options["report"].write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", "utf-8")
        self.stdout.write(
            f"J {report['J']:.4f} = B {report['B']:.4f} + C {report['C']:.4f} + X {report['X']:.4f} + "
            f"I {report['I']:.4f} + T {report['T']:.4f}; {report['k']} grids, {report['seconds']:.1f} s"
        )
        self.stdout.write(_said_of_cuts(report["cuts"]))
        self.stdout.write(
            f"no plan is below {report['bound']:.4f}; {report['proven_pieces']} of {len(proofs)} pieces proven best"
        )

    def _say(self, done: float, terms: Terms) -> None:
        self.stderr.write(f"{done:4.0%}  J {terms.total:.4f}")


def _said_of_cuts(cuts: dict[str, Any]) -> str:
    """One line: how many blocks are cut, and why."""
    why = "; ".join(f"{count} {WHY[code]}" for code, count in sorted(cuts["why"].items(), key=lambda row: -row[1]))
    return f"{cuts['cut']} of {cuts['blocks']} blocks and compounds are cut{': ' if why else ''}{why}"


def _most_atoms(wish: str, result: Result) -> int:
    """By default small pieces are proven where they are few; a proof takes up to some seconds each."""
    small = sum(len(piece.atoms) for piece in result.pieces if len(piece.atoms) <= SMALL)
    return {"auto": SMALL if small <= FEW else 0, "all": SMALL, "none": 0}[wish]


def weights_of(text: str, others: Weights) -> Weights:
    """``B=1,T=0.5`` as weights; letters that are not named keep those of ``others``."""
    given: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        letter, _, value = part.partition("=")
        if letter.strip().upper() not in LETTERS:
            raise RuleBroken("partition.weight_unknown", name=letter.strip())
        try:
            given[LETTERS[letter.strip().upper()]] = float(value)
        except ValueError:
            raise RuleBroken("partition.weight_wrong", name=letter.strip(), value=value) from None
    return replace(others, **given)


def _asked_by_ctrl_c() -> Any:
    """The first Ctrl-C asks for the plan so far, the second ends the process."""
    presses: list[int] = []

    def note(number: int, frame: object) -> None:
        presses.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, note)
    return lambda: bool(presses)
