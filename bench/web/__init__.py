"""The API and the contact's view: Licorne beside a bare application, under one generator."""
