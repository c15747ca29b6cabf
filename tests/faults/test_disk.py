"""The disk is full, the folder cannot be written: refused in words, and nothing is spoilt."""

import shutil
import subprocess
import sys

import pytest
from sqlalchemy import select

from community.config import ROOT
from community.core.db import db
from community.publishing.models import Entry
from tests.faults.site import Browser, free_port
from tests.scene import inconsistencies

pytestmark = pytest.mark.fault


@pytest.fixture
def small_disk(folder, tmp_path):
    """A file system of 24 MB with the data on it; root only."""
    mount = tmp_path / "disk"
    mount.mkdir()
    done = subprocess.run(  # noqa: PLW1510
        ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(mount)], capture_output=True
    )
    if done.returncode:
        pytest.skip("no right to mount a small disk")
    shutil.copytree(folder, mount / "data")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=False)


def test_a_full_disk_is_told_and_spoils_nothing(small_disk, start, topic_on):
    folder = small_disk / "data"
    topic = topic_on(folder)
    site = start(folder)
    anna = Browser(site.port).sign_in("anna")
    assert anna.send("POST", f"{topic}/reply", {"body": "Пока место есть."}).status in (302, 303)
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        try:
            while file.write(b"0" * 65536):
                file.flush()
        except OSError:
            pass
    answers = [anna.send("POST", f"{topic}/reply", {"body": f"Слово {number}. " + "дробь " * 3000})
               for number in range(4)]  # fmt: skip
    assert 503 in {each.status for each in answers}, [each.status for each in answers]
    for each in answers:
        assert each.status in (302, 303, 503)
        assert each.status != 503 or "сохранить" in each.page or "записать" in each.page
    assert anna.send("GET", topic).status in (200, 302), "reading goes on"
    ballast.unlink()
    assert anna.send("POST", f"{topic}/reply", {"body": "Место снова есть."}).status in (
        302,
        303,
    ), site.said()
    site.stop()

    from tests.faults.conftest import opened
    from tests.world import Town

    with opened(folder) as app:
        town = Town(app)
        assert inconsistencies(town) == []
        with app.app_context():
            said = " ".join(db.session.scalars(select(Entry.body)))
    assert "Пока место есть." in said
    assert "Место снова есть." in said
    taken = sum(each.status in (302, 303) for each in answers)
    assert sum(f"Слово {number}." in said for number in range(4)) == taken


def test_a_folder_that_became_read_only_is_told_at_the_start(small_disk):
    """What a disk with a fault does: the system mounts it anew without the right to write."""
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    done = subprocess.run(  # noqa: PLW1510
        [sys.executable, "-m", "community", "run", "--data", str(small_disk / "data"), "--port", str(free_port())],  # noqa: E501
        cwd=ROOT, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 2, said
    assert "нельзя писать" in said
    assert "Traceback" not in said
