import { describe, expect, it } from 'vitest'
import { readFloatText, readLong } from '../../../formats/pstats/marshal-numbers.js'
import { MarshalReader } from '../../../formats/pstats/marshal-reader.js'
import { LEAF, TYPE } from '../../../formats/pstats/marshal-types.js'
import { REF, RefTable } from '../../../formats/pstats/ref-table.js'
import { skipObject } from '../../../formats/pstats/skip-object.js'
import { ByteCursor } from '../../../src/bytes/cursor.js'
import { CallcostError, FormatError } from '../../../src/errors.js'
import { Allocator, DEFAULT_LIMITS } from '../../../src/limits.js'
import { StringInterner } from '../../../src/model/strings.js'
import { NONE } from '../../../src/model/tables.js'
import { bytes, i32, type Part } from './marshal-bytes.js'

// Streams by hand, as Python/marshal.c defines them; what each object is stands beside its bytes.

function f64(value: number): Uint8Array {
  const buffer = Buffer.alloc(8)
  buffer.writeDoubleLE(value)
  return buffer
}

const ref = (index: number): Uint8Array => bytes('r', i32(index))
const stringRef = (index: number): Uint8Array => bytes('R', i32(index))
const flagged = (object: Uint8Array): Uint8Array => bytes(object[0]! | 0x80, object.subarray(1))
const small = (text: string): Uint8Array => bytes('z', text.length, text)

function open(...parts: readonly Part[]): MarshalReader {
  const allocator = new Allocator()
  return new MarshalReader(bytes(...parts), allocator, new StringInterner(allocator))
}

function errorOf(read: () => unknown): [string, number | undefined] {
  try {
    read()
  } catch (error) {
    if (error instanceof FormatError) return [error.message, error.place.offset]
    if (error instanceof CallcostError) return [error.message, undefined]
    throw error
  }
  return ['no error', undefined]
}

/** What a leaf is: its kind, its type, its text or number, in words. */
function leafOf(reader: MarshalReader): unknown[] {
  const leaf = reader.leaf()
  const { leafType, number, text } = reader
  const type = String.fromCharCode(leafType)
  if (leaf === LEAF.text || leaf === LEAF.code) return [leaf, type, reader.strings.text(text)]
  return leaf === LEAF.other ? [leaf, type] : [leaf, type, number]
}

const { text, integer, float, code, other } = LEAF

