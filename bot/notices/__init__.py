"""What agents tell people at once: that their cards are ready."""
