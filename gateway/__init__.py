"""The front door: routes, webhooks, sockets, sign-in, the error table and the assembly."""
