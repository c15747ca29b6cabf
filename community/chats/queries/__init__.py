"""Reading chats."""
