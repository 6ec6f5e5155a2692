"""The figures of urban management on the desk: the page of a supervisor, and the report that is printed of it."""
