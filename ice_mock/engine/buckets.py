"""Buckets: which there are, and where the service may delete."""

from ice_mock.domain.model import Bucket, WithdrawnBucket
from ice_mock.engine.context import Context


class Buckets:
    """The buckets of a world: those it was given, or any."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, name: str) -> Bucket | None:
        """Return the bucket; where any name will do, an unknown one is a bucket like all others."""
        bucket = self._context.store.get(Bucket, name)
        any_other = self._context.account.any_bucket and not self._context.store.get(WithdrawnBucket, name)
        return Bucket(name) if bucket is None and any_other else bucket

    def is_authorized(self, name: str) -> bool:
        bucket = self.find(name)
        return bucket is not None and bucket.authorized

    def put(self, bucket: Bucket) -> None:
        with self._context.exclusive():
            self._context.store.put(bucket)
            self._context.store.delete(WithdrawnBucket, bucket.id)
            what = "authorized" if bucket.authorized else "not authorized"
            self._context.changed("bucket", bucket.id, what, self._context.now())

    def remove(self, name: str) -> None:
        """Withdraw a bucket; putting it brings it back."""
        with self._context.exclusive():
            self._context.store.delete(Bucket, name)
            self._context.store.put(WithdrawnBucket(name))
            self._context.changed("bucket", name, "withdrawn", self._context.now())
