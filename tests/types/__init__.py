"""What a type checker must refuse: tests/rules/test_types.py holds it to that."""
