"""The planner's process as the window sees it, and the question that is kept answered."""
