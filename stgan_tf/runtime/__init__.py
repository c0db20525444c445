"""Models that edit: a run, a SavedModel or a LiteRT file, opened alike."""
