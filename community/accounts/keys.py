"""Keys derived from the installation's secret, one per purpose, so that none opens another's door."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from community.config import Config
from community.core import clock


def config() -> Config:
    """Return the settings of the running installation."""
    settings: Config = current_app.extensions["community"]
    return settings


def derived(secret: bytes, purpose: str) -> bytes:
    """Return the 32 bytes that ``purpose`` may use."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret)


def digest(text: str) -> str:
    """Return the hash under which a random secret is stored."""
    return hashlib.sha256(text.encode()).hexdigest()


def keyed_digest(purpose: str, text: str) -> str:
    """Return a hash that nobody without the installation's secret can compute or guess back."""
    key = derived(config().secret_key(), purpose)
    return hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _box(purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(derived(config().secret_key(), purpose)))


def seal(purpose: str, value: Any, *, lasts: timedelta | None = None) -> str:
    """Return ``value`` (JSON) encrypted and signed, readable by ``unseal`` until it lapses."""
    end = None if lasts is None else (clock.now() + lasts).isoformat()
    return _box(purpose).encrypt(json.dumps([end, value], ensure_ascii=False).encode()).decode()


def unseal(purpose: str, sealed: str) -> Any:
    """Return what ``seal`` hid, or None when it lapsed, was changed or was made for something else."""
    try:
        end, value = json.loads(_box(purpose).decrypt(sealed.encode("utf-8", "replace")))
    except (InvalidToken, ValueError):
        return None
    return None if end is not None and datetime.fromisoformat(end) < clock.now() else value
