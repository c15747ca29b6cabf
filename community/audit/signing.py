"""Checkpoints as signed values: who holds one can prove later what the journal held that day."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as parsing
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Connection, text

from community.audit import chain


@dataclass(frozen=True, slots=True)
class Signed:
    """A state of the journal under a signature: how many entries, their root, the last hash."""

    size: int
    at: str
    root: str
    head: str
    key: str
    """The public key, hex."""
    signature: str

    @property
    def key_id(self) -> str:
        """Return the short name of the key."""
        return key_id(self.key)

    def is_genuine(self) -> bool:
        """Tell whether the signature is the key's and covers exactly this."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.signature), _signed_bytes(self))
        except (InvalidSignature, ValueError):
            return False
        return True

    def as_json(self) -> dict[str, Any]:
        """Return the checkpoint as it is mailed and exported."""
        return {
            "size": self.size, "at": self.at, "root": self.root, "head": self.head,
            "key": self.key, "signature": self.signature,
        }  # fmt: skip


def from_json(value: Mapping[str, Any]) -> Signed:
    """Return a checkpoint that came as JSON; ``ValueError`` when it is none."""
    try:
        texts = {name: str(value[name]) for name in ("at", "root", "head", "key", "signature")}
        return Signed(size=int(value["size"]), **texts)
    except (KeyError, TypeError) as error:
        raise ValueError("this is no checkpoint of a journal") from error


def find(written: str) -> Signed:
    """Return the checkpoint inside a letter or a file: the first JSON object that is one."""
    decoder = json.JSONDecoder()
    at = written.find("{")
    while at >= 0:
        try:
            return from_json(decoder.raw_decode(written, at)[0])
        except ValueError:
            at = written.find("{", at + 1)
    raise ValueError("no checkpoint is found in the file")


def find_in_letter(octets: bytes) -> Signed:
    """Return the checkpoint in a saved letter (.eml) or in a plain file."""
    letter = message_from_bytes(octets, policy=parsing)
    body = letter.get_body(("plain",)) if letter["Message-ID"] else None
    return find(body.get_content() if body is not None else octets.decode("utf-8", "replace"))


def sign(secret: bytes, *, size: int, at: str, root: str, head: str) -> Signed:
    """Return the signed checkpoint of a state."""
    key = Ed25519PrivateKey.from_private_bytes(secret)
    unsigned = Signed(size, at, root, head, public(secret), "")
    signature = key.sign(_signed_bytes(unsigned)).hex()
    return Signed(size, at, root, head, unsigned.key, signature)


def public(secret: bytes) -> str:
    """Return the public half of a signing key, hex."""
    key = Ed25519PrivateKey.from_private_bytes(secret).public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def key_id(public_key: str) -> str:
    """Return the short name of a public key, for people."""
    return sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def _signed_bytes(checkpoint: Signed) -> bytes:
    signed = ["journal", checkpoint.size, checkpoint.at, checkpoint.root, checkpoint.head]
    return chain.canon(signed)


def stored(connection: Connection) -> list[Signed]:
    """Return the checkpoints that the database keeps, in order."""
    query = text(
        "SELECT size, at, root, head, public_key, signature FROM audit_checkpoints ORDER BY size"
    )
    return [Signed(*row) for row in connection.execute(query)]
