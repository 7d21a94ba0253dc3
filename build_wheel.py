"""What the wheel carries beyond the source: the browser packages from node_modules and the compiled messages.

An installed gridward needs no Node: ``gridward/bundled/`` holds the files that pages name, in the folders of their
packages, each with the package's own description and licence. Nothing of it is committed.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Package → the files that are served; tests/wheel compares them with what the pages name.
SERVED = {
    "@tabler/core": ("dist/css/tabler.min.css",),
    "htmx.org": ("dist/htmx.esm.js", "dist/htmx.min.js"),
    "maplibre-gl": (
        "dist/maplibre-gl.css",
        "dist/maplibre-gl.mjs",
        "dist/maplibre-gl-worker.mjs",
    ),
    "es-module-shims": ("dist/es-module-shims.js",),
}
PAPERS = ("package.json", "README*", "LICENSE*", "LICENCE*", "NOTICE*")


def browser_files(node_modules: Path) -> dict[str, str]:
    """Path on this disk → path in the wheel; an error names what is missing."""
    found = {}
    for package, files in SERVED.items():
        folder = node_modules / package
        papers = [path.name for pattern in PAPERS for path in folder.glob(pattern)]
        for name in (*files, *papers):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"{folder / name} is missing: run make setup, then build the wheel again")
            found[str(folder / name)] = f"gridward/bundled/{package}/{name}"
    return found


def compile_messages(package: Path) -> None:
    """The .mo beside every .po."""
    for path in package.glob("*/locale/*/LC_MESSAGES/django.po"):
        with path.open("rb") as source, path.with_suffix(".mo").open("wb") as target:
            write_mo(target, read_po(source, locale=path.parts[-3]))


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Named as hatchling looks for it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # a checkout serves node_modules itself
            return
        root = Path(self.root)
        compile_messages(root / "gridward")
        build_data["force_include"].update(browser_files(root / "node_modules"))
