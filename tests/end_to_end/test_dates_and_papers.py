"""What people take along and what they tick, on Telegram, with the assistant as a process."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from tests.end_to_end.running import Running

pytestmark = pytest.mark.anyio

ANNECY = ("prefecture=74", "procedure=renewal", "permit=cst")


async def test_dates_come_as_a_file_for_the_agenda(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start")
    await person.tapped_all(*ANNECY)
    end = date.today() + timedelta(days=200)
    await person.told(f"il finit le {end:%d/%m/%Y}")
    assert "Vos dates" in await person.tapped("Mon agenda (.ics)")
    document = person.last.document
    assert document is not None
    assert (document.name, document.media_type) == ("rdv-sejour.ics", "text/calendar")
    events = Calendar.from_ical(document.content.decode()).walk("VEVENT")
    assert end in [event.start for event in events]
    assert "changer" in await person.tapped("Changer une réponse")
    await person.tapped("~prefecture")  # what replaces a message replaces none that is a file
    assert document in [message.document for message in person.chat.messages.values()]


async def test_documents_are_ticked_on_one_message(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start")
    await person.tapped_all(*ANNECY)
    await person.told("ma liste")
    listed = person.last
    first = person.buttons[0]
    assert "☑ 1." in await person.tapped(first, listed)
    await person.tapped("… 2/2 ›", listed)
    assert "☑ 9." in await person.tapped(person.buttons[0], listed)
    assert person.last is listed
    await assistant.quiet()
    facts = assistant.ledger.facts(assistant.ledger.person(person.number))
    assert len(facts["papers"].split(",")) == 2
    assert "calendrier 3.1" in await person.tapped("Fini", listed)
    assert person.last is listed
