"""What everything else speaks of: measurements, errors, intervals. Needs nothing but the standard library."""
