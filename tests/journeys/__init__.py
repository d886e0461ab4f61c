"""What runs through several rooms of the house."""
