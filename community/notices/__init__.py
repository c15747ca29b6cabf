"""What a person is told: one row in the account and one letter, in the transaction of the act."""
