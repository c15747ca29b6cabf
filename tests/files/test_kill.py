import hashlib
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from community.files.storage import Folder

PUTTER = """
import io, os, sys
from pathlib import Path
from community.files.storage import Folder
folder = Folder(Path(sys.argv[1]))
while True:
    print(folder.put(io.BytesIO(os.urandom(300_000))), flush=True)
"""


@pytest.mark.fault
def test_what_was_acknowledged_before_a_kill_is_whole_after_it(tmp_path):
    root = tmp_path / "files"
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", PUTTER, str(root)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        first = process.stdout.readline()
        time.sleep(0.4)
        process.send_signal(signal.SIGKILL)
        acknowledged = [first, *process.communicate()[0].split("\n")]

        for key in filter(None, (line.strip() for line in acknowledged)):
            content = (root / key[:2] / key[2:4] / key).read_bytes()
            assert hashlib.sha256(content).hexdigest() == key
    for blob in Folder(root).keys(older_than=timedelta(seconds=-5)):
        with Folder(root).open(blob) as content:
            assert hashlib.sha256(content.read()).hexdigest() == blob, "no blob is half written"
