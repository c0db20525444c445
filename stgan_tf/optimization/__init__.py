"""Optimisers, schedules, accumulation and averaged weights, for any system."""
