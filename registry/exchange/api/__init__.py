"""What goes out and what comes in, over HTTP."""

from registry.exchange.api.calendars import CalendarAddressesApi, CalendarsApi
from registry.exchange.api.checking import CheckingApi
from registry.exchange.api.giving import ExchangeApi
from registry.exchange.api.taking import ImportsApi

__all__ = ["CalendarAddressesApi", "CalendarsApi", "CheckingApi", "ExchangeApi", "ImportsApi"]
