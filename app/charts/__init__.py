"""Charts that are painted the same in a window and on paper."""