/** Object, what it is, and what it is called. */
const LEAVES: readonly [string, Uint8Array, unknown[], string][] = [
  ['int32', bytes('i', i32(-7)), [integer, 'i', -7], 'an integer'],
  ['int64', bytes('I', [1, 0, 0, 0, 1, 0, 0, 0]), [integer, 'I', 2 ** 32 + 1], 'an integer'],
  ['int64 past 2^53', bytes('I', [1, 0, 0, 0, 0, 0, 0x20, 0]), [integer, 'I', 2n ** 53n + 1n], 'an integer'],
  ['long', bytes('l', i32(2), [1, 0, 1, 0]), [integer, 'l', 32769], 'an integer of more than 1024 bits'],
  ['whole float', bytes('g', f64(3)), [float, 'g', 3], 'a float'],
  ['float', bytes('g', f64(-2.5)), [float, 'g', -2.5], 'a float'],
  ['float as text', bytes('f', 4, '0.25'), [float, 'f', 0.25], 'a float'],
  ['whole float as text', bytes('f', 1, '4'), [float, 'f', 4], 'a float'],
  ['short ASCII', small('ab'), [text, 'z', 'ab'], 'a text'],
  ['short ASCII, interned', bytes('Z', 2, 'ab'), [text, 'Z', 'ab'], 'a text'],
  ['ASCII', bytes('a', i32(2), 'ab'), [text, 'a', 'ab'], 'a text'],
  ['ASCII, interned', bytes('A', i32(2), 'ab'), [text, 'A', 'ab'], 'a text'],
  ['ASCII that is Latin-1', bytes('z', 3, 'a\xe9b'), [text, 'z', 'a\u00e9b'], 'a text'],
  ['ASCII that ends in Latin-1', bytes('z', 2, 'a\x80'), [text, 'z', 'a\u0080'], 'a text'],
  ['UTF-8', bytes('u', i32(3), 'a\xc3\xa9'), [text, 'u', 'a\u00e9'], 'a text'],
  ['bytes', bytes('s', i32(2), 'ab'), [text, 's', 'ab'], 'bytes'],
  ['interned', bytes('t', i32(2), 'ab'), [text, 't', 'ab'], 'a text'],
  ['no text', small(''), [text, 'z', ''], 'a text'],
  ['None', bytes('N'), [other, 'N'], 'None'],
  ['True', bytes('T'), [other, 'T'], 'True'],
  ['False', bytes('F'), [other, 'F'], 'False'],
  ['Ellipsis', bytes('.'), [other, '.'], 'Ellipsis'],
  ['StopIteration', bytes('S'), [other, 'S'], 'StopIteration'],
  ['complex', bytes('y', f64(1), f64(2)), [other, 'y'], 'a complex number'],
  ['complex as text', bytes('x', 1, '1', 3, '2.5'), [other, 'x'], 'a complex number'],
  ['tuple', bytes('(', i32(2), 'NN'), [other, '('], 'a tuple'],
  ['small tuple', bytes(')', 2, 'NN'), [other, ')'], 'a tuple'],
  ['list', bytes('[', i32(1), 'N'), [other, '['], 'a list'],
  ['set', bytes('<', i32(1), 'N'), [other, '<'], 'a set'],
  ['frozenset', bytes('>', i32(1), 'N'), [other, '>'], 'a frozenset'],
  ['dict', bytes('{', 'NTNF', '0'), [other, '{'], 'a dict'],
  ['frozendict', bytes('}', 'NT', '0'), [other, '}'], 'a frozendict'],
  ['slice', bytes(':', 'NNN'), [other, ':'], 'a slice'],
  ['long past 1024 bits', bytes('l', i32(-70), Array(140).fill(1)), [other, 'l'], 'an integer of more than 1024 bits'],
]

/** Those that take no index, as they are single objects in Python. */
const UNFLAGGED = 'NTF.S'

/** What stands for an object that is referred to: a text or number is one, whatever its type was. */
function referred([leaf, type, value]: readonly unknown[]): unknown[] {
  if (leaf === text) return [leaf, 'u', value]
  if (typeof value === 'number') {
    if (leaf === integer) return [leaf, 'i', value]
    if (!Number.isInteger(value)) return [leaf, 'g', value]
  }
  return value === undefined ? [leaf, type] : [leaf, type, value]
}

