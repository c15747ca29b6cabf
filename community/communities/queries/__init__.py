"""What pages show of communities, as finished values."""
