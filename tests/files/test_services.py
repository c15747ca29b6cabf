import errno
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from community.core import clock
from community.core.actor import VISITOR
from community.core.db import db
from community.core.errors import NotFound, Refused
from community.core.transactions import transaction
from community.files import policies, queries, services, storage, sweep
from community.files.models import StoredFile
from community.files.unfit import Unfit
from tests.files import samples


def sent(actor, content, name, **kwargs):
    return services.receive(actor, io.BytesIO(content), name, **kwargs)


def row(card):
    return db.session.get(StoredFile, card.id, populate_existing=True)


def stored():
    return db.session.scalar(select(func.count(StoredFile.id)))


def test_a_document_is_kept_as_it_came(shelf):
    file = row(sent(shelf.anna, samples.PDF, "План на март.pdf", community_id=shelf.community_id))

    assert (file.name, file.kind, file.mime) == ("План на март.pdf", "document", "application/pdf")
    assert file.octets == len(samples.PDF)
    with storage.current().open(file.sha256) as content:
        assert content.read() == samples.PDF


def test_a_photo_is_kept_without_its_original(shelf):
    original = samples.telltale_photo()

    file = row(sent(shelf.anna, original, "IMG_0001.JPG"))

    blobs = list(storage.current().keys(older_than=timedelta(seconds=-5)))
    assert sorted(blobs) == sorted([file.sha256, file.thumb_sha256])
    for key in blobs:
        with storage.current().open(key) as content:
            assert b"TELLTALE" not in content.read()
    assert (file.kind, file.width, file.height) == ("image", 300, 800)


def test_a_moving_gif_is_a_download_and_a_picture_named_wrong_gets_its_own_extension(shelf):
    assert sent(shelf.anna, samples.moving_gif(), "танец.gif").kind == "other"
    assert sent(shelf.anna, samples.picture("PNG"), "схема.jpg").name == "схема.png"
    assert sent(shelf.anna, samples.PDF, "без расширения").name == "без расширения.pdf"


@pytest.mark.parametrize("size", [0, 2 * 1024 * 1024 + 1])
def test_an_empty_and_an_over_large_file_are_refused(shelf, size):
    with pytest.raises(Unfit) as refused:
        sent(shelf.anna, b"a" * size, "заметка.txt")

    assert refused.value.code == ("files.too_large" if size else "files.empty")
    assert stored() == 0


def test_the_stream_is_not_read_beyond_the_limit(shelf):
    class Endless(io.RawIOBase):
        read_so_far = 0

        def read(self, size=-1):
            self.read_so_far += size
            return b"a" * size

    endless = Endless()
    with pytest.raises(Unfit):
        services.receive(shelf.anna, endless, "заметка.txt")

    assert endless.read_so_far < 3 * 1024 * 1024


def test_only_members_send_files(shelf):
    for actor, community_id in ((shelf.gleb, None), (shelf.anna, 999), (VISITOR, None)):
        with pytest.raises(Refused) as refused:
            sent(actor, samples.PDF, "план.pdf", community_id=community_id)
        assert refused.value.code == "files.members_only"


def test_the_share_of_a_person_is_kept(shelf):
    for number in range(3):
        sent(shelf.anna, b"a" * (1024 * 1024) + str(number).encode(), f"{number}.txt")

    with pytest.raises(Refused) as refused:
        sent(shelf.anna, b"b" * (2 * 1024 * 1024 - 10), "ещё.txt")

    assert refused.value.code == "files.quota"
    assert stored() == 3
    sent(shelf.boris, b"b" * (2 * 1024 * 1024 - 10), "чужая доля.txt")


def test_a_full_disk_is_told_in_words_and_leaves_nothing(shelf, monkeypatch):
    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("community.files.storage.os.fsync", full)

    with pytest.raises(Refused) as refused:
        sent(shelf.anna, samples.PDF, "план.pdf")

    assert refused.value.code == "files.disk_full"
    assert stored() == 0
    assert storage.current().usage() == 0


def test_receiving_inside_a_transaction_is_a_mistake_of_ours(shelf):
    with pytest.raises(RuntimeError), transaction():
        sent(shelf.anna, samples.PDF, "план.pdf")


def test_only_ones_own_files_can_be_put_to_use(shelf):
    mine = sent(shelf.anna, samples.PDF, "план.pdf")
    other = sent(shelf.boris, samples.PDF, "чужой.pdf")

    claimed = services.claim(shelf.anna, [mine.id, mine.id], community_id=shelf.community_id)
    assert [file.id for file in claimed] == [mine.id]
    assert (row(mine).state, row(mine).community_id) == ("used", shelf.community_id)

    for ids in ([other.id], [mine.id, other.id], [10**6]):
        with pytest.raises(Unfit) as refused:
            services.claim(shelf.anna, ids, community_id=shelf.community_id)
        assert refused.value.code == "files.not_yours"
    with pytest.raises(Unfit) as refused:
        services.claim(shelf.anna, range(1, 30), community_id=shelf.community_id)
    assert refused.value.code == "files.too_many"


