"""The web pages: the coordinator's desk and the approver's page. They work without JavaScript, on a phone."""
