"""Finding instructions where data is expected."""
