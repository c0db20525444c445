"""Optimisers, schedules, gradient accumulation and weight averages, for any system."""
