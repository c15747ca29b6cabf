"""What is done in chats."""
