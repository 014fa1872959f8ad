"""The pictures, fetched from OSS."""

import oss2

from rooms.callbacks import Announcement
from rooms.settings import Settings

PATIENCE = 2
"""Seconds; less than the three after which ICE takes a callback for lost and sends it again."""

END_OF_IMAGE = b"\xff\xd9"


class PictureUnavailable(Exception):
    """A picture that cannot be had now, and perhaps later."""


class Pictures:
    """The bucket that the jobs write to."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = oss2.Bucket(
            oss2.AuthV4(settings.access_key_id, settings.access_key_secret),
            settings.oss_endpoint,
            settings.bucket,
            connect_timeout=PATIENCE,
            region=settings.region,
            is_path_style=settings.path_style,
        )

    def fetch(self, announced: Announcement) -> bytes:
        """The JPEG that was announced; raises PictureUnavailable."""
        try:
            jpeg = self._bucket.get_object(announced.key).read()
        except oss2.exceptions.OssError as error:
            raise PictureUnavailable(f"{announced.key}: {error.code or error}") from error
        if not jpeg.endswith(END_OF_IMAGE):
            raise PictureUnavailable(f"{announced.key}: the picture is cut off")
        return jpeg
