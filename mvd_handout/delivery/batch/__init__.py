"""A whole roster becomes a folder of papers: planned first, then made, checked, written, and written down.

- `plan`: every row with the ids of its paper, before anything is made
- `workers`: papers made in other processes
- `manifest`: what was made; a paper counts when its line stands there
- `folder`: where all of that lies, and one run at a time
- `differences`: why a batch is not the one that a folder holds
- `run`: makes what is lacking
- `print_run`, `target`: all papers in one file for the printer, and where that may lie
- `audit`: whether a folder is still as it was made
- `purge`: papers go when nobody needs them any more
"""
