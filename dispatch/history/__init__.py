"""Take a city's past out of its files: tables recognised, rows folded into incidents, told into a log of its own."""
