import assert from 'node:assert/strict'
import { test } from 'node:test'

// The browser's code has no types of ours; what it decides is tried here all the same.
const { headlineOf } = await import(new URL('./site/headline.js', import.meta.url).href)

const NOW = 1_800_000_000
const calm = {
  ...{ state: 'idle', now: NOW, lastServerContact: NOW - 60, integrity: { state: 'ok' } },
  owner: { security: 'automatic' },
}
const security = { kind: 'security', version: '1.4.3', severity: 'medium' }
const functionality = { kind: 'functionality', version: '1.5.0', severity: 'none' }
const optedOut = { owner: { security: 'automatic', optedOut: { since: 1, until: 'forever' } } }

const cases: [says: string, status: object, notices: object[], tone: string, key: string][] = [
  ['all is well', {}, [], 'good', 'good'],
  ['support ends some day', { supportEnded: false, supportEndsOn: '2031-08' }, [], 'good', 'good'],
  [
    'support ends within a year',
    { supportEnded: false, supportNotice: 6, supportEndsOn: '2031-08' },
    [],
    'good',
    'good',
  ],
  [
    'support ends within a month',
    { supportEnded: false, supportNotice: 1, supportEndsOn: '2031-08' },
    [],
    'notice',
    'supportEnding',
  ],
  [
    'support ends within a month, and a security update waits',
    { state: 'offered', waitingFor: 'window', supportNotice: 1, supportEndsOn: '2031-08' },
    [security],
    'notice',
    'security',
  ],
  ['security updates ask', { owner: { security: 'ask' } }, [], 'notice', 'asks'],
  [
    'a security update waits',
    { state: 'offered', waitingFor: 'window' },
    [security],
    'notice',
    'security',
  ],
  [
    'a severe one waits',
    { state: 'offered', waitingFor: 'approval' },
    [{ ...security, severity: 'high' }],
    'warning',
    'security',
  ],
  [
    'one waits until opting in',
    { ...optedOut, state: 'offered', waitingFor: 'optIn' },
    [security],
    'warning',
    'securityOptedOut',
  ],
  ['opted out, nothing waits', optedOut, [], 'warning', 'optedOut'],
  [
    'opted out, new functions wait',
    { ...optedOut, state: 'offered' },
    [functionality],
    'warning',
    'optedOut',
  ],
  [
    'new functions wait',
    { state: 'offered', waitingFor: 'approval' },
    [functionality],
    'notice',
    'functionality',
  ],
  [
    'support has ended',
    { supportEnded: true, supportEndsOn: '2026-08' },
    [],
    'warning',
    'supportEnded',
  ],
  [
    'support has ended, one last update waits',
    { supportEnded: true, state: 'offered' },
    [security],
    'notice',
    'security',
  ],
  [
    'support has ended, new functions wait',
    { supportEnded: true, state: 'offered' },
    [functionality],
    'warning',
    'supportEnded',
  ],
  ['no server for two weeks', { lastServerContact: NOW - 15 * 86_400 }, [], 'warning', 'silent'],
  ['the last update failed', { lastFailure: { code: 'SELF_TEST_FAILED' } }, [], 'notice', 'failed'],
  [
    'the software was changed',
    { integrity: { state: 'corrupt' } },
    [security],
    'warning',
    'corrupt',
  ],
  ['it downloads', { state: 'downloading' }, [security], 'busy', 'downloading'],
  ['it is on trial, opted out', { ...optedOut, state: 'trial' }, [], 'busy', 'trial'],
  [
    'written, the last yes is missing',
    { state: 'installing', waitingFor: 'approval' },
    [security],
    'notice',
    'security',
  ],
]

for (const [says, status, notices, tone, key] of cases) {
  test(`${says}: ${key}`, () => {
    const headline = headlineOf({ ...calm, ...status }, notices)
    assert.deepEqual([headline.tone, headline.key], [tone, `headline.${key}`])
  })
}
