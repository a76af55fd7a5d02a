"""Figures: repeated measurements of one thing, and the ratio of two."""

import random
import statistics

RESAMPLES = 1000
CONFIDENCE = 0.95


class Figures:
    """Repeated measurements of one thing.

    Args:
        values: The measurements, all in one unit.
    """

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)
        self.minimum = min(self.values)

    def __add__(self, other):
        return Figures(a + b for a, b in zip(self.values, other.values, strict=True))

    def __sub__(self, other):
        """Subtract what was measured in the same round: what disturbed both cancels out."""
        return Figures(a - b for a, b in zip(self.values, other.values, strict=True))

    def scaled(self, factor):
        """Return the figures in another unit, or of that many repetitions."""
        return Figures(value * factor for value in self.values)


class Ratio:
    """How many times the one thing takes what the other takes.

    Args:
        ours: The one thing.
        reference: The other thing.

    Attributes:
        medians: The ratio of the medians: the one that counts.
        minima: The ratio of the smallest values, which a busy machine disturbs least.
        interval: Where the ratio of the medians lies with a confidence of 95 %, by bootstrap.
    """

    def __init__(self, ours, reference):
        self.medians = ours.median / reference.median
        self.minima = ours.minimum / reference.minimum
        source = random.Random(0)  # noqa: S311 -- the same interval each time

        def resampled(figures):
            return statistics.median(source.choices(figures.values, k=len(figures.values)))

        ratios = sorted(resampled(ours) / resampled(reference) for _ in range(RESAMPLES))
        outside = int(RESAMPLES * (1 - CONFIDENCE) / 2)
        self.interval = (ratios[outside], ratios[-1 - outside])
