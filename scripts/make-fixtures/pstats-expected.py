"""Writes FILE.python.json beside each pstats file given: what Python's own marshal reads, for tests of our reader.

pythonX pstats-expected.py FILE.pstats...

Run it with the Python that wrote the file where that matters: 2.x files and code objects load nowhere else. Runs on 2.7
and 3.x. Rows keep the order of the file (2.7: sorted by name) and Python's order of fields:

    functions  [file, line, name, cc, nc, tt, ct, callers]       primitive calls first
    callers    [file, line, name, nc, cc, tt, ct]                all calls first
               [file, line, name, count]                         profile module

Texts are UTF-8 in hexadecimal after "hex:" when they are not ASCII, so that bytes which are not UTF-8 and lone surrogates
survive; integers past 2^53 and floats that JSON lacks are strings, -0.0 is "-0".
"""
import io
import json
import marshal
import sys

PY2 = sys.version_info[0] == 2


def text(value):
    if type(value).__name__ == 'code':
        value = '<code object %s at 0x000000000000, file "%s", line %d>' % (
            value.co_name, value.co_filename, value.co_firstlineno)
    if not isinstance(value, bytes):
        value = value.encode('utf-8') if PY2 else value.encode('utf-8', 'surrogatepass')
    try:
        return value.decode('ascii')
    except UnicodeDecodeError:
        return 'hex:' + ''.join('%02x' % byte for byte in bytearray(value))


def number(value):
    if isinstance(value, float):
        if value != value:
            return 'nan'
        if value in (float('inf'), -float('inf')):
            return repr(value)
        if value == 0 and repr(value).startswith('-'):
            return '-0'
        return value
    return int(value) if abs(value) <= 2 ** 53 - 1 else '%d' % value


def key(parts):
    return [text(parts[0]), parts[1], text(parts[2])]


def rows(stats):
    for parts, value in stats.items():
        if len(parts) == 1:
            continue
        callers = []
        for caller, numbers in value[4].items():
            if not isinstance(numbers, tuple):
                numbers = (numbers,)
            callers.append(key(caller) + [number(n) for n in numbers])
        yield key(parts) + [number(n) for n in value[:4]] + [callers]


for path in sys.argv[1:]:
    with io.open(path, 'rb') as stream:
        stats = marshal.loads(stream.read())
    found = list(rows(stats))
    if PY2:
        found.sort(key=lambda row: row[:3])
        for row in found:
            row[7].sort(key=lambda caller: caller[:3])
    body = ',\n'.join(json.dumps(row) for row in found)
    with io.open(path[:-len('.pstats')] + '.python.json', 'wb') as out:
        head = json.dumps({'python': sys.version.split()[0], 'ordered': not PY2, 'sampled': ('__sampled__',) in stats},
                          sort_keys=True)
        out.write(('{\n"summary": %s,\n"rows": [\n%s\n]\n}\n' % (head, body)).encode('ascii'))
