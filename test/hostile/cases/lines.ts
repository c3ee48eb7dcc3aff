import { type CaseList, concat, EDGE_NUMBERS } from './case.js'
import { brokenLines } from './text-lines.js'

const FOLDED = 'main;work 2\nmain 1\n'

export const COLLAPSED: CaseList = [
  ...brokenLines(FOLDED, 'work'),
  ...EDGE_NUMBERS.map((number): [string, string] => [`a weight of ${number}`, `main;a ${number}\n${FOLDED}`]),
  ...['nan', 'Infinity', '0x10', '1_000', '1e', '.', '+5', '--5', '1.5', '٣', '１'].map((number): [string, string] => [
    `a weight of ${number}`,
    `main;a ${number}\n${FOLDED}`,
  ]),
  ['a weight of a thousand digits', `main;a ${'9'.repeat(1000)}\n${FOLDED}`],
  ['weights of 2^63 - 1, twice', 'main;a 9223372036854775807\nmain;b 9223372036854775807\n'],
  ['weights of 1.7e308, twice', 'main;a 1.7e308\nmain;b 1.7e308\n'],
  ['no weight', 'main;a\nmain;b 1\n'],
  ['no stack', ' 5\nmain 1\n'],
  ['only semicolons', ';;;;; 5\n'],
  ['empty frames', ';main;;work; 5\n'],
  ['two numbers in each line', 'main;a 1 2\nmain;b 3 4\n'],
  ['a comment that looks like a head', '# interval: -1\n# interval: 1e999\n# unit: __proto__\nmain 1\n'],
  ['a stack of 40,000 frames', `${'f;'.repeat(40_000)}g 1\n`],
  ['a stack of 50,000 frames and two', `${'f;'.repeat(50_001)}g 1\n`],
  ['1,000 stacks of two frames each', Array.from({ length: 1000 }, (_, at) => `f${at};g${at} 1\n`).join('')],
]

const EVENTS = 'events: Ir\n\nfl=(1) app.c\nfn=(1) main\n1 5\ncfn=(2) work\ncalls=2 9\n3 10\n\nfn=(2)\n9 10\n'
const events = (from: string, to: string): string => EVENTS.replace(from, to)

export const CALLGRIND: CaseList = [
  ...brokenLines(EVENTS, 'work'),
  ['no events', events('events: Ir\n', '')],
  ['no names of events', events('events: Ir', 'events:')],
  ['events after the costs', events('events: Ir\n', '').concat('events: Ir\n')],
  ['events twice', events('events: Ir', 'events: Ir\nevents: Dr Dw')],
  ['50,000 events', events('events: Ir', `events:${' e'.repeat(50_000)}`)],
  ['101 events', events('events: Ir', `events:${' e'.repeat(101)}`)],
  ['an event of the name __proto__', events('events: Ir', 'events: __proto__ constructor')],
  ['nine positions', events('events: Ir', 'positions: a b c d e f g h i\nevents: Ir')],
  ['no positions', events('events: Ir', 'positions:\nevents: Ir')],
  ['positions without a line', events('events: Ir', 'positions: instr\nevents: Ir')],
  ['a name that is not defined', events('fn=(2)', 'fn=(999)')],
  ['a name of number 2^31', events('fn=(1) main', 'fn=(2147483648) main')],
  ['a name of number 2^31 - 1', events('fn=(1) main', 'fn=(2147483647) main')],
  ['a name of number -1', events('fn=(1) main', 'fn=(-1) main')],
  ['a name of number 10^20', events('fn=(1) main', `fn=(1${'0'.repeat(20)}) main`)],
  ['a name of two numbers', events('fn=(1) main', 'fn=(1) (1)')],
  ['costs without a function', events('fn=(1) main\n', '')],
  ['calls without costs', 'events: Ir\nfn=main\ncfn=work\ncalls=1 1\n'],
  ['calls without a callee', events('cfn=(2) work\n', '')],
  ['calls=', events('calls=2 9', 'calls=')],
  ['calls of -1', events('calls=2 9', 'calls=-1 9')],
  ['calls of 2^63', events('calls=2 9', 'calls=9223372036854775808 9')],
  ['calls of 1e9999', events('calls=2 9', 'calls=1e9999 9')],
  ...EDGE_NUMBERS.map((number): [string, string] => [`a cost of ${number}`, events('1 5', `1 ${number}`)]),
  ...['nan', '0xff', '0xfg', '1e9999', '1_000', '١'].map((number): [string, string] => [
    `a cost of ${number}`,
    events('1 5', `1 ${number}`),
  ]),
  ['a cost of a thousand digits', events('1 5', `1 ${'9'.repeat(1000)}`)],
  ['costs of 2^64 - 1, twice', events('1 5', '1 18446744073709551615').replace('9 10', '9 18446744073709551615')],
  ['too many costs', events('1 5', '1 5 6')],
  ['a line of -5', events('1 5', '-5 5')],
  ['a line of 2^31', events('1 5', '2147483648 5')],
  ['a line of 2^70', events('1 5', '1180591620717411303424 5')],
  ['a step of 1e300', events('1 5', '+1e300 5')],
  ['a step back to before the file', events('1 5', '-7 5')],
  ['a star first', events('1 5', '* 5')],
  ['a function that calls itself', 'events: Ir\nfn=rec\n1 5\ncfn=rec\ncalls=3 1\n2 15\n'],
  [
    'two functions that call each other',
    'events: Ir\nfn=a\n1 5\ncfn=b\ncalls=1 1\n2 15\nfn=b\n1 5\ncfn=a\ncalls=1 1\n2 10\n',
  ],
  ['20,000 calls of one function', `events: Ir\nfn=a\n${'cfn=b\ncalls=1 1\n2 1\n'.repeat(20_000)}`],
  ['a source file that names a password file', 'events: Ir\nfl=/etc/passwd\nfn=main\n1 5\n'],
  ['a key that is not known', events('fn=(1) main', 'zz=1\nfn=(1) main')],
  ['a key of a prototype', events('fn=(1) main', '__proto__=1\nconstructor=2\nfn=(1) main')],
  ['a jump without its line', events('1 5', 'jump=1 5')],
  ['a name that looks like a place', events('fn=(1) main', `fn=(1) main app.c:${'9'.repeat(30)}`)],
]