describe('a leaf', () => {
  it.each(LEAVES)('%s', (_, object, expected, noun) => {
    const reader = open('N', object, 'T')
    reader.leaf()
    expect(leafOf(reader)).toEqual(expected)
    expect(reader.leafNoun()).toBe(noun)
    expect(reader.leafOffset).toBe(1)
    expect(reader.cursor.offset).toBe(1 + object.length)
    expect([reader.hasFlags, reader.refs.length]).toEqual([false, 0])
    expect(reader.hasShortForms).toBe(expected[1] === 'z' || expected[1] === 'Z')
    expect(reader.interned.length).toBe(expected[1] === 't' ? 1 : 0)
    expect(leafOf(reader)).toEqual([other, 'T'])
  })

  it.each(LEAVES)('%s that is referred to', (_, object, expected) => {
    const type = String.fromCharCode(object[0]!)
    const takesIndex = !UNFLAGGED.includes(type)
    const reader = open('N', flagged(object), flagged(small('next')), ref(takesIndex ? 1 : 0), ref(0), 'T')
    reader.leaf()
    expect(leafOf(reader)).toEqual(expected)
    expect([reader.hasFlags, reader.refs.length]).toEqual([takesIndex, takesIndex ? 1 : 0])
    expect(leafOf(reader)).toEqual([text, 'z', 'next'])
    const { offset } = reader.cursor
    expect(leafOf(reader)).toEqual([text, 'u', 'next'])
    expect([reader.leafOffset, reader.cursor.offset]).toEqual([offset, offset + 5])
    if (takesIndex) expect(leafOf(reader)).toEqual(referred(expected))
    else expect(leafOf(reader)).toEqual([text, 'u', 'next'])
    expect([reader.leafOffset, reader.cursor.offset]).toEqual([offset + 5, offset + 10])
    expect(reader.refs.length).toBe(takesIndex ? 2 : 1)
    expect(reader.interned.length).toBe(type === 't' ? 1 : 0)
    expect(leafOf(reader)).toEqual([other, 'T'])
  })

  it.each(LEAVES)('%s that is passed over and then referred to', (_, object, expected) => {
    const takesIndex = !UNFLAGGED.includes(String.fromCharCode(object[0]!))
    const inside = bytes(flagged(object), takesIndex ? ref(1) : 'N')
    const reader = open(flagged(bytes('[', i32(2), inside)), flagged(small('x')), ref(takesIndex ? 1 : 0), 'T')
    expect(leafOf(reader)).toEqual([other, '['])
    expect(reader.cursor.offset).toBe(5 + inside.length)
    expect(leafOf(reader)).toEqual([text, 'z', 'x'])
    expect(reader.refs.length).toBe(takesIndex ? 3 : 2)
    expect(reader.refs.kind(0)).toBe(REF.object)
    // What was passed over is read where it stands, so it keeps its type.
    if (takesIndex) expect(leafOf(reader)).toEqual(expected)
    else expect(leafOf(reader)).toEqual([other, '['])
    expect(reader.refs.length).toBe(takesIndex ? 3 : 2)
    expect(leafOf(reader)).toEqual([other, 'T'])
  })

  it('of Python 2 by the index of an interned text, also when that was passed over', () => {
    const reader = open('[', i32(2), 't', i32(1), 'a', stringRef(0), 't', i32(1), 'b', stringRef(0), stringRef(1))
    expect(leafOf(reader)).toEqual([other, '['])
    expect([reader.hasStringRefs, reader.interned.length]).toEqual([true, 1])
    expect(leafOf(reader)).toEqual([text, 't', 'b'])
    expect(leafOf(reader)).toEqual([text, 't', 'a'])
    expect(reader.interned.length).toBe(2)
    expect(leafOf(reader)).toEqual([text, 'u', 'b'])
  })

  it('by the index of an interned text tells that there is one', () => {
    const reader = open('t', i32(1), 'a', stringRef(0))
    reader.leaf()
    expect(reader.hasStringRefs).toBe(false)
    expect(leafOf(reader)).toEqual([text, 'u', 'a'])
    expect([reader.hasStringRefs, reader.cursor.offset]).toEqual([true, 11])
  })

  it.each([
    [0, 0],
    [-1, 0],
    [1, 1],
  ])('refuses the index %d of %d', (index, length) => {
    const before = Array.from({ length }, () => bytes(flagged(bytes('t', i32(0)))))
    const start = length * 5
    const toObject = open(...before, ref(index))
    const toText = open(...before, stringRef(index))
    for (let i = 0; i < length; i++) {
      toObject.leaf()
      toText.leaf()
    }
    expect(errorOf(() => toObject.leaf())).toEqual([
      `the reference to object ${index} points at nothing, ${length} came before it`,
      start + 1,
    ])
    expect(errorOf(() => toText.leaf())).toEqual([
      `the reference to text ${index} points at nothing, ${length} came before it`,
      start + 1,
    ])
  })

  it('of an unknown type is refused where it stands', () => {
    expect(errorOf(() => open('N', 'q').leaf())[0]).toBe('no error')
    expect(errorOf(() => open('q').leaf())).toEqual(['expected an object, got the unknown type "q"', 0])
    expect(errorOf(() => open([0x20]).leaf())).toEqual(['expected an object, got the unknown type 0x20', 0])
    expect(errorOf(() => open([0x21]).leaf())).toEqual(['expected an object, got the unknown type "!"', 0])
    expect(errorOf(() => open([0x7e]).leaf())).toEqual(['expected an object, got the unknown type "~"', 0])
    expect(errorOf(() => open([0x7f]).leaf())).toEqual(['expected an object, got the unknown type 0x7f', 0])
    expect(errorOf(() => open('?').leaf())).toEqual(['the program that wrote the file could not write this object', 0])
    expect(errorOf(() => open(')', 1, '0').leaf())).toEqual(['the end of a dict stands outside of one', 2])
    expect(errorOf(() => open('0').leaf())).toEqual(['the end of a dict stands outside of one', 0])
    expect(errorOf(() => open('[', i32(3), 'NN').leaf())[0]).toMatch(/^expected 3 items of a list, but/)
    expect(errorOf(() => open(')', 3, 'NN').leaf())[0]).toMatch(/^expected 3 items of a tuple, but/)
  })
})

