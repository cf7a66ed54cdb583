"""One question's way, from what was typed to the events of its answer."""
