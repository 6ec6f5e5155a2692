"""Reports on paper, whatever they are about: what one says as plain parts, where it comes from, how it is written."""
