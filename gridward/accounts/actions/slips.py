"""First passwords that are printed on a slip, handed over in person, and changed at the first sign-in."""

import secrets

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password

LETTERS = "bcdfghjkmnpqrstvwxyz23456789"
GROUPS, LENGTH = 3, 4
# A random slip has 57 bits: stretching adds nothing that a guesser would feel, and importing hundreds of
# people must not take minutes. Django hashes it anew, with full stretching, when it is first used.
SLIP_ITERATIONS = 20_000


def new_slip() -> str:
    """A password that can be read aloud and typed: three groups of four without look-alikes."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS))


def hash_slip(slip: str) -> str:
    """Its hash; computed before any transaction is opened."""
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return hasher.encode(slip, hasher.salt(), iterations=SLIP_ITERATIONS)
    return make_password(slip)
