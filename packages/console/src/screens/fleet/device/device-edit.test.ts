import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Device } from '../../../api/operator-api.gen.ts'
import { attributeValue } from '../attribute-input.ts'
import { actOf } from '../bulk-act.ts'
import { addressOf, filterWithin, queryIn } from '../fleet-query.ts'
import { changeOf, editedFrom } from './device-edit.ts'

const DEVICE: Device = {
  ...{ id: 'lumen-0001', product: 'p', cohort: 'field', pinned: false, test: false },
  ...{ attributes: { floor: 3, leased: true, site: 'lab' }, online: true, enrolledAt: 0 },
  reports: { last: 0, missing: 0, unchained: 0, refused: 0 },
}

test('only what was changed is sent, and what was taken away is said to be gone', () => {
  const edited = editedFrom(DEVICE)
  assert.equal(changeOf(DEVICE, edited), undefined)
  const attributes = [
    { name: 'floor', kind: 'number', text: '4' },
    { name: 'site', kind: 'text', text: 'lab' },
    { name: 'room', kind: 'text', text: '12' },
  ] as const
  assert.deepEqual(changeOf(DEVICE, { ...edited, test: true, attributes }), {
    test: true,
    attributes: { leased: null, floor: 4, room: '12' },
  })
})

test('a device that is moved is told apart from one that is moved and pinned', () => {
  const edited = { ...editedFrom(DEVICE), cohort: 'pilot' }
  assert.deepEqual(changeOf(DEVICE, edited), { cohort: 'pilot', pinned: false })
})

test('a number is a number in both languages, and nothing else is one', () => {
  const number = (text: string) => attributeValue({ name: 'x', kind: 'number', text })
  assert.deepEqual(
    [number('2.5'), number('2,5'), number(''), number('many')],
    [2.5, 2.5, undefined, undefined],
  )
})

test('a change of many is offered once all of it is said', () => {
  const wish = { cohort: '', reason: ' ', attribute: { name: '', kind: 'text', text: '' } } as const
  assert.equal(actOf({ ...wish, kind: 'cohort' }), undefined)
  assert.equal(actOf({ ...wish, kind: 'quarantine' }), undefined)
  assert.deepEqual(actOf({ ...wish, kind: 'cohort', cohort: 'pilot' }), {
    change: { cohort: 'pilot' },
  })
  const floor = { name: 'floor', kind: 'number', text: '3' } as const
  assert.deepEqual(actOf({ ...wish, kind: 'set', attribute: floor }), {
    change: { attributes: { floor: 3 } },
  })
  assert.deepEqual(actOf({ ...wish, kind: 'remove', attribute: floor }), {
    change: { attributes: { floor: null } },
  })
})

test('filter and cohort stand in the address, and mean the same devices together', () => {
  const query = { filter: 'version < 1.4.3 or online', cohort: 'field', after: 'lumen-0100' }
  const address = new URL(addressOf('p', query), 'http://localhost')
  assert.deepEqual(queryIn(Object.fromEntries(address.searchParams)), query)
  assert.equal(filterWithin(query.filter, 'field'), `(${query.filter}) and cohort = field`)
  assert.equal(filterWithin('', 'and'), 'cohort = "and"')
  assert.equal(filterWithin('  ', undefined), undefined)
})
