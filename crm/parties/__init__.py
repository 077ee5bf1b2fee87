"""Parties and their contact points: who the business deals with and how they are reached."""