def test_a_face_is_not_an_attachment(shelf):
    services.show_face(shelf.anna, io.BytesIO(samples.picture()), "я.jpg")
    face = queries.portrait_id(shelf.anna.id)

    with pytest.raises(Unfit):
        services.claim(shelf.anna, [face], community_id=shelf.community_id)


def test_a_new_face_takes_the_place_of_the_former(shelf):
    services.show_face(shelf.anna, io.BytesIO(samples.picture()), "я.jpg")
    first = queries.portrait_id(shelf.anna.id)
    services.show_face(shelf.anna, io.BytesIO(samples.picture(size=(300, 300))), "я снова.jpg")
    second = queries.portrait_id(shelf.anna.id)

    assert first != second
    assert stored() == 1
    assert queries.portraits([shelf.anna.id, shelf.boris.id]) == {
        shelf.anna.id: f"/files/{second}/thumb"
    }

    services.forget_face(shelf.anna.id)
    services.forget_face(shelf.anna.id)
    assert queries.portrait_id(shelf.anna.id) is None
    assert stored() == 0


def test_a_document_is_no_face(shelf):
    with pytest.raises(Unfit) as refused:
        services.show_face(shelf.anna, io.BytesIO(samples.PDF), "я.pdf")

    assert refused.value.code == "files.not_an_image"


def test_a_file_in_use_cannot_be_discarded_nor_anothers(shelf):
    file = sent(shelf.anna, samples.PDF, "план.pdf")
    with pytest.raises(NotFound):
        services.discard(shelf.boris, file.id)
    services.claim(shelf.anna, [file.id], community_id=shelf.community_id)
    with pytest.raises(Refused) as refused:
        services.discard(shelf.anna, file.id)
    assert refused.value.code == "files.in_use"

    services.release([file.id])
    services.discard(shelf.anna, file.id)
    assert stored() == 0


def test_what_no_text_uses_goes_after_a_day(shelf):
    moment = clock.now()
    with clock.frozen(moment):
        loose = sent(shelf.anna, samples.PDF, "забытый.pdf")
        used = sent(shelf.anna, samples.WORDS, "нужный.txt")
        gone = row(loose).sha256
        services.claim(shelf.anna, [used.id], community_id=shelf.community_id)
    with clock.frozen(moment + timedelta(hours=23)):
        assert sweep.forget_loose() == 0
    with clock.frozen(moment + timedelta(hours=25)):
        assert sweep.forget_loose() == 1

    place, kept = storage.current(), row(used).sha256
    assert sweep.collect() == 0, "an hour has to pass before content goes"
    assert sweep.collect(older_than=timedelta(seconds=-5)) == 1
    assert not place.exists(gone)
    assert place.exists(kept)


def test_content_that_another_file_shares_stays(shelf):
    mine = sent(shelf.anna, samples.PDF, "план.pdf")
    key = row(mine).sha256
    sent(shelf.boris, samples.PDF, "тот же план.pdf")
    services.discard(shelf.anna, mine.id)

    assert sweep.collect(older_than=timedelta(seconds=-5)) == 0
    assert storage.current().exists(key)


def test_a_place_opens_its_files_to_its_readers(shelf, monkeypatch):
    monkeypatch.setattr(policies, "_readers", [])
    file = sent(shelf.anna, samples.PDF, "план.pdf")
    assert queries.readable(shelf.anna, file.id).id == file.id
    with pytest.raises(NotFound):
        queries.readable(shelf.boris, file.id)

    policies.reader(lambda actor, asked: actor == shelf.boris and asked.id == file.id)

    assert queries.readable(shelf.boris, file.id).id == file.id
    for actor in (shelf.gleb, VISITOR):
        with pytest.raises(NotFound):
            queries.readable(actor, file.id)


def test_what_a_crash_left_in_the_storage_is_cleared(shelf):
    place = storage.current()
    key = place.put(io.BytesIO(b"content whose row was never written"))
    draft = place.root / ".drafts" / "cut-short"
    draft.write_bytes(b"half a file")

    assert sweep.collect() == 0
    assert sweep.collect(older_than=timedelta(seconds=-5)) == 2
    assert not place.exists(key)
    assert not draft.exists()


def test_the_hourly_duty_runs_once_an_hour(shelf, monkeypatch):
    runs = []
    monkeypatch.setattr(sweep, "collect", lambda: runs.append(1))
    monkeypatch.setattr(sweep, "_last", {"collect": 0.0})

    sweep.collect_hourly()
    sweep.collect_hourly()

    assert len(runs) == 1


def test_the_share_is_told_in_megabytes(shelf):
    sent(shelf.anna, b"a" * 1024 * 1024, "мегабайт.txt")

    share = services.share(shelf.anna)
    assert (share.quota_mb, share.percent) == (4, 25)
