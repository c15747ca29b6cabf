"""What people do with the calendar: appointing, answering, coming and leaving."""
