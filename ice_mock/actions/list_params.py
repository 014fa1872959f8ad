"""The parameters that lists in pages share."""

from ice_mock.actions.base import ApiSchema
from ice_mock.actions.fields import Choice, Number


class ListParams(ApiSchema):
    """Which page of a list, and in which order of creation."""

    page_no = Number(least=1, load_default=1)
    page_size = Number(least=1, most=100, load_default=10)
    sort_by = Choice("asc", "desc", load_default="desc")
