"""What Flask serves: uploads, states, streams of events, reviews and pages."""
