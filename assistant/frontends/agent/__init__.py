"""The per-user agent: a vault and its models kept open behind a private Unix socket, as ssh-agent keeps keys."""
