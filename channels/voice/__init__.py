"""Telephone calls: the bot speaks, the queue holds, the agent is rung and joined."""
