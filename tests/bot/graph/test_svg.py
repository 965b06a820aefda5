"""The SVG: any text survives it, whatever signs it holds."""

from xml.etree import ElementTree as Xml

from hypothesis import given
from hypothesis import strategies as st

from bot.graph.boxes import Box, Line, Style
from bot.graph.layout import Drawing
from bot.graph.svg import draw


@given(st.text(st.sampled_from("<>&\"'« »’é]-!x"), min_size=1))
def test_texts_are_escaped(text: str) -> None:
    line = Line(10, 20, text, Style(13))
    drawing = Drawing(text, 100, 50, (Box("option", 0, 0, 100, 40, (line,)),), (), ())
    root = Xml.fromstring(draw(drawing))  # noqa: S314 - our own document
    assert root.findtext("{http://www.w3.org/2000/svg}title") == text
    assert next(root.iter("{http://www.w3.org/2000/svg}text")).text == text
