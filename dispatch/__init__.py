"""What happened, who goes, when it is closed: the domain, without Qt."""
