"""Reading: a file as blocks, its sentences, the numbers and dates in them, its tables, and the area and period each speaks of."""
