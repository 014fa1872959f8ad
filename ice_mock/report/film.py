"""The film strip: frames of a world's jobs in small, evenly chosen where there are many."""

from collections.abc import Iterator, Sequence

from ice_mock.client import Client, ControlRefused
from ice_mock.report import records
from ice_mock.report.evidence import File, Job, Picture

WIDTH = 240
BYTES = 1_500_000


def strip(client: Client, jobs: Sequence[Job], *, most: int) -> Iterator[Picture]:
    """Yield *most* pictures at most, job by job, each with its share, and no more than BYTES."""
    showing = [job for job in jobs if job.files][:most]
    shares = fair(most, [job.frames for job in showing])
    chosen = [
        file for job, share in zip(showing, shares, strict=True) for file in _chosen(client, job, share)
    ]
    spent = 0
    for file in chosen:
        picture = _picture(client, file) if spent < BYTES else Picture(file, None, "left out, for its size")
        spent += len(picture.thumbnail or b"")
        yield picture


def fair(most: int, wants: Sequence[int]) -> list[int]:
    """Divide *most* among those who want so many, one for each in turn."""
    shares = [0] * len(wants)
    while sum(shares) < min(most, sum(wants)):
        for nth, want in enumerate(wants):
            shares[nth] += shares[nth] < want and sum(shares) < most
    return shares


def _chosen(client: Client, job: Job, most: int) -> list[File]:
    """The files that stand for a job: those whose picture is their own, or the last one if none is.

    Up to half of them are ones that a fault struck, if there are such.
    """
    own = [file for file in job.files if not file.is_overlay]
    if not own:
        return list(job.files[-1:])
    if len(own) < job.frames > most:
        found = (client.jobs.frames(job.id, offset=place, limit=1) for place in evenly(job.frames, most))
        return [next(records.files(job, frame)) for frames in found for frame in frames]
    struck = [file for file in own if file.fault]
    others = [file for file in own if not file.fault]
    shown = [struck[place] for place in evenly(len(struck), max(most // 2, most - len(others)))]
    shown += [others[place] for place in evenly(len(others), most - len(shown))]
    return sorted(shown, key=lambda file: file.number)


def evenly(count: int, most: int) -> list[int]:
    """Return *most* of the places from 0 to *count* at most, the first and the last among them."""
    if count <= most:
        return list(range(count))
    if most < 2:  # noqa: PLR2004 - one place has no distance
        return [count - 1] * most
    return [place * (count - 1) // (most - 1) for place in range(most)]


def _picture(client: Client, file: File) -> Picture:
    if file.is_missing:
        return Picture(file, None, "missing: there was no file")
    try:
        jpeg = client.objects.read(file.bucket, file.key)
    except ControlRefused as refused:
        return Picture(file, None, refused.message)
    # Not before there is a picture: of most failing tests there is only a text.
    from ice_mock.render.thumbnail import thumbnail

    try:
        return Picture(file, thumbnail(jpeg, WIDTH))
    except (OSError, ValueError):
        return Picture(file, None, f"cannot be decoded: {len(jpeg):,} bytes")
