"""Names that lead nowhere are mistakes, and so are names that lead to two things."""

import pytest

WORLD = """\
templates: [{id: five-seconds, interval: 5, overwrite_format: "a.jpg"}]
streams: [{url: "rtmp://a/b/one", state: live}, {url: "rtmp://a/b/two"}]
buckets: [{name: pictures}]
jobs:
  - {name: room 1, template: five-seconds, stream: "rtmp://a/b/one", bucket: pictures}
"""
TEMPLATE = '{id: five-seconds, interval: 5, overwrite_format: "a.jpg"}'
JOB = 'jobs: [{name: j, template: %s, stream: "%s", bucket: %s}]'
CASES = "references.txt"


def test_a_name_that_leads_nowhere_is_a_mistake(report, text, reported) -> None:
    assert report(text) == reported


FINE = {
    "the world itself": WORLD,
    "a stream that is published later": "\n".join(
        [
            f"templates: [{TEMPLATE}]",
            JOB % ("five-seconds", "rtmp://a/b/new", "any-bucket"),
            'timeline: [{at: 9s, publish: "rtmp://a/b/new"}, {at: 10s, unpublish: "rtmp://a/b/new"}]',
        ]
    ),
    "a stream with another query": "\n".join(
        [
            "behaviour: {stream_match: without-query}",
            f"templates: [{TEMPLATE}]",
            'streams: [{url: "rtmp://a/b/new?token=1"}]',
            JOB % ("five-seconds", "rtmp://a/b/new?token=2", "any-bucket"),
        ]
    ),
    "a template that is made later": f"timeline: [{{at: 9s, delete_template: five-seconds}}, "
    f"{{at: 1s, create_template: {TEMPLATE}}}]",
    "a template that comes back": f"{WORLD}timeline: [{{at: 1s, delete_template: five-seconds}}, "
    f"{{at: 2s, create_template: {TEMPLATE}}}]",
    "a bucket that is made later": f"{WORLD}timeline: [{{at: 1s, bucket: {{name: movies, exists: true}}}}, "
    "{at: 2s, bucket: {name: movies, authorized: false}}]",
    "a bucket where any will do": "timeline: [{at: 1s, bucket: {name: pictures, exists: false}}]",
    "a fault that comes back": "faults: [{id: it, error: InternalError}]\n"
    "timeline: [{at: 1s, clear_fault: it}, {at: 2s, fault: {id: it, error: InternalError}}]",
    "a fault for jobs to come": "faults: [{error: InternalError, job: not yet}]",
}


@pytest.mark.parametrize("fine", FINE.values(), ids=FINE)
def test_a_name_that_leads_somewhere_is_fine(report, fine) -> None:
    assert report(fine) == []
