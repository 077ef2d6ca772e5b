"""Tests of the rules about hazards."""
