"""What stands round a map: bookmarks, the small map, following a unit, more windows, the wall map."""
