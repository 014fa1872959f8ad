"""Time that passes: by itself, or because somebody says so; and the callbacks that become due with it."""

from ice_mock.ticker.courier import Courier
from ice_mock.ticker.ticker import Ticker
from ice_mock.ticker.walk import Report, advance

__all__ = ["Courier", "Report", "Ticker", "advance"]
