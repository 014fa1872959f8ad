"""Templates: made, changed, deleted and found."""

from collections.abc import Iterable

from ice_mock import limits
from ice_mock.domain.model import Plan, Template
from ice_mock.engine.allowance import refuse_more
from ice_mock.engine.context import Context
from ice_mock.engine.misses import no_template
from ice_mock.engine.paging import Page, matches, page


class Templates:
    """The templates of a world."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def create(self, name: str, plan: Plan, *, id: str | None = None, kind: str = "custom") -> Template:
        """Make a template; its *id* is made up if None. Raises LimitReached."""
        with self._context.exclusive():
            if id is None or self.get(id) is None:
                refuse_more(
                    "templates",
                    self._context.store.count(Template),
                    limits.TEMPLATES,
                    way_out="delete some, or go on in another world",
                )
            now = self._context.now()
            template = Template(id or self._context.new_id("template"), name, plan, now, now, kind)
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
        with self._context.exclusive():
            self.find(template_id)
            self._context.store.delete(Template, template_id)
            self._context.changed("template", template_id, "deleted", self._context.now())

    def find(self, template_id: str) -> Template:
        """Return the template; raises TemplateNotFound."""
        template = self.get(template_id)
        if template is None:
            raise no_template(self._context, template_id)
        return template

    def get(self, template_id: str) -> Template | None:
        return self._context.store.get(Template, template_id)

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
        where = self._context.account.behaviour.search
        wanted = None if keyword or ids is None else set(ids)
        found = [
            template
            for template in self.all()
            if (kind is None or template.kind == kind)
            and (wanted is None or template.id in wanted)
            # Assumed: id and name match alike, anywhere in the text and in either case.
            and (
                keyword is None or any(matches(keyword, text, where) for text in (template.id, template.name))
            )
        ]
        return page(found, number=number, size=size, descending=descending)
