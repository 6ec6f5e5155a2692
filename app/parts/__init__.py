"""Small parts that panels share: rows, marks, tints, plain labels, counts."""
