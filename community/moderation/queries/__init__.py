"""What moderation asks of the database, a file for each matter; every question belongs to one community."""