describe('a container that is entered', () => {
  const { tuple, dict } = TYPE

  it.each([
    ['tuple', bytes('(', i32(2)), tuple, 2, false],
    ['small tuple', bytes(')', 2), tuple, 2, true],
    ['dict', bytes('{'), dict, 0, false],
    ['frozendict', bytes('}'), dict, 0, false],
  ] as const)('%s', (_, head, wanted, count, isShort) => {
    const object = bytes(head, 'NN')
    const reader = open(flagged(object), ref(0), ref(0), 'T')
    expect(reader.enter(wanted)).toBe(true)
    expect([reader.count, reader.hasShortForms, reader.cursor.offset]).toEqual([count, isShort, head.length])
    expect([reader.refs.length, reader.refs.kind(0), reader.replaying]).toEqual([1, REF.hole, false])
    reader.leaf()
    reader.leaf()
    reader.leave()
    expect([reader.refs.kind(0), reader.refs.payload(0), reader.cursor.offset]).toEqual([REF.object, 0, object.length])
    // Once more through the reference, and back behind it.
    expect(reader.enter(wanted)).toBe(true)
    expect([reader.count, reader.cursor.offset, reader.replaying]).toEqual([count, head.length, true])
    reader.leaf()
    reader.leave()
    expect([reader.cursor.offset, reader.replaying, reader.refs.length]).toEqual([object.length + 5, false, 1])
    expect([reader.refs.kind(0), reader.refs.payload(0)]).toEqual([REF.object, 0])
    expect(leafOf(reader)).toEqual([other, String.fromCharCode(head[0]!)])
    expect(leafOf(reader)).toEqual([other, 'T'])
  })

  it.each([
    ['a dict', bytes('{', '0'), tuple],
    ['a tuple', bytes('(', i32(0)), dict],
    ['a small tuple', bytes(')', 0), dict],
    ['a list', bytes('[', i32(0)), tuple],
    ['a list', bytes('[', i32(0)), dict],
    ['None', bytes('N'), tuple],
  ])('%s is not what was wanted, and still next', (_, object, wanted) => {
    const reader = open('T', flagged(object), ref(0))
    reader.leaf()
    expect(reader.enter(wanted)).toBe(false)
    expect([reader.cursor.offset, reader.refs.length, reader.hasFlags, reader.hasShortForms]).toEqual([
      1,
      0,
      false,
      false,
    ])
    expect(reader.leaf()).toBe(other)
    if (reader.refs.length === 0) return
    const { offset } = reader.cursor
    expect(reader.enter(wanted)).toBe(false)
    expect([reader.cursor.offset, reader.replaying]).toEqual([offset, false])
  })

  it('keeps the indices of what is in it when it is read again, in order', () => {
    // 0: the tuple, 1: its text; read again, the text must not become 2.
    const reader = open(flagged(bytes(')', 1, flagged(bytes('t', i32(1), 'a')))), ref(0), flagged(small('b')), ref(2))
    for (let round = 0; round < 2; round++) {
      expect(reader.enter(tuple)).toBe(true)
      expect(leafOf(reader)).toEqual([text, 't', 'a'])
      reader.leave()
    }
    expect([reader.refs.length, reader.interned.length]).toEqual([2, 1])
    expect(leafOf(reader)).toEqual([text, 'z', 'b'])
    expect(leafOf(reader)).toEqual([text, 'u', 'b'])
  })

  it('is known by the payload that it was left with', () => {
    const reader = open(flagged(bytes(')', 1, 'N')), ref(0), ref(0), flagged(small('x')), ref(1), 'N')
    reader.enter(tuple)
    reader.leaf()
    reader.leave(77)
    expect(reader.knownKey()).toBe(77)
    expect(reader.cursor.offset).toBe(8)
    // To whoever asks for a tuple or a leaf it is a tuple that is not read again.
    expect(reader.enter(tuple)).toBe(false)
    expect(leafOf(reader)).toEqual([other, '('])
    expect(reader.knownKey()).toBe(NONE)
    expect(leafOf(reader)).toEqual([text, 'z', 'x'])
    const { offset } = reader.cursor
    expect(reader.knownKey()).toBe(NONE)
    expect(reader.cursor.offset).toBe(offset)
    expect(reader.enter(tuple)).toBe(false)
    expect(reader.cursor.offset).toBe(offset)
    reader.leaf()
    reader.leaf()
    expect([reader.knownKey(), reader.atEnd()]).toEqual([NONE, false])
  })

  it('ends where the NULL is, flagged or not', () => {
    const reader = open('N0', 0xb0)
    expect(reader.atEnd()).toBe(false)
    reader.leaf()
    expect([reader.atEnd(), reader.cursor.offset, reader.atEnd(), reader.cursor.offset]).toEqual([true, 2, true, 3])
    expect([reader.atEnd(), reader.cursor.offset]).toEqual([false, 3])
  })

  it('cannot be referred to from within, nor hold more items than there are bytes', () => {
    const reader = open(flagged(bytes(')', 1, ref(0))))
    reader.enter(tuple)
    expect(errorOf(() => reader.leaf())).toEqual([
      'the reference to object 0 points at the object that it is part of',
      3,
    ])
    expect(errorOf(() => open('(', i32(2), 'N').enter(tuple))[0]).toMatch(/^expected 2 items of a tuple, but/)
    expect(errorOf(() => open(')', 2, 'N').enter(tuple))[0]).toMatch(/^expected 2 items of a tuple, but/)
  })

  it('may be read again for a mebibyte in all, in small files', () => {
    // 2 + 1,022 bytes, so 1,024 rounds are the mebibyte, and one more is too many.
    const reader = open(flagged(bytes(')', 1, 'z', 255, 'x'.repeat(255))), 'N'.repeat(765), ref(0))
    reader.enter(tuple)
    reader.leaf()
    reader.leave()
    const again = reader.cursor.data.length - 5
    const round = (): void => {
      reader.cursor.offset = again
      reader.enter(tuple)
      reader.cursor.offset = 1024
      reader.leave()
    }
    for (let i = 0; i < 1024; i++) round()
    expect(errorOf(round)).toEqual([
      'objects that are referred to again and again stand for more than 1048576 bytes',
      1024,
    ])
  })

  it('may be read again for four times the file, in large ones', () => {
    const reader = open(flagged(bytes(')', 1, 's', i32(2 ** 19), new Uint8Array(2 ** 19))), ref(0))
    const limit = 4 * reader.cursor.data.length
    const round = (): void => {
      reader.cursor.offset = reader.cursor.data.length - 5
      reader.enter(tuple)
      reader.leaf()
      reader.leave()
    }
    reader.enter(tuple)
    reader.leaf()
    reader.leave()
    for (let i = 0; i < 4; i++) round()
    expect(errorOf(round)[0]).toBe(`objects that are referred to again and again stand for more than ${limit} bytes`)
  })
})

