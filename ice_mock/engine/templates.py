"""Templates: made, changed, deleted and found."""

from collections.abc import Iterable

from ice_mock.domain.model import Plan, Template
from ice_mock.engine.context import Context
from ice_mock.engine.paging import Page, matches, page
from ice_mock.errors import TemplateNotFound


class Templates:
    """The templates of a world."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def create(self, name: str, plan: Plan) -> Template:
        with self._context.exclusive():
            now = self._context.now()
            template = Template(self._context.new_id("template"), name, plan, now, now)
            self._context.store.put(template)
            self._context.changed("template", template.id, "created", now)
            return template

    def update(self, template_id: str, name: str, plan: Plan) -> Template:
        """Replace name and plan; jobs that exist keep the plan that they were submitted with."""
        with self._context.exclusive():
            now = self._context.now()
            template = self.find(template_id).updated(name, plan, now)
            self._context.store.put(template)
            self._context.changed("template", template_id, "updated", now)
            return template

    def delete(self, template_id: str) -> None:
        # Assumed: jobs made from it do not care, as is documented for the templates of live records.
        with self._context.exclusive():
            self.find(template_id)
            self._context.store.delete(Template, template_id)
            self._context.changed("template", template_id, "deleted", self._context.now())

    def find(self, template_id: str) -> Template:
        """Return the template; raises TemplateNotFound."""
        template = self._context.store.get(Template, template_id)
        if template is None:
            raise TemplateNotFound
        return template

    def all(self) -> list[Template]:
        return self._context.store.all(Template)

    def page(
        self,
        *,
        keyword: str | None,
        ids: Iterable[str] | None,
        kind: str | None,
        number: int,
        size: int,
        descending: bool,
    ) -> Page[Template]:
        """A page of the templates that fit; *ids* count only where there is no *keyword*."""
        wanted = None if keyword or ids is None else set(ids)
        found = [
            template
            for template in self.all()
            if (kind is None or template.kind == kind)
            and (wanted is None or template.id in wanted)
            # Assumed: id and name match alike, anywhere in the text and in either case.
            and (keyword is None or matches(keyword, template.id) or matches(keyword, template.name))
        ]
        return page(found, number=number, size=size, descending=descending)
