"""What an organisation takes out of the register about itself: the records it must keep, and its days."""

from datetime import datetime
from urllib.parse import urlsplit

from registry.callers import Caller
from registry.db import Reading
from registry.exchange.columns import Register, write_csv
from registry.exchange.dates import calendar, days_held
from registry.exchange.dea import DEA
from registry.exchange.hdr import HDR
from registry.exchange.linked import Web
from registry.exchange.papers import held_by, names_of
from registry.exchange.ropa import ROPA
from registry.exchange.rules import MayNotExchange, NoSuchForm
from registry.exchange.voice import Language, Voice
from registry.organisations.principals import principal
from registry.policy import Policies

REGISTERS: dict[str, Register] = {"ropa.csv": ROPA, "dea.csv": DEA, "hdr.csv": HDR}


def give_register(
    reading: Reading, name: str, language: Language, *, caller: Caller, now: datetime, policies: Policies
) -> bytes:
    """One of the registers that others prescribe, of the caller's organisation, as CSV.

    Raises:
        MayNotExchange: the caller may not read the register.
        NoSuchForm: there is no register of this name.
    """
    check_may(reading, policies, "register.export", caller, now)
    register = REGISTERS.get(name)
    if register is None:
        raise NoSuchForm(form=name, forms=", ".join(REGISTERS))
    voice = Voice(language, policies.law, names_of(reading))
    lines = held_by(reading, caller.organisation)
    return write_csv(register.columns, register.rows(lines, caller.organisation, voice))


def give_calendar(
    reading: Reading, language: Language, web: Web, *, caller: Caller, now: datetime, policies: Policies
) -> bytes:
    """The days of every agreement that the caller's organisation holds.

    Raises:
        MayNotExchange: the caller may not read the register.
    """
    check_may(reading, policies, "register.export", caller, now)
    voice = Voice(language, policies.law, {})
    days = days_held(held_by(reading, caller.organisation), caller.organisation, voice)
    return calendar(days, host=urlsplit(web.base_url).netloc, now=now)


def check_may(reading: Reading, policies: Policies, action: str, caller: Caller, now: datetime) -> None:
    """Refuse what the access rules do not allow the caller for their own organisation.

    Raises:
        MayNotExchange: they do not allow it.
    """
    facts = principal(reading, caller, now)
    resource = {"owner_organisation": caller.organisation, "author_organisation": caller.organisation}
    if not policies.access.allows(action, principal=facts, resource=resource).allowed:
        raise MayNotExchange(action=action)
