"""HTML: a safety case's content set in its template, with the blocks and the look of the card."""

from jinja2 import Environment

from reports import banners
from reports.html import furnished
from reports.safety_case.content import CaseContent

TEMPLATE = "safety_case/case.html"


def render_case(content: CaseContent, environment: Environment) -> str:
    """Return the report as one HTML text with its style sheet inside.

    Parameters
    ----------
    content : CaseContent
        All that it says.
    environment : jinja2.Environment
        Finds the templates; must escape HTML, since a case carries what people typed.

    Raises
    ------
    ValueError
        When the environment does not escape.
    """
    return (
        furnished(environment)
        .get_template(TEMPLATE)
        .render(
            case=content,
            banner=banners.image(content.banner) if content.banner else None,
        )
    )
