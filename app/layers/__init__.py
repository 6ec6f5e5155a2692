"""The layers laid over a city's map: their list, how they are added, drawn, read as a table."""
