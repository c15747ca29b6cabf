"""The page of notices of a person and what they want to hear of."""
