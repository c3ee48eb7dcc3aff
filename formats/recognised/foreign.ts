import type { JsonKeys } from '../codec.js'

/** A file that callcost knows and does not read. */
export interface Foreign {
  readonly id: string
  /** With its article: it ends the sentence "this is …". */
  readonly title: string
  /** What to do instead, one sentence without a full stop. */
  readonly advice: string
  /** The first 4 KiB, a byte a character. */
  readonly looksLike?: RegExp
  /** The keys of a JSON text. */
  readonly keys?: (keys: JsonKeys) => boolean
}

/** Patterns are anchored and so narrow that no format that is read can begin so; a test holds them to all fixtures. */
export const FOREIGN: readonly Foreign[] = [
  {
    id: 'jfr',
    title: 'a recording of Java Flight Recorder',
    advice: 'convert it with: jfrconv -o collapsed run.jfr run.txt',
    looksLike: /^FLR\0/,
  },
  {
    id: 'perf-data',
    title: "a perf.data file of Linux' perf",
    advice: 'print it with: perf script -i perf.data > run.perf',
    looksLike: /^(PERFILE2|2ELIFREP|PERFFILE)/,
  },
  {
    id: 'simpleperf',
    title: "a recording of Android's simpleperf",
    advice: 'convert it with: simpleperf report-sample --protobuf -i perf.data, or pprof_proto_generator.py',
    looksLike: /^(SIMPLEPERF\0|SLOW\x01\0|\*version\s+\d+\s)/,
  },
  {
    id: 'simpleperf-text',
    title: "the text of simpleperf's report-sample",
    advice: 'write pprof instead with: pprof_proto_generator.py -i perf.data, from the simpleperf scripts',
    looksLike: /^sample:\r?\n {2}event_type: /,
  },
  {
    id: 'nettrace',
    title: 'a .nettrace file of .NET',
    advice: 'convert it with: dotnet-trace convert --format Speedscope run.nettrace',
    looksLike: /^Nettrace/,
  },
  {
    id: 'etl',
    title: 'a trace of Event Tracing for Windows',
    advice: 'open it in PerfView and save its stacks in the speedscope format',
    looksLike: /^[\s\S]{2}\0\0[\s\S]{0,300}(L\0o\0g\0f\0i\0l\0e\0|\.\0e\0t\0l\0)/,
  },
  {
    id: 'xctrace',
    title: "the XML that Instruments' xctrace exports",
    advice: 'fold it with: inferno-collapse-xctrace run.xml > run.collapsed',
    looksLike: /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>\s*)?<trace-(query-result|toc)[\s>]/,
  },
  {
    id: 'plist',
    title: 'a part of a bundle of Instruments, or another property list',
    advice:
      'export the samples with: xcrun xctrace export --input run.trace, and fold them with inferno-collapse-xctrace',
    looksLike: /^(bplist0\d|\s*(<\?xml[^>]*\?>\s*)?<!DOCTYPE plist)/,
  },
  {
    id: 'heapsnapshot',
    title: 'a heap snapshot of V8, which says what is alive and not who allocated it',
    advice: 'load it in the DevTools, or record allocations with: node --heap-prof app.js',
    keys: ({ keys, inner }) => keys.includes('snapshot') && (inner.includes('node_fields') || inner.includes('meta')),
  },
  {
    id: 'otlp-json',
    title: 'OpenTelemetry profiles as JSON',
    advice: 'this signal is still in development; have the collector or profiler export pprof instead',
    keys: ({ keys }) => keys.some((key) => key === 'resourceProfiles' || key === 'resource_profiles'),
  },
  {
    id: 'v8-log',
    title: 'the log of node --prof',
    advice: 'process it with: node --prof-process --preprocess v8.log, or record with: node --cpu-prof app.js',
    looksLike: /^v8-version,\d+,\d+,/,
  },
  {
    id: 'v8-preprocessed',
    title: 'the preprocessed log of node --prof',
    advice: 'record with: node --cpu-prof app.js',
    keys: ({ keys }) => ['code', 'functions', 'ticks'].every((key) => keys.includes(key)),
  },
  {
    id: 'v8-processed',
    title: 'the report of node --prof-process',
    advice: 'record with: node --cpu-prof app.js',
    looksLike: /^Statistical profiling result from /,
  },
  {
    id: 'pstats-text',
    title: "the text report of Python's pstats, which has lost callers and digits",
    advice: 'save the profile itself with: python -m cProfile -o run.prof script.py, or dump_stats("run.prof")',
    looksLike: /^[^\0]*?\d+ function calls (\(\d+ primitive calls\) )?in -?\d+\.\d+ (CPU )?seconds/,
  },
  {
    id: 'pickle',
    title: 'a Python pickle, which could run any code when it is loaded',
    advice: 'if a profiler wrote it, load it there and save pstats: cProfile and yappi both do',
    looksLike: /^\x80[\x02-\x05](\x95[\s\S]{8})?[\](}ceKMX\x8c\x8d\x94Nq\x88\x89GUBTi]/,
  },
  {
    id: 'python-bytecode',
    title: 'a compiled Python module',
    advice: 'profile the program with: python -m cProfile -o run.prof script.py',
    looksLike: /^[\s\S][\x03-\x0f]\r\n[\x00-\x03]\0\0\0/,
  },
  {
    id: 'ruby-marshal',
    title: "an object in Ruby's Marshal form, as stackprof saves it",
    advice: 'convert it with: stackprof --json run.dump > run.stackprof.json',
    looksLike: /^\x04\x08\{/,
  },
  {
    id: 'php-serialized',
    title: "an XHProf run in the form of PHP's serialize()",
    advice:
      "convert it with: php -r 'echo json_encode(unserialize(file_get_contents($argv[1])));' run.xhprof > run.json",
    looksLike: /^a:\d+:\{s:\d+:"[\s\S]*?(main\(\)"|==>)/,
  },
  {
    id: 'hprof',
    title: 'a heap dump of Java, which says what is alive and not who allocated it',
    advice: 'record allocations with: asprof -e alloc -o collapsed -f run.txt PID',
    looksLike: /^JAVA PROFILE 1\.0\.\d\0/,
  },
  {
    id: 'elf',
    title: 'a program or library in the ELF format',
    advice: 'profile it with: perf record -g ./program, then perf script > run.perf',
    looksLike: /^\x7fELF/,
  },
  {
    id: 'zip',
    title: 'a zip archive',
    advice: 'unpack it and pass the profile that is inside',
    looksLike: /^PK\x03\x04/,
  },
  {
    id: 'compressed',
    title: 'a file compressed with xz, bzip2 or lz4',
    advice: 'decompress it first with xz -dc, bzip2 -dc or lz4 -dc; callcost - reads the result',
    looksLike: /^(\xfd7zXZ\0|BZh[1-9]1AY&SY|\x04\x22\x4d\x18)/,
  },
  {
    id: 'sqlite',
    title: 'an SQLite database, as Nsight Systems and others write',
    advice: 'export stacks from the tool that wrote it',
    looksLike: /^SQLite format 3\0/,
  },
  {
    id: 'image',
    title: 'a picture',
    advice: 'pass the profile that it was drawn from',
    looksLike: /^(\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a)/,
  },
  {
    id: 'svg',
    title: 'a picture in SVG, perhaps a flame graph',
    advice: 'pass the profile or the folded stacks that it was drawn from',
    looksLike: /^(\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/,
  },
  {
    id: 'html',
    title: 'a page in HTML, perhaps an error page that was downloaded in place of the profile',
    advice: 'open it in a browser to see what it says, and download the profile again',
    // A comment must not be able to go on past its end, or n of them could be split in 2^n ways.
    looksLike: /^(\xef\xbb\xbf)?\s*(<!--(?:(?!-->)[\s\S])*-->\s*)*(<!doctype html|<html|<head|<body)/i,
  },
  {
    id: 'utf-16',
    title: 'a text in UTF-16',
    advice: 'PowerShell writes UTF-16 with >: convert it with: iconv -f UTF-16 -t UTF-8 run.txt > run-utf8.txt',
    looksLike: /^(\xff\xfe|\xfe\xff)/,
  },
]
