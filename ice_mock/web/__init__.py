"""All that knows Flask and Werkzeug: it translates, and decides nothing."""

from ice_mock.web.app import create_app

__all__ = ["create_app"]
