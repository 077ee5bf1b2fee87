"""E-mail: in by IMAP or by SMTP, out by SMTP, threaded by headers and signed reply addresses."""
