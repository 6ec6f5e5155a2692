"""How the city is covered, and who should wait where: on the map, beside the recommendation, in a panel."""
