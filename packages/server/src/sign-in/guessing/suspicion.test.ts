import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALTERNATION_SECONDS, type Suspicion, suspicionsOf } from './suspicion.ts'

const NOW = 1_800_000_000
const at = (secondsAgo: number, provider: string, browser: string) => ({
  ...{ at: NOW - secondsAgo, provider, browser },
})
const home = at(0, 'home', 'laptop')
const DAY = 86_400

const judged: [
  what: string,
  past: ReturnType<typeof at>[],
  failures: number,
  found: Suspicion[],
][] = [
  ['the first sign-in of all', [], 0, []],
  ['the same place as ever', [at(DAY, 'home', 'laptop')], 0, []],
  ['a new browser at home', [at(DAY, 'home', 'phone')], 0, ['newBrowser']],
  ['the known browser on a journey', [at(DAY, 'office', 'laptop')], 0, ['newNetwork']],
  [
    'everything new',
    [at(DAY, 'office', 'phone'), at(2 * DAY, 'cafe', 'phone')],
    0,
    ['newBrowser', 'newNetwork'],
  ],
  ['four failures before', [at(DAY, 'home', 'laptop')], 4, []],
  ['five failures before', [at(DAY, 'home', 'laptop')], 5, ['manyFailures']],
  ['five failures before the first of all', [], 5, ['manyFailures']],
  [
    'one browser at home, abroad and at home again within minutes',
    [at(300, 'abroad', 'laptop'), at(600, 'home', 'laptop')],
    0,
    ['alternatingNetworks'],
  ],
  [
    'the same over a day',
    [at(ALTERNATION_SECONDS + 1, 'abroad', 'laptop'), at(DAY, 'home', 'laptop')],
    0,
    [],
  ],
  [
    'a phone abroad between two sign-ins of the laptop at home',
    [at(300, 'abroad', 'phone'), at(600, 'home', 'laptop')],
    0,
    [],
  ],
  ['moved once', [at(300, 'abroad', 'laptop'), at(DAY, 'home', 'phone')], 0, []],
]
for (const [what, past, failures, found] of judged) {
  test(`${what}: ${found.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(suspicionsOf(home, past, failures), found)
  })
}
