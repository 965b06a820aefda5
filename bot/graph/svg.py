"""The drawing as SVG, written with the standard library's XML tree, which escapes every text."""

from xml.etree import ElementTree as Xml

from bot.graph.boxes import Box, Line, Wire
from bot.graph.layout import MARGIN, Drawing

FONTS = "Arial, Helvetica, 'Liberation Sans', sans-serif"
INKS = {"ink": "#1b1f24", "muted": "#57606a", "faint": "#8a939c", "paper": "#ffffff", "newer": "#6b3d00"}
CHANNELS = {
    "booking": "#1f5fa8",
    "form": "#6b4fa0",
    "anef": "#1b7a4b",
    "natali": "#0f766e",
    "ants": "#3f6212",
    "email": "#a3416b",
    "walk_in": "#a8440f",
    "pickup_notice": "#8a5a00",
    "other_office": "#5b5f97",
    "official_site": "#5c6670",
}
FILLS = {
    "title": ("#f3f6f9", "#b8c2cc"),
    "legend": ("#ffffff", "#b8c2cc"),
    "question": ("none", "none"),
    "option": ("#f3f6f9", "#b8c2cc"),
    "card": ("#ffffff", "#c5cdd5"),
    "newer": ("#fff4d6", "#e0a52e"),
    "approval": ("#ffffff", "#b8c2cc"),
}
WIRE = "#7d8893"


def draw(drawing: Drawing) -> str:
    """The SVG document, as text that begins with the XML declaration."""
    width, height = _number(drawing.width), _number(drawing.height)
    root = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": width,
            "height": height,
            "viewBox": f"0 0 {width} {height}",
            "font-family": FONTS,
        },
    )
    Xml.SubElement(root, "title").text = drawing.title
    Xml.SubElement(root, "rect", {"width": width, "height": height, "fill": "#ffffff"})
    for y in drawing.rulers:
        ends = {"x1": _number(MARGIN), "x2": _number(drawing.width - MARGIN), "y1": _number(y), "y2": _number(y)}
        Xml.SubElement(root, "line", {**ends, "stroke": "#e3e8ed", "stroke-width": "1"})
    for wire in drawing.wires:
        _wire(root, wire)
    for box in drawing.boxes:
        _box(root, box)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _wire(parent: Xml.Element, wire: Wire) -> None:
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in wire.points)
    look = {"fill": "none", "stroke": WIRE, "stroke-width": "1.4", "stroke-linejoin": "round"}
    Xml.SubElement(parent, "polyline", {"points": points, **look})
    if wire.arrow:
        x, y = wire.points[-1]
        head = f"{_number(x)},{_number(y)} {_number(x - 8)},{_number(y - 4)} {_number(x - 8)},{_number(y + 4)}"
        Xml.SubElement(parent, "polygon", {"points": head, "fill": WIRE})


def _box(parent: Xml.Element, box: Box) -> None:
    group = Xml.SubElement(parent, "g", {"class": box.role})
    fill, stroke = (CHANNELS[box.channel or ""], "none") if box.role == "channel" else FILLS[box.role]
    place = {"x": _number(box.x), "y": _number(box.y), "height": _number(box.height)}
    if (fill, stroke) != ("none", "none"):
        look = {"fill": fill, "stroke": stroke, "rx": "5" if box.height > 20 else "3"}
        Xml.SubElement(group, "rect", {**place, "width": _number(box.width), **look})
    if box.role == "card":
        Xml.SubElement(group, "rect", {**place, "width": "6", "rx": "3", "fill": CHANNELS[box.channel or ""]})
    for inner in box.inner:
        _box(group, inner)
    for line in box.lines:
        _line(group, line)


def _line(parent: Xml.Element, line: Line) -> None:
    look = {"x": _number(line.x), "y": _number(line.y), "font-size": _number(line.style.size)}
    if line.style.bold:
        look["font-weight"] = "bold"
    Xml.SubElement(parent, "text", {**look, "fill": INKS[line.style.ink]}).text = line.text


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
