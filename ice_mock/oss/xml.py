"""XML documents, which hold whatever text they are given."""

import re
from collections.abc import Iterable
from typing import TypeAlias
from xml.etree import ElementTree as ET

Node: TypeAlias = tuple[str, "str | Iterable[Node]"]
"""An element: its name, and its text or its children."""

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(node: Node) -> bytes:
    """Write a document; a character that XML cannot hold becomes U+FFFD."""
    text = ET.tostring(_element(node), encoding="unicode", short_empty_elements=False)
    return _DECLARATION + text.encode()


def _element(node: Node) -> ET.Element:
    name, content = node
    element = ET.Element(name)
    if isinstance(content, str):
        element.text = _NOT_XML.sub("\ufffd", content)
    else:
        # Not extend: it hides what a generator raises.
        for child in content:
            element.append(_element(child))
    return element
