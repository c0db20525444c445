"""Packed models: the file format, the places where they are kept, and how a name becomes a path."""
