"""Every sentence a person reads, from codes and parameters."""
