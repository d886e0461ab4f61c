"""Sources of the house together with what others make of them."""
