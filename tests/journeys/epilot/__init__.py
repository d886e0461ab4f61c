"""A portal's customer through all rooms."""
