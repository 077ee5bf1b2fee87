"""From a customer's text to what they mean: language, intent with a calibrated confidence, entities."""
