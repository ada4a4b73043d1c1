"""Long texts in pages: nothing is lost, nothing is too long, and no character or entity is cut in two."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.screens.catalog_details import first_part, pages_of, units

TEXTS = st.text(st.sampled_from("很亮。Aa <b>&amp; \n\n👩‍👧,；!?x"), max_size=600)


@given(TEXTS, st.integers(20, 120))
@settings(max_examples=150)
def test_pages_hold_the_whole_text_and_fit(text: str, most: int) -> None:
    pages = pages_of(text, most)
    assert all(units(page) <= most for page in pages)
    assert "".join("".join(pages).split()) == "".join(text.split())
    assert all(page.strip() == page for page in pages)


@given(TEXTS, st.integers(0, 400))
@settings(max_examples=100)
def test_a_beginning_fits_and_says_that_there_is_more(text: str, room: int) -> None:
    part = first_part(text, room)
    assert units(part) <= max(room, 0)
    assert part in ("", text) or (part.endswith("…") and text.strip().startswith(part[:-1]))


def test_a_text_is_cut_between_paragraphs_first() -> None:
    text = f"{'一' * 60}。\n\n{'二' * 50}。{'三' * 50}。"
    assert pages_of(text, 100) == [f"{'一' * 60}。", f"{'二' * 50}。", f"{'三' * 50}。"]
