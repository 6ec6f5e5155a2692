"""What is drawn: views, styles, symbols, layers and the painter."""
