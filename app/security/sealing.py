"""Secrets that the database keeps sealed (AES-256-GCM), each bound to whose it is.

The key is derived from `SECRETS_KEY`, which lies outside the database: who has a copy of the database alone reads
nothing, and a secret that is moved to another's row does not open there.
"""

import base64
import hashlib

from Cryptodome.Cipher import AES
from Cryptodome.Random import get_random_bytes
from flask import current_app

NONCE, TAG = 12, 16


class Unopened(ValueError):
    """What is sealed was changed or moved, or the key is another by now."""


def seal(text: str, purpose: str, owner: int) -> str:
    """The text as the database keeps it: base64 of nonce, tag and cipher text. A purpose has a key of its own."""
    cipher = AES.new(key(purpose), AES.MODE_GCM, nonce=get_random_bytes(NONCE))
    cipher.update(str(owner).encode())
    content, tag = cipher.encrypt_and_digest(text.encode())
    return base64.b64encode(bytes(cipher.nonce) + tag + content).decode()


def unseal(sealed: str, purpose: str, owner: int) -> str:
    """The text again; raises Unopened."""
    try:
        content = base64.b64decode(sealed, validate=True)
        nonce, tag, text = content[:NONCE], content[NONCE : NONCE + TAG], content[NONCE + TAG :]
        cipher = AES.new(key(purpose), AES.MODE_GCM, nonce=nonce)
        cipher.update(str(owner).encode())
        return cipher.decrypt_and_verify(text, tag).decode()
    except ValueError as error:
        raise Unopened(f"{purpose} of {owner}") from error


def key(purpose: str) -> bytes:
    """The key of this installation for a purpose."""
    return hashlib.sha256(f"{purpose} {current_app.config['SECRETS_KEY']}".encode()).digest()
