import type { Codec, JsonKeys, Sniff } from '../codec.js'

/** Chrome's trace events: V8's CPU profiles in chunks, and spans. See README.md. */
export const traceEvent: Codec = {
  id: 'trace-event',
  title: 'Trace Event JSON (Chrome, Perfetto)',
  extensions: ['.trace.json'],
  reads: [
    'stacks',
    'order',
    'spans',
    'calls',
    'files',
    'definition-lines',
    'columns',
    'several-values',
    'several-profiles',
    'raw-names',
    'engine-details',
  ],
  sniff: (_head, keys) => sniffKeys(keys),
  load: async () => ({ read: (await import('./read.js')).readTraceEvents }),
}

function sniffKeys(keys: JsonKeys | null): Sniff {
  if (keys === null) return 'no'
  const has = (key: string): boolean => keys.keys.includes(key)
  if (keys.root === 'object') return has('traceEvents') ? 'certain' : 'no'
  if (!has('ph')) return 'no'
  return has('ts') || has('pid') || has('tid') ? 'certain' : 'likely'
}
