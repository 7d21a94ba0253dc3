"""A stored geometry: the GeoPackage blob around well-known bytes, and its box of four numbers.

Layout (GeoPackage 1.4, 2.1.3): "GP", version 0, flags, SRID, optional envelope, WKB.
Flag bits: 0 little endian, 1–3 kind of envelope, 4 empty.
"""

import struct

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import DataError

from gridward.gpkg.predicates import POINT_BYTES, Box

POINT = 1  # in well-known bytes
HAS_HEIGHTS, HAS_SRID = 0x80000000, 0x20000000
EMPTY_POINT = struct.pack("<BI2d", 1, 1, float("nan"), float("nan"))  # as the specification writes it
ENVELOPE_BYTES = (0, 32, 48, 48, 64)
LITTLE, BOX, EMPTY = 0b1, 0b10, 0b10000
UNREAD_HEAD, WKB_POINT_HEAD = struct.pack("<BI", 1, POINT | HAS_SRID), struct.pack("<BI", 1, POINT)
POINT_HEAD = b"GP\0" + bytes([LITTLE])


def unread_point(x: float, y: float, srid: int = 4326) -> memoryview:
    """A point as a row may hold it: GeoDjango makes a geometry of it when somebody asks, which mostly nobody does."""
    return memoryview(struct.pack("<BIi2d", 1, POINT | HAS_SRID, srid, x, y))


def encode(geometry: GEOSGeometry | memoryview) -> bytes:
    """Write a geometry as a GeoPackage blob, with its envelope unless it is a point."""
    if isinstance(geometry, memoryview):
        if geometry[:5] == UNREAD_HEAD:
            return POINT_HEAD + geometry[5:9] + WKB_POINT_HEAD + geometry[9:]
        geometry = GEOSGeometry(geometry)
    if geometry.empty:
        return _header(EMPTY, geometry) + (EMPTY_POINT if geometry.geom_typeid == 0 else bytes(geometry.wkb))
    # Every property of a GEOSGeometry is a call into C; its bytes tell the rest for less.
    wkb = bytes(geometry.wkb)
    kind: int = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 1)[0]
    if kind & HAS_HEIGHTS:
        raise DataError("A GeoPackage column of gridward holds x and y only: drop the heights before storing.")
    if kind == POINT:
        return _header(0, geometry) + wkb
    x0, y0, x1, y1 = shapely.from_wkb(wkb).bounds
    return _header(BOX, geometry) + struct.pack("<4d", x0, x1, y0, y1) + wkb


def _header(flags: int, geometry: GEOSGeometry) -> bytes:
    return b"GP\0" + bytes([LITTLE | flags]) + struct.pack("<i", geometry.srid or 0)


def wkb_of(blob: bytes) -> bytes:
    """The well-known bytes inside a blob, whoever wrote it."""
    return blob[8 + ENVELOPE_BYTES[(blob[3] >> 1) & 7] :]


def srid_of(blob: bytes) -> int:
    """The SRID in a blob's header."""
    return int(struct.unpack_from("<i" if blob[3] & LITTLE else ">i", blob, 4)[0])


def is_empty(blob: bytes) -> bool:
    """Whether a blob's geometry has no point at all."""
    return bool(blob[3] & EMPTY)


def box_of(blob: bytes) -> Box | None:
    """The box (min x, min y, max x, max y) of a blob; None when it is empty."""
    if is_empty(blob):
        return None
    if (blob[3] >> 1) & 7:
        x0, x1, y0, y1 = struct.unpack_from("<4d" if blob[3] & LITTLE else ">4d", blob, 8)
        return x0, y0, x1, y1
    wkb = wkb_of(blob)
    if len(wkb) == POINT_BYTES:
        x, y = struct.unpack_from("<2d" if wkb[0] else ">2d", wkb, 5)
        return x, y, x, y
    x0, y0, x1, y1 = shapely.from_wkb(wkb).bounds
    return x0, y0, x1, y1


class Adapter:
    """What Django hands to sqlite3 in place of a geometry."""

    def __init__(self, geometry: GEOSGeometry) -> None:
        self.geometry = geometry
        self.srid = geometry.srid

    def __conform__(self, protocol: object) -> bytes:
        return encode(self.geometry)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Adapter) and encode(self.geometry) == encode(other.geometry)

    def __hash__(self) -> int:
        return hash(encode(self.geometry))

    def __str__(self) -> str:
        return str(self.geometry.ewkt)
