"""The two ways of sealing: AES-256-GCM with SHA-256, or the national SM4-GCM with SM3 (RFC 8998, GB/T 32905)."""

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

TAG_BYTES = 16


def encrypt(cipher: str, key: bytes, nonce: bytes, text: bytes, place: bytes) -> bytes:
    """Ciphertext ‖ tag."""
    if cipher == "aes-256-gcm":
        return AESGCM(key).encrypt(nonce, text, place)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(place)
    return encryptor.update(text) + encryptor.finalize() + encryptor.tag


def decrypt(cipher: str, key: bytes, nonce: bytes, sealed: bytes, place: bytes) -> bytes:
    """The text, or cryptography's InvalidTag."""
    if cipher == "aes-256-gcm":
        return AESGCM(key).decrypt(nonce, sealed, place)
    tag = sealed[-TAG_BYTES:].rjust(TAG_BYTES, b"\0")
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(place)
    return decryptor.update(sealed[:-TAG_BYTES]) + decryptor.finalize()


def keyed_digest(name: str, key: bytes, text: bytes) -> bytes:
    """HMAC of 32 bytes with SHA-256 or SM3."""
    if name == "sha256":
        return hmac.new(key, text, hashlib.sha256).digest()
    mac = HMAC(key, hashes.SM3())
    mac.update(text)
    return mac.finalize()
