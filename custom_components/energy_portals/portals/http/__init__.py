"""The one request path, addresses, credentials, errors."""
