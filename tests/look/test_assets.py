import gzip
import json
import shutil
from pathlib import Path

import pytest

from community import assets

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout with only what is packed."""
    shutil.copytree(ROOT / "static", tmp_path / "static", ignore=shutil.ignore_patterns("dist"))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def packed(place: Path, files: dict[str, str]) -> None:
    dist = place / "static" / "dist"
    dist.mkdir()
    for file in files.values():
        (dist / file).write_text("x")
    record = {"sources": assets.fingerprint(place), "files": files}
    (dist / assets.MANIFEST).write_text(json.dumps(record))


def test_without_a_packing_the_sources_serve(place):
    asset = assets.Assets(place / "static")

    assert not asset.is_built
    assert asset("site.css") == "/static/css/site.css"
    assert asset("site.js") == "/static/js/site.js"
    assert asset.fonts == ()
    assert (place / asset("site.js").lstrip("/")).is_file()


def test_a_packing_gives_hashed_names_and_the_typeface(place):
    packed(place, {"site.css": "site-AA.css", "golos.woff2": "golos-BB.woff2"})

    asset = assets.Assets(place / "static")

    assert asset("site.css") == "/static/dist/site-AA.css"
    assert asset("icon.svg") == "/static/icon.svg"
    assert asset.fonts == ("/static/dist/golos-BB.woff2",)
    assert assets.is_current(place)


def test_a_packing_with_a_lost_file_is_not_used(place):
    packed(place, {"site.css": "site-AA.css"})
    (place / "static/dist/site-AA.css").unlink()

    assert assets.Assets(place / "static")("site.css") == "/static/css/site.css"
    assert not assets.is_current(place)


def test_a_torn_manifest_is_not_used(place):
    packed(place, {"site.css": "site-AA.css"})
    (place / "static/dist" / assets.MANIFEST).write_text('{"files"')

    assert assets.Assets(place / "static")("site.css") == "/static/css/site.css"


def test_a_changed_source_asks_for_a_new_packing(place):
    packed(place, {"site.css": "site-AA.css"})
    with (place / "static/css/base.css").open("a") as sheet:
        sheet.write("/* new */")

    assert not assets.is_current(place)


def test_a_failed_packing_leaves_the_old_one(place):
    packed(place, {"site.css": "site-AA.css"})
    with (place / "static/css/base.css").open("a") as sheet:
        sheet.write("/* new */")

    with pytest.raises(assets.BuildError):
        assets.build(place, npm=["false"], node=["false"])

    assert (place / "static/dist/site-AA.css").is_file()


def test_no_such_program_is_told_in_words(place):
    with pytest.raises(assets.BuildError, match="no-such-npm"):
        assets.build(place, npm=["no-such-npm"], node=["no-such-node"])


def test_every_package_is_pinned_with_its_digest():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "package.json").read_text())

    for version in {**wanted["dependencies"], **wanted["devDependencies"]}.values():
        assert version[0].isdigit()
    for name, entry in lock["packages"].items():
        assert not name or entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry


@pytest.mark.skipif(not assets.is_current(ROOT), reason="static/dist is not packed here")
def test_the_first_visit_stays_light():
    asset = assets.Assets(ROOT / "static")
    weigh = lambda url: len(gzip.compress((ROOT / url.lstrip("/")).read_bytes(), 9))  # noqa: E731

    sheet = weigh(asset("site.css"))
    script = weigh(asset("site.js")) + sum(map(weigh, asset.chunks))
    fonts = sum((ROOT / url.lstrip("/")).stat().st_size for url in asset.fonts)

    assert sheet <= 12 * 1024
    assert script <= 18 * 1024  # with the live channel; the whole visit has 60 KB
    assert 0 < fonts <= 62 * 1024


def test_a_packing_of_older_sources_is_not_served(place):
    packed(place, {"site.css": "site-AA.css"})
    with (place / "static/css/base.css").open("a") as sheet:
        sheet.write("/* new */")

    assert assets.Assets(place / "static")("site.css") == "/static/css/site.css"
