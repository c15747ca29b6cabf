"""Segments are read where they lie: nothing is copied, no thread moves another one's place."""

import sys
import threading
from mmap import mmap

import pytest

from community.search import documents, upkeep
from community.search.engines import index
from community.search.mapped import _Piece
from tests.dbs import LEG

pytestmark = pytest.mark.skipif(
    LEG == "postgres", reason="the index is a folder only beside SQLite"
)


@pytest.fixture
def globe(library, anna):
    made = library.topic(anna, "Старый глобус", "Отдаём школьный глобус.", name="глобус")
    assert library.found(anna, "глобус") == ["глобус"]
    return made


def segments(app, community_id):
    home = app.extensions["community"].index_dir / "whoosh-1" / str(community_id)
    return sorted(home.glob("g-*/*.seg"))


def test_to_look_after_an_index_does_not_open_it(library, ctx, anna, globe):
    ctx.extensions.pop("search")  # as after a start
    assert upkeep.fits(library.community_id)
    assert index().count(library.community_id) == documents.count(library.community_id)
    assert index()._open == {}
    assert library.found(anna, "глобус") == ["глобус"]


@pytest.mark.parametrize("left", [0, 5, 200])
def test_a_segment_that_was_cut_does_not_fit(library, ctx, globe, left):
    ctx.extensions.pop("search")
    file = segments(ctx, library.community_id)[0]
    file.write_bytes(file.read_bytes()[:left])
    assert not upkeep.fits(library.community_id)


def test_an_open_index_copies_nothing(library, ctx, anna, globe):
    searcher = index()._searcher(library.community_id)
    readers = [leaf for leaf, _offset in searcher.reader().leaf_readers()]
    for reader in readers:
        assert isinstance(reader._terms._postfile._buf.obj, mmap)


def test_every_thread_reads_from_its_own_place():
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert misread() == []
    finally:
        sys.setswitchinterval(usual)


def misread() -> list[int]:
    piece = _Piece(memoryview(bytes(range(200)) * 50))
    inner = piece.subset(100, 100)
    wrong, start = [], threading.Barrier(4)

    def read(begin: int) -> None:
        start.wait()
        for turn in range(2_000):
            at = (begin + turn) % 90
            inner.seek(at)
            if inner.read(10) != bytes(range(100 + at, 110 + at)) or inner.tell() != at + 10:
                wrong.append(at)

    threads = [threading.Thread(target=read, args=(each * 20,)) for each in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return wrong


def test_a_piece_reads_like_a_file():
    piece = _Piece(memoryview(b"first\nsecond"))
    assert (piece.readline(), piece.read(), piece.read()) == (b"first\n", b"second", b"")
    assert (piece.seek(-3, 2), piece.read(9), piece.get(0, 5)) == (9, b"ond", b"first")
