"""Where and when help is called for: by what stands in a city, by what its log knows, and where calls gather."""
