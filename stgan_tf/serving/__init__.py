"""Serves exported models: clients for TF Serving's REST and gRPC APIs, and an embedded server."""
