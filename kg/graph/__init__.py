"""From what was read out of papers to triples, statements, Turtle and NetworkX."""
