import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupMembers, GroupPlan, RolloutPlan } from './plan.ts'
import { planMistakes } from './plan-mistakes.ts'

const NOW = 1_790_000_000

const group = (change: Partial<GroupPlan> = {}): GroupPlan => ({
  name: 'first',
  members: { share: 0.1 },
  success: { share: 0.9, minimum: 1, soakSeconds: 3600, afterwards: 'next' },
  error: { share: 0.05, minimum: 5 },
  ...change,
})
const plan = (change: Partial<RolloutPlan> = {}): RolloutPlan => ({
  groups: [group(), group({ name: 'rest', members: { rest: true } })],
  start: {},
  urgency: 'soft',
  priority: 500,
  silenceSeconds: 86_400,
  ...change,
})
const groups = (...members: GroupMembers[]) =>
  plan({ groups: members.map((each, i) => group({ name: `group ${i}`, members: each })) })
const one = (change: Partial<GroupPlan>) => plan({ groups: [group(change)] })
const success = (change: Partial<GroupPlan['success']>) =>
  one({ success: { ...group().success, ...change } })
const exponential = {
  kind: 'exponential' as const,
  startPerMinute: 10,
  factor: 2,
  everySuccesses: 50,
  maxPerMinute: 100,
}
const window = { weekdays: [1], from: '22:00', to: '04:00', zone: 'Europe/Berlin' }
const zone = 'Europe/Berlin'

for (const [says, sound] of [
  ['a canary and the rest', plan()],
  ['a part of the cohort', one({})],
  ['ten tenths, which add up to a hair more than 1', groups(...Array(10).fill({ share: 0.1 }))],
  ['filters anywhere', groups({ filter: 'a = 1' }, { share: 1 }, { filter: 'b = 1' })],
  ['a filter after the rest', groups({ rest: true }, { filter: 'a = 1' })],
  ['every bound at once', plan({ pace: exponential, bytesPerMinute: 1, window })],
  ['a window in the devices’ zones', plan({ window: { ...window, zone: 'device' } })],
  ['a cron start', plan({ start: { cron: { expression: '0 9 * * 1', zone } } })],
  ['an instant that is over', plan({ start: { at: 1 } })],
] as const) {
  test(`${says}: nothing to say`, () => assert.deepEqual(planMistakes(sound, NOW), []))
}

for (const [says, mistaken, ...places] of [
  ['no group', plan({ groups: [] }), 'groups'],
  ['two groups of one name', plan({ groups: [group(), group()] }), 'groups'],
  ['shares that add up to more than all', groups({ share: 0.6 }, { share: 0.5 }), 'groups'],
  ['a share above 1', one({ members: { share: 1.1 } }), 'groups', 'groups[0].members.share'],
  ['a share of nothing', one({ members: { share: 0 } }), 'groups[0].members.share'],
  [
    'a share that is no number',
    one({ members: { share: Number.NaN } }),
    'groups',
    'groups[0].members.share',
  ],
  [
    'an empty count',
    one({ members: { count: 0 } }),
    'groups[0].members.count',
    'groups[0].error.minimum',
    'groups[0].success.minimum',
  ],
  ['an empty filter', one({ members: { filter: ' ' } }), 'groups[0].members.filter'],
  ['a group behind the rest', groups({ rest: true }, { share: 0.1 }), 'groups[0].members'],
  ['two rests', groups({ rest: true }, { rest: true }), 'groups[0].members'],
  ['a group behind the whole cohort', groups({ share: 1 }, { rest: true }), 'groups[0].members'],
  ['a group called as the late ones are', one({ name: 'late' }), 'groups[0].name'],
  ['a success share of 0', success({ share: 0 }), 'groups[0].success.share'],
  ['a success share above 1', success({ share: 1.01 }), 'groups[0].success.share'],
  ['a negative soak time', success({ soakSeconds: -1 }), 'groups[0].success.soakSeconds'],
  ['nobody who must succeed', success({ minimum: 0 }), 'groups[0].success.minimum'],
  ['an error threshold of 0', one({ error: { share: 0, minimum: 5 } }), 'groups[0].error.share'],
  ['an error minimum of 0', one({ error: { share: 0.1, minimum: 0 } }), 'groups[0].error.minimum'],
  [
    'an error minimum that the group cannot reach',
    one({ members: { count: 4 } }),
    'groups[0].error.minimum',
  ],
  ['a pace of 0', plan({ pace: { kind: 'fixed', devicesPerMinute: 0 } }), 'pace.devicesPerMinute'],
  [
    'a pace of half a device',
    plan({ pace: { kind: 'fixed', devicesPerMinute: 0.5 } }),
    'pace.devicesPerMinute',
  ],
  ['a pace that does not rise', plan({ pace: { ...exponential, factor: 1 } }), 'pace.factor'],
  [
    'a pace whose end is below its start',
    plan({ pace: { ...exponential, maxPerMinute: 9 } }),
    'pace.maxPerMinute',
  ],
  ['a byte budget of 0', plan({ bytesPerMinute: 0 }), 'bytesPerMinute'],
  ['two starts', plan({ start: { at: 1, cron: { expression: '0 9 * * 1', zone } } }), 'start'],
  [
    'a cron expression that is none',
    plan({ start: { cron: { expression: 'soon', zone } } }),
    'start.cron.expression',
  ],
  [
    'a cron expression with seconds',
    plan({ start: { cron: { expression: '* * * * * *', zone } } }),
    'start.cron.expression',
  ],
  [
    'a cron time that never comes',
    plan({ start: { cron: { expression: '0 0 30 2 *', zone } } }),
    'start.cron.expression',
  ],
  [
    'a cron zone that is none',
    plan({ start: { cron: { expression: '0 9 * * 1', zone: 'Mars' } } }),
    'start.cron.zone',
  ],
  ['a window without a day', plan({ window: { ...window, weekdays: [] } }), 'window.weekdays'],
  ['a window on an eighth day', plan({ window: { ...window, weekdays: [8] } }), 'window.weekdays'],
  ['a window at no time', plan({ window: { ...window, from: '25:00' } }), 'window.from'],
  ['a window that ends as it begins', plan({ window: { ...window, to: '22:00' } }), 'window.to'],
  ['a window nowhere', plan({ window: { ...window, zone: 'Mars' } }), 'window.zone'],
  ['a priority above all', plan({ priority: 1001 }), 'priority'],
  ['a time limit that no device can keep', plan({ silenceSeconds: 1 }), 'silenceSeconds'],
] as const) {
  test(`${says}: a mistake`, () => {
    assert.deepEqual(
      planMistakes(mistaken, NOW).map(({ at }) => at),
      places,
    )
  })
}

test('all mistakes are said at once', () => {
  const mistaken = plan({ groups: [group({ name: '' }), group({ name: '' })], priority: -1 })
  const said = planMistakes(mistaken, NOW).map(({ at }) => at)
  assert.deepEqual(said, ['groups', 'groups[0].name', 'groups[1].name', 'priority'])
})
