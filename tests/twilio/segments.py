"""What a text costs on the air, counted with the package `gsm0338` (GSM 03.38; 3GPP TS 23.040 for the joined parts)."""

from functools import lru_cache

from gsm0338 import Codec  # type: ignore[import-untyped]

_GSM7 = Codec()


@lru_cache(maxsize=4096)
def segments(text: str) -> int:
    """The number of segments: 160 or 153 septets each, or 70 or 67 UTF-16 units. No character is cut in two."""
    try:
        units = [2 if len(_GSM7.encode(each)[0]) == 2 else 1 for each in text]
        alone, joined = 160, 153
    except UnicodeEncodeError:
        units = [len(each.encode("utf-16-le")) // 2 for each in text]
        alone, joined = 70, 67
    if sum(units) <= alone:
        return 1
    count, room = 1, joined
    for size in units:
        if size > room:
            count, room = count + 1, joined
        room -= size
    return count
