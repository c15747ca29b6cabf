"""Check an exported journal. Standard library alone, no site: python3 verifier.py [FOLDER]

FOLDER holds journal.jsonl and checkpoint.json. Give a checkpoint that you got by mail earlier as a
second argument to see that this export and your letter speak of the same journal and key.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


Point = tuple[int, int, int, int]


def sha(*parts: bytes) -> bytes:
    """Return the SHA-256 of the parts together."""
    return hashlib.sha256(b"".join(parts)).digest()


def canon(value: Any) -> bytes:
    """Return canonical JSON."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def add(a: Point, b: Point) -> Point:
    """Add two points of edwards25519 in extended coordinates (RFC 8032 §5.1.4)."""
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    """Multiply a point by a number."""
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def read_point(octets: bytes) -> Point:
    """Return the point that 32 octets stand for; ``ValueError`` when there is none."""
    y = int.from_bytes(octets, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature holds (RFC 8032 §5.1.7)."""
    if len(signature) != 64:
        return False
    try:
        a, r, s = (
            read_point(key),
            read_point(signature[:32]),
            int.from_bytes(signature[32:], "little"),
        )
    except ValueError:
        return False
    base = read_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = times(s, base), add(r, times(k, a))
    differs = any((left[i] * right[2] - right[i] * left[2]) % P for i in (0, 1))
    return s < Q and not differs


def root_of(leaf: bytes, index: int, size: int, path: list[str]) -> bytes | None:
    """Return the root that a leaf and its path lead to (RFC 6962 §2.1.1)."""
    node, last = leaf, size - 1
    for each in map(bytes.fromhex, path):
        if last == 0:
            return None
        if index & 1 or index == last:
            node = sha(b"\x01", each, node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha(b"\x01", node, each)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


def fault_of(
    entry: dict[str, Any], checkpoint: dict[str, Any], before: dict[str, Any] | None
) -> str:
    """Return what is wrong with an entry: hash, link, proof, or nothing."""
    body = sha(entry["body"].encode())
    head = canon([entry["number"], entry["at"], entry["kind"]])
    made = sha(b"\0", bytes.fromhex(entry["prev"]), head, body)
    if made.hex() != entry["hash"]:
        return "hash"
    if before is not None and (entry["prev"], entry["number"]) != (
        before["hash"],
        before["number"] + 1,
    ):
        return "link"
    root = root_of(made, entry["number"] - 1, checkpoint["size"], entry["proof"])
    return "" if root is not None and root.hex() == checkpoint["root"] else "proof"


def check(folder: Path, kept: dict[str, Any] | None = None) -> str:
    """Return the first fault of an export in words, or nothing."""
    checkpoint = json.loads((folder / "checkpoint.json").read_text("utf-8"))
    for each in filter(None, (checkpoint, kept)):
        said = canon(["journal", each["size"], each["at"], each["root"], each["head"]])
        if not is_signed(bytes.fromhex(each["key"]), said, bytes.fromhex(each["signature"])):
            return f"checkpoint {each['size']}: signature"
        if each["key"] != checkpoint["key"]:
            return f"checkpoint {each['size']}: another key"
    before, count = None, 0
    with (folder / "journal.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            fault = fault_of(entry, checkpoint, before)
            if kept and entry["number"] == kept["size"] and entry["hash"] != kept["head"]:
                fault = "checkpoint"
            if fault:
                return f"entry {entry['number']}: {fault}"
            before, count = entry, count + 1
    sys.stdout.write(
        f"{count} entries are genuine, checkpoint {checkpoint['size']} of {checkpoint['at']}\n"
    )
    return ""


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    letter = json.loads(Path(sys.argv[2]).read_text("utf-8")) if len(sys.argv) > 2 else None
    bad = check(place, letter)
    sys.exit(bad or 0)
