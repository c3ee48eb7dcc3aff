/*
 * What functions are, by name. Globs as in {@link RuleEntry.frames}: `module.name`, or the name of a built-in without
 * brackets.
 */

/** Asks something of a disk, a database or a service: one call is one round trip. What continues an answer is left out. */
export const REQUESTS: readonly string[] = [
  "method 'execute' of '*",
  "method 'recv*' of '_socket.socket' objects",
  "method 'read' of '_ssl._SSLSocket' objects",
  'built-in method _io.open',
  'built-in method io.open',
  'built-in method posix.open',
  'built-in method posix.stat',
  'built-in method nt.stat',
  'built-in method _socket.getaddrinfo',
  'built-in method _winapi.CreateProcess',
  'built-in method _posixsubprocess.fork_exec',
  'psycopg*.execute',
  'pymysql*.execute',
  'MySQLdb*.execute',
  'pymongo*.find_one',
  'redis*.execute_command',
  'urllib.request.urlopen',
  'requests.api.*',
  'httpx*.send',
]

/** Waits for something else. */
export const WAITS: readonly string[] = [
  'built-in method time.sleep',
  "method 'acquire' of '_thread.*",
  "method '*acquire' of '_multiprocessing.SemLock' objects",
  "method 'poll' of 'select.*",
  'built-in method select.*',
  "method 'control' of 'select.kqueue' objects",
  "method '__enter__' of '_thread.*",
  'built-in method posix.wait*',
  "method 'get' of '_queue.SimpleQueue' objects",
]

/** Loads modules. */
export const IMPORTS: readonly string[] = [
  'importlib._bootstrap._find_and_load',
  'node:internal/modules/cjs/loader.Module._load',
  'node:internal/modules/cjs/loader.Module._compile',
  'node:internal/modules/esm/*',
  'node:internal/modules/cjs/*',
]

/** Runs the code of modules and packages that are loaded. */
export const LOADS: readonly string[] = [
  'importlib._bootstrap._call_with_frames_removed',
  'built-in method builtins.__import__',
]

/** Blocks the only thread of Node. */
export const SYNC_IO: readonly string[] = [
  'node:fs.*Sync',
  'node:child_process.*Sync',
  'node:zlib.*Sync',
  'node:internal/crypto/*Sync',
  'node:crypto.*Sync',
  'node:dns.*Sync',
]

/** Is only there while events are handled. */
export const EVENT_HANDLING: readonly string[] = [
  'node:_http_server.parserOnIncoming',
  'node:_http_common.parserOnHeadersComplete',
  'node:internal/timers.listOnTimeout',
  'node:internal/timers.processTimers',
  'node:internal/timers.processImmediate',
  'node:internal/stream_base_commons.onStreamRead',
  'node:net.onconnection',
  'node:events.emit',
]

/** Small built-ins that are called per element. */
export const PER_ELEMENT: readonly string[] = [
  'built-in method builtins.isinstance',
  'built-in method builtins.len',
  'built-in method builtins.getattr',
  'built-in method builtins.hasattr',
  'built-in method builtins.setattr',
  "method 'append' of 'list' objects",
]

/** Built-ins with which a function may combine what its own calls return. */
export const COMBINERS: readonly string[] = [
  'built-in method builtins.min',
  'built-in method builtins.max',
  'built-in method builtins.len',
  'built-in method builtins.sum',
  'built-in method builtins.abs',
]

/** Names of functions that get something for a key. */
export const GETTER_NAME =
  /(^|[._])(get|fetch|load|find|read|query|lookup|select|one|by)(_|[A-Z]|$)|_?(by_id|for|name|title)$/i

/** Names of functions that repeat a request on purpose: page by page, or again after a failure. */
export const REPEATER_NAME = /(^|_)(retry|retries|attempts?|pages?|paginate|chunks?|batch(es)?|token|poll)(_|[A-Z]|$)/i

/** Names of functions that make the same thing each time. */
export const LOADER_NAME =
  /(^|_)(load|read|parse|build|compile|make|create|init|open|get|current|default|config|settings?|schema|template|font|flags?)(_|[A-Z]|$)/i

/** Names of functions whose calls cannot be saved by remembering results. */
export const IMPURE_NAME =
  /(^|_)(set|save|write|send|random|rand|now|next|append|add|update|push|pop|insert|emit|print|log)(_|[A-Z]|$)/i