describe('nesting', () => {
  const nest = (depth: number): Uint8Array => bytes(...Array.from({ length: depth }, () => bytes(')', 1)), 'N')
  const limited = (depth: number): MarshalReader => {
    const allocator = new Allocator({ ...DEFAULT_LIMITS, 'marshal-depth': 5 })
    return new MarshalReader(nest(depth), allocator, new StringInterner(allocator))
  }

  it('goes to the limit, and no deeper', () => {
    expect(leafOf(limited(5))).toEqual([other, ')'])
    expect(errorOf(() => limited(6).leaf())[0]).toBe('objects are nested more than 5 deep at byte 10, the limit is 5')
  })

  it('of all sorts of containers ends where the outermost does', () => {
    const inner = bytes('[', i32(2), bytes('{', 'N', bytes(':', 'NNN'), 'N', bytes('}', '0'), '0'), bytes(')', 0))
    const reader = open(bytes('<', i32(2), inner, bytes('>', i32(1), 'T')), 'F')
    const held = reader.allocator.live
    expect(leafOf(reader)).toEqual([other, '<'])
    expect(leafOf(reader)).toEqual([other, 'F'])
    expect(reader.cursor.remaining).toBe(0)
    expect(reader.allocator.live).toBe(held)
  })

  it('takes indices in the order of the type bytes, so a container comes before what is in it', () => {
    const list = flagged(bytes('[', i32(2), flagged(bytes(')', 1, flagged(small('a')))), flagged(small('b'))))
    const reader = open(list, ref(0), ref(1), ref(2), ref(3))
    expect(skipObject(reader)).toBeNull()
    expect([0, 1, 2, 3].map((index) => [reader.refs.kind(index), reader.refs.payload(index)])).toEqual([
      [REF.object, 0],
      [REF.object, 5],
      [REF.object, 7],
      [REF.object, 10],
    ])
    expect([leafOf(reader), leafOf(reader)]).toEqual([
      [other, '['],
      [other, ')'],
    ])
    expect([leafOf(reader), leafOf(reader)]).toEqual([
      [text, 'z', 'a'],
      [text, 'z', 'b'],
    ])
  })
})

