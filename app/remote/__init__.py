"""Map services where a network exists: what they offer, and their pictures, fetched with care and kept."""
