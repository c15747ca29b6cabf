"""By what right a file is published (S3 §4 r1): one's own, with permission, openly, as a quotation."""

from dataclasses import dataclass

from community.core.verdict import N_


@dataclass(frozen=True, slots=True)
class Licence:
    """One right: how the form offers it, how it is said under a file."""

    name: str
    said: str
    names_author: bool = True


LICENCES = {
    "own": Licence(N_("My own work"), N_("own work"), names_author=False),
    "permission": Licence(N_("The author allowed it"), N_("with the author’s permission")),
    "open": Licence(N_("An open licence"), N_("open licence")),
    "quotation": Licence(N_("A quotation for study"), N_("quotation")),
}
