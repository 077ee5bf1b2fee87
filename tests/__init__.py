"""The proofs: one folder per room, real servers in `servers/`, whole journeys in `e2e/`, faults in `faults/`."""
