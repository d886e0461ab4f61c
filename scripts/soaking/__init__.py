"""What is too long for a test: every fault, kills of Home Assistant, a month."""
