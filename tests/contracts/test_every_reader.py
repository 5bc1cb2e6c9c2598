"""What holds for every reader: exact places, honest progress, a code for what cannot be read."""

import hashlib

import pytest

from ai_prism.core.errors import EmptyDocument, Unreadable
from ai_prism.core.progress import Stage, StageReached
from ai_prism.core.readers import READERS, identify, read
from ai_prism.core.sections import detect_sections
from support.documents import LINE, SAMPLES
from support.scans import need_tesseract


@pytest.fixture(params=READERS, ids=lambda media_type: SAMPLES[media_type][0])
def sample(request, tmp_path):
    name, write = SAMPLES[request.param]
    if request.param.startswith("image/"):
        need_tesseract()
    write(tmp_path / name)
    return tmp_path / name, request.param


def test_every_reader_has_a_sample():
    assert SAMPLES.keys() == READERS.keys()


def test_a_sample_is_known_for_what_it_is(sample):
    path, media_type = sample

    assert identify(path, path.name) == media_type


def test_the_document_says_where_it_came_from(sample):
    path, media_type = sample

    document = read(path, name=f"Plan{path.suffix}")

    assert document.name == f"Plan{path.suffix}"
    assert document.media_type == media_type
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.bytes == path.stat().st_size


def test_all_words_are_read_and_nothing_else(sample):
    path, _ = sample

    document = read(path)

    assert document.text.split() == f"Delivery plan {_text(path)} Dates {LINE}".split()
    assert document.words == len(document.text.replace(".", "").split())
    assert document.language == "en"


def test_blocks_cover_the_text_in_order_without_overlap(sample):
    document = read(sample[0])

    end = 0
    for block in document.blocks:
        assert document.text[end : block.start].strip() == ""
        assert document.text_of(block) == document.text_of(block).strip()
        end = block.end
    assert end == len(document.text)


def test_sections_stand_where_they_say(sample):
    document = read(sample[0])

    sections = detect_sections(document)

    assert [(section.title, section.level) for section in sections] == [
        ("Delivery plan", 1),
        ("Dates", 2),
    ]
    for section in sections:
        assert document.text.startswith(section.title, section.start)
        assert section.end == len(document.text)


def test_progress_ends_with_all_done(sample):
    told = []

    read(sample[0], told.append)

    last = told[-1]
    assert isinstance(last, StageReached)
    assert last.stage in (Stage.READING, Stage.RECOGNISING)
    assert last.done == last.total


def test_what_progress_raises_ends_the_reading(sample):
    class Stop(Exception):
        pass

    def stop(event):
        raise Stop

    with pytest.raises(Stop):
        read(sample[0], stop)


def test_an_empty_file_is_said_to_be_empty(sample):
    path, _ = sample
    path.write_bytes(b"")

    with pytest.raises(EmptyDocument):
        read(path)


def test_the_same_file_gives_the_same_document(sample):
    assert read(sample[0]) == read(sample[0])


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_read_in_part_or_refused_with_a_code(sample, share):
    path, _ = sample
    data = path.read_bytes()
    path.write_bytes(data[: max(1, int(len(data) * share))])

    assert _text_or_code(path)


def _text_or_code(path):
    try:
        return read(path).text
    except Unreadable as refusal:
        return refusal.code


def _text(path):
    """Return what stands between title and first section: printed pages have two lines there."""
    return f"{LINE} {LINE}" if path.suffix in (".pdf", ".png", ".jpg", ".tif") else LINE
