"""Copy an export and change one bit of its first entry, as someone would who wants another past.

Usage: tamper.py EXPORT COPY
"""

import sys
import zipfile

export, copy = sys.argv[1:]
with zipfile.ZipFile(export) as whole, zipfile.ZipFile(copy, "w") as changed:
    bundle = min(name for name in whole.namelist() if "tile/entries/" in name)
    for name in whole.namelist():
        content = bytearray(whole.read(name))
        if name == bundle:
            content[100] ^= 1
        changed.writestr(name, bytes(content))
