"""A file that cannot be taken: a field's error with a reason code; answers 422."""

from typing import Any

from community.core.errors import Invalid
from community.core.verdict import deny
from community.web.errors import sentence


class Unfit(Invalid):
    """The file is not taken, for the reason with this code; the sentence stands by the field ``file``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__({"file": [sentence(deny(code, **params))]})
        self.code = code
