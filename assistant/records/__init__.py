"""One parser, one list of identifiers and one set of marks for each record format."""
