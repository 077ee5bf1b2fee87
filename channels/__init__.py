"""The ways customers and the business talk, each behind the contract of `contract.py`."""
