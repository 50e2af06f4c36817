import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Prospect,
  type ProspectiveDevice,
  type ProspectiveOffer,
  prospectOf,
  type ReportedChoices,
} from './prospect.ts'

const NOW = 1_790_000_000
const DAY = 86_400
const choices: ReportedChoices = {
  ...{ automaticSecurity: true, automaticFunctionality: false },
  ...{ postponedVersion: undefined, ownWindow: undefined, timeZone: undefined },
}
const device: ProspectiveDevice = {
  ...{ version: '1.4.2', optedOut: false, postponedUntil: undefined, blocked: undefined },
  ...{ lastSeenAt: NOW, choices },
}
const fix: ProspectiveOffer = {
  ...{ version: '1.4.3', minimumVersion: '1.4.0', kind: 'security', apply: 'automatic' },
}
const putOff = { postponedUntil: NOW + 1, choices: { ...choices, postponedVersion: '1.4.3' } }

for (const [says, change, prospect] of [
  ['as it should be', {}, 'takesIt'],
  ['it never said what it runs', { version: undefined }, 'takesIt'],
  [
    'its owner is asked for fixes too',
    { choices: { ...choices, automaticSecurity: false } },
    'asksOwner',
  ],
  ['it was seen and has not reported', { choices: undefined }, 'saidNothing'],
  ['its owner opted out', { optedOut: true }, 'optedOut'],
  ['its owner put this release off', putOff, 'postponed'],
  ['its owner put it off, and the time is over', { ...putOff, postponedUntil: NOW }, 'takesIt'],
  [
    'its owner put another release off',
    { ...putOff, choices: { ...choices, postponedVersion: '1.4.4' } },
    'takesIt',
  ],
  ['it did not say which release is put off', { postponedUntil: NOW + 1 }, 'takesIt'],
  ['it is put off and opted out', { ...putOff, optedOut: true }, 'optedOut'],
  ['it runs the release', { version: '1.4.3' }, 'runsIt'],
  ['it runs something newer', { version: '1.10.0' }, 'runsNewer'],
  ['it is too old for the release', { version: '1.3.9' }, 'unsuitable'],
  ['it is quarantined', { blocked: 'quarantined' }, 'blocked'],
  ['it has been away for a week', { lastSeenAt: NOW - 7 * DAY - 1 }, 'away'],
  ['it was never seen', { lastSeenAt: undefined, choices: undefined }, 'away'],
] satisfies [string, Partial<ProspectiveDevice>, Prospect][]) {
  test(`what a device would do, ${says}: ${prospect}`, () => {
    assert.equal(prospectOf({ ...device, ...change }, fix, NOW), prospect)
  })
}

test('whether a device asks is its owner’s word for that kind of release; combined counts as security', () => {
  const chose = (automaticSecurity: boolean, automaticFunctionality: boolean) => ({
    ...device,
    choices: { ...choices, automaticSecurity, automaticFunctionality },
  })
  for (const kind of ['security', 'combined', undefined]) {
    assert.equal(prospectOf(chose(true, false), { ...fix, kind }, NOW), 'takesIt')
    assert.equal(prospectOf(chose(false, true), { ...fix, kind }, NOW), 'asksOwner')
  }
  const kind = 'functionality'
  assert.equal(prospectOf(chose(false, true), { ...fix, kind }, NOW), 'takesIt')
  assert.equal(prospectOf(chose(true, false), { ...fix, kind }, NOW), 'asksOwner')
})

test('a rollout that asks is asked about by every device, also by one that has said nothing', () => {
  const asking = { ...fix, apply: 'ask' } as const
  for (const kind of ['security', 'functionality']) {
    assert.equal(prospectOf(device, { ...asking, kind }, NOW), 'asksOwner')
  }
  assert.equal(prospectOf({ ...device, choices: undefined }, asking, NOW), 'asksOwner')
  assert.equal(prospectOf({ ...device, ...putOff }, asking, NOW), 'postponed')
})
