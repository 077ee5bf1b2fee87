"""The console's live side: who hears which event, and how a console that was away catches up."""
