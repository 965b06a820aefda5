"""Personal data at rest: sealed with AES-GCM, found again by a keyed hash, both under keys made from `RDV_KEY`.

https://cryptography.io/en/latest/hazmat/primitives/aead/, https://datatracker.ietf.org/doc/html/rfc5869
"""

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 32
"""Characters: what 24 random bytes are in base64, so that nobody can go through them all."""
_NONCE = 12
_VERSION = b"\x01"


class BadKey(ValueError):
    """`RDV_KEY` is missing, too short, or not the one that the data was sealed with. It is never shown."""


class Vault:
    """Seals and opens texts, and turns addresses into digests by which they are found.

    >>> vault = Vault("0123456789abcdef0123456789abcdef")
    >>> vault.open(vault.seal("06 39 98 12 34"))
    '06 39 98 12 34'
    >>> vault.seal("the same") == vault.seal("the same")
    False
    """

    def __init__(self, key: str) -> None:
        if len(key) < SHORTEST_KEY:
            raise BadKey(f"RDV_KEY: at least {SHORTEST_KEY} characters are expected, for example from `{EXAMPLE}`")
        self._cipher = AESGCM(_subkey(key, b"rdv-sejour seal"))
        self._digests = hmac.new(_subkey(key, b"rdv-sejour digest"), digestmod=hashlib.sha256)

    def seal(self, text: str) -> str:
        """A text that only `open` reads; another one each time."""
        return self._seal(text.encode())

    def open(self, sealed: str) -> str:
        """The text that was sealed. Raises BadKey when it was with another key, or was changed since."""
        return self._open(sealed).decode()

    def seal_data(self, data: Any) -> str:
        """The same for plain data, as JSON.

        >>> vault = Vault("0123456789abcdef0123456789abcdef")
        >>> vault.open_data(vault.seal_data({"text": "Où en êtes-vous ?"}))
        {'text': 'Où en êtes-vous ?'}
        """
        return self._seal(orjson.dumps(data))

    def open_data(self, sealed: str) -> Any:
        """The data that was sealed. Raises BadKey as `open` does, ValueError for what is no JSON."""
        return orjson.loads(self._open(sealed))

    def _seal(self, plain: bytes) -> str:
        nonce = os.urandom(_NONCE)
        return urlsafe_b64encode(_VERSION + nonce + self._cipher.encrypt(nonce, plain, _VERSION)).decode("ascii")

    def _open(self, sealed: str) -> bytes:
        data = urlsafe_b64decode(sealed)
        try:
            return self._cipher.decrypt(data[1 : 1 + _NONCE], data[1 + _NONCE :], data[:1])
        except InvalidTag:
            raise BadKey("RDV_KEY is not the key this database was written with") from None

    def digest(self, channel: str, address: str) -> str:
        """What an address of a channel is looked up by: the same each time, and nothing without the key."""
        digest = self._digests.copy()
        digest.update(f"{channel}:{address}".encode())
        return digest.hexdigest()


EXAMPLE = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'


def find_key(configured: str | None, embedded: Path | None) -> str:
    """`RDV_KEY` as configured; else the one kept beside the embedded database, made there on the first start.

    Raises BadKey when there is neither a key nor a file of ours to keep one beside.
    """
    if configured:
        return configured
    if embedded is None:
        raise BadKey(f"RDV_KEY: needed with a database server, for example from `{EXAMPLE}`")
    path = embedded.with_name(f"{embedded.name}.key")
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_key(path: Path) -> None:
    """Whole or not at all, and never over another process's: the file is linked to its name once it is written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _subkey(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
