"""What is drawn: faces and landscapes, and what they share."""
