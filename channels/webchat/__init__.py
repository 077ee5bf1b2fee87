"""Web chat: a widget on the business's site, a Socket.IO namespace, the same history as all channels."""
