/** How rollouts are ordered and added up, and what can be done to them in which state. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOrder, movesOf } from './actions/rollout-moves.ts'
import { devicesIn, NOBODY, partsOf, shownColumns, summed } from './columns/rollout-columns.ts'
import { type KeptGroup, plannedShare } from './plan/rollout-plan.ts'

const group = (members: KeptGroup['members']): KeptGroup => ({
  ...{ name: 'one', members, error: { share: 0.1, minimum: 10 } },
  success: { share: 0.9, minimum: 1, soakSeconds: 60, afterwards: 'next' },
})

test('running rollouts come first, then those that wait for a person, then what is over', () => {
  const all = (['finished', 'ready', 'running', 'withdrawn', 'stopped'] as const).map((state) => ({
    ...{ state, startedAt: 1 },
  }))
  const older = { state: 'running' as const, startedAt: 0 }
  assert.deepEqual(
    inOrder([older, ...all]).map(({ state, startedAt }) => `${state} ${startedAt}`),
    ['running 1', 'running 0', 'stopped 1', 'ready 1', 'finished 1', 'withdrawn 1'],
  )
})

test('columns of groups add up, and a bar has one part for what means the same', () => {
  const first = { ...NOBODY, succeeded: 2, failed: 1, silent: 1 }
  const all = summed([first, { ...NOBODY, notOffered: 4 }])
  assert.equal(devicesIn(all), 8)
  assert.deepEqual(
    partsOf(all).map(({ tone, count, share }) => [tone, count, share]),
    [
      ['good', 2, 0.25],
      ['bad', 2, 0.25],
      ['quiet', 4, 0.5],
    ],
  )
  assert.deepEqual(partsOf(NOBODY), [])
})

test('each way to wait for somebody has a column even while nobody is in it; other waits only when there are some', () => {
  assert.deepEqual(shownColumns(NOBODY), [
    ...['succeeded', 'underWay', 'waitingForConsent', 'waitingForWindow', 'postponed'],
    ...['optedOut', 'failed', 'silent', 'blocked'],
  ])
  assert.ok(shownColumns({ ...NOBODY, waiting: 1 }).includes('waiting'))
  const waits = { waitingForConsent: 1, waitingForWindow: 2, waiting: 3, postponed: 4 }
  assert.deepEqual(partsOf({ ...NOBODY, ...waits }), [{ tone: 'waits', count: 10, share: 1 }])
})

test('what is offered to all cannot be widened, and after the last group there is none to open', () => {
  const groups = [group({ share: 0.1 }), group({ share: 0.2 })]
  const at = (openGroup: number) => movesOf({ state: 'running', openGroup }, { groups }, NOBODY)
  assert.ok(at(0).includes('open-next-group') && at(0).includes('widen'))
  assert.ok(!at(1).includes('open-next-group'))
  const everybody = { groups: [group({ rest: true })] }
  assert.ok(!movesOf({ state: 'running', openGroup: 0 }, everybody, NOBODY).includes('widen'))
  assert.deepEqual(movesOf({ state: 'withdrawn', openGroup: 0 }, everybody, NOBODY), [])
})

test('another attempt is offered as long as a device that was offered it has not succeeded', () => {
  const groups = [group({ rest: true })]
  const offers = (columns: object) =>
    movesOf({ state: 'finished', openGroup: 0 }, { groups }, { ...NOBODY, ...columns })
  assert.ok(!offers({ succeeded: 3, notOffered: 2 }).includes('retry'))
  assert.ok(offers({ succeeded: 3, failed: 1 }).includes('retry'))
})

test('the planned share is told where shares decide, and not where counts do', () => {
  assert.equal(plannedShare({ groups: [group({ share: 0.1 }), group({ share: 0.2 })] }), 0.3)
  assert.equal(plannedShare({ groups: [group({ count: 5 }), group({ rest: true })] }), 1)
  assert.equal(plannedShare({ groups: [group({ count: 5 })] }), undefined)
})
