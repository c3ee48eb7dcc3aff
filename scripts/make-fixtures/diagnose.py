"""Records fixtures/diagnose/: programs with a known problem, their repaired twins, and healthy ones.

    python3 scripts/make-fixtures/diagnose.py [NAME...]         records and times, then compares calls with truth.json
    python3 scripts/make-fixtures/diagnose.py check [NAME...]   only compares

The programs and what truth.json holds: fixtures/programs/problems/README.md. All of it takes a quarter of an hour and
needs an idle machine (Linux, Python 3.8 or newer for this script).

Profiles carry paths, so a program runs in /srv/app/NAME, which may not exist before, and a Python of pyenv is called
through a link in /opt.

PYENV_ROOT  where versions/3.11.* and 3.13.* lie, ~/.pyenv if not set
RUN_WITH    a command to put before each run, such as "chrt -r 20" where the machine has other work to do
"""
import glob
import json
import os
import pstats
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.join(ROOT, "fixtures", "programs", "problems")
OUT = os.path.join(ROOT, "fixtures", "diagnose")
APP = "/srv/app"
ROUNDS = 7
# Finer than this only makes the file larger.
INTERVAL = "1000"

# The same stretch that `python -m cProfile` measures, with the modules loaded that it needs itself.
TIME_PYTHON = """
import cProfile, optparse, os, pstats, runpy, sys, time
sys.argv[:] = sys.argv[1:]
sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
with open(sys.argv[0], "rb") as file:
    code = compile(file.read(), sys.argv[0], "exec")
seconds = time.perf_counter()
exec(code, {"__name__": "__main__", "__file__": sys.argv[0], "__builtins__": __builtins__})
os.write(3, repr(time.perf_counter() - seconds).encode())
"""
TIME_NODE = """
const start = process.hrtime.bigint()
process.on('exit', () => require('fs').writeSync(3, String(Number(process.hrtime.bigint() - start) / 1e9)))
"""


def programs(names):
    found = sorted(os.path.basename(os.path.dirname(path)) for path in glob.glob(os.path.join(PROGRAMS, "*", "truth.json")))
    unknown = set(names) - set(found)
    if unknown:
        sys.exit("diagnose.py: no program %s" % ", ".join(sorted(unknown)))
    for name in found:
        if not names or name in names:
            yield name, read_truth(name)


def read_truth(name):
    with open(os.path.join(PROGRAMS, name, "truth.json"), encoding="utf-8") as file:
        return json.load(file)


