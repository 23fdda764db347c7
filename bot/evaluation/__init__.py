"""Measuring: dealbrief eval and dealbrief bench."""
