"""Sources: where values come from, and which of two is believed."""
