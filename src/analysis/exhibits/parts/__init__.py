"""What every exhibit is made of: the exhibit itself, what stands around its figures, kinds of chart, and the style of all."""
