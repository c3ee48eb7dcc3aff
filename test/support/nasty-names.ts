import fc from 'fast-check'
import { NASTY_NAMES } from './nasty-list.js'

/** A nasty name, or any text with more than its share of them. */
export const nastyName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_NAMES),
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom(...NASTY_NAMES, 'a', '\n', '\r', '|', '"', '\ud83d'), { maxLength: 6 })
    .map((parts) => parts.join('')),
)
