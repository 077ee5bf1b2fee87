"""From a customer's text to what he means: language, intent with a calibrated confidence, entities."""
