"""The web front end: widget, admin page and OpenAI-compatible interface over one gated assistant."""
