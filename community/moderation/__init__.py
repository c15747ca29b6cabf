"""Rules among people: complaints, decisions, reasonable removal, the open journal."""
