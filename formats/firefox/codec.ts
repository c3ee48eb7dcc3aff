import type { Codec, JsonKeys, Sniff } from '../codec.js'

/** The Firefox Profiler's format: processed (samply, Python 3.15) and raw (Gecko). See README.md. */
export const firefox: Codec = {
  id: 'firefox',
  title: 'Firefox Profiler',
  extensions: ['.firefox.json'],
  reads: [
    'stacks',
    'order',
    'files',
    'definition-lines',
    'lines',
    'columns',
    'inlining',
    'several-values',
    'several-profiles',
    'raw-names',
  ],
  writes: ['stacks', 'order', 'files', 'definition-lines', 'lines', 'columns', 'inlining', 'several-profiles'],
  sniff: (_head, keys) => sniffKeys(keys),
  load: async () => ({
    read: (await import('./read.js')).readFirefox,
    write: (await import('./write.js')).writeFirefox,
  }),
}

function sniffKeys(keys: JsonKeys | null): Sniff {
  if (keys === null || keys.root !== 'object') return 'no'
  const has = (...names: string[]): boolean =>
    names.every((name) => keys.keys.includes(name) || keys.inner.includes(name))
  if (!keys.keys.includes('meta') && !keys.keys.includes('threads')) return 'no'
  if (has('meta', 'preprocessedProfileVersion')) return 'certain'
  if (has('meta', 'threads', 'libs') || has('meta', 'stackwalk', 'interval')) return 'certain'
  if (has('threads', 'stackTable', 'frameTable')) return 'certain'
  return has('meta', 'libs', 'interval') ? 'likely' : 'no'
}
