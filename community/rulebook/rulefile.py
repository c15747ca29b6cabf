"""The rule file written anew: whole or not at all, the previous one kept beside it."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from community.core import clock
from community.core.verdict import deny, require


def write(path: Path, text: str) -> Path:
    """Replace the file in one step and return where the previous one is; refuses in words."""
    kept = path.with_name(f"{path.name}.{clock.now():%Y%m%dT%H%M%S%f}.bak")
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        shutil.copy2(path, kept)
        _replace(path, text, mode)
    except OSError as error:
        kept.unlink(missing_ok=True) if os.access(path.parent, os.W_OK) else None
        require(deny("rulebook.unwritable", reason=error.strerror or str(error)))
    return kept


def _replace(path: Path, text: str, mode: int) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
