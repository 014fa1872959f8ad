"""ListLiveSnapshotTemplates: find templates by word, ids or type."""

from ice_mock.actions.base import Action, Json
from ice_mock.actions.fields import Choice, Repeated, Text
from ice_mock.actions.list_params import ListParams
from ice_mock.actions.template_params import summary
from ice_mock.engine import Engine


class ListLiveSnapshotTemplates(Action):
    class Params(ListParams):
        search_key_word = Text(longest=128)
        template_ids = Repeated(most=200)
        type = Choice("system", "custom")

    @staticmethod
    def handle(
        engine: Engine,
        *,
        search_key_word: str | None,
        template_ids: list[str] | None,
        type: str | None,
        page_no: int,
        page_size: int,
        sort_by: str,
    ) -> Json:
        page = engine.templates.page(
            keyword=search_key_word,
            ids=template_ids,
            kind=type,
            number=page_no,
            size=page_size,
            descending=sort_by == "desc",
        )
        return {
            "TemplateList": [summary(template) for template in page.entries],
            "PageNo": page_no,
            "PageSize": page_size,
            "SortBy": sort_by,
            "TotalCount": page.total,
        }
