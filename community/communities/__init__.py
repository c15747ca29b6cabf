"""Communities of at most 150 people: admission, waiting list, roles, services."""
