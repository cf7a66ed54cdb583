"""Charts: the structured facts of one patient, read from records of several formats, never from a model."""
