# -*- coding: utf-8 -*-
"""Random pstats files, and what this Python's pstats prints for them.

    pythonX random-pstats.py FOLDER SEED COUNT

writes FOLDER/N-0.pstats (some cases have two or three files: N-1.pstats, N-2.pstats), FOLDER/N.txt with what was
printed, and FOLDER/cases.json with what was asked for. Runs on 2.7 and on 3.6 and newer. Same seed, same Python: same
files. The names of files in the reports are the bare ones; times of modification are set, TZ is left as it is.
"""
import io
import json
import marshal
import os
import pstats
import random
import sys
from collections import OrderedDict

PY2 = sys.version_info[0] == 2
NAN = float('nan')
INF = float('inf')

DIRECTORIES = [u'/srv/app', u'/srv/app/shop', u'/srv/lib', u'lib', u'', u'/', u'C:\\app', u'/srv/\u00e9t\u00e9',
               u'/srv/\u65e5\u672c', u'/emoji-\U0001f600', u'/priv-\uffee', u'/srv/has space']
BASENAMES = [u'a.py', u'b.py', u'__init__.py', u'm\u00f6d.py', u'\u30b3\u30fc\u30c9.py', u'', u'~', u'<string>',
             u'<frozen importlib._bootstrap>', u'x' * 40]
NAMES = [u'f', u'g', u'main', u'<module>', u'<lambda>', u'setup', u'run', u'f\u00fcnf', u'__init__', u'Job.work',
         u'has (parens)', u'tab\there', u'\U0001d4d0', u'\uffee', u'', u'o\'dd', u'caf\u00e9 "x"']
BUILTINS = [u'<built-in method builtins.len>', u"<method 'append' of 'list' objects>", u'no brackets', u'<', u'<>',
            u'<half', u'half>', u'<len>']
# A sort with NaN in it depends on the steps of the algorithm. Below 64 rows all Pythons take the same, from there on
# 3.11 and newer merge in another order; so odd files are small.
SIZES = [1, 2, 3, 5, 8, 13, 30, 70, 150]
TIMES = [0.0, 0.0625, 0.3125, 0.1875, 0.0005, 0.0015, 0.0025, 1e-9, 123456.789, 1e15, 12345678.0625, 0.9995, 0.99949,
         2.5, 1e21, 1.5e300]
SORT_KEYS = ['calls', 'ncalls', 'cumtime', 'cumulative', 'filename', 'line', 'module', 'name', 'nfl', 'pcalls',
             'stdname', 'time', 'tottime', 'cu', 'cumu', 'ti', 'to', 'p', 's', 'm', 'l', 'na', 'nf', 'ca', 'nc', 'fi']
PATTERNS = [u'a', u'fib|main', u'^/srv', u'\\.py:\\d+', u'\\(f\\)', u'(?i)MODULE', u'[^a-z]$', u'\u00e9', u'.', u'zzz',
            u'fib(', u'[', u'a**', u'\\w+\\b', u'\\)\\Z', u'\\Alib', u'(?P<x>.)(?P=x)', u'(.)\\1', u'o\'dd', u'"', u'{',
            u'\\{', u'\\W\\W', u'[\\w.]+:', u'^.{5,12}$', u'(?<=/)a', u'(?<!/)a', u'(?<=a*)b', u'\\S+\\s', u'(?x) m a i n',
            u'[]:]', u'\\x61', u'(?m)^a', u'(?s)a.*b', u'<|>', u'\\D{3}', u'\\d\\d', u'\\', u'(?:a|b)+?\\.py', u'[--/]']


def some_time(rng, odd):
    kind = rng.random()
    if kind < 0.35:
        return rng.choice(TIMES)
    if kind < 0.55:
        return rng.randrange(0, 4000) / 16.0
    if kind < 0.7:
        return rng.randrange(0, 40000) / 2000.0
    if odd and kind < 0.75:
        return rng.choice([-0.0, -0.0001, -0.0625, INF, -INF, NAN, 5, 0, -3])
    return rng.random() * 10 ** rng.randrange(-6, 5)


def some_count(rng, odd):
    kind = rng.random()
    if kind < 0.6:
        return rng.randrange(1, 4)
    if odd and kind < 0.75:
        return rng.choice([0, -1, 2 ** 31, 2 ** 53 + 1, 2 ** 70, 10 ** 9])
    return rng.randrange(0, 10 ** rng.randrange(1, 8))


def some_key(rng, plain):
    if rng.random() < 0.25:
        return (u'~', rng.choice([0, 0, 0, 0, 3]), rng.choice(BUILTINS))
    directory = rng.choice(DIRECTORIES[:6] if plain else DIRECTORIES)
    base = rng.choice(BASENAMES[:3] if plain else BASENAMES)
    path = directory + (u'' if directory in (u'', u'/') else u'/') + base
    line = rng.choice([0, 1, 2, 3, 4, 9, 10, 11, 100, 12345, -1]) if not plain else rng.randrange(1, 40)
    return (path, line, rng.choice(NAMES[:8] if plain else NAMES))


def native(key):
    """The key as this Python has it: byte strings in 2.7."""
    if not PY2 or isinstance(key[0], bytes):
        return key
    return (key[0].encode('utf-8'), key[1], key[2].encode('utf-8'))


