"""Serving exported models: clients of TF Serving's REST and gRPC, and an embedded server."""
