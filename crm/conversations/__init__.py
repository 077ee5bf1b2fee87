"""The contact history: conversations, their exchanges, deliveries and handlers."""
