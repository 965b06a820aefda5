"""What to type in the préfecture's form for the number printed on a permit (F46 to F49)."""

import re


class NotAgdref(ValueError):
    """A number that is neither nine nor ten digits: it is asked again, never guessed."""


def digits_to_type(printed: str) -> str:
    """The ten digits for the number as printed, spaces and one leading letter aside.

    Ten digits stay as they are. Nine digits get a zero: in front when they begin with 00, else in fifth position.
    The result is text, because leading zeros count. Raises `NotAgdref` for any other length.

    >>> digits_to_type("F002345678"), digits_to_type("F973123456")
    ('0002345678', '9731023456')
    """
    number = re.sub(r"[\s.\-]", "", printed)
    number = re.sub(r"^[A-Za-z]", "", number)
    if re.fullmatch(r"[0-9]{10}", number):
        return number
    if not re.fullmatch(r"[0-9]{9}", number):
        raise NotAgdref
    return "0" + number if number.startswith("00") else number[:4] + "0" + number[4:]
