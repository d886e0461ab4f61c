"""The integration held to the rules of Home Assistant, of HACS and of the house."""
