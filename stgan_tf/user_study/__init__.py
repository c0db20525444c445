"""The user study: its page, the server that collects the answers, and the report on them."""
