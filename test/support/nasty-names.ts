import fc from 'fast-check'

/** Names that once broke somebody's terminal, spreadsheet, table or program. */
export const NASTY_NAMES: readonly string[] = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'two\nlines',
  'forged\n   999    9.000    9.000 evil.py:1(fast)',
  'carriage\rreturn',
  'tab\tbed',
  'nul\0byte',
  'bell\x07',
  '\x1b[2J\x1b[H',
  '\x1b]0;title\x07',
  '\x1b]52;c;ZXZpbA==\x07',
  'csi\x9b31m',
  'del\x7f',
  'rtl\u202egnp.exe',
  'isolate\u2066x\u2069',
  'zero\u200bwidth\u200d\ufeff',
  'tag\u{e0041}\u{e007f}',
  'line\u2028separator\u2029',
  'filler\u3164\u115f',
  'lone\ud800surrogate',
  '\udc00',
  "=cmd|'/c calc'!A1",
  '+1',
  '-1',
  '-[NSObject init]',
  '@SUM(A1)',
  '\uff1dcmd()',
  '\t=1',
  '\r=1',
  'a,b',
  '"quoted"',
  '"; DROP',
  'pipe|pipe',
  'back\\slash\\',
  'back\\|pipe',
  '`code`',
  '<script>alert(1)</script>',
  '&lt;&#10;',
  '**bold** _it_ ~~no~~ [a](b) $x$',
  '漢字',
  '👩‍👩‍👧',
  'e\u0301\u0301\u0301',
  'x'.repeat(1000),
]

/** A nasty name, or any text with more than its share of them. */
export const nastyName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY_NAMES),
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom(...NASTY_NAMES, 'a', '\n', '\r', '|', '"', '\ud83d'), { maxLength: 6 })
    .map((parts) => parts.join('')),
)
