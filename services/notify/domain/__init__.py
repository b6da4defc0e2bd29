"""Pure: what a letter says, to whom it goes, what an answer of a mail server means, the bytes of a mail. No I/O."""
