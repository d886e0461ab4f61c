"""What is asked by voice, and by language models."""
