"""The kinds and scopes of communities that the seeds name; names are translated where shown."""

from flask_babel import gettext

from community.core.verdict import N_

KINDS: dict[str, str] = {
    "community": N_("Community"),
    "association": N_("Association"),
    "networking_site": N_("NETWORKING site"),
    "gpmo": N_("District subject association"),
    "problem_group": N_("Problem group"),
    "creative_group": N_("Creative group"),
    "innovation_complex": N_("Innovation complex"),
}
"""S0 3.1.3, S1, S4 5.1."""

SCOPES: dict[str, str] = {
    "above": N_("above subjects"),
    "multi": N_("of several subjects"),
    "subject": N_("of one subject"),
}
"""S3 §1: надпредметное, мультипредметное, предметное."""

ROLES: dict[str, str] = {
    "administrator": N_("administrator"),
    "moderator": N_("moderator"),
    "expert": N_("expert"),
    "member": N_("member"),
}


def kind_name(code: str) -> str:
    """Return the name of a kind in the reader's language."""
    return str(gettext(KINDS.get(code, "Community")))


def scope_name(code: str) -> str:
    """Return the name of a scope in the reader's language."""
    return str(gettext(SCOPES.get(code, code)))


def role_name(code: str) -> str:
    """Return the name of a role in the reader's language."""
    return str(gettext(ROLES.get(code, code)))
