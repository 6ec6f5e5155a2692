"""What if: roads closed and units sent in the mind only, beside what is live."""
