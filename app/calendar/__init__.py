"""Working days, business hours and the deadlines that follow from them."""
