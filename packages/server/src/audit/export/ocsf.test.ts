import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, NO_AUDIT_LINES } from '@fleetward/shared'
import { type Actor, SERVER_ACTOR } from '../../accounts/actor.ts'
import { lineAfter } from '../entry.ts'
import { ocsfOf } from './ocsf.ts'

const ADA: Actor = {
  ...{ kind: 'person', id: 'a1', name: 'Ada', person: 'a1', via: 'session', address: '192.0.2.7' },
}

type Event = { readonly [name: string]: Json }

function eventOf(action: string, more: object = {}): Event {
  const entry = {
    ...{ at: 1_790_000_000, actor: ADA, action, subject: 'rollout/r1', outcome: 'done' as const },
    ...more,
  }
  return ocsfOf(lineAfter(NO_AUDIT_LINES, entry).line)
}

/**
 * What OCSF 1.3.0 requires (https://schema.ocsf.io/1.3.0/classes/api_activity, /authentication, /account_change):
 * of every event, and of the class beyond that.
 */
const BASE = [
  'activity_id',
  'category_uid',
  'class_uid',
  'metadata',
  'severity_id',
  'time',
  'type_uid',
]
const OF_CLASS: Readonly<Record<number, readonly string[]>> = {
  6003: ['actor', 'api', 'src_endpoint'],
  3002: ['user'],
  3001: ['user'],
}

for (const [action, more, class_uid, activity_id] of [
  ['rollout.started', {}, 6003, 1],
  ['rollout.paused', {}, 6003, 3],
  ['release.withdrawn', {}, 6003, 4],
  ['audit.exported', {}, 6003, 2],
  ['rollout.stopped', { actor: SERVER_ACTOR }, 6003, 3],
  [
    'request.refused',
    { subject: 'DELETE /api/1/x', outcome: 'refused', code: 'NOT_PERMITTED' },
    6003,
    4,
  ],
  ['session.opened', { subject: 'account/a1' }, 3002, 1],
  ['sign-in.refused', { subject: 'account/a1', outcome: 'refused', code: 'X' }, 3002, 1],
  ['break-glass.used', { subject: 'break-glass/0f' }, 3002, 1],
  ['session.proved', { subject: 'session/0f' }, 3002, 99],
  ['session.ended', { subject: 'session/0f' }, 3002, 2],
  ['account.disabled', { subject: 'account/a2' }, 3001, 5],
  ['account.renamed', { subject: 'account/a2' }, 3001, 99],
] as const) {
  test(`${action} by ${'actor' in more ? 'the server' : 'a person'} is an OCSF event ${class_uid}-${activity_id} with all that is required`, () => {
    const event = eventOf(action, more)
    assert.equal(event.class_uid, class_uid)
    assert.equal(event.activity_id, activity_id)
    assert.equal(event.type_uid, class_uid * 100 + activity_id)
    assert.equal(event.category_uid, Math.floor(class_uid / 1000))
    for (const name of [...BASE, ...(OF_CLASS[class_uid] ?? [])]) {
      assert.ok(event[name] !== undefined, name)
    }
    // Constraints "at least one of" and the required members of objects.
    const { metadata, actor, user, src_endpoint, service } = event as Record<
      string,
      Record<string, Json>
    >
    assert.equal(metadata?.version, '1.3.0')
    assert.match(JSON.stringify(metadata?.product), /"vendor_name":"\w/)
    assert.ok(actor?.user)
    assert.ok(src_endpoint?.ip ?? src_endpoint?.svc_name)
    if (class_uid === 3002) assert.ok(service?.name)
    if (user !== undefined) assert.ok(user.uid ?? user.name)
    assert.equal(event.time, 1_790_000_000_000)
    const isRefused = 'outcome' in more
    assert.equal(event.status_id, isRefused ? 2 : 1)
    assert.equal(event.severity_id, isRefused ? 2 : 1)
  })
}

test('a line that somebody damaged goes out as evidence and stops nothing', () => {
  const event = ocsfOf('{"seq":1')
  for (const name of BASE) assert.ok(event[name] !== undefined, name)
  assert.equal(event.raw_data, '{"seq":1')
})
