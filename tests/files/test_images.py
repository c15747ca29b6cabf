import io

import pytest
from PIL import Image

from community.files import images
from community.files.intake import SHAPES
from community.files.unfit import Unfit
from tests.files import samples

ATTACHED, FACE = SHAPES["attachment"], SHAPES["portrait"]


def remade(content, shape=ATTACHED):
    return images.remake(io.BytesIO(content), "фото.jpg", shape)


def opened(content):
    return Image.open(io.BytesIO(content))


def test_a_photo_tells_no_place_no_camera_and_has_no_tail():
    sent = samples.telltale_photo()
    assert b"TELLTALE CAMERA" in sent
    assert opened(sent).getexif().get_ifd(0x8825)

    picture = remade(sent)

    for content in (picture.content, picture.thumb):
        assert b"TELLTALE" not in content
        assert b"Exif" not in content
        assert not opened(content).getexif()
        assert "comment" not in opened(content).info


def test_a_photo_on_its_side_is_put_upright():
    picture = remade(samples.telltale_photo())

    assert (picture.width, picture.height) == (300, 800)


def test_a_large_photo_is_made_as_large_as_a_screen_needs():
    picture = remade(samples.picture("JPEG", (4000, 3000)))

    assert (picture.width, picture.height) == (1600, 1200)
    assert opened(picture.thumb).size == (480, 360)


def test_a_small_picture_stays_small():
    picture = remade(samples.picture("PNG", (40, 30)))

    assert opened(picture.content).size == (40, 30)


def test_a_face_is_a_square():
    picture = remade(samples.picture("JPEG", (900, 1200)), FACE)

    assert opened(picture.content).size == (480, 480)
    assert opened(picture.thumb).size == (128, 128)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1", "I;16"])
def test_a_png_of_any_mode_is_taken(mode):
    out = io.BytesIO()
    Image.new(mode, (60, 40)).save(out, "PNG")

    picture = remade(out.getvalue())

    assert opened(picture.content).size == (60, 40)


def test_a_bright_deep_picture_stays_bright():
    out = io.BytesIO()
    Image.new("I;16", (60, 40), 65535).save(out, "PNG")

    assert opened(remade(out.getvalue()).content).convert("L").getpixel((5, 5)) > 250


def test_a_transparent_picture_stays_transparent():
    out = io.BytesIO()
    Image.new("RGBA", (60, 40), (255, 0, 0, 0)).save(out, "PNG")

    assert opened(remade(out.getvalue()).content).convert("RGBA").getpixel((5, 5))[3] == 0


def test_a_print_photo_in_cmyk_is_taken():
    out = io.BytesIO()
    Image.new("CMYK", (60, 40)).save(out, "JPEG")

    assert opened(remade(out.getvalue()).content).mode == "RGB"


def test_a_still_gif_becomes_a_png_and_a_moving_one_is_known():
    still = samples.picture("GIF", mode="P")
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "navy", "white")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)

    assert not images.is_animated(io.BytesIO(still))
    assert images.is_animated(io.BytesIO(out.getvalue()))
    assert remade(still).code == "png"


def test_a_picture_of_144_million_pixels_in_few_kilobytes_is_refused(site):
    content = samples.vast_png()
    assert len(content) < 40_000

    with pytest.raises(Unfit) as refused:
        remade(content)

    assert refused.value.code == "files.image_vast"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_between_one_and_two_limits_is_refused_too(site):
    with pytest.raises(Unfit) as refused:
        remade(samples.vast_png(7000))

    assert refused.value.code == "files.image_vast"


def test_a_webp_that_would_take_too_much_memory_is_refused(site):
    content = samples.picture("WEBP", (5000, 4200), lossless=True, method=0, quality=0)

    with pytest.raises(Unfit) as refused:
        remade(content)

    assert refused.value.code == "files.image_vast"


@pytest.mark.parametrize("cut", [20, 200, 1500])
def test_a_broken_picture_is_refused_in_words(site, cut):
    whole = samples.picture("JPEG", (800, 600))

    with pytest.raises(Unfit) as refused:
        remade(whole[: min(cut, len(whole) - 200)])

    assert refused.value.code == "files.image_broken"


def test_bytes_flipped_anywhere_never_raise_anything_else(site):
    whole = samples.picture("PNG", (64, 64))
    outcomes = {outcome(flipped(whole, at)) for at in range(8, len(whole), 7)}

    assert "files.image_broken" in outcomes
    assert outcomes <= {"taken", "files.image_broken", "files.image_vast"}


def flipped(whole, at):
    return whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]


def outcome(content):
    try:
        remade(content)
    except Unfit as refused:
        return refused.code
    return "taken"
