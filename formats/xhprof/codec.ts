import type { Codec, JsonKeys, Sniff } from '../codec.js'

/** What XHProf and its heirs (Tideways, xhgui) record of PHP, as JSON. See README.md. */
export const xhprof: Codec = {
  id: 'xhprof',
  title: 'PHP XHProf',
  extensions: ['.xhprof.json', '.xhprof'],
  reads: ['calls', 'primitive-calls', 'edges', 'edge-calls', 'edge-costs', 'several-values', 'provenance'],
  sniff: (_head, keys) => sniff(keys),
  load: async () => ({ read: (await import('./read.js')).readXhprof }),
}

/** Pairs as keys, or the outermost function with what each entry has. */
function sniff(keys: JsonKeys | null): Sniff {
  if (keys === null || keys.root !== 'object') return 'no'
  const entries = keys.keys.includes('profile') ? [...keys.keys, ...keys.inner] : keys.keys
  if (!keys.inner.includes('ct') && !keys.inner.includes('wt')) return 'no'
  return entries.includes('main()') || entries.some((key) => key.includes('==>')) ? 'certain' : 'no'
}
