"""One file's way into the vault."""
