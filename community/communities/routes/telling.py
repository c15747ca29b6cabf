"""How refusals reach the form that earned them."""

from collections.abc import Iterator
from contextlib import contextmanager

from community.core.errors import Invalid, Refused
from community.web.errors import sentence
from community.web.forms import HouseForm


@contextmanager
def told(form: HouseForm) -> Iterator[None]:
    """Put what a service refuses beside the fields it speaks of, or on top of the form."""
    try:
        yield
    except Invalid as invalid:
        form.refuse(invalid.fields)
    except Refused as refusal:
        form.refuse({"": [sentence(refusal.verdict)]})


def status(form: HouseForm) -> int:
    """Return 422 for a form that has to be mended, else 200."""
    return 422 if form.errors or form.form_errors else 200
