"""What SMS and voice share of the telephone provider: its REST API, its signatures, its errors."""
