"""The engine of one world: its parts, put together."""

from datetime import datetime

from ice_mock.clock import RealTime
from ice_mock.domain.model import Account, Stream
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine.announcements import Announcements
from ice_mock.engine.buckets import Buckets
from ice_mock.engine.context import Context
from ice_mock.engine.faults import Faults
from ice_mock.engine.files import Files
from ice_mock.engine.jobs import Jobs
from ice_mock.engine.journal import Inbox, Journal
from ice_mock.engine.objects import Objects
from ice_mock.engine.pictures import Pictures
from ice_mock.engine.streams import Streams
from ice_mock.engine.templates import Templates
from ice_mock.engine.throttle import Throttle
from ice_mock.engine.time import Time
from ice_mock.engine.timeline import Timeline
from ice_mock.store import Store


class Engine:
    """Everything that can be done to, or asked of, the world that *store* remembers."""

    def __init__(self, store: Store, real_time: RealTime) -> None:
        self.store = store
        self.has_ended = False
        """Whether the world is gone, or has begun anew with another engine."""
        self.context = Context(store, real_time)
        self.time = Time(self.context)
        self.templates = Templates(self.context)
        self.streams = Streams(self.context)
        self.jobs = Jobs(self.context, self.templates, self.streams)
        self.buckets = Buckets(self.context)
        self.pictures = Pictures(self.context, self.jobs)
        self.faults = Faults(self.context, self.pictures)
        self.files = Files(self.context, self.jobs, self.buckets, self.pictures)
        self.objects = Objects(self.context, self.jobs, self.pictures)
        self.announcements = Announcements(self.context, self.jobs, self.pictures)
        self.throttle = Throttle(self.context)
        self.timeline = Timeline(self)
        self.journal = Journal(self.context)
        self.inbox = Inbox(self.context)

    @classmethod
    def create(cls, store: Store, real_time: RealTime, account: Account, timepiece: Timepiece) -> "Engine":
        """Begin a world in an empty store."""
        store.put(account)
        store.put(timepiece)
        return cls(store, real_time)

    def publish(self, url: str) -> Stream:
        """Start the ingest of a stream, with what that means for its jobs."""
        with self.context.exclusive():
            stream = self.streams.publish(url)
            self.jobs.ingest_began(url)
            return stream

    def unpublish(self, url: str) -> Stream:
        """End the ingest of a stream, with what that means for its jobs."""
        with self.context.exclusive():
            stream = self.streams.unpublish(url)
            self.jobs.ingest_ended(url)
            return stream

    def delete_template(self, template_id: str) -> None:
        """Delete a template, with what that means for its jobs; raises TemplateNotFound."""
        with self.context.exclusive():
            self.templates.delete(template_id)
            self.jobs.template_deleted(template_id)

    def next_due(self, until: datetime) -> datetime | None:
        """The earliest instant, up to and including *until*, at which something happens by itself."""
        dues = (self.timeline.next_due(until), self.announcements.next_due(until))
        return min((due for due in dues if due), default=None)

    def end(self) -> None:
        """Be no world any more; who waits for something in it learns of that."""
        self.has_ended = True
        self.context.bell.ring()

    @property
    def account(self) -> Account:
        return self.context.account

    def now(self) -> datetime:
        """The world's present moment."""
        return self.context.now()
