"""Every place is exact, whatever the document: tried on generated ones."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ai_prism.core.readers import read
from ai_prism.core.sections import detect_sections
from ai_prism.testing import a_document
from support.documents import paragraph, write_word

words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)
pieces = st.one_of(
    words,
    st.builds("{} {}".format, st.sampled_from(["#", "##", "-", "1.", ">", "    "]), words),
    st.builds("{}\n===".format, words),
    st.builds("| {} | {} |\n|---|---|\n| {} | x |".format, words, words, words),
    st.builds("{} ........ {}".format, words, st.integers(1, 99)),
    st.builds("{}.{} {}".format, st.integers(1, 9), st.integers(1, 9), words),
)
texts = st.lists(pieces, max_size=12).map("\n\n".join)


def assert_all_is_exact(document):
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(document.text)
        assert document.text[end : block.start].strip("\n\t") == ""
        end = block.end
    for section in detect_sections(document):
        assert document.text[section.start :][: len(section.title)] == section.title
        assert section.start + len(section.title) <= section.end <= len(document.text)
        assert section.level >= 1
        assert 0 <= section.confidence <= 1
    document.text.encode("utf-8")


@given(texts)
@settings(max_examples=200, deadline=None)
def test_places_are_exact_in_markdown(text):
    assert_all_is_exact(a_document(text))


@given(texts)
@settings(max_examples=200, deadline=None)
def test_places_are_exact_in_plain_text(text):
    assert_all_is_exact(a_document(text, name="sample.txt"))


@given(
    st.lists(
        st.tuples(
            st.text(st.sampled_from("ab C1.2§ \u00e9\u4e2d\U0001f600-"), min_size=1, max_size=30),
            st.sampled_from(["", "<w:b/>", '<w:sz w:val="40"/>']),
        ),
        min_size=1,
        max_size=10,
    ).filter(lambda items: any(text.strip() for text, _ in items))
)
@settings(max_examples=60, deadline=None)
def test_places_are_exact_in_word_files(tmp_path_factory, items):
    path = tmp_path_factory.mktemp("word") / "a.docx"
    write_word(path, "".join(paragraph(text, run=run) for text, run in items))

    assert_all_is_exact(read(path))
