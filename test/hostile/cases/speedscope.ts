import { type CaseList, EDGE_NUMBERS } from './case.js'
import { brokenJson, edited, type Json, jsonText, raw, wrongTypes } from './json-edits.js'

const SAMPLED: Json = {
  $schema: 'https://www.speedscope.app/file-format-schema.json',
  shared: { frames: [{ name: 'main', file: 'a.js', line: 1, col: 1 }, { name: 'work' }] },
  profiles: [
    {
      type: 'sampled',
      name: 'run',
      unit: 'milliseconds',
      startValue: 0,
      endValue: 3,
      samples: [[0], [0, 1]],
      weights: [1, 2],
    },
  ],
  activeProfileIndex: 0,
}

const EVENTED: Json = {
  $schema: 'https://www.speedscope.app/file-format-schema.json',
  shared: { frames: [{ name: 'main' }, { name: 'work' }] },
  profiles: [
    {
      type: 'evented',
      name: 'run',
      unit: 'milliseconds',
      startValue: 0,
      endValue: 10,
      events: [
        { type: 'O', frame: 0, at: 0 },
        { type: 'O', frame: 1, at: 2 },
        { type: 'C', frame: 1, at: 6 },
        { type: 'C', frame: 0, at: 10 },
      ],
    },
  ],
}

const sampled = (path: string, value: Json | undefined): string => edited(SAMPLED, path, value)
const evented = (path: string, value: Json | undefined): string => edited(EVENTED, path, value)

export const SPEEDSCOPE: CaseList = [
  ...brokenJson(SAMPLED, { key: 'shared', name: 'work' }),
  ...wrongTypes(SAMPLED),
  ...wrongTypes(EVENTED).filter(([name]) => name.includes('events')),
  ['no profiles', sampled('profiles', [])],
  ['no frames', sampled('shared.frames', [])],
  ['no shared', sampled('shared', undefined)],
  ['a sample of no frame', sampled('profiles[0].samples[1]', [0, 7])],
  ['a sample of frame -1', sampled('profiles[0].samples[1]', [0, -1])],
  ['a sample of frame 2^31 - 1', sampled('profiles[0].samples[1]', [2147483647])],
  ['a sample of frame 10^9', sampled('profiles[0].samples[1]', [1_000_000_000])],
  ['a sample of frame 1.5', sampled('profiles[0].samples[1]', [1.5])],
  [
    'a stack of 40,000 frames',
    sampled(
      'profiles[0].samples[1]',
      Array.from({ length: 40_000 }, (_, at) => at % 2),
    ),
  ],
  ['a stack of 50,000 frames and one', sampled('profiles[0].samples[1]', raw(`[${'0,'.repeat(50_000)}0]`))],
  ['an empty sample', sampled('profiles[0].samples[1]', [])],
  ['fewer weights than samples', sampled('profiles[0].weights', [1])],
  ['more weights than samples', sampled('profiles[0].weights', [1, 2, 3])],
  ['no weights', sampled('profiles[0].weights', undefined)],
  ['a negative weight', sampled('profiles[0].weights[1]', -2)],
  ...EDGE_NUMBERS.map((number): [string, string] => [
    `a weight of ${number}`,
    sampled('profiles[0].weights[1]', raw(number)),
  ]),
  ['weights of 1.7e308, twice', sampled('profiles[0].weights', [1.7e308, 1.7e308])],
  ['an unknown type', sampled('profiles[0].type', 'drawn')],
  ['no type', sampled('profiles[0].type', undefined)],
  ['an unknown unit', sampled('profiles[0].unit', 'parsecs')],
  ['a unit of a prototype', sampled('profiles[0].unit', '__proto__')],
  ['the profile to show is -1', sampled('activeProfileIndex', -1)],
  ['the profile to show is 2^53', sampled('activeProfileIndex', raw('9007199254740993'))],
  ['a line of 2^31', sampled('shared.frames[0].line', 2147483648)],
  ['a line of 4294967298', sampled('shared.frames[0].line', 4294967298)],
  ['a line of 1e300', sampled('shared.frames[0].line', raw('1e300'))],
  ['a line of -3', sampled('shared.frames[0].line', -3)],
  ['a line of 1.5', sampled('shared.frames[0].line', 1.5)],
  ['the end before the start', sampled('profiles[0].endValue', -5)],
  ['the key samples twice', jsonText(SAMPLED).replace('"samples"', '"samples":[[1]],"samples"')],
  ['the frames twice', jsonText(SAMPLED).replace('"frames"', '"frames":[{"name":"other"}],"frames"')],
  ['evented, as it should be', jsonText(EVENTED)],
  ['a frame that is left and was not entered', evented('profiles[0].events[1].type', 'C')],
  ['a frame that is left twice', evented('profiles[0].events[1]', { type: 'C', frame: 0, at: 3 })],
  ['a frame that is never left', evented('profiles[0].events[3]', undefined)],
  ['frames left in the wrong order', evented('profiles[0].events[2].frame', 0)],
  ['an event of no frame', evented('profiles[0].events[1].frame', 9)],
  ['an event of frame -1', evented('profiles[0].events[1].frame', -1)],
  ['an event before the one before it', evented('profiles[0].events[2].at', 1)],
  ['an event at 1e999', evented('profiles[0].events[2].at', raw('1e999'))],
  ['an event at -1e308', evented('profiles[0].events[0].at', raw('-1e308'))],
  [
    'times from -1.7e308 to 1.7e308',
    evented('profiles[0].events', [
      { type: 'O', frame: 0, at: -1.7e308 },
      { type: 'C', frame: 0, at: 1.7e308 },
    ]),
  ],
  ['an event of type Q', evented('profiles[0].events[0].type', 'Q')],
  ['an event without a type', evented('profiles[0].events[0].type', undefined)],
  ['an event without a frame', evented('profiles[0].events[1].frame', undefined)],
  ['an event without a time', evented('profiles[0].events[1].at', undefined)],
  ['events without an end', evented('profiles[0].endValue', undefined)],
  [
    '10,000 frames that are never left',
    evented(
      'profiles[0].events',
      Array.from({ length: 10_000 }, () => ({ type: 'O', frame: 0, at: 0 })),
    ),
  ],
  ['events and samples', evented('profiles[0].samples', [[0]])],
]