describe('a code object', () => {
  const tuples = (count: number): Uint8Array => bytes(...Array(count).fill(bytes(')', 0)))
  const string = (value: string): Uint8Array => bytes('s', i32(value.length), value)
  /** Integers, fields up to the file, file and name, fields behind them: marshal.c of 3.8, 3.11, 3.7 and 2.7. */
  const old = (integers: number, file: Uint8Array, name: Uint8Array): Uint8Array =>
    bytes('c', new Uint8Array(4 * integers), string('bc'), tuples(5), file, name, i32(12), string('ln'))
  const recent = (file: Uint8Array, name: Uint8Array, qualified: Uint8Array = small('q')): Uint8Array =>
    bytes(
      'c',
      new Uint8Array(20),
      string('bc'),
      tuples(3),
      string('k'),
      file,
      name,
      qualified,
      i32(12),
      string('ln'),
      string('ex'),
    )
  const shown = (name: string, file: string): string =>
    `<code object ${name} at 0x000000000000, file "${file}", line 12>`
  const [file, name] = ['a.py', 'main']

  it.each([
    ['3.8 to 3.10', old(6, small(file), small(name))],
    ['3.11 and newer', recent(small(file), small(name))],
    ['3.0 to 3.7', old(5, small(file), small(name))],
    ['2.x', old(4, string(file), bytes('t', i32(4), name))],
  ])('of %s is what Python shows, also by reference', (_, object) => {
    const reader = open('N', flagged(object), flagged(small('x')), ref(0), ref(1), ref(0), object, 'T')
    reader.leaf()
    const expected = [code, 'c', shown(name, file)]
    expect(leafOf(reader)).toEqual(expected)
    expect([reader.leafOffset, reader.cursor.offset, reader.refs.kind(0)]).toEqual([1, 1 + object.length, REF.code])
    expect(leafOf(reader)).toEqual([text, 'z', 'x'])
    expect(leafOf(reader)).toEqual(expected)
    expect(leafOf(reader)).toEqual([text, 'u', 'x'])
    expect(leafOf(reader)).toEqual(expected)
    expect(leafOf(reader)).toEqual(expected)
    expect(reader.refs.length).toBe(2)
    expect(reader.leafNoun()).toBe('a code object')
    expect(leafOf(reader)).toEqual([other, 'T'])
  })

  it('within a list is read when it is referred to, and then kept', () => {
    const object = flagged(recent(flagged(small(file)), flagged(small(name))))
    const reader = open('[', i32(1), object, ref(0), ref(1), ref(0))
    expect(leafOf(reader)).toEqual([other, '['])
    expect(reader.refs.kind(0)).toBe(REF.object)
    expect(leafOf(reader)).toEqual([code, 'c', shown(name, file)])
    expect(reader.refs.kind(0)).toBe(REF.code)
    expect(leafOf(reader)).toEqual([text, 'z', file])
    expect(leafOf(reader)).toEqual([code, 'c', shown(name, file)])
    expect(reader.refs.length).toBe(3)
  })

  it('has parts that stand for what came before', () => {
    const reader = open(
      flagged(small(file)),
      flagged(small(name)),
      flagged(bytes(')', 0)),
      recent(ref(0), ref(1), ref(1)),
      'T',
    )
    for (let i = 0; i < 3; i++) reader.leaf()
    expect(leafOf(reader)).toEqual([code, 'c', shown(name, file)])
    expect(leafOf(reader)).toEqual([other, 'T'])
    const older = open('t', i32(4), file, 't', i32(4), name, old(4, stringRef(0), stringRef(1)), 'T')
    for (let i = 0; i < 2; i++) older.leaf()
    expect(leafOf(older)).toEqual([code, 'c', shown(name, file)])
    expect(leafOf(older)).toEqual([other, 'T'])
  })

  it('is cut where Python 2 cuts it', () => {
    const reader = open(old(4, string('f'.repeat(301)), string('n'.repeat(101))))
    expect(leafOf(reader)[2]).toBe(shown('n'.repeat(100), 'f'.repeat(300)))
    const newer = open(recent(bytes('u', i32(301), 'f'.repeat(301)), bytes('u', i32(101), 'n'.repeat(101))))
    expect(leafOf(newer)[2]).toBe(shown('n'.repeat(101), 'f'.repeat(301)))
  })

  it('in another one is a constant: the name is that of the outer one', () => {
    const inner = recent(small('b.py'), small('inner'))
    const outer = bytes('c', new Uint8Array(20), string('bc'), bytes(')', 1, inner), tuples(2), string('k'))
    const reader = open(outer, small(file), small(name), small('q'), i32(12), string('ln'), string('ex'), 'T')
    expect(leafOf(reader)).toEqual([code, 'c', shown(name, file)])
    expect(leafOf(reader)).toEqual([other, 'T'])
  })

  it('is of one version in a file', () => {
    const reader = open(recent(small(file), small(name)), old(6, small(file), small(name)))
    expect(leafOf(reader)).toEqual([code, 'c', shown(name, file)])
    expect(errorOf(() => reader.leaf())[0]).not.toBe('no error')
  })

  it('of no version is refused, with the error of the one that fits longest', () => {
    // As of 3.11 up to the kinds of variables, which are a tuple here.
    const odd = bytes('c', new Uint8Array(20), string('bc'), tuples(3), 'N', small(file))
    expect(errorOf(() => open('[', i32(1), odd).leaf())).toEqual([
      'the code object is in no form that a version of Python writes',
      5,
    ])
    expect(errorOf(() => open(recent(small(file), small(name)).subarray(0, -1)).leaf())[0]).not.toBe('no error')
    expect(errorOf(() => open('[', i32(2), 'N', 'q').leaf())).toEqual([
      'expected an object, got the unknown type "q"',
      6,
    ])
  })
})

