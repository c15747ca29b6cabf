"""What a reader sees of councils."""
