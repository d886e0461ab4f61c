"""The import of past energy and costs."""
