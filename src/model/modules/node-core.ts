/** Modules that Node had before 16, when scripts of its own had bare names: `fs.js`, `_stream_readable.js`. */
const NAMES = `assert assert/strict async_hooks bootstrap_node buffer child_process cluster console constants crypto dgram
  diagnostics_channel dns dns/promises domain events fs fs/promises http http2 https inspector module net os path perf_hooks process punycode
  querystring readline repl stream string_decoder sys timers timers/promises tls trace_events tty url util v8 vm wasi worker_threads zlib
  _debugger _http_agent _http_client _http_common _http_incoming _http_outgoing _http_server _linklist _stream_duplex
  _stream_passthrough _stream_readable _stream_transform _stream_wrap _stream_writable _tls_common _tls_legacy _tls_wrap`

const CORE: ReadonlySet<string> = new Set(NAMES.split(/\s+/))

/** Whether a path is one that Node gave its own scripts before it gave them `node:` URLs. */
export function isOldNodeCore(path: string): boolean {
  if (!path.endsWith('.js')) return false
  return path.startsWith('internal/') || CORE.has(path.slice(0, -'.js'.length))
}
