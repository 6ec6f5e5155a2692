"""What can be sent or used: units, stations, cameras, and where they are."""
