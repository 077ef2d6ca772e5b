"""Comparisons: this version and other versions on the same exams."""
