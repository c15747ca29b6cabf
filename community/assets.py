"""Styles and scripts: packed into ``static/dist`` where Node is found, served as they are where not."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ENTRIES = {
    "site.css": "css/built.css",
    "councils.css": "css/councils.css",
    "site.js": "js/site.js",
}
"""What is packed: the name that templates ask for -> its source under ``static/``."""

SOURCES = {
    "site.css": "css/site.css",
    "councils.css": "css/councils.css",
    "site.js": "js/site.js",
}
"""What stands in for it where nothing was packed: native modules and ``@import``."""

MANIFEST = "manifest.json"
CHUNK = "chunk-"
"""How files begin that the bundler parts off: what two modules share."""

TARGETS = "chrome99,firefox97,safari15.4,edge99"
"""The oldest browsers with cascade layers: spring 2022."""


class BuildError(Exception):
    """The packing failed; carries what the tool said."""


class Assets:
    """Turns a name into an address; templates call it as ``asset('site.css')``."""

    def __init__(self, static: Path, prefix: str = "/static/") -> None:
        self._prefix = prefix
        self._built = _manifest(static) if is_current(static.parent) else {}
        self.fonts: tuple[str, ...] = tuple(
            self._address(f"dist/{made}")
            for name, made in sorted(self._built.items())
            if name.endswith(".woff2")
        )
        """Addresses of the typeface's files, to be fetched before the styles are read."""
        self.chunks: tuple[str, ...] = tuple(
            self._address(f"dist/{made}")
            for name, made in sorted(self._built.items())
            if name.startswith(CHUNK)
        )
        """Addresses of what the site's module shares with those that come later; fetched with it."""

    def __call__(self, name: str) -> str:
        made = self._built.get(name)
        if made is not None:
            return self._address(f"dist/{made}")
        return self._address(SOURCES.get(name, name))

    @property
    def is_built(self) -> bool:
        return bool(self._built)

    def _address(self, path: str) -> str:
        return self._prefix + path


def _manifest(static: Path) -> Mapping[str, str]:
    """Return name -> file of the last packing; empty when there was none or a file of it is missing."""
    try:
        made: dict[str, str] = json.loads((static / "dist" / MANIFEST).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return {}
    return made if all((static / "dist" / file).is_file() for file in made.values()) else {}


def fingerprint(root: Path) -> str:
    """Return the digest of all that goes into the packing; equal digests need no new one."""
    digest = hashlib.sha256()
    static = root / "static"
    sources = [
        root / "package-lock.json",
        *sorted(static.glob("css/*.css")),
        *sorted(static.glob("js/*.js")),
    ]
    for source in sources:
        digest.update(f"{source.relative_to(root).as_posix()}\0".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()


def is_current(root: Path) -> bool:
    """Tell whether ``static/dist`` was packed from the sources that lie there now.

    A packing of older sources is not served: the pages of today would wear yesterday's styles.
    """
    try:
        packed = json.loads((root / "static" / "dist" / MANIFEST).read_text("utf-8"))
        return bool(packed["sources"] == fingerprint(root)) and bool(_manifest(root / "static"))
    except (OSError, ValueError, KeyError):
        return False


def build(root: Path, *, npm: Sequence[str], node: Sequence[str]) -> bool:
    """Pack styles, scripts and the typeface into ``static/dist``; return whether there was work to do.

    ``npm`` and ``node`` are commands as lists, so that a Node from a Python wheel serves as well.
    """
    if is_current(root):
        return False
    _run([*npm, "ci", "--ignore-scripts", "--include=dev", "--no-audit", "--no-fund"], root)
    fresh = root / "static" / ".dist-new"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        files = _pack(root, node, fresh)
        record = {"sources": fingerprint(root), "files": files}
        (fresh / MANIFEST).write_text(json.dumps(record, indent=1, sort_keys=True), "utf-8")
        _swap(fresh, root / "static" / "dist")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


def _pack(root: Path, node: Sequence[str], fresh: Path) -> dict[str, str]:
    meta = fresh / "meta.json"
    bundler = root / "node_modules" / "esbuild" / "bin" / "esbuild"
    static = root / "static"
    entries = [f"{Path(name).stem}={static / source}" for name, source in ENTRIES.items()]
    options = [
        "--bundle", "--minify", "--format=esm", "--charset=utf8", f"--target={TARGETS}",
        "--loader:.woff2=file", "--entry-names=[name]-[hash]", "--asset-names=[name]-[hash]",
        "--splitting", "--chunk-names=[name]-[hash]",
        "--legal-comments=none", "--log-level=warning", f"--outdir={fresh}", f"--metafile={meta}",
    ]  # fmt: skip
    native = root / "node_modules" / "@esbuild"
    binaries = [*native.glob("*/bin/esbuild"), *native.glob("*/esbuild.exe")]
    command = [str(binaries[0])] if binaries else [*node, str(bundler)]
    _run([*command, *entries, *options], root)
    outputs = json.loads(meta.read_text("utf-8"))["outputs"]
    meta.unlink()
    return {_name(Path(path)): Path(path).name for path in outputs}


def _name(path: Path) -> str:
    """Return the name without its hash: ``site-ABCD1234.css`` -> ``site.css``; a chunk has no other."""
    if path.name.startswith(CHUNK):
        return path.name
    return path.stem.rpartition("-")[0] + path.suffix


def _swap(fresh: Path, place: Path) -> None:
    """Put the new folder in place of the old one; pages already open may miss an old file."""
    shutil.rmtree(place, ignore_errors=True)
    fresh.rename(place)


def _run(command: Sequence[str], root: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the launcher names these programs, no person does
            list(command), cwd=root, capture_output=True, text=True, timeout=600, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{command[0]}: {error}") from error
    if done.returncode:
        raise BuildError((done.stderr or done.stdout).strip()[-2000:])
