"""SMTP intake: Licorne beside Postfix, under one generator."""
