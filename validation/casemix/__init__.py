"""Case mix: how far the exams of one group differ from those of others."""