describe('numbers', () => {
  const cursorOf = (...parts: readonly Part[]): ByteCursor => new ByteCursor(bytes(...parts))
  const digits = (...values: readonly number[]): number[] => values.flatMap((value) => [value & 0xff, value >> 8])

  it.each([
    [0, [], 0],
    [1, [32767], 32767],
    [-1, [32767], -32767],
    [3, [32767, 32767, 32767], 2 ** 45 - 1],
    [-3, [1, 0, 1], -(2 ** 30) - 1],
    [4, [1, 0, 0, 1], 2n ** 45n + 1n],
    [-4, [32767, 32767, 32767, 32767], -(2n ** 60n) + 1n],
    [5, [0, 0, 0, 0, 2], 2n ** 61n],
  ] as const)('%d digits %j', (size, list, expected) => {
    const cursor = cursorOf(i32(size), digits(...list), 'N')
    expect(readLong(cursor)).toBe(expected)
    expect(cursor.remaining).toBe(1)
  })

  it('of 69 digits are read, of 70 passed over', () => {
    const most = Array.from({ length: 69 }, () => 1)
    expect(readLong(cursorOf(i32(69), digits(...most)))).toBe(
      most.reduce((sum, _, i) => sum + (1n << BigInt(15 * i)), 0n),
    )
    const cursor = cursorOf(i32(70), digits(...most, 1), 'N')
    expect([readLong(cursor), cursor.remaining]).toEqual([null, 1])
  })

  it.each([
    [[32768], 'expected a digit below 32768, got 32768'],
    [[1, 0], 'the first digit of an integer is 0'],
    [[0], 'the first digit of an integer is 0'],
  ])('digits %j are refused', (list, message) => {
    const cursor = cursorOf('N', i32(list.length), digits(...list))
    cursor.u8()
    expect(errorOf(() => readLong(cursor))).toEqual([message, 1])
  })

  it.each([
    ['1', 1],
    ['-1.5', -1.5],
    ['+10', 10],
    ['5.', 5],
    ['.5', 0.5],
    ['12.25e2', 1225],
    ['1E-3', 0.001],
    ['1e+10', 1e10],
    ['inf', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['+inf', Number.POSITIVE_INFINITY],
    ['nan', Number.NaN],
    ['-NaN', Number.NaN],
  ])('the text %s', (written, expected) => {
    expect(readFloatText(cursorOf(written.length, written))).toBe(expected)
  })

  it.each(['', '.', 'e5', '1e', '1e+', '--1', '1 ', ' 1', '1_0', '0x1', 'infi', 'nan1', '1.5.', 'xinf'])(
    'the text %j is refused',
    (written) => {
      const cursor = cursorOf('N', written.length, written)
      cursor.u8()
      expect(errorOf(() => readFloatText(cursor))).toEqual([`expected a float, got ${JSON.stringify(written)}`, 1])
    },
  )
})

describe('the table of references', () => {
  it('keeps, replaces and forgets', () => {
    const table = new RefTable(new Allocator())
    for (let i = 0; i < 100; i++) table.push(REF.number, i + 0.5)
    table.set(3, REF.key, 2 ** 40)
    expect([table.length, table.kind(3), table.payload(3), table.payload(99)]).toEqual([100, REF.key, 2 ** 40, 99.5])
    table.truncate(2)
    table.push(REF.text, 7)
    expect([table.length, table.kind(1), table.kind(2), table.payload(2)]).toEqual([3, REF.number, REF.text, 7])
  })
})
