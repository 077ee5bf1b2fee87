"""Fields: what the customer file holds, defined by who looks after it."""
