"""Links between the pages lead somewhere."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from recipes.pages import PAGES, ROOT


def links(page: str) -> Iterator[str]:
    """The targets of links and pictures that are not on the web."""
    for token in MarkdownIt().parse((ROOT / page).read_text()):
        for inner in token.children or []:
            target = inner.attrs.get("href") or inner.attrs.get("src")
            if target and "://" not in target:
                yield target


def anchors(page: str) -> set[str]:
    """What the headings of a page are called in addresses, the way of GitHub and GitLab."""
    tokens = MarkdownIt().parse((ROOT / page).read_text())
    headings = (inside.content.lower() for above, inside in pairwise(tokens) if above.type == "heading_open")
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


LINKS = [(page, link) for page in PAGES for link in links(page)]


@pytest.mark.parametrize(("page", "link"), LINKS, ids=[f"{page} to {link}" for page, link in LINKS])
def test_a_link_leads_somewhere(page: str, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page

    assert target.exists()
    assert not anchor or anchor in anchors(target.resolve().relative_to(ROOT).as_posix())