def write_truth(name, truth):
    with open(os.path.join(PROGRAMS, name, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=2, ensure_ascii=False)
        file.write("\n")


def variants(name):
    """A program without repair is a healthy one: it has only the good variant."""
    return ["bad", "good"] if os.path.isdir(os.path.join(PROGRAMS, name, "good")) else ["good"]


class Workplace:
    """Copies of the program's variants, its data and the server that it asks."""

    def __init__(self, name, truth):
        self.name = name
        self.truth = truth
        self.server = None
        self.ending = ".pstats" if truth["language"] == "python" else ".cpuprofile"
        self.environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C.UTF-8"}

    def __enter__(self):
        if os.path.exists(self.folder()):
            sys.exit("diagnose.py: %s exists; move it away first" % self.folder())
        self.use("good")
        if os.path.exists(os.path.join(PROGRAMS, self.name, "server.py")):
            self.server = subprocess.Popen(
                RUN_WITH + [python("3.11"), os.path.join(PROGRAMS, self.name, "server.py")], stdout=subprocess.PIPE, text=True
            )
            self.environment["SERVICE_PORT"] = self.server.stdout.readline().strip()
        return self

    def __exit__(self, *_):
        if self.server:
            self.server.kill()
            self.server.wait()
        shutil.rmtree(self.folder(), ignore_errors=True)

    def folder(self):
        return os.path.join(APP, self.name)

    def use(self, variant):
        shutil.rmtree(self.folder(), ignore_errors=True)
        source = os.path.join(PROGRAMS, self.name)
        shutil.copytree(source, self.folder(), ignore=shutil.ignore_patterns("good", "truth.json", "__pycache__", "server.py"))
        replaced = os.path.join(source, "good")
        if variant == "good" and os.path.isdir(replaced):
            shutil.copytree(replaced, self.folder(), dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        if os.path.exists(os.path.join(self.folder(), "setup.py")):
            self.run([self.python(), "setup.py"])

    def python(self):
        return python("3.13" if self.truth["runtime"].startswith("Python 3.13") else "3.11")

    def run(self, command, **more):
        subprocess.run(RUN_WITH + command, cwd=self.folder(), env=dict(self.environment, **more), check=True,
                       stdout=subprocess.DEVNULL)

    def put_away(self, variant):
        os.rename(self.folder(), self.folder() + "." + variant)

    def bring(self, variant):
        os.rename(self.folder() + "." + variant, self.folder())

    def profile(self, arguments):
        """Seconds that a recording covers, and its bytes."""
        result = os.path.join(self.folder(), "run" + self.ending)
        if self.ending == ".pstats":
            self.run([self.python(), "-m", "cProfile", "-o", result, self.truth["main"]] + arguments)
            seconds = pstats.Stats(result).total_tt
        else:
            self.run(["node", "--cpu-prof", "--cpu-prof-interval=" + INTERVAL, "--cpu-prof-dir=" + self.folder(),
                      "--cpu-prof-name=" + os.path.basename(result), self.truth["main"]] + arguments)
            with open(result, encoding="utf-8") as file:
                found = json.load(file)
            seconds = (found["endTime"] - found["startTime"]) / 1e6
        with open(result, "rb") as file:
            return seconds, file.read()

    def plain_seconds(self):
        reading, writing = os.pipe()
        if self.truth["language"] == "python":
            command = [self.python(), "-c", TIME_PYTHON, self.truth["main"]]
        else:
            hook = os.path.join(self.folder(), "time.cjs")
            with open(hook, "w", encoding="utf-8") as file:
                file.write(TIME_NODE)
            command = ["node", "--require", hook, self.truth["main"]]
        subprocess.run(["sh", "-c", 'exec "$@" 3>&%d' % writing, "sh"] + RUN_WITH + command, cwd=self.folder(), env=self.environment,
                       check=True, stdout=subprocess.DEVNULL, pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as pipe:
            return float(pipe.read())


def python(version):
    return "/opt/python%s/bin/python3" % version


def record(name, truth):
    """Plain and profiled runs of both variants in turn, so that a machine that changes its speed changes all of them."""
    plain = {variant: [] for variant in variants(name)}
    profiles = {}
    with Workplace(name, truth) as place:
        for variant in plain:
            place.use(variant)
            # The first run leaves compiled modules behind, as on any day but the first.
            place.plain_seconds()
            if truth["language"] == "node":
                count_calls(place, truth, variant)
            place.put_away(variant)
        try:
            for _ in range(ROUNDS):
                for variant in plain:
                    place.bring(variant)
                    plain[variant].append(place.plain_seconds())
                    for arguments, suffix in runs_of(truth):
                        profiles.setdefault((variant, suffix), []).append(place.profile(arguments))
                    place.put_away(variant)
        finally:
            for variant in plain:
                shutil.rmtree(place.folder() + "." + variant, ignore_errors=True)
    for (variant, suffix), found in profiles.items():
        seconds, data = sorted(found)[len(found) // 2]
        save("%s-%s%s%s" % (name, variant, suffix, place.ending), data)
        if not suffix:
            note_times(truth, variant, plain[variant], seconds if place.ending == ".pstats" else None)
    write_truth(name, truth)
    print("%-20s plain bad %s good %s" % (name, truth["plainBad"], truth["plainGood"]), flush=True)


def save(name, data):
    for private in (ROOT, os.path.expanduser("~"), PYENV, tempfile.gettempdir()):
        if private.encode() in data:
            sys.exit("diagnose.py: %s carries %s" % (name, private))
    with open(os.path.join(OUT, name), "wb") as file:
        file.write(data)


def note_times(truth, variant, plain, recorded):
    ending = variant.capitalize()
    truth["plain" + ending] = round(statistics.median(plain), 4)
    truth["least" + ending] = round(min(plain), 4)
    # A sampling profiler adds too little to be told from noise.
    truth["inflation" + ending] = None if recorded is None else round(recorded / statistics.median(plain), 2)


def runs_of(truth):
    """Arguments and suffix of each recording: one, and where growth is looked for, one of a smaller input."""
    yield [], ""
    small = truth.get("scale")
    if small:
        yield [str(argument) for argument in small["arguments"]], "-small"


def expected_calls(truth, variant):
    return truth["calls" + variant.capitalize()]


def count_calls(place, truth, variant):
    """V8 counts calls without sampling when it reports coverage; a cpuprofile holds no counts to check."""
    expected = expected_calls(truth, variant)
    if expected is None:
        return
    coverage = os.path.join(place.folder(), "coverage")
    place.run(["node", truth["main"]], NODE_V8_COVERAGE=coverage)
    calls = 0
    for path in glob.glob(os.path.join(coverage, "*.json")):
        with open(path, encoding="utf-8") as file:
            for script in json.load(file)["result"]:
                if script["url"].startswith("file://" + APP):
                    calls += sum(found["ranges"][0]["count"] for found in script["functions"]
                                 if found["functionName"] == truth["function"])
    expect(place.name, variant, truth["function"], expected, calls)


def expect(name, variant, function, expected, found):
    if expected != found:
        FAILED.append(name)
        print("%s-%s: %s: truth.json says %r calls, counted %r" % (name, variant, function, expected, found))


def check(name, truth):
    """Calls by Python's own pstats against truth.json. (Those of Node are counted when recording.)"""
    if truth["language"] != "python":
        return
    for variant in variants(name):
        stats = pstats.Stats(os.path.join(OUT, "%s-%s.pstats" % (name, variant))).stats
        calls = {}
        edges = {}
        found = 0
        for (file, _, function), (_, count, _, _, callers) in stats.items():
            if function == truth["function"] and os.path.basename(file) == truth["file"]:
                found += count
            calls[function] = calls.get(function, 0) + count
            for (_, _, caller), numbers in callers.items():
                edges[caller, function] = edges.get((caller, function), 0) + numbers[0]
        expected = expected_calls(truth, variant)
        if expected is not None:
            expect(name, variant, truth["function"], expected, found)
        leaf = truth.get("leafCalls" + variant.capitalize())
        if leaf is not None:
            expect(name, variant, truth["leaf"], leaf, calls.get(truth["leaf"], 0))
        if variant == "bad":
            chain = truth.get("chain", [])
            for above, below in zip(chain, chain[1:]):
                key = above[0], below[0]
                expect(name, variant, "%s -> %s" % key, below[1], edges.get(key, 0))


PYENV = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
RUN_WITH = os.environ.get("RUN_WITH", "").split()
FAILED = []


def main(arguments):
    only_check = arguments[:1] == ["check"]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.makedirs(OUT, exist_ok=True)
    os.makedirs(APP, exist_ok=True)
    links = []
    try:
        for version in ("3.11", "3.13") if not only_check else ():
            found = sorted(glob.glob(os.path.join(PYENV, "versions", version + ".*")))
            if not found:
                sys.exit("diagnose.py: no Python %s in %s" % (version, PYENV))
            link = "/opt/python" + version
            if os.path.realpath(link) != os.path.realpath(found[-1]):
                os.symlink(found[-1], link)
                links.append(link)
        for name, truth in programs(set(arguments[only_check:])):
            if not only_check:
                record(name, truth)
            check(name, truth)
    finally:
        for link in links:
            os.remove(link)
    sys.exit(1 if FAILED else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
