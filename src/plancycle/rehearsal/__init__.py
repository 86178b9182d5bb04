"""The simulated agencies, ministry and mail relay that the demo and the tests share."""
