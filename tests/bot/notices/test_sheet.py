"""Files as agents have them, and any bytes at all."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.notices import rows as counted
from bot.notices.rows import Row, Rows
from bot.notices.sheet import read_sheet
from bot.notices.tables import Unreadable

PHONE = "06 39 98 00 01"
CSV = f"Téléphone;Référence;Langue;Public\r\n{PHONE};Dossier é;fr;étudiant\r\n"
READ = [Row(2, PHONE, "Dossier é", "fr", "étudiant")]


def rows(data: bytes) -> list[Row]:
    return list(read_sheet(data).rows)


def workbook(*lines: tuple[object, ...]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_csv_as_spreadsheets_write_it(encoding: str, separator: str, end: str) -> None:
    assert rows(CSV.replace(";", separator).replace("\r\n", end).encode(encoding)) == READ


def test_rows_are_numbered_as_in_the_file() -> None:
    data = f'telephone;ref\r\n\r\n{PHONE};"a;\nb"\r\n;;\r\n\r\n{PHONE};c\r\n'.encode()
    assert [(row.number, row.reference) for row in rows(data)] == [(3, "a; b"), (6, "c")]


def test_columns_in_any_order_case_and_accents_and_those_that_mean_nothing_are_named() -> None:
    sheet = read_sheet(f"Nom,LANGUE,n° de téléphone,Prénom,Ref.\nA,en,{PHONE},B,C\n".encode())
    assert list(sheet.rows) == [Row(2, PHONE, "C", "en")]
    assert sheet.ignored == ("Nom", "Prénom")


def test_a_line_for_excel_is_no_row() -> None:
    assert rows(f"sep=,\r\nphone,public\r\n{PHONE},student\r\n".encode()) == [Row(2, PHONE, public="student")]


def test_a_workbook_says_the_same_as_its_csv() -> None:
    data = workbook(("Téléphone", "Référence", "Langue", "Public"), (PHONE, "Dossier é", "fr", "étudiant"))
    assert rows(data) == READ
    assert read_sheet(data).rows.fingerprint == read_sheet(CSV.encode()).rows.fingerprint


def test_a_workbook_of_numbers() -> None:
    data = workbook(("phone", "reference"), (639980001, 12), (), (639980002.0, 1.5), ("06", None))
    assert [(row.number, row.phone, row.reference) for row in rows(data)] == [
        (2, "639980001", "12"),
        (4, "639980002", "1.5"),
        (5, "06", ""),
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "vide"),
        (b" \r\n ", "vide"),
        (b"nom;prenom\r\na;b\r\n", "« nom », « prenom »"),
        (b"telephone\r\n", "que ses titres"),
        (b"telephone;portable\r\n1;2\r\n", "Gardez-en une"),
        (b"\xd0\xcf\x11\xe0 old", ".xls"),
        (b"PK\x03\x04 not a zip", ".xlsx"),
        (b"%PDF-1.7\x00", "ni du CSV"),
        (b"telephone\r\n\x81\x8d\r\n", "Windows-1252"),
        (b'telephone\r\n"' + b"x" * 140_000, "guillemet"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_sheet(data)


def test_a_file_without_titles_does_not_show_somebody_s_number() -> None:
    with pytest.raises(Unreadable) as refused:
        read_sheet(f"{PHONE.replace(' ', '')};A\r\n".encode())
    assert "0639980001" not in str(refused.value)


def test_more_rows_than_one_import_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "MOST", 2)
    assert len(rows(f"phone\n{PHONE}\n{PHONE}\n".encode())) == 2
    with pytest.raises(Unreadable, match="Partagez-le"):
        read_sheet(f"phone\n{PHONE}\n{PHONE}\n{PHONE}\n".encode())


def test_signs_that_steer_a_terminal_do_not_come_through() -> None:
    (row,) = rows(b"phone;ref\n0639980001;\x1b[31mA\x07\n")
    assert row.reference == "[31mA"


def test_rows_are_gone_through_as_often_as_needed() -> None:
    given_rows = [Row(number, f"06{number}") for number in range(2, 50)]
    packed = Rows(given_rows)
    assert list(packed) == list(packed) == given_rows
    assert packed.fingerprint == Rows(given_rows).fingerprint != Rows(given_rows[1:]).fingerprint


def attempt(data: bytes) -> None:
    """Either the rows, or a refusal in one sentence or two; whatever else is raised fails the test."""
    sheet, refusal = None, "."
    try:
        sheet = read_sheet(data)
    except Unreadable as problem:
        refusal = str(problem)
    assert refusal.endswith(".")
    assert "\n" not in refusal
    assert sheet is None or len(sheet.rows) == len(list(sheet.rows)) > 0


@given(st.binary(max_size=400))
@example(b"PK\x05\x06" + b"\0" * 18)
def test_any_bytes_are_rows_or_refused(data: bytes) -> None:
    attempt(data)


@given(st.binary(max_size=200))
def test_any_bytes_after_a_header(data: bytes) -> None:
    attempt(b"telephone;reference\r\n" + data)


@given(st.integers(0, 6000), st.binary(min_size=1, max_size=40))
def test_a_workbook_that_was_damaged(place: int, damage: bytes) -> None:
    whole = workbook(("telephone", "reference"), (PHONE, "A"))
    at = place % len(whole)
    attempt(b"PK\x03\x04" + (whole[:at] + damage + whole[at + len(damage) :])[4:])


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=5), max_size=6), st.sampled_from(";,\t"))
def test_any_cells(lines: list[list[str]], separator: str) -> None:
    attempt("\r\n".join(["telephone", *(separator.join(cells) for cells in lines)]).encode("utf-8", "surrogatepass"))
