"""Response times: the page on the desk, its charts, the report that is printed of it and its map for a browser."""
