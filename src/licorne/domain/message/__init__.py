"""What a message is made of: its content and its attachments."""
