"""Plays the customers' side, so that a demo, a training or a test needs no account with any provider."""
