"""The ground: the city's data, roads and travel times, measured in metres and seconds."""
