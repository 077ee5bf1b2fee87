"""What every aggregate stands on: two databases behind one transaction, events, tasks, lists and filters."""
