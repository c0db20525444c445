"""What is drawn: faces, and the vector drawing."""
