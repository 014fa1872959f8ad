"""What a picture shows: all that the bytes of a frame depend on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SIDES = range(64, 4097)
QUALITIES = range(1, 96)


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that a picture shows; the same picture always gives the same bytes.

    *instant* is aware UTC and shown to the millisecond, *seed* is the world's, *width* and *height* are
    pixels from 64 to 4096, *quality* is libjpeg's, from 1 to 95. Anything else raises ValueError.
    """

    stream: str
    job_id: str
    number: int
    instant: datetime
    seed: int
    width: int = 1280
    height: int = 720
    quality: int = 80

    def __post_init__(self) -> None:
        if self.instant.utcoffset() != timedelta(0):
            raise ValueError(f"the instant of a picture must be aware UTC, not {self.instant!r}")
        if self.width not in SIDES or self.height not in SIDES:
            raise ValueError(f"a picture has 64 to 4096 pixels a side, not {self.width}x{self.height}")
        if self.quality not in QUALITIES:
            raise ValueError(f"the quality of a picture is 1 to 95, not {self.quality}")
