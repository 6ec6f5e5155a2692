"""What simulations came to, on paper: charts and a report."""
