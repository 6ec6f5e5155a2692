"""What is read of cases of urban management: the board of deadlines, and the parts of the case in hand."""
