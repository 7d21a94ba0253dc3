"""On which side of a segment does a point lie, without rounding errors.

The filter is Shewchuk's (1997): the sign of the floating-point determinant is right when its magnitude
exceeds the error bound. The few remaining cases are settled with fractions, so the answer is that of real
arithmetic on the given doubles, as GEOS reaches it with double-double numbers.
"""

from fractions import Fraction

Segment = tuple[float, float, float, float]

ERROR_BOUND = 1e-15  # safe for (3 + 16 ε) ε = 3.3e-16; the same bound as GEOS


def side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> int:
    """1 when (x, y) lies left of the directed segment, -1 right of it, 0 on its line."""
    left = (x1 - x) * (y2 - y)
    right = (y1 - y) * (x2 - x)
    determinant = left - right
    bound = ERROR_BOUND * (abs(left) + abs(right))
    if determinant > bound:
        return 1
    if determinant < -bound:
        return -1
    return _exact_side(x1, y1, x2, y2, x, y)


def _exact_side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> int:
    px, py = Fraction(x), Fraction(y)
    left = (Fraction(x1) - px) * (Fraction(y2) - py)
    right = (Fraction(y1) - py) * (Fraction(x2) - px)
    return (left > right) - (left < right)


OUTSIDE, INSIDE, ON_BOUNDARY = 0, 1, 2


def place_of(x: float, y: float, segments: tuple[Segment, ...]) -> int:
    """OUTSIDE, INSIDE or ON_BOUNDARY of the rings whose segments near the height ``y`` are given.

    Counts crossings of the ray towards +x. A segment belongs to the ray when exactly one end lies above
    it, so a vertex on the ray is counted once.
    """
    inside = False
    for x1, y1, x2, y2 in segments:
        if x1 < x and x2 < x:
            continue
        if (y1 > y) != (y2 > y):
            if x1 > x and x2 > x:
                inside = not inside
                continue
            turn = side(x1, y1, x2, y2, x, y)
            if turn == 0:
                return ON_BOUNDARY
            if (turn > 0) == (y2 > y1):
                inside = not inside
        elif (x1 == x and y1 == y) or (x2 == x and y2 == y) or (y1 == y == y2 and (x1 <= x <= x2 or x2 <= x <= x1)):
            return ON_BOUNDARY
    return INSIDE if inside else OUTSIDE
