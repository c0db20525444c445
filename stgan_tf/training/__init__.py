"""Training: the trainer model, its loop, checkpoints, schedules and monitors."""
