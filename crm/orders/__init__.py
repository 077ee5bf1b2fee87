"""What customers do with the business beside talking to it: orders, subscriptions, loyalty accounts, visits."""
