"""Maps to hand out: what moment they show, the dialog that asks for them, the program that makes them."""
