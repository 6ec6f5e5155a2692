"""The page of demand: when, where and for what help is called for, where it gathers, and what may come."""
