import io
import struct

import pytest

from community.files.recognition import recognise
from community.files.unfit import Unfit
from tests.files import samples


def named(value):
    return value if isinstance(value, str) else ""


def kind_of(content, name):
    extension = name.rpartition(".")[2] if "." in name else ""
    return recognise(io.BytesIO(content), name, extension).code


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (samples.picture("JPEG"), "фото.jpg", "jpeg"),
        (samples.picture("PNG"), "схема.png", "png"),
        (samples.picture("WEBP"), "схема.webp", "webp"),
        (samples.picture("GIF", mode="P"), "знак.gif", "gif"),
        (samples.picture("PNG"), "на самом деле png.jpg", "png"),
        (samples.PDF, "план.pdf", "pdf"),
        (samples.PDF, "без расширения", "pdf"),
        (samples.office("word"), "урок.docx", "docx"),
        (samples.office("xl"), "оценки.xlsx", "xlsx"),
        (samples.office("ppt"), "показ.pptx", "pptx"),
        (samples.opendocument("application/vnd.oasis.opendocument.text"), "урок.odt", "odt"),
        (
            samples.opendocument("application/vnd.oasis.opendocument.spreadsheet"),
            "журнал.ods",
            "ods",
        ),
        (samples.opendocument("application/epub+zip"), "книга.epub", "epub"),
        (samples.archive_of({"geogebra.xml": "<g/>"}), "дуга.ggb", "geogebra"),
        (samples.archive_of({"a.txt": "а"}), "набор.zip", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "старый.doc", "ole"),
        (b"{\\rtf1 words}", "письмо.rtf", "rtf"),
        (samples.WORDS, "заметка.txt", "text"),
        ("Фамилия;Балл\nИванов;5\n".encode("cp1251"), "баллы.csv", "text"),
        ("Фамилия\tБалл\n".encode("utf-16"), "баллы.tsv", "text"),
        (b"print('hello')\n", "задача.py", "text"),
        (samples.SVG, "рисунок.svg", "svg"),
        (b"<!doctype html><script>1</script>", "страница.html", "html"),
        (b"ID3\x04\x00" + b"\0" * 100, "песня.mp3", "mp3"),
        (struct.pack(">I", 24) + b"ftypisom" + b"\0" * 100, "урок.mp4", "mp4"),
        (b"OggS" + b"\0" * 60, "запись.ogg", "ogg"),
    ],
    ids=named,
)
def test_a_file_is_known_by_what_is_inside(site, content, name, code):
    assert kind_of(content, name) == code


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "пусто.pdf", "files.empty"),
        (samples.PROGRAM, "отчёт.pdf", "files.type_wrong"),
        (samples.PROGRAM, "фото.jpg", "files.type_wrong"),
        (samples.PROGRAM, "setup.exe", "files.type_unknown"),
        (samples.PROGRAM, "без расширения", "files.type_unknown"),
        (samples.WORDS, "фото.jpg", "files.type_wrong"),
        (samples.WORDS, "пуск.bat", "files.type_unknown"),
        (samples.PDF, "письмо.docx", "files.type_wrong"),
        (samples.archive_of({"a.txt": "а"}), "письмо.docx", "files.type_wrong"),
        (samples.picture("PNG"), "план.pdf", "files.type_wrong"),
        (samples.picture("BMP"), "фото.bmp", "files.type_unknown"),
        (b"plain words", "рисунок.svg", "files.type_wrong"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 60, "IMG_0001.HEIC", "files.heic"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 60, "IMG_0001.jpg", "files.heic"),
        (b"PK\x03\x04" + b"\0" * 50, "набор.zip", "files.archive_broken"),
        (samples.archive_of({"a.txt": "а"})[:-30], "набор.zip", "files.archive_broken"),
        (
            samples.archive_of({"word/vbaProject.bin": b"x", "[Content_Types].xml": "<T/>"}),
            "a.docm",
            "files.macros",
        ),
        (b"Rar!\x1a\x07\x01\x00" + b"\0" * 50, "набор.rar", "files.type_unknown"),
    ],
    ids=named,
)
def test_what_cannot_be_taken_is_refused_by_its_reason(site, content, name, reason):
    with pytest.raises(Unfit) as refused:
        kind_of(content, name)

    assert refused.value.code == reason
    assert name in str(refused.value)


def test_an_archive_that_unpacks_to_a_flood_is_refused(site):
    with pytest.raises(Unfit) as refused:
        kind_of(samples.bomb(), "подарок.zip")

    assert refused.value.code == "files.archive_bomb"


def test_an_archive_of_too_many_entries_is_refused_before_it_is_read(site):
    content = samples.archive_of({f"{number}": b"" for number in range(5001)})

    with pytest.raises(Unfit) as refused:
        kind_of(content, "много.zip")

    assert refused.value.code == "files.archive_bomb"


def test_a_directory_that_lies_about_its_count_is_refused_by_its_size(site):
    content = bytearray(samples.archive_of({f"{'x' * 900}{number}": b"" for number in range(2000)}))
    at = content.rfind(b"PK\x05\x06")
    content[at + 8 : at + 12] = struct.pack("<HH", 1, 1)

    with pytest.raises(Unfit) as refused:
        kind_of(bytes(content), "ложь.zip")

    assert refused.value.code == "files.archive_bomb"
