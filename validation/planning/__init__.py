"""Planning: how many exams a precise answer needs, and whether there are as many."""
