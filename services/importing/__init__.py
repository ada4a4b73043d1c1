"""Products out of files and into files: checked row by row, written in steps that can be stopped, and taken back."""
