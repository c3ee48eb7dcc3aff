"""One run of a generated program under cProfile, in an interpreter of its own.

    python3 -I -S -B record.py < PROGRAM > RUN.pstats

PROGRAM is JSON: { "files": { "/srv/app/main.py": "source", ... } }. Every file becomes the module of its name; nothing is
written to disk, so the profile names the paths as they stand in the JSON.
"""
import cProfile
import json
import marshal
import os
import sys
import types


def main():
    files = json.load(sys.stdin)['files']
    modules = {path: types.ModuleType(os.path.basename(path)[:-3]) for path in files}
    sys.modules.update((module.__name__, module) for module in modules.values())
    for path, module in modules.items():
        exec(compile(files[path], path, 'exec'), module.__dict__)
    profiler = cProfile.Profile()
    profiler.runcall(sys.modules['main'].main)
    profiler.create_stats()
    marshal.dump(profiler.stats, sys.stdout.buffer)


# The programs have a module `main`, so this must not be one that they could find by chance.
main()
