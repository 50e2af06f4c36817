/** What is typed into a new rollout, and the request that it makes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allAtOnce, bodyOf, fittedTo, group, newDraft } from './draft.ts'
import { mistakeAt, mistakesOf, stepOfField, upTo } from './draft-steps.ts'

const refused = (code: string, message: string, fields: ReadonlyMap<string, string> = new Map()) =>
  mistakesOf({ code, message, fields })

test('a fix begins with everybody at any hour, new functions with one per cent and at night', () => {
  const fix = bodyOf(newDraft('security', '1.4.3'))
  assert.equal(fix.plan?.window, undefined)
  assert.deepEqual(
    fix.plan?.groups.map(({ members }) => members),
    [{ share: 0.05 }, { rest: true }],
  )
  assert.equal('deadline' in (fix.policy ?? {}), false, 'the policy of the product decides')
  const functions = bodyOf(newDraft('functionality', '1.5.0'))
  assert.equal(functions.plan?.window?.zone, 'device')
  assert.deepEqual(functions.plan?.groups[0]?.members, { share: 0.01 })
  assert.equal(functions.plan?.groups[0]?.success?.soakSeconds, 86_400)
})

test('a small cohort gets a first group of few and a threshold that they can reach', () => {
  const { groups } = fittedTo(newDraft('security'), 8)
  assert.deepEqual(
    groups.map(({ kind, value, errorMinimum }) => [kind, value, errorMinimum]),
    [
      ['count', '1', '1'],
      ['rest', '', '3'],
    ],
  )
  assert.equal(fittedTo(newDraft('security'), 5_000).groups[0]?.kind, 'share')
})

test('everybody at once stops itself, too, also where there are few', () => {
  assert.deepEqual(
    [3, 8, 5_000, 0].map((devices) => allAtOnce(devices)[0]?.errorMinimum),
    ['3', '3', '10', '10'],
  )
})

test('per cent, minutes and hours become shares and seconds, and no rounding shows', () => {
  const draft = {
    ...newDraft('security'),
    groups: [{ ...group('a', 'share', '0,07'), soakMinutes: '1.5', errorPercent: '2.3' }],
    ...{ postponeHours: '36', spreadMinutes: '30', deadline: 'none' as const },
  }
  const { plan, policy } = bodyOf(draft)
  assert.deepEqual(plan?.groups[0]?.members, { share: 0.0007 })
  assert.equal(plan?.groups[0]?.success?.soakSeconds, 90)
  assert.equal(plan?.groups[0]?.error?.share, 0.023)
  assert.deepEqual(policy, {
    apply: 'automatic',
    deadline: null,
    postponeUpTo: 129_600,
    spread: 1_800,
  })
})

test('what is no number goes to the server as none, which says at which field', () => {
  const body = JSON.stringify(bodyOf({ ...newDraft('security'), silenceHours: 'long' }))
  assert.match(body, /"silenceSeconds":null/)
})

test('each refusal is mended on its step, and what later steps are to say may be missing', () => {
  assert.equal(stepOfField('plan.groups.0.members'), 'devices')
  assert.equal(stepOfField('plan.groups.12.error.share'), 'care')
  assert.equal(stepOfField('notice.summary'), 'owners')
  assert.equal(stepOfField('emergency.reason'), 'approval')
  const all = new Map([
    ['cohort', 'must be a name'],
    ['notice.summary', 'is too long'],
  ])
  assert.deepEqual([...upTo(refused('REQUEST_INVALID', '', all), 'release').keys()], [])
  assert.deepEqual([...upTo(refused('REQUEST_INVALID', '', all), 'devices').keys()], ['cohort'])
})

test('the mistakes of a plan are found at their groups, whatever their sentences hold', () => {
  const says = 'plan.groups[1].members: gets nobody; remove it; plan.window: opens never'
  const mistakes = refused('PLAN_CONTRADICTS_ITSELF', says)
  assert.equal(mistakeAt(mistakes, 'plan.groups.1.members'), 'gets nobody; remove it')
  assert.equal(mistakeAt(mistakes, 'plan.groups.1'), 'gets nobody; remove it')
  assert.equal(mistakes.get('plan.window'), 'opens never')
  const late = refused('DEADLINE_LOOSENED', 'say why it may be')
  assert.equal(mistakeAt(late, 'loosened'), 'say why it may be')
  assert.equal(refused('SERVER_BUSY', 'try again').size, 0)
})
