"""What goes out and what comes in, over HTTP."""

from registry.exchange.api.giving import ExchangeApi
from registry.exchange.api.taking import ImportsApi

__all__ = ["ExchangeApi", "ImportsApi"]
