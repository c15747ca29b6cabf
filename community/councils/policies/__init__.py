"""Who may do what in a council, and when; pure, one condition a line."""
