"""Explanations: why a request was refused, a job waits, a snapshot is missing, a callback has not arrived."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response
from marshmallow import ValidationError, fields, validates_schema

from ice_mock.domain.reason import Reason
from ice_mock.engine import Engine
from ice_mock.reasons.callback import of_callback, of_callbacks
from ice_mock.reasons.job import of_job
from ice_mock.reasons.request import of_request
from ice_mock.reasons.snapshot import of_snapshot
from ice_mock.web.control.documents import Document, Instant, Strict, query
from ice_mock.worlds import IceMock


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can be asked about: how it is explained, and which other parameters go with it."""

    explain: Callable[[Engine, str, Document], Reason]
    others: frozenset[str] = frozenset()


def _about_job(engine: Engine, id: str, wanted: Document) -> Reason:
    return of_snapshot(engine, id, wanted["at"]) if "at" in wanted else of_job(engine, id)


SUBJECTS = {
    "request": Subject(
        lambda engine, id, wanted: of_request(engine, id, wanted.get("canonical")), frozenset({"canonical"})
    ),
    "job": Subject(_about_job, frozenset({"at"})),
    "snapshot": Subject(
        lambda engine, id, wanted: of_snapshot(engine, id, wanted.get("at")), frozenset({"at"})
    ),
    "callback": Subject(lambda engine, id, _: of_callback(engine, id)),
    "callbacks": Subject(
        lambda engine, id, wanted: of_callbacks(engine, id, wanted.get("at")), frozenset({"at"})
    ),
}


class Question(Strict):
    """What is asked about: one of the subjects, and what goes with it."""

    request = fields.String()
    canonical = fields.String()
    job = fields.String()
    snapshot = fields.String()
    callback = fields.String()
    callbacks = fields.String()
    at = Instant()

    @validates_schema
    def one_subject(self, data: Document, **_: object) -> None:
        named = [name for name in SUBJECTS if name in data]
        if len(named) != 1:
            found = " and ".join(named) or "none"
            raise ValidationError(f"expected exactly one of {', '.join(SUBJECTS)}, found {found}", "subject")
        subject = named[0]
        if strangers := data.keys() - SUBJECTS[subject].others - {subject}:
            raise ValidationError(f"does not go with {subject}", min(strangers))


_QUESTION = Question()


def add_routes(bp: Blueprint, mock: IceMock) -> None:
    @bp.get("/worlds/<world_id>/why")
    def why(world_id: str) -> Response:
        wanted = query(_QUESTION)
        [subject] = wanted.keys() & SUBJECTS.keys()
        engine = mock.worlds.find(world_id).engine
        reason = SUBJECTS[subject].explain(engine, wanted[subject], wanted)
        # Not by jsonify, which sorts: facts come in an order that reads.
        document = json.dumps({"sentence": reason.sentence, "facts": dict(reason.facts)})
        return Response(document, mimetype="application/json")
