"""What an agent sees afterwards: counts, rows to be looked after, and the picture."""

import csv
import io
from xml.etree import ElementTree

import pytest

from bot.notices.curves import HEIGHT, WIDTH, Curves, draw
from bot.notices.desk import NoticeDesk
from bot.notices.pickups import import_rows
from bot.notices.report import Report, as_csv, report, rows_of, summaries
from bot.notices.rows import Row, Rows
from bot.store import claiming, halts, people, settling, trail
from tests.bot.notices.conftest import ACTOR, Clock, number, some

pytestmark = pytest.mark.anyio

ENDS = (
    ("accepted", None),
    ("delivered", None),
    ("failed", "30003 30003"),
    ("uncertain", None),
    ("failed", "12345"),
)


async def mixed(desk: NoticeDesk, clock: Clock) -> Report:
    """Six notices: one of each ending, one that still waits."""
    rows = Rows(Row(place + 2, number(place), "=1+1" if place == 2 else f"A-{place}") for place in range(6))
    done = await import_rows(desk, rows, "38", ACTOR)
    clock.pass_by(seconds=30)
    claimed = await desk.database.run(lambda: claiming.claim_due("sms", "us", desk.now_ms(), 5))
    for row, (state, reason) in zip(claimed, ENDS, strict=True):
        await desk.database.run(
            lambda row=row, state=state, reason=reason: settling.finish(row.id, state, desk.now_ms(), reason=reason)
        )  # type: ignore[misc]
    assert done.batch
    found = await report(desk, done.batch, "operator marie")
    assert found is not None
    return found


async def test_every_message_is_in_one_state(desk: NoticeDesk, clock: Clock) -> None:
    found = await mixed(desk, clock)
    expected = {"queued": 1, "accepted": 1, "delivered": 1, "failed": 2, "uncertain": 1, "expired": 0, "cancelled": 0}
    assert found.states == expected
    assert [(each.row, each.last_four, each.state) for each in found.rows] == [
        (4, "0002", "failed"),
        (5, "0003", "uncertain"),
        (6, "0004", "failed"),
    ]
    assert found.rows[0].because == "le téléphone est éteint ou hors réseau"
    assert "12345" in found.rows[2].because
    (summary,) = await summaries(desk)
    assert (summary.batch.id, summary.states) == (found.batch.id, expected)


async def test_on_its_way_is_queued(desk: NoticeDesk) -> None:
    done = await import_rows(desk, some(2), "38", ACTOR)
    await desk.database.run(lambda: claiming.claim_due("sms", "us", desk.now_ms(), 1))
    found = await report(desk, done.batch or "", ACTOR)
    assert found is not None
    assert found.states["queued"] == 2


async def test_the_csv_gives_back_what_is_to_be_done_by_hand(desk: NoticeDesk, clock: Clock) -> None:
    data = as_csv(await mixed(desk, clock), "Europe/Paris")
    assert data.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert [line["ligne"] for line in lines] == ["4", "5", "6"]
    assert lines[0]["reference"] == "'=1+1", "no spreadsheet computes it"
    assert (lines[0]["fin_du_numero"], lines[0]["etat"]) == ("0002", "failed")
    assert lines[0]["prevu"] == "24/11/2026 10:00:00"
    assert lines[0]["fini"] == "24/11/2026 10:00:30"
    assert "+336" not in data.decode("utf-8-sig")


async def test_a_message_sent_again_knowingly_is_flagged(desk: NoticeDesk) -> None:
    done = await import_rows(desk, some(1), "38", ACTOR)
    (row,) = await desk.database.run(lambda: claiming.claim_due("sms", "us", desk.now_ms(), 1))
    await desk.database.run(lambda: settling.requeue(row.id, desk.now_ms(), "reset", flag="retried_after_uncertain"))
    await desk.database.run(lambda: claiming.claim_due("sms", "us", desk.now_ms(), 1))
    await desk.database.run(lambda: settling.finish(row.id, "uncertain", desk.now_ms()))
    found = await report(desk, done.batch or "", ACTOR)
    assert found is not None
    assert (found.resent, [each.resent for each in found.rows]) == (1, [True])


async def test_whoever_had_everything_erased_is_not_reported_and_breaks_nothing(desk: NoticeDesk) -> None:
    done = await import_rows(desk, some(2), "38", ACTOR)
    person = await desk.database.run(lambda: people.find("sms", desk.vault.digest("sms", number(0))))
    assert person is not None
    await desk.database.run(lambda: people.erase(person.id))
    found = await report(desk, done.batch or "", ACTOR)
    assert found is not None
    assert sum(found.states.values()) == 1


async def test_a_sender_that_stands_still_is_said(desk: NoticeDesk) -> None:
    done = await import_rows(desk, some(1), "38", ACTOR)
    await desk.database.run(lambda: halts.halt("sms", "20003", 1000, 9000))
    found = await report(desk, done.batch or "", ACTOR)
    assert found is not None
    assert [each.reason for each in found.halts] == ["20003"]
    assert found.to_json()["halts"][0]["since"] == "1970-01-01T00:00:01.000+00:00"


async def test_reading_it_is_in_the_trail_and_no_batch_is_none(desk: NoticeDesk, clock: Clock) -> None:
    found = await mixed(desk, clock)
    entry = (await desk.database.run(lambda: trail.entries()))[0]
    assert (entry.actor, entry.action, entry.subject) == ("operator marie", "pickups.report", found.batch.id)
    assert entry.people == 3
    assert await report(desk, "38-20200101-aaaaaa", ACTOR) is None


async def test_the_picture_holds_all_curves_within_its_frame(desk: NoticeDesk, clock: Clock) -> None:
    found = await mixed(desk, clock)
    curves = await Curves.of(rows_of(desk, found.batch.id))
    assert (len(curves.queued), len(curves.accepted), len(curves.delivered)) == (6, 2, 1)
    svg = ElementTree.fromstring(draw(curves, "Envoi <1>", "Europe/Paris"))  # noqa: S314 - our own
    lines = svg.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 3
    for line in lines:
        points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
        assert points == sorted(points, key=lambda point: (point[0], -point[1])), "it only goes on and up"


def test_a_picture_of_many_is_not_a_large_one() -> None:
    curves = Curves()
    for at in range(100_000):
        curves.queued.append(1_795_000_000_000)
        curves.accepted.append(1_795_000_000_000 + at * 100)
        curves.delivered.append(1_795_000_004_000 + at * 100)
    assert len(draw(curves, "Envoi", "America/Cayenne")) < 30_000


def test_a_picture_of_nothing_is_drawn() -> None:
    assert draw(Curves(), "Envoi", "Europe/Paris").startswith("<svg")
