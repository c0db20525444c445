"""Opens editing models through one interface: a run, a SavedModel or a LiteRT file."""