def some_stats(rng, odd, part):
    plain = rng.random() < 0.4
    old = rng.random() < 0.2
    keys = [native(some_key(rng, plain)) for _ in range(rng.choice(SIZES[:6] if odd else SIZES))]
    if PY2 and rng.random() < 0.3:
        keys.append(('/srv/latin1-\xe9.py', 3, 'f'))
    pool = list(keys)
    if rng.random() < 0.2:
        pool += [native(some_key(rng, plain)) for _ in range(2)]
    stats = {}
    for key in keys:
        callers = {}
        for _ in range(rng.choice([0, 1, 1, 2, 3, 6])):
            callers[rng.choice(pool)] = some_count(rng, odd) if old else some_numbers(rng, odd)
        nc, cc, tt, ct = some_numbers(rng, odd)
        stats[key] = (cc, nc, tt, ct, callers)
    if rng.random() < 0.05 and not old and part == 0:
        # print_stats() names whom this one calls. One only: they are a set, in the order of hashes.
        stats[keys[0]][4][native((u'jprofile', 0, u'profiler'))] = (1, 1, 0.5, 0.5)
    return stats, old


def some_numbers(rng, odd):
    nc = some_count(rng, odd)
    return (nc, nc if rng.random() < 0.7 else rng.randrange(0, 5), some_time(rng, odd), some_time(rng, odd))


class OrderedMarshal(object):
    """Stands in for `marshal` in the pstats of 2.7, where a dict forgets the order that it has in the file."""
    files = {}

    @classmethod
    def remember(cls, name, stats):
        cls.files[name] = OrderedDict((key, value[:4] + (OrderedDict(value[4].items()),)) for key, value in stats.items())

    @classmethod
    def load(cls, f):
        return cls.files[f.name]


def some_restriction(rng):
    kind = rng.random()
    if kind < 0.3:
        return rng.choice([0, 1, 2, 3, 10, 1000, -1])
    if kind < 0.6:
        return rng.choice([0.0, 0.1, 0.5, 0.25, 0.999, 1.0, 0.00005, 1.5, 0.0001])
    pattern = rng.choice(PATTERNS)
    return pattern.encode('utf-8') if PY2 else pattern


def typed(restriction):
    """The restriction as it is typed on a command line."""
    if isinstance(restriction, float):
        return '%.6f' % restriction
    if isinstance(restriction, int):
        return str(restriction)
    return restriction.decode('utf-8') if PY2 else restriction


def main(folder, seed, count):
    rng = random.Random(seed)
    os.chdir(folder)
    if PY2:
        pstats.marshal = OrderedMarshal
    cases = []
    for number in range(count):
        files = []
        old = None
        odd = rng.random() < 0.4
        for part in range(rng.choice([1, 1, 1, 1, 2, 3])):
            name = '%d-%d.pstats' % (number, part)
            stats, style = some_stats(rng, odd, part)
            while old is not None and style != old and (PY2 or rng.random() < 0.95):
                stats, style = some_stats(rng, odd, part)
            old = style
            with io.open(name, 'wb') as f:
                f.write(marshal.dumps(stats, rng.choice([0, 1, 2] if PY2 else [2, 3, 4, 4])))
            OrderedMarshal.remember(name, stats)
            # Two files of the same second in January, with a day of one digit, others all over the year.
            mtime = rng.choice([1699999999.25, 1704700000, 1720000000, 1700000000 + rng.randrange(10 ** 7)])
            os.utime(name, (mtime, mtime))
            files.append({'name': name, 'mtime': mtime})
        case = {
            'files': files,
            'print': rng.choice(['stats', 'stats', 'callers', 'callees']),
            'sort': [rng.choice(SORT_KEYS) for _ in range(rng.choice([0, 1, 1, 1, 2, 3]))],
            'reverse': rng.random() < 0.3,
            'stripDirs': rng.random() < 0.4,
        }
        if PY2 and (len(files) > 1 or case['stripDirs']):
            # What strip_dirs() and add() make has no order of its own in 2.7.
            case['stripDirs'] = case['stripDirs'] and len(files) == 1
            case['sort'] = [rng.choice(['calls', 'module', 'name', 'pcalls', 'line']), 'nfl']
        restrictions = [some_restriction(rng) for _ in range(rng.choice([0, 0, 1, 1, 2, 3]))]
        case['restrict'] = [typed(restriction) for restriction in restrictions]
        case['error'] = run(case, restrictions, '%d.txt' % number)
        cases.append(case)
    with io.open('cases.json', 'wb') as f:
        f.write(json.dumps(cases).encode('utf-8'))


def run(case, restrictions, target):
    """Prints a case into a file; the name of the exception if Python fails."""
    if PY2:
        import StringIO
        out = StringIO.StringIO()
    else:
        out = io.StringIO()
    error = None
    try:
        stats = pstats.Stats(*[f['name'] for f in case['files']], **{'stream': out})
        if case['stripDirs']:
            stats.strip_dirs()
        if case['sort']:
            stats.sort_stats(*case['sort'])
        if case['reverse']:
            stats.reverse_order()
        getattr(stats, 'print_' + case['print'])(*restrictions)
    except Exception as e:
        error = '%s: %s' % (type(e).__name__, e)
    text = out.getvalue()
    with io.open(target, 'wb') as f:
        f.write(text if PY2 else text.encode('utf-8', 'surrogatepass'))
    return error


if __name__ == '__main__':
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
