"""Tags: coloured words that staff puts on customers and conversations, to find and to sort them by."""
