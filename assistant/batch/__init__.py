"""Many records at once: planning, workers (processes or a Ray cluster), the manifest that a stopped run goes on from."""
