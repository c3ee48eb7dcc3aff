import { decodeLatin1, encodeText } from '../../bytes/text.js'
import { pythonRegExp } from './python-regexp.js'
import { fractionRepr, repr } from './python-text.js'
import type { StandardNames } from './standard-names.js'

/** One argument of print_stats(): how many, which part, or a pattern to search in the standard name. */
export type Restriction =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'fraction'; readonly fraction: number }
  | { readonly kind: 'pattern'; readonly pattern: string }

/**
 * A restriction as typed: an integer, a number with a point, else a regular expression. One that looks like a number is
 * written `(?:12)`.
 */
export function parseRestriction(text: string): Restriction {
  if (/^[+-]?\d+$/.test(text)) return { kind: 'count', count: Number(text) }
  if (/^[+-]?(\d+\.\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return { kind: 'fraction', fraction: Number(text) }
  return { kind: 'pattern', pattern: text }
}

/** What is left of a list, and the lines that say so. */
export interface Restricted {
  readonly entries: Int32Array
  readonly messages: readonly Uint8Array[]
}

/** Applies restrictions from left to right, each to what the ones before left. */
export function restrict(
  entries: Int32Array,
  restrictions: readonly Restriction[],
  names: StandardNames,
  python2: boolean,
): Restricted {
  const messages: Uint8Array[] = []
  let left = entries
  for (const restriction of restrictions) {
    const kept = apply(left, restriction, names, python2)
    const shown = show(restriction, python2)
    if (kept === null) messages.push(encodeText(`   <Invalid regular expression ${shown}>`))
    else if (kept.length !== left.length) {
      const change = `List reduced from ${left.length} to ${kept.length}`
      messages.push(encodeText(`   ${change} due to restriction <${shown}>`))
    }
    left = kept ?? left
  }
  return { entries: left, messages }
}

/** null when the pattern is none. */
function apply(
  entries: Int32Array,
  restriction: Restriction,
  names: StandardNames,
  python2: boolean,
): Int32Array | null {
  if (restriction.kind === 'pattern') {
    const pattern = pythonRegExp(patternText(restriction.pattern, python2), python2)
    return pattern === null ? null : entries.filter((fn) => pattern.test(names.text(fn)))
  }
  if (restriction.kind === 'count') {
    const { count } = restriction
    return count >= 0 && count < entries.length ? entries.subarray(0, count) : entries
  }
  const { fraction } = restriction
  return fraction >= 0 && fraction < 1 ? entries.subarray(0, Math.trunc(entries.length * fraction + 0.5)) : entries
}

/** Python 2.7 searches bytes in bytes. */
function patternText(pattern: string, python2: boolean): string {
  return python2 ? decodeLatin1(encodeText(pattern)) : pattern
}

function show(restriction: Restriction, python2: boolean): string {
  if (restriction.kind === 'pattern') return repr(patternText(restriction.pattern, python2), python2)
  return restriction.kind === 'count' ? String(restriction.count) : fractionRepr(restriction.fraction)
}
