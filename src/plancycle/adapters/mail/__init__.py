"""Letters: composed as mail, handed to the relay or the mail folder."""
