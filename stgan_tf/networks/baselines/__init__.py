"""The models STGAN is compared with that are not configurations of its own networks."""
