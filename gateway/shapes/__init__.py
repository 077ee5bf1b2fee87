"""What comes in and goes out at the edges, as pydantic models, by noun."""
