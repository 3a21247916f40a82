"""Relations that a text states itself, a module each kind; none needs figures from elsewhere."""
