"""What to answer: pure functions of the dialogue's state, what was understood, and the time."""
