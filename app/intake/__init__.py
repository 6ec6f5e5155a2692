"""What taking a call is made of: fields, searches, drafts, what is known round a place."""
