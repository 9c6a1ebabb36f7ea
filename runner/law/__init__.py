"""Rules of law as data, and what decides whether they hold."""
