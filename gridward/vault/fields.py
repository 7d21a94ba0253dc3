"""Columns that hold sealed bytes. Opening is a call with a purpose (vault.sealing), never an attribute access."""

from django.db import models


class SealedField(models.BinaryField):
    """Encrypted text: nonce, key number and ciphertext, as ``vault.sealing.seal`` makes them."""
