"""The assembly: the only place that names concrete classes and wires the rooms together."""
