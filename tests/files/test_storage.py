import errno
import hashlib
import io
import os
import time
from datetime import timedelta

import pytest

from community.files.storage import Folder, Missing, StorageFailed


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "files")


def test_content_lies_under_its_digest(folder):
    key = folder.put(io.BytesIO(b"words"))

    assert key == hashlib.sha256(b"words").hexdigest()
    assert (folder.root / key[:2] / key[2:4] / key).read_bytes() == b"words"
    assert folder.exists(key)
    with folder.open(key) as stream:
        assert stream.read() == b"words"


def test_the_same_content_lies_once(folder):
    first, second = folder.put(io.BytesIO(b"words")), folder.put(io.BytesIO(b"words"))

    assert first == second
    assert folder.usage() == 5
    assert not list((folder.root / ".drafts").iterdir())


def test_a_missing_key_is_told_apart(folder):
    with pytest.raises(Missing):
        folder.open("0" * 64)
    folder.delete("0" * 64)


@pytest.mark.parametrize("key", ["../../../etc/passwd", "", "A" * 64, "0" * 63 + "/"])
def test_a_key_is_never_a_path(folder, key):
    with pytest.raises(Missing):
        folder.open(key)


def test_a_full_disk_leaves_nothing_behind(folder, monkeypatch):
    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(StorageFailed):
        folder.put(io.BytesIO(b"words"))

    assert folder.usage() == 0
    assert not list((folder.root / ".drafts").iterdir())


def test_only_settled_content_is_listed_and_putting_again_counts_anew(folder):
    old, young = folder.put(io.BytesIO(b"old")), folder.put(io.BytesIO(b"young"))
    past = time.time() - 7200
    for key in (old, young):
        os.utime(folder.root / key[:2] / key[2:4] / key, (past, past))
    folder.put(io.BytesIO(b"young"))

    assert list(folder.keys(older_than=timedelta(hours=1))) == [old]


def test_deleted_content_is_gone(folder):
    key = folder.put(io.BytesIO(b"words"))

    folder.delete(key)

    assert not folder.exists(key)