const SAMPLE = 'app 12 100.000001: 5 cycles: \n\t    7f work+0x1 (/srv/app)\n\t    8f main (/srv/app)\n\n'

export const PERF_SCRIPT: CaseList = [
  ...brokenLines(SAMPLE, 'work').filter(([name]) => !name.startsWith('the name "') || name.length < 20),
  ['a sample without a stack', `app 12 100.000001: 5 cycles: \n\n${SAMPLE}`],
  ['a stack without a sample', `\t    7f work (/srv/app)\n\n${SAMPLE}`],
  ['an address of 17 digits', SAMPLE.replace('7f', 'f'.repeat(17))],
  ['a time of 13 digits', SAMPLE.replace('100.', '1000000000000.')],
  ['a time that goes back', SAMPLE + SAMPLE.replace('100.', '99.')],
  ['a period of 2^63', SAMPLE.replace(' 5 ', ' 9223372036854775808 ')],
  ['a period of 19 digits', SAMPLE.replace(' 5 ', ' 1234567890123456789 ')],
  ['a period of 18 digits', SAMPLE.replace(' 5 ', ' 123456789012345678 ')],
  ['a period of 0', SAMPLE.replace(' 5 ', ' 0 ')],
  ['a period of -5', SAMPLE.replace(' 5 ', ' -5 ')],
  ['a process of 11 digits', SAMPLE.replace(' 12 ', ' 12345678901 ')],
  ['1,001 events', Array.from({ length: 1001 }, (_, at) => `app 1 1.000000: 1 e${at}: \n\t 1 f (a)\n\n`).join('')],
  ['an event of the name __proto__', SAMPLE.replace('cycles', '__proto__')],
  ['a stack of 40,000 frames', `app 12 100.000001: 5 cycles: \n${'\t    7f f (/srv/app)\n'.repeat(40_000)}\n`],
  ['a symbol of parentheses', SAMPLE.replace('work+0x1', '('.repeat(1000))],
  ['a command of colons', concat('a:'.repeat(50_000), ' 1 1.000000: 5 cycles:\n\n', SAMPLE)],
  ['a head of words and digits', concat('ab 1 '.repeat(20_000), '\n', SAMPLE)],
  ['1,000 threads', Array.from({ length: 1000 }, (_, at) => `app ${at} 1.000000: 1 cycles: \n\t 1 f (a)\n\n`).join('')],
]
