"""Streams: brought on air and taken off."""

from ice_mock import limits
from ice_mock.domain.model import Stream
from ice_mock.engine.allowance import INGEST, refuse_more, use
from ice_mock.engine.context import Context


class Streams:
    """The live streams of a world. A stream that nobody ever published is offline, and that is all."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, url: str) -> Stream:
        # Assumed: a stream is its URL, to the letter.
        if self._context.account.behaviour.stream_match == "without-query":
            url = url.partition("?")[0]
        return self._context.store.get(Stream, url) or Stream(url)

    def all(self) -> list[Stream]:
        return self._context.store.all(Stream)

    def publish(self, url: str) -> Stream:
        """Start the ingest; a stream that is live stays live. Raises LimitReached."""
        return self._set(url, live=True)

    def unpublish(self, url: str) -> Stream:
        """End the ingest; a stream that is offline stays offline. Raises LimitReached."""
        return self._set(url, live=False)

    def _set(self, url: str, *, live: bool) -> Stream:
        with self._context.exclusive():
            now = self._context.now()
            before = self.find(url)
            stream = before.published(now) if live else before.unpublished(now)
            if self._context.store.get(Stream, stream.id) is None:
                refuse_more("streams", self._context.store.count(Stream), limits.STREAMS)
            if stream is not before:
                use(self._context, INGEST, limits.STREAM_CHANGES)
            self._context.store.put(stream)
            if stream is not before:
                self._context.changed("stream", stream.id, "published" if live else "unpublished", now)
            return stream
