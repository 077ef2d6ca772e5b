"""Tests of tallies that leave a site."""
