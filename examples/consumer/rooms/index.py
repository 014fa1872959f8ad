"""What the program remembers: the job of each room, and its latest picture."""

import sqlite3
from typing import NamedTuple

TABLES = """
create table if not exists rooms (name text primary key, job_id text not null unique);
create table if not exists pictures (room text primary key, taken integer not null, jpeg blob not null);
"""
KEEP_LATEST = """
insert into pictures values (?, ?, ?)
on conflict (room) do update set taken = excluded.taken, jpeg = excluded.jpeg
where excluded.taken > pictures.taken
"""


class Picture(NamedTuple):
    """A picture, and when it was taken, in milliseconds since 1970."""

    taken: int
    jpeg: bytes


class Index:
    """Rooms and pictures in a database; threads may share it."""

    def __init__(self, file: str) -> None:
        """Open the index in *file*, ``:memory:`` for none; raises sqlite3.OperationalError."""
        self._database = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._database.executescript(TABLES)

    def add_room(self, room: str, job_id: str) -> None:
        self._database.execute("insert or replace into rooms values (?, ?)", (room, job_id))

    def job_of(self, room: str) -> str | None:
        return self._one("select job_id from rooms where name = ?", room)

    def room_of(self, job_id: str) -> str | None:
        return self._one("select name from rooms where job_id = ?", job_id)

    def rooms(self) -> list[str]:
        return [name for (name,) in self._database.execute("select name from rooms order by name").fetchall()]

    def keep(self, room: str, picture: Picture) -> None:
        """Keep a picture, unless there is a later one: callbacks may come twice, and in any order."""
        self._database.execute(KEEP_LATEST, (room, *picture))

    def latest(self, room: str) -> Picture | None:
        found = self._database.execute("select taken, jpeg from pictures where room = ?", (room,)).fetchone()
        return Picture(*found) if found else None

    def close(self) -> None:
        self._database.close()

    def _one(self, question: str, about: str) -> str | None:
        found = self._database.execute(question, (about,)).fetchone()
        return found[0] if found else None
