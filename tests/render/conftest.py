from datetime import UTC, datetime

import pytest

from ice_mock.render import Picture


@pytest.fixture(scope="session")
def picture() -> Picture:
    """A picture as a service would ask for it; tests replace what they are about."""
    return Picture(
        stream="rtmp://push.example.com/live/studio-1?auth_key=1893456000-0-0-4f6b2c",
        job_id="3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e",
        number=42,
        instant=datetime(2026, 7, 1, 12, 3, 31, 554_000, tzinfo=UTC),
        seed=7,
    )
