from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.domain.model import Plan
from ice_mock.engine import Engine
from ice_mock.errors import TemplateNotFound
from ice_mock.store.memory import MemoryStore

PLAN = Plan(timedelta(seconds=5), sequence_format="{Sequence}.jpg")
OTHER_PLAN = Plan(timedelta(seconds=9), overwrite_format="latest.jpg")


def test_a_template_is_found_under_its_id(engine):
    template = engine.templates.create("five", PLAN)

    assert engine.templates.find(template.id) == template
    assert (template.name, template.plan, template.kind) == ("five", PLAN, "custom")
    assert template.created_at == template.modified_at == engine.now()


def test_two_templates_may_have_one_name(engine):
    first, second = engine.templates.create("five", PLAN), engine.templates.create("five", PLAN)

    assert first.id != second.id
    assert engine.templates.all() == [first, second]


def test_an_update_is_dated(engine, pass_time):
    template = engine.templates.create("five", PLAN)
    pass_time(seconds=3)

    updated = engine.templates.update(template.id, "nine", OTHER_PLAN)

    assert engine.templates.find(template.id) == updated
    assert (updated.name, updated.plan) == ("nine", OTHER_PLAN)
    assert updated.created_at == template.created_at
    assert updated.modified_at == engine.now()


def test_jobs_keep_the_plan_that_they_were_submitted_with(engine, make_template, make_job):
    template = make_template(interval=5)
    job = make_job(template=template)

    engine.templates.update(template.id, "nine", OTHER_PLAN)

    assert engine.jobs.find(job.id).plan == template.plan
    assert engine.jobs.find(job.id).template_name == template.name


def test_jobs_do_not_care_for_the_deletion_of_their_template(
    engine, stream, pass_time, make_template, make_job
):
    template = make_template()
    job = make_job(template=template)

    engine.templates.delete(template.id)
    pass_time(seconds=60)
    engine.jobs.restart(job.id)
    pass_time(seconds=60)

    assert len(engine.jobs.schedule(engine.jobs.find(job.id), engine.now())) == 24


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda templates: templates.find("x"), id="find"),
        pytest.param(lambda templates: templates.update("x", "five", PLAN), id="update"),
        pytest.param(lambda templates: templates.delete("x"), id="delete"),
    ],
)
def test_a_template_that_does_not_exist_is_not_found(engine, ask):
    with pytest.raises(TemplateNotFound):
        ask(engine.templates)

    assert engine.journal.changes() == []


def test_a_deleted_template_is_gone(engine):
    template = engine.templates.create("five", PLAN)

    engine.templates.delete(template.id)

    with pytest.raises(TemplateNotFound):
        engine.templates.find(template.id)


def test_changes_are_noted(engine):
    template = engine.templates.create("five", PLAN)
    engine.templates.update(template.id, "nine", PLAN)
    engine.templates.delete(template.id)

    assert [(change.subject, change.subject_id, change.what) for change in engine.journal.changes()] == [
        ("template", template.id, "created"),
        ("template", template.id, "updated"),
        ("template", template.id, "deleted"),
    ]


def names(engine, **question) -> list[str]:
    asked = {
        "keyword": None,
        "ids": None,
        "kind": None,
        "number": 1,
        "size": 10,
        "descending": False,
        **question,
    }
    return [template.name for template in engine.templates.page(**asked).entries]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        pytest.param({}, ["Alpha", "beta", "ALPHABET"], id="all, oldest first"),
        pytest.param({"descending": True}, ["ALPHABET", "beta", "Alpha"], id="newest first"),
        pytest.param({"keyword": "alpha"}, ["Alpha", "ALPHABET"], id="word in the name, in either case"),
        pytest.param({"keyword": "bet"}, ["beta", "ALPHABET"], id="word within the name"),
        pytest.param({"keyword": "gamma"}, [], id="word that no name has"),
        pytest.param({"kind": "custom"}, ["Alpha", "beta", "ALPHABET"], id="kind that all are"),
        pytest.param({"kind": "system"}, [], id="kind that none is"),
        pytest.param({"ids": ["x"]}, [], id="id that none has"),
        pytest.param({"size": 2}, ["Alpha", "beta"], id="first page"),
        pytest.param({"size": 2, "number": 2}, ["ALPHABET"], id="last page"),
        pytest.param({"size": 2, "number": 3}, [], id="page behind the last"),
    ],
)
def test_templates_are_found_by_what_is_asked(engine, question, found):
    for name in ("Alpha", "beta", "ALPHABET"):
        engine.templates.create(name, PLAN)

    assert names(engine, **question) == found


def test_templates_are_found_by_ids_and_by_part_of_an_id(engine):
    first, second, third = (engine.templates.create(name, PLAN) for name in ("one", "two", "three"))

    assert names(engine, ids=[third.id, first.id, "x"]) == ["one", "three"]
    assert names(engine, keyword=second.id[9:23].upper()) == ["two"]


def test_where_there_is_a_keyword_ids_do_not_count(engine):
    first, _ = (engine.templates.create(name, PLAN) for name in ("one", "two"))

    assert names(engine, keyword="two", ids=[first.id]) == ["two"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_together_hold_every_template_once(engine, size, descending):
    made = [engine.templates.create(str(number), PLAN).name for number in range(23)]

    pages = [names(engine, number=number, size=size, descending=descending) for number in range(1, 25)]

    assert [name for page in pages for name in page] == (made[::-1] if descending else made)


def test_the_total_counts_what_fits_and_not_the_page(engine):
    for name in ("one", "two", "twelve"):
        engine.templates.create(name, PLAN)

    page = engine.templates.page(keyword="tw", ids=None, kind=None, number=1, size=1, descending=False)

    assert page.total == 2


@pytest.mark.parametrize(("seed", "is_same"), [(7, True), (8, False)])
def test_ids_follow_from_the_seed_and_differ_within_a_world(engine, real_time, seed, is_same):
    account = replace(engine.account, seed=seed)
    other = Engine.create(MemoryStore(), real_time, account, engine.time.timepiece)

    ids, other_ids = (
        [world.templates.create("five", PLAN).id for _ in range(2)] for world in (engine, other)
    )

    assert (ids == other_ids) is is_same
    assert len(set(ids)) == 2
