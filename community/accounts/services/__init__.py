"""What may be done with an account; the names that other floors use."""

from community.accounts.services.consents import agree, give_consent
from community.accounts.services.leaving import before_leaving, on_leaving
from community.accounts.services.registration import (
    Registration,
    create_account,
    organisation,
    prepared,
    register,
    teach,
)

__all__ = [
    "Registration",
    "agree",
    "before_leaving",
    "create_account",
    "give_consent",
    "on_leaving",
    "organisation",
    "prepared",
    "register",
    "teach",
]
