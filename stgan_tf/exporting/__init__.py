"""Exported models: SavedModel and LiteRT files, how they are written, checked and loaded."""
