"""The terminal interface: a Textual application, and a linear mode for screen readers and plain terminals."""
