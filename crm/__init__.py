"""The customer file and the contact history: parties, identity, conversations."""
