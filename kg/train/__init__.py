"""How the shipped weights are made: a slow teacher reads many abstracts, small students learn from what it read."""
