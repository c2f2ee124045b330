"""What a session keeps, and where: in the address, in the session, in this process."""
