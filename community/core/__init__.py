"""The ground floor: clock, database and transactions, actor, verdict, errors, outbox, markup."""
