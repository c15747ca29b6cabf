"""Talk from elsewhere comes in through the same doors as people's: judged, journalled, indexed."""
