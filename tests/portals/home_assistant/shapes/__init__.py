"""Tests of how payloads of other integrations are read."""
