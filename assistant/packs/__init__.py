"""Domain packs: what a pack holds, its lexicon, and the subjects that questions name."""
