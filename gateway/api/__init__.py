"""The REST interface, a module for each noun."""
