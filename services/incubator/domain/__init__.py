"""Pure: values in, decisions and reasons out. No I/O, no framework, no clock: dates are passed in."""
