"""The shop's speed as ratios within one run; see docs/performance.md."""
