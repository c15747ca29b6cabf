"""Who is who: a person's page, the directory of a community, one's own data."""
